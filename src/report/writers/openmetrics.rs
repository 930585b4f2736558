//! The totals as OpenMetrics text, for a textfile collector: no label ever names a token or a person.

use super::{RenderOptions, Writer};
use crate::report::escape;
use crate::report::model::Report;
use crate::report::view::{DeadlineKind, View};
use crate::support::time::Time;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes OpenMetrics.
pub(super) struct OpenMetricsWriter;

impl Writer for OpenMetricsWriter {
    fn name(&self) -> &'static str {
        "openmetrics"
    }

    fn help(&self) -> &'static str {
        "Totals for a monitoring system"
    }

    fn pack_file(&self) -> Option<&'static str> {
        Some("scopecast.prom")
    }

    fn write(&self, report: &Report, _: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let (run, summary, coverage) = (&report.run, &report.summary, &report.coverage);
        writeln!(out, "# TYPE scopecast info\n# HELP scopecast What made these numbers.")?;
        writeln!(
            out,
            "scopecast_info{{version=\"{}\",catalog_version=\"{}\"}} 1",
            escape::openmetrics(run.tool_version),
            escape::openmetrics(&run.catalog_version)
        )?;
        family(
            out,
            "as_of_timestamp_seconds",
            "Nothing at or after this moment was judged.",
            "",
            &[("", seconds(run.as_of))],
        )?;
        let tokens = [
            ("losing", summary.tokens_losing),
            ("unknown", summary.tokens_unknown),
            ("keeping", summary.tokens_keeping),
            ("without_scopes", summary.tokens_without_scopes),
            ("gone", summary.gone_tokens),
        ]
        .map(|(name, n)| (name, n.to_string()));
        family(out, "tokens", "Tokens by what happens to their scopes.", "standing", &tokens)?;
        let verdicts: Vec<_> = summary.verdicts.iter().map(|(name, n)| (*name, n.to_string())).collect();
        family(out, "scopes", "Scopes of judged tokens by verdict.", "verdict", &verdicts)?;
        let findings: Vec<_> = summary.findings.iter().map(|(name, n)| (*name, n.to_string())).collect();
        family(out, "findings", "Open findings by severity.", "severity", &findings)?;
        let rows = [
            ("read", coverage.rows_read),
            ("bad", coverage.bad_rows),
            ("duplicate", coverage.duplicates),
            ("truncated", coverage.truncated_rows),
            ("after_as_of", coverage.rows_after_as_of),
        ]
        .map(|(name, n)| (name, n.to_string()));
        family(out, "log_rows", "Rows of audit log.", "kind", &rows)?;
        let incomplete = [("", coverage.incomplete_inputs.to_string())];
        family(out, "incomplete_inputs", "Files that could not be read completely.", "", &incomplete)?;
        if let Some(last) = coverage.last_time {
            family(
                out,
                "last_event_timestamp_seconds",
                "The newest row of the logs.",
                "",
                &[("", seconds(last))],
            )?;
        }
        let mut next: BTreeMap<DeadlineKind, Time> = BTreeMap::new();
        for deadline in View::of(report).deadlines {
            next.entry(deadline.kind).or_insert(deadline.time);
        }
        let next: Vec<_> = next.into_iter().map(|(kind, time)| (kind.name(), seconds(time))).collect();
        family(out, "next_deadline_timestamp_seconds", "The nearest date of each kind.", "kind", &next)?;
        writeln!(out, "# EOF")
    }
}

fn family(
    out: &mut dyn Write,
    name: &str,
    help: &str,
    label: &str,
    samples: &[(&str, String)],
) -> io::Result<()> {
    if samples.is_empty() {
        return Ok(());
    }
    writeln!(out, "# TYPE scopecast_{name} gauge\n# HELP scopecast_{name} {help}")?;
    for (value, number) in samples {
        if label.is_empty() {
            writeln!(out, "scopecast_{name} {number}")?;
        } else {
            writeln!(out, "scopecast_{name}{{{label}=\"{}\"}} {number}", escape::openmetrics(value))?;
        }
    }
    Ok(())
}

fn seconds(time: Time) -> String {
    time.0.div_euclid(1_000_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn totals_only() {
        let mut out = Vec::new();
        OpenMetricsWriter.write(&sample::report(), &RenderOptions::default(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
