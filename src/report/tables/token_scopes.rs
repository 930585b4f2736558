//! Scopes of living tokens -> the table `token_scopes`.

use super::values::{float, int, optional, text, time};
use super::{CellType, ReportTable, RowSink, TableValue};

/// Every scope of every token that is not gone.
pub(crate) static TOKEN_SCOPES: ReportTable = ReportTable {
    name: "token_scopes",
    about: "one row for each scope of each living token, with its verdict",
    columns: &[
        ("workspace_id", CellType::Text),
        ("token_id", CellType::Text),
        ("principal", CellType::Text),
        ("comment", CellType::Text),
        ("state", CellType::Text),
        ("decided_by", CellType::Text),
        ("window_start", CellType::Time),
        ("window_end", CellType::Time),
        ("window_known", CellType::Bool),
        ("enforced", CellType::Time),
        ("idle_revocation", CellType::Time),
        ("expiry", CellType::Time),
        ("scope", CellType::Text),
        ("verdict", CellType::Text),
        ("reason", CellType::Text),
        ("confidence", CellType::Text),
        ("sure", CellType::Bool),
        ("needed", CellType::Bool),
        ("uses", CellType::Int),
        ("first_used", CellType::Time),
        ("last_used", CellType::Time),
        ("loss_odds", CellType::Float),
        ("loss_odds_since_start", CellType::Float),
        ("likeliest_window_keeps", CellType::Bool),
        ("cadence", CellType::Text),
        ("occurrences", CellType::Int),
        ("next_call_earliest", CellType::Time),
        ("next_call_latest", CellType::Time),
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
