//! The report as flat tables for dashboards: the columns of each, and its rows one by one. CSV and Parquet are written
//! from the same rows, so they cannot disagree.
//!
//! A column is added, never renamed or removed within a schema version; every row names its run, so that files of many runs
//! can lie in one folder.

mod coverage_daily;
mod findings;
mod token_scopes;
mod usage_daily;
mod values;

pub(crate) use coverage_daily::COVERAGE_DAILY;
pub(crate) use findings::FINDINGS;
pub(crate) use token_scopes::TOKEN_SCOPES;
pub(crate) use usage_daily::USAGE_DAILY;

use super::model::Report;
use crate::support::time::{Day, Time};
use std::borrow::Cow;
use std::io;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellType {
    /// UTF-8 text.
    Text,
    /// A whole number of 64 bits.
    Int,
    /// A number of double precision.
    Float,
    /// True or false.
    Bool,
    /// UTC microseconds.
    Time,
    /// A UTC day.
    Day,
}

/// One value; what is not known is [`TableValue::Null`] in a column of any kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TableValue<'a> {
    /// Not known.
    Null,
    /// Text without secrets.
    Text(Cow<'a, str>),
    /// A whole number.
    Int(i64),
    /// A number of double precision.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A moment.
    Time(Time),
    /// A day.
    Day(Day),
}

/// Takes the rows of a table, in order.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(&[TableValue<'_>]) -> io::Result<()>;

/// One table.
pub(crate) struct ReportTable {
    /// Its name, and that of its files.
    pub name: &'static str,
    /// What it holds, for people.
    pub about: &'static str,
    /// Name and kind of each column, without [`RUN`].
    pub columns: &'static [(&'static str, CellType)],
    rows: fn(&Report, Sink<'_>) -> io::Result<()>,
}

/// The columns with which every row of every table begins.
pub(crate) const RUN: &[(&str, CellType)] =
    &[("run_id", CellType::Text), ("as_of", CellType::Time), ("schema_version", CellType::Int)];

/// All tables: a new one is a file and a line here.
pub(crate) const ALL: [&ReportTable; 4] = [&FINDINGS, &TOKEN_SCOPES, &USAGE_DAILY, &COVERAGE_DAILY];

impl ReportTable {
    /// Every column, [`RUN`] first.
    pub(crate) fn all_columns(&self) -> impl Iterator<Item = (&'static str, CellType)> {
        RUN.iter().chain(self.columns).copied()
    }

    /// Passes every row to `sink`, worst or oldest first.
    ///
    /// # Errors
    /// Whatever `sink` says.
    pub(crate) fn each(&self, report: &Report, sink: Sink<'_>) -> io::Result<()> {
        (self.rows)(report, sink)
    }
}

/// Appends cells behind those of the run.
struct RowSink<'r> {
    cells: Vec<TableValue<'r>>,
}

impl<'r> RowSink<'r> {
    fn of(report: &'r Report) -> Self {
        let run = [
            values::text(&report.run.run_id),
            TableValue::Time(report.run.as_of),
            TableValue::Int(i64::from(report.schema_version)),
        ];
        Self { cells: run.to_vec() }
    }

    fn put(
        &mut self,
        sink: &mut dyn FnMut(&[TableValue<'_>]) -> io::Result<()>,
        row: impl IntoIterator<Item = TableValue<'r>>,
    ) -> io::Result<()> {
        self.cells.truncate(RUN.len());
        self.cells.extend(row);
        sink(&self.cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_row_has_its_columns_and_their_kinds() {
        let report = sample::report();
        for table in ALL {
            let columns: Vec<_> = table.all_columns().collect();
            let mut n = 0;
            table
                .each(&report, &mut |row| {
                    n += 1;
                    assert_eq!(row.len(), columns.len(), "{}", table.name);
                    for (cell, (name, kind)) in row.iter().zip(&columns) {
                        let fits = match cell {
                            TableValue::Null => true,
                            TableValue::Text(_) => *kind == CellType::Text,
                            TableValue::Int(_) => *kind == CellType::Int,
                            TableValue::Float(_) => *kind == CellType::Float,
                            TableValue::Bool(_) => *kind == CellType::Bool,
                            TableValue::Time(_) => *kind == CellType::Time,
                            TableValue::Day(_) => *kind == CellType::Day,
                        };
                        assert!(fits, "{}.{name}: {cell:?}", table.name);
                    }
                    Ok(())
                })
                .unwrap();
            assert!(n > 0, "{}", table.name);
        }
    }

    #[test]
    fn a_gap_has_rows_of_its_own() {
        let mut found = false;
        let mut report = sample::report();
        let gap = report.coverage.workspaces[0].gaps[0].0;
        report.coverage.workspaces[0].rows_by_day.retain(|(day, _)| *day != gap);
        COVERAGE_DAILY
            .each(&report, &mut |row| {
                found |= row[4..] == [TableValue::Day(gap), TableValue::Int(0), TableValue::Bool(true)];
                Ok(())
            })
            .unwrap();
        assert!(found);
    }
}
