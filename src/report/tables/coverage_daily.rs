//! Audit rows of each workspace by day -> the table `coverage_daily`.

use super::values::{int, text};
use super::{CellType, ReportTable, RowSink, TableValue};
use crate::support::time::Day;

/// Rows of log by day.
pub(crate) static COVERAGE_DAILY: ReportTable = ReportTable {
    name: "coverage_daily",
    about: "audit rows of each workspace on each day; a day inside a gap has a row with 0",
    columns: &[
        ("workspace_id", CellType::Text),
        ("day", CellType::Day),
        ("rows", CellType::Int),
        ("is_gap", CellType::Bool),
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
