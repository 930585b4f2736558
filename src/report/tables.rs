//! The report as flat tables for dashboards: the columns of each, and its rows one by one. CSV and Parquet are written
//! from the same rows, so they cannot disagree.
//!
//! A column is added, never renamed or removed within a schema version; every row names its run, so that files of many runs
//! can lie in one folder.

use super::model::Report;
use super::summary;
use super::words;
use crate::assess::{Finding, Status};
use crate::support::secret::blank_secrets;
use crate::support::time::{Day, Time};
use std::borrow::Cow;
use std::io;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
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
pub enum TableValue<'a> {
    /// Not known.
    Null,
    /// Text without secrets.
    Text(Cow<'a, str>),
    /// A number.
    Int(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A moment.
    Time(Time),
    /// A day.
    Day(Day),
}

/// Takes the rows of a table, in order.
pub type Sink<'s> = &'s mut dyn FnMut(&[TableValue<'_>]) -> io::Result<()>;

/// One table.
pub struct ReportTable {
    /// Its name, and that of its files.
    pub name: &'static str,
    /// What it holds, for people.
    pub about: &'static str,
    /// Name and kind of each column, without [`RUN`].
    pub columns: &'static [(&'static str, ColumnType)],
    rows: fn(&Report, Sink<'_>) -> io::Result<()>,
}

/// The columns with which every row of every table begins.
pub const RUN: &[(&str, ColumnType)] =
    &[("run_id", ColumnType::Text), ("as_of", ColumnType::Time), ("schema_version", ColumnType::Int)];

/// All tables.
pub const ALL: [&ReportTable; 4] = [&FINDINGS, &TOKEN_SCOPES, &USAGE_DAILY, &COVERAGE_DAILY];

impl ReportTable {
    /// Every column, [`RUN`] first.
    pub fn all_columns(&self) -> impl Iterator<Item = (&'static str, ColumnType)> {
        RUN.iter().chain(self.columns).copied()
    }

    /// Passes every row to `sink`, worst or oldest first.
    ///
    /// # Errors
    /// Whatever `sink` says.
    pub fn each(&self, report: &Report, sink: Sink<'_>) -> io::Result<()> {
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
            text(&report.run.run_id),
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

/// Findings, worst first.
pub static FINDINGS: ReportTable = ReportTable {
    name: "findings",
    about: "what is wrong or about to be, worst first",
    columns: &[
        ("finding_id", ColumnType::Text),
        ("rule", ColumnType::Text),
        ("severity", ColumnType::Text),
        ("confidence", ColumnType::Text),
        ("status", ColumnType::Text),
        ("accepted_until", ColumnType::Time),
        ("workspace_id", ColumnType::Text),
        ("token_id", ColumnType::Text),
        ("principal", ColumnType::Text),
        ("scope", ColumnType::Text),
        ("title", ColumnType::Text),
        ("loss_odds", ColumnType::Float),
        ("window_start", ColumnType::Time),
        ("window_end", ColumnType::Time),
        ("reminder", ColumnType::Time),
        ("enforced", ColumnType::Time),
        ("next_call_earliest", ColumnType::Time),
        ("next_call_latest", ColumnType::Time),
        ("idle_revocation", ColumnType::Time),
        ("expiry", ColumnType::Time),
        ("reminder_goes_to", ColumnType::Text),
        ("evidence", ColumnType::Text),
        ("advice", ColumnType::Text),
        ("needed_scopes", ColumnType::Text),
        ("owner_command", ColumnType::Text),
        ("admin_command", ColumnType::Text),
        ("accepted_because", ColumnType::Text),
        ("last_safe_day", ColumnType::Day),
    ],
    rows: |report, sink| {
        let mut rows = RowSink::of(report);
        for finding in &report.findings {
            rows.put(sink, finding_cells(finding))?;
        }
        Ok(())
    },
};

fn finding_cells(f: &Finding) -> [TableValue<'_>; 28] {
    let (status, until, because) = match &f.status {
        Status::Open => ("open", None, None),
        Status::Accepted { expires, reason } => ("accepted", Some(*expires), Some(reason.as_str())),
    };
    let evidence: Vec<_> =
        f.evidence.operations.iter().map(words::operation).chain(f.evidence.notes.iter().cloned()).collect();
    let remedy = f.remedy.as_ref();
    [
        text(&f.finding_id),
        text(f.rule),
        text(f.severity.name()),
        text(f.confidence.as_str()),
        text(status),
        time(until),
        text(&f.workspace_id),
        optional(f.token_id.as_deref()),
        text(&f.principal),
        optional(f.scope.as_deref()),
        text(&f.title),
        float(f.loss_odds),
        time(f.dates.window_start),
        time(f.dates.window_end),
        time(f.dates.reminder),
        time(f.dates.enforced),
        time(f.dates.next_call.map(|n| n.earliest)),
        time(f.dates.next_call.map(|n| n.latest)),
        time(f.dates.idle_revocation),
        time(f.dates.expiry),
        optional(f.reminder_goes_to.as_deref()),
        owned(evidence.join("; ")),
        text(&f.advice),
        remedy.map_or(TableValue::Null, |r| owned(r.scopes.join(" "))),
        optional(remedy.map(|r| r.owner_command.as_str())),
        optional(remedy.map(|r| r.admin_command.as_str())),
        optional(because),
        f.dates.last_safe_day.map_or(TableValue::Null, TableValue::Day),
    ]
}

/// Every scope of every token that is not gone.
pub static TOKEN_SCOPES: ReportTable = ReportTable {
    name: "token_scopes",
    about: "one row for each scope of each living token, with its verdict",
    columns: &[
        ("workspace_id", ColumnType::Text),
        ("token_id", ColumnType::Text),
        ("principal", ColumnType::Text),
        ("comment", ColumnType::Text),
        ("state", ColumnType::Text),
        ("decided_by", ColumnType::Text),
        ("window_start", ColumnType::Time),
        ("window_end", ColumnType::Time),
        ("window_known", ColumnType::Bool),
        ("enforced", ColumnType::Time),
        ("idle_revocation", ColumnType::Time),
        ("expiry", ColumnType::Time),
        ("scope", ColumnType::Text),
        ("verdict", ColumnType::Text),
        ("reason", ColumnType::Text),
        ("confidence", ColumnType::Text),
        ("sure", ColumnType::Bool),
        ("needed", ColumnType::Bool),
        ("uses", ColumnType::Int),
        ("first_used", ColumnType::Time),
        ("last_used", ColumnType::Time),
        ("loss_odds", ColumnType::Float),
        ("loss_odds_since_start", ColumnType::Float),
        ("likeliest_window_keeps", ColumnType::Bool),
        ("cadence", ColumnType::Text),
        ("occurrences", ColumnType::Int),
        ("next_call_earliest", ColumnType::Time),
        ("next_call_latest", ColumnType::Time),
    ],
    rows: |report, sink| {
        let mut rows = RowSink::of(report);
        for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
            for scope in &token.scopes {
                let row = [
                    text(&token.workspace_id),
                    text(&token.token_id),
                    text(&token.principal),
                    text(&token.comment),
                    optional(token.state.as_deref()),
                    text(token.decided_by),
                    time(token.window.start),
                    time(token.window.end),
                    TableValue::Bool(token.window.known),
                    time(token.dates.enforced),
                    time(token.dates.idle_revocation),
                    time(token.dates.expiry),
                    text(&scope.scope),
                    text(summary::name(scope.verdict)),
                    text(words::reason_name(scope.reason)),
                    text(scope.confidence.as_str()),
                    TableValue::Bool(scope.sure),
                    TableValue::Bool(scope.needed),
                    int(scope.uses),
                    time(scope.first_used),
                    time(scope.last_used),
                    float(scope.loss_odds),
                    float(scope.loss_odds_since_start),
                    scope.likeliest_window_keeps.map_or(TableValue::Null, TableValue::Bool),
                    optional(scope.cadence.as_deref()),
                    int(u64::from(scope.occurrences)),
                    time(scope.next_call.map(|n| n.earliest)),
                    time(scope.next_call.map(|n| n.latest)),
                ];
                rows.put(sink, row)?;
            }
        }
        Ok(())
    },
};

/// Uses by day.
pub static USAGE_DAILY: ReportTable = ReportTable {
    name: "usage_daily",
    about: "how often each token used each scope on each day; days without a use have no row",
    columns: &[
        ("workspace_id", ColumnType::Text),
        ("token_id", ColumnType::Text),
        ("scope", ColumnType::Text),
        ("day", ColumnType::Day),
        ("uses", ColumnType::Int),
    ],
    rows: |report, sink| {
        let mut rows = RowSink::of(report);
        for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
            for scope in &token.scopes {
                for (day, uses) in &scope.days {
                    let row = [
                        text(&token.workspace_id),
                        text(&token.token_id),
                        text(&scope.scope),
                        TableValue::Day(*day),
                        int(*uses),
                    ];
                    rows.put(sink, row)?;
                }
            }
        }
        Ok(())
    },
};

/// RowSink of log by day.
pub static COVERAGE_DAILY: ReportTable = ReportTable {
    name: "coverage_daily",
    about: "audit rows of each workspace on each day; a day inside a gap has a row with 0",
    columns: &[
        ("workspace_id", ColumnType::Text),
        ("day", ColumnType::Day),
        ("rows", ColumnType::Int),
        ("is_gap", ColumnType::Bool),
    ],
    rows: |report, sink| {
        let mut rows = RowSink::of(report);
        for workspace in &report.coverage.workspaces {
            let gap_days = workspace.gaps.iter().flat_map(|(a, b)| (a.0..=b.0).map(Day));
            let mut days: Vec<(Day, u64, bool)> = workspace
                .rows_by_day
                .iter()
                .map(|(day, n)| (*day, *n, workspace.gaps.iter().any(|(a, b)| a <= day && day <= b)))
                .collect();
            let seen = days.len();
            days.extend(
                gap_days
                    .filter(|d| !workspace.rows_by_day.iter().any(|(day, _)| day == d))
                    .map(|d| (d, 0, true)),
            );
            if days.len() > seen {
                days.sort_unstable();
            }
            for (day, n, is_gap) in days {
                rows.put(
                    sink,
                    [text(&workspace.workspace_id), TableValue::Day(day), int(n), TableValue::Bool(is_gap)],
                )?;
            }
        }
        Ok(())
    },
};

fn text(given: &str) -> TableValue<'_> {
    TableValue::Text(blank_secrets(given))
}

fn owned<'a>(given: String) -> TableValue<'a> {
    TableValue::Text(Cow::Owned(blank_secrets(&given).into_owned()))
}

fn optional(given: Option<&str>) -> TableValue<'_> {
    given.map_or(TableValue::Null, text)
}

fn time<'a>(given: Option<Time>) -> TableValue<'a> {
    given.map_or(TableValue::Null, TableValue::Time)
}

fn float<'a>(given: Option<f64>) -> TableValue<'a> {
    given.map_or(TableValue::Null, TableValue::Float)
}

fn int<'a>(given: u64) -> TableValue<'a> {
    TableValue::Int(i64::try_from(given).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

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
                            TableValue::Text(_) => *kind == ColumnType::Text,
                            TableValue::Int(_) => *kind == ColumnType::Int,
                            TableValue::Float(_) => *kind == ColumnType::Float,
                            TableValue::Bool(_) => *kind == ColumnType::Bool,
                            TableValue::Time(_) => *kind == ColumnType::Time,
                            TableValue::Day(_) => *kind == ColumnType::Day,
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
