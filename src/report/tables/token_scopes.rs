//! Scopes of living tokens -> the table `token_scopes`.

use super::values::{float, int, optional, text, time};
use super::{ColumnType, ReportTable, RowSink, TableValue};
use crate::report::{summary, words};

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
                    text(token.decided_by.name()),
                    time(token.window.start),
                    time(token.window.end),
                    TableValue::Bool(token.window.known),
                    time(token.dates.enforced),
                    time(token.dates.idle_revocation),
                    time(token.dates.expiry),
                    text(&scope.scope),
                    text(scope.verdict.name()),
                    text(scope.reason.name()),
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
