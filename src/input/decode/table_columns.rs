//! What the columns of a table mean, under the names that any engine gives them.

use super::field::EventField;
use super::formats::{ColumnNames, LogTable, TABLE_KINDS};
use crate::input::source::ReadProblem;
use std::fmt;

/// Every column's field; `None` for columns that are not needed.
pub(super) struct Columns {
    pub(super) table: &'static LogTable,
    pub(super) fields: Vec<Option<EventField>>,
}

impl fmt::Debug for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Columns").field("fields", &self.fields).finish_non_exhaustive()
    }
}

impl Columns {
    /// Recognises a table by its column names; `None` if it is unknown. `mapped` maps more names to fields.
    pub(super) fn of<'n>(
        names: impl Iterator<Item = &'n str>,
        mapped: &'n [(String, EventField)],
    ) -> Option<Self> {
        let columns = ColumnNames::of(names, mapped);
        let table = TABLE_KINDS.iter().copied().find(|table| (table.is_it)(&columns))?;
        // Of the two users of a statement, the one who ran it counts.
        let by_owner = columns.has("executedby");
        let fields = columns
            .fields(table.field)
            .zip(&columns.names)
            .map(|(field, (_, name))| field.filter(|_| name != "executedas" || !by_owner))
            .collect();
        Some(Self { table, fields })
    }

    /// Whether a field has a column.
    pub(super) fn has(&self, field: EventField) -> bool {
        self.fields.contains(&Some(field))
    }

    /// Refuses a table that lacks a required column, such as time, request or identity, and names it as it is called there.
    pub(super) fn check<'n>(&self, names: impl Iterator<Item = &'n str>) -> Result<(), ReadProblem> {
        let required = self.table.required.iter();
        let missing: Vec<&str> = required
            .filter(|(fields, _)| !fields.iter().any(|field| self.has(*field)))
            .map(|(_, name)| *name)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let found: Vec<String> = names.map(|n| n.escape_debug().take(60).collect()).take(40).collect();
        Err(ReadProblem::Unusable(format!(
            "lacks the column{} {}; its columns are {}. Export the table again with {}.",
            if missing.len() == 1 { "" } else { "s" },
            missing.join(", "),
            found.join(", "),
            if missing.len() == 1 { "it" } else { "them" },
        )))
    }
}

/// Whether a row's request parameters can matter: those of logins and tokens (all of service `accounts`), and of rows that may
/// name their workspace only there.
pub(super) fn needs_params(service: &str, workspace: &str) -> bool {
    service.eq_ignore_ascii_case("accounts") || matches!(workspace, "" | "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::file_kind::LogFormat;

    fn columns(names: &[&str]) -> Option<Columns> {
        Columns::of(names.iter().copied(), &[])
    }

    fn refused(names: &[&str]) -> String {
        columns(names).unwrap().check(names.iter().copied()).unwrap_err().to_string()
    }

    #[test]
    fn both_cases_and_flattened_names_mean_the_same() {
        let wanted = [
            EventField::Time,
            EventField::Service,
            EventField::Action,
            EventField::Email,
            EventField::Status,
            EventField::TokenId,
            EventField::ParamsWorkspace,
        ];
        for names in [
            [
                "event_time",
                "service_name",
                "action_name",
                "user_identity.email",
                "response.status_code",
                "request_params.tokenId",
                "request_params.workspace_id",
            ],
            [
                "eventTime",
                "serviceName",
                "actionName",
                "userIdentity_email",
                "response_statusCode",
                "requestParams_tokenId",
                "requestParams_workspace_id",
            ],
            [
                "EVENT_TIME",
                "SERVICE_NAME",
                "ACTION_NAME",
                "email",
                "status_code",
                "request_params[tokenId]",
                "request_params[workspace_id]",
            ],
            [
                "EventTime",
                "ServiceName",
                "ActionName",
                "UserEmail",
                "ResponseStatusCode",
                "tokenId",
                "RequestParams.workspace_id",
            ],
        ] {
            let found = columns(&names).unwrap();
            assert_eq!(found.table.as_csv, LogFormat::SystemTableCsv);
            assert_eq!(found.fields, wanted.map(Some), "{names:?}");
        }
    }

    #[test]
    fn tables_are_told_apart() {
        let table = |names: &[&str]| columns(names).map(|c| c.table.as_csv);
        assert_eq!(
            table(&["TimeGenerated [UTC]", "OperationName", "Identity"]),
            Some(LogFormat::LogAnalyticsCsv)
        );
        assert_eq!(table(&["time", "method", "path", "status", "token_id"]), Some(LogFormat::AccessLogCsv));
        assert_eq!(table(&["statement_id", "executed_by", "start_time"]), Some(LogFormat::QueryHistoryCsv));
        assert_eq!(table(&["token_id", "comment", "creation_time", "scopes"]), None, "an inventory");
        assert_eq!(table(&["user", "path", "time"]), None);
    }

    #[test]
    fn what_is_missing_is_named() {
        let text = refused(&["service_name", "action_name", "user_identity", "source_ip_address"]);
        assert_eq!(
            text,
            "lacks the column event_time; its columns are service_name, action_name, user_identity, source_ip_address. Export the table again with it."
        );
        let text = refused(&["event_time", "request_params"]);
        assert!(
            text.starts_with("lacks the columns service_name, action_name, user_identity; its"),
            "{text}"
        );
        assert!(
            refused(&["time", "method", "path", "status"])
                .starts_with("lacks the column token_id (or principal); its")
        );
        assert!(refused(&["executed_by", "client_application"]).starts_with("lacks the column start_time;"));
    }
}
