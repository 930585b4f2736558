//! A table as CSV after RFC 4180, with no field that a spreadsheet would run.

use super::{RenderOptions, Writer};
use crate::report::escape;
use crate::report::model::Report;
use crate::report::tables::{FINDINGS, ReportTable, TableValue};
use std::io::{self, Write};

/// Writes the findings.
pub(super) struct CsvWriter;

impl Writer for CsvWriter {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn help(&self) -> &'static str {
        "The findings, for spreadsheets"
    }

    fn write(&self, report: &Report, _: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        table(&FINDINGS, report, out)
    }
}

/// Writes one table.
///
/// # Errors
/// Whatever `out` says.
pub(in crate::report) fn table(table: &ReportTable, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    csv.write_record(table.all_columns().map(|(name, _)| name))?;
    table.each(report, &mut |row| {
        for cell in row {
            match cell {
                TableValue::Null => csv.write_field("")?,
                TableValue::Text(text) => csv.write_field(escape::csv(text).as_bytes())?,
                TableValue::Int(n) => csv.write_field(n.to_string())?,
                TableValue::Float(x) => csv.write_field(x.to_string())?,
                TableValue::Bool(b) => csv.write_field(if *b { "true" } else { "false" })?,
                TableValue::Time(t) => csv.write_field(t.to_string())?,
                TableValue::Day(d) => csv.write_field(d.to_string())?,
            }
        }
        csv.write_record(None::<&[u8]>)?;
        Ok(())
    })?;
    csv.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::report::tables::TOKEN_SCOPES;

    fn rows(of: &ReportTable) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        table(of, &sample::report(), &mut out).unwrap();
        let mut reader = csv::ReaderBuilder::new().from_reader(out.as_slice());
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn every_finding_is_a_row_and_no_field_is_a_formula() {
        let report = sample::report();
        let rows = rows(&FINDINGS);
        assert_eq!(rows.len(), report.findings.len());
        for (row, finding) in rows.iter().zip(&report.findings) {
            assert_eq!(
                (row[3].as_str(), row[4].as_str()),
                (finding.finding_id.as_str(), finding.rule.name())
            );
        }
        for field in rows.iter().flatten() {
            assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r']), "{field}");
            assert!(!field.contains(['\u{1b}', '\n', '\u{202e}']));
        }
    }

    #[test]
    fn every_verdict_is_a_row() {
        let report = sample::report();
        let scopes: usize = report.tokens.iter().map(|t| t.scopes.len()).sum();
        assert_eq!(rows(&TOKEN_SCOPES).len(), scopes);
    }
}
