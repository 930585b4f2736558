//! `system.query.history`: who ran SQL with which client. It names no token, so its rows are evidence for the principal only,
//! under an action of their own that no audit log has.

use super::Value;
use super::fields::{Field, Row};

/// The service that stands for this table.
pub const SERVICE: &str = "queryHistory";
/// Its only action.
pub const ACTION: &str = "query";

/// Completes a row of the table: `execution_status` is a word, and a statement that ended is a call that succeeded.
pub(super) fn complete(row: &mut Row<'_>) {
    row.set(Field::Service, Value::Text(SERVICE));
    row.set(Field::Action, Value::Text(ACTION));
    let code = match row.get(Field::Status).text().as_ref() {
        "" | "FINISHED" => "200",
        _ => "500",
    };
    row.set(Field::Status, Value::Text(code));
}
