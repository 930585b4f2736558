//! Uses of each scope by day -> the table `usage_daily`.

use super::values::{int, text};
use super::{CellType, ReportTable, RowSink, TableValue};

/// Uses by day.
pub(crate) static USAGE_DAILY: ReportTable = ReportTable {
    name: "usage_daily",
    about: "how often each token used each scope on each day; days without a use have no row",
    columns: &[
        ("workspace_id", CellType::Text),
        ("token_id", CellType::Text),
        ("scope", CellType::Text),
        ("day", CellType::Day),
        ("uses", CellType::Int),
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
