//! The report as flat tables for dashboards: the columns of each, and its rows one by one. CSV and Parquet are written
//! from the same rows, so they cannot disagree.
//!
//! A column is added, never renamed or removed within a schema version; every row names its run, so that files of many runs
//! can lie in one folder.

use super::model::Report;
use crate::assess::OperationUse;
use crate::assess::{Finding, Status};
use crate::support::secret::blank_secrets;
use crate::support::time::{Day, Time};
use std::borrow::Cow;
use std::io;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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

/// One value; what is not known is [`Cell::Null`] in a column of any kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
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
pub type Sink<'s> = &'s mut dyn FnMut(&[Cell<'_>]) -> io::Result<()>;

/// One table.
pub struct Table {
    /// Its name, and that of its files.
    pub name: &'static str,
    /// What it holds, for people.
    pub about: &'static str,
    /// Name and kind of each column, without [`RUN`].
    pub columns: &'static [(&'static str, Kind)],
    rows: fn(&Report, Sink<'_>) -> io::Result<()>,
}

/// The columns with which every row of every table begins.
pub const RUN: &[(&str, Kind)] =
    &[("run_id", Kind::Text), ("as_of", Kind::Time), ("schema_version", Kind::Int)];

/// All tables.
pub const ALL: [&Table; 4] = [&FINDINGS, &TOKEN_SCOPES, &USAGE_DAILY, &COVERAGE_DAILY];

impl Table {
    /// Every column, [`RUN`] first.
    pub fn all_columns(&self) -> impl Iterator<Item = (&'static str, Kind)> {
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
struct Rows<'r> {
    cells: Vec<Cell<'r>>,
}

impl<'r> Rows<'r> {
    fn of(report: &'r Report) -> Self {
        let run = [
            text(&report.run.run_id),
            Cell::Time(report.run.as_of),
            Cell::Int(i64::from(report.schema_version)),
        ];
        Self { cells: run.to_vec() }
    }

    fn put(
        &mut self,
        sink: &mut dyn FnMut(&[Cell<'_>]) -> io::Result<()>,
        row: impl IntoIterator<Item = Cell<'r>>,
    ) -> io::Result<()> {
        self.cells.truncate(RUN.len());
        self.cells.extend(row);
        sink(&self.cells)
    }
}

/// Findings, worst first.
pub static FINDINGS: Table = Table {
    name: "findings",
    about: "what is wrong or about to be, worst first",
    columns: &[
        ("finding_id", Kind::Text),
        ("rule", Kind::Text),
        ("severity", Kind::Text),
        ("confidence", Kind::Text),
        ("status", Kind::Text),
        ("accepted_until", Kind::Time),
        ("workspace_id", Kind::Text),
        ("token_id", Kind::Text),
        ("principal", Kind::Text),
        ("scope", Kind::Text),
        ("title", Kind::Text),
        ("loss_odds", Kind::Float),
        ("window_start", Kind::Time),
        ("window_end", Kind::Time),
        ("reminder", Kind::Time),
        ("enforced", Kind::Time),
        ("next_call_earliest", Kind::Time),
        ("next_call_latest", Kind::Time),
        ("idle_revocation", Kind::Time),
        ("expiry", Kind::Time),
        ("reminder_goes_to", Kind::Text),
        ("evidence", Kind::Text),
        ("advice", Kind::Text),
        ("needed_scopes", Kind::Text),
        ("owner_command", Kind::Text),
        ("admin_command", Kind::Text),
        ("accepted_because", Kind::Text),
        ("last_safe_day", Kind::Day),
    ],
    rows: |report, sink| {
        let mut rows = Rows::of(report);
        for finding in &report.findings {
            rows.put(sink, finding_cells(finding))?;
        }
        Ok(())
    },
};

fn finding_cells(f: &Finding) -> [Cell<'_>; 28] {
    let (status, until, because) = match &f.status {
        Status::Open => ("open", None, None),
        Status::Accepted { expires, reason } => ("accepted", Some(*expires), Some(reason.as_str())),
    };
    let evidence: Vec<_> = f
        .evidence
        .operations
        .iter()
        .map(OperationUse::sentence)
        .chain(f.evidence.notes.iter().cloned())
        .collect();
    let remedy = f.remedy.as_ref();
    [
        text(&f.finding_id),
        text(f.rule.name()),
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
        remedy.map_or(Cell::Null, |r| owned(r.scopes.join(" "))),
        optional(remedy.map(|r| r.owner_command.as_str())),
        optional(remedy.map(|r| r.admin_command.as_str())),
        optional(because),
        f.dates.last_safe_day.map_or(Cell::Null, Cell::Day),
    ]
}

/// Every scope of every token that is not gone.
pub static TOKEN_SCOPES: Table = Table {
    name: "token_scopes",
    about: "one row for each scope of each living token, with its verdict",
    columns: &[
        ("workspace_id", Kind::Text),
        ("token_id", Kind::Text),
        ("principal", Kind::Text),
        ("comment", Kind::Text),
        ("state", Kind::Text),
        ("decided_by", Kind::Text),
        ("window_start", Kind::Time),
        ("window_end", Kind::Time),
        ("window_known", Kind::Bool),
        ("enforced", Kind::Time),
        ("idle_revocation", Kind::Time),
        ("expiry", Kind::Time),
        ("scope", Kind::Text),
        ("verdict", Kind::Text),
        ("reason", Kind::Text),
        ("confidence", Kind::Text),
        ("sure", Kind::Bool),
        ("needed", Kind::Bool),
        ("uses", Kind::Int),
        ("first_used", Kind::Time),
        ("last_used", Kind::Time),
        ("loss_odds", Kind::Float),
        ("loss_odds_since_start", Kind::Float),
        ("likeliest_window_keeps", Kind::Bool),
        ("cadence", Kind::Text),
        ("occurrences", Kind::Int),
        ("next_call_earliest", Kind::Time),
        ("next_call_latest", Kind::Time),
    ],
    rows: |report, sink| {
        let mut rows = Rows::of(report);
        for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
            for scope in &token.scopes {
                let row = [
                    text(&token.workspace_id),
                    text(&token.token_id),
                    text(&token.principal),
                    text(&token.comment),
                    optional(token.state.as_deref()),
                    text(token.decided_by.name()),
                    time(token.window.start),
                    time(token.window.end),
                    Cell::Bool(token.window.known),
                    time(token.dates.enforced),
                    time(token.dates.idle_revocation),
                    time(token.dates.expiry),
                    text(&scope.scope),
                    text(scope.verdict.name()),
                    text(scope.reason.name()),
                    text(scope.confidence.as_str()),
                    Cell::Bool(scope.sure),
                    Cell::Bool(scope.needed),
                    int(scope.uses),
                    time(scope.first_used),
                    time(scope.last_used),
                    float(scope.loss_odds),
                    float(scope.loss_odds_since_start),
                    scope.likeliest_window_keeps.map_or(Cell::Null, Cell::Bool),
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
pub static USAGE_DAILY: Table = Table {
    name: "usage_daily",
    about: "how often each token used each scope on each day; days without a use have no row",
    columns: &[
        ("workspace_id", Kind::Text),
        ("token_id", Kind::Text),
        ("scope", Kind::Text),
        ("day", Kind::Day),
        ("uses", Kind::Int),
    ],
    rows: |report, sink| {
        let mut rows = Rows::of(report);
        for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
            for scope in &token.scopes {
                for (day, uses) in &scope.days {
                    let row = [
                        text(&token.workspace_id),
                        text(&token.token_id),
                        text(&scope.scope),
                        Cell::Day(*day),
                        int(*uses),
                    ];
                    rows.put(sink, row)?;
                }
            }
        }
        Ok(())
    },
};

/// Rows of log by day.
pub static COVERAGE_DAILY: Table = Table {
    name: "coverage_daily",
    about: "audit rows of each workspace on each day; a day inside a gap has a row with 0",
    columns: &[("workspace_id", Kind::Text), ("day", Kind::Day), ("rows", Kind::Int), ("is_gap", Kind::Bool)],
    rows: |report, sink| {
        let mut rows = Rows::of(report);
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
                rows.put(sink, [text(&workspace.workspace_id), Cell::Day(day), int(n), Cell::Bool(is_gap)])?;
            }
        }
        Ok(())
    },
};

fn text(given: &str) -> Cell<'_> {
    Cell::Text(blank_secrets(given))
}

fn owned<'a>(given: String) -> Cell<'a> {
    Cell::Text(Cow::Owned(blank_secrets(&given).into_owned()))
}

fn optional(given: Option<&str>) -> Cell<'_> {
    given.map_or(Cell::Null, text)
}

fn time<'a>(given: Option<Time>) -> Cell<'a> {
    given.map_or(Cell::Null, Cell::Time)
}

fn float<'a>(given: Option<f64>) -> Cell<'a> {
    given.map_or(Cell::Null, Cell::Float)
}

fn int<'a>(given: u64) -> Cell<'a> {
    Cell::Int(i64::try_from(given).unwrap_or(i64::MAX))
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
                            Cell::Null => true,
                            Cell::Text(_) => *kind == Kind::Text,
                            Cell::Int(_) => *kind == Kind::Int,
                            Cell::Float(_) => *kind == Kind::Float,
                            Cell::Bool(_) => *kind == Kind::Bool,
                            Cell::Time(_) => *kind == Kind::Time,
                            Cell::Day(_) => *kind == Kind::Day,
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
                found |= row[4..] == [Cell::Day(gap), Cell::Int(0), Cell::Bool(true)];
                Ok(())
            })
            .unwrap();
        assert!(found);
    }
}
