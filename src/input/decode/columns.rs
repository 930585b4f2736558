//! What the columns of a table mean, whatever the engine that wrote it made of their names: both cases, flattened structs
//! (`user_identity.email`, `request_params[tokenId]`), Log Analytics, Sentinel, query history, access logs.

use super::fields::EventField;
use super::keys;
use super::{LogFormat, ReadProblem};

/// The kinds of tables that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// `system.access.audit`, or log delivery as a table.
    Audit,
    /// The same from Log Analytics or Sentinel.
    LogAnalytics,
    /// An HTTP access log.
    AccessLog,
    /// `system.query.history`.
    QueryHistory,
}

/// Every column's field; `None` for those that nothing asks for.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) table: Table,
    pub(super) fields: Vec<Option<EventField>>,
}

const STORED: &str = "timegenerated";

impl Columns {
    /// Recognises a table by its column names; `None` if it is none of ours. `extra` maps more names to fields.
    pub(super) fn of<'n>(
        names: impl Iterator<Item = &'n str> + Clone,
        extra: &[(String, EventField)],
    ) -> Option<Self> {
        let plain: Vec<String> = names.clone().map(normal).collect();
        let extra = |name: &str| extra.iter().find(|(n, _)| n == name).map(|(_, f)| *f);
        let has = |name: &str| plain.iter().any(|n| n == name);
        let any = |field: fn(&str) -> Option<EventField>, wanted: &[EventField]| {
            plain
                .iter()
                .zip(names.clone())
                .any(|(n, raw)| extra(raw).or_else(|| field(n)).is_some_and(|f| wanted.contains(&f)))
        };
        let marks = [
            EventField::Service,
            EventField::Action,
            EventField::Operation,
            EventField::Identity,
            EventField::Params,
            EventField::Level,
        ];
        let marks = marks.into_iter().filter(|f| any(audit, &[*f])).count()
            + usize::from(has("eventtime") || has(STORED))
            + usize::from(has("sourceipaddress"));
        let table = if (has("executedby") || has("executedas"))
            && (has("starttime") || has("statementid") || has("clientapplication"))
        {
            Table::QueryHistory
        } else if any(access, &[EventField::Method])
            && any(access, &[EventField::Path])
            && !any(audit, &[EventField::Service, EventField::Action])
        {
            Table::AccessLog
        } else if marks >= 2 {
            if has(STORED) { Table::LogAnalytics } else { Table::Audit }
        } else {
            return None;
        };
        let field = |name: &str| match table {
            Table::Audit | Table::LogAnalytics => audit(name),
            Table::AccessLog => access(name),
            Table::QueryHistory => history(name),
        };
        let by_owner = has("executedby");
        let fields = names
            .zip(&plain)
            .map(|(raw, n)| extra(raw).or_else(|| field(n)).filter(|_| n != "executedas" || !by_owner))
            .collect();
        Some(Self { table, fields })
    }

    /// Whether a field has a column.
    pub(super) fn has(&self, field: EventField) -> bool {
        self.fields.contains(&Some(field))
    }

    /// Refuses a table without time, request or identity, by the name the column has there.
    pub(super) fn check<'n>(&self, names: impl Iterator<Item = &'n str>) -> Result<(), ReadProblem> {
        let any = |wanted: &[EventField]| wanted.iter().any(|f| self.has(*f));
        let time = any(&[EventField::Time, EventField::StoredTime]);
        let mut missing = Vec::new();
        let mut need = |there: bool, name: &'static str| {
            if !there {
                missing.push(name)
            }
        };
        match self.table {
            Table::Audit => {
                need(time, "event_time");
                need(any(&[EventField::Service, EventField::Operation]), "service_name");
                need(any(&[EventField::Action, EventField::Operation]), "action_name");
                need(any(&[EventField::Identity, EventField::Email]), "user_identity");
            }
            Table::LogAnalytics => {
                need(any(&[EventField::Service, EventField::Operation]), "ServiceName");
                need(any(&[EventField::Action, EventField::Operation]), "ActionName");
                need(any(&[EventField::Identity, EventField::Email]), "Identity");
            }
            Table::AccessLog => {
                need(time, "time");
                need(any(&[EventField::HttpToken, EventField::Principal]), "token_id (or principal)");
            }
            Table::QueryHistory => need(time, "start_time"),
        }
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

impl Table {
    /// The format that reports name for such a table as CSV.
    pub(super) const fn csv(self) -> LogFormat {
        match self {
            Self::Audit => LogFormat::SystemTableCsv,
            Self::LogAnalytics => LogFormat::LogAnalyticsCsv,
            Self::AccessLog => LogFormat::AccessLogCsv,
            Self::QueryHistory => LogFormat::QueryHistoryCsv,
        }
    }
}

/// Whether a row's request parameters can matter: those of logins and tokens (all of service `accounts`), and of rows that
/// hide their workspace in them.
pub(super) fn needs_params(service: &str, workspace: &str) -> bool {
    service.eq_ignore_ascii_case("accounts") || matches!(workspace, "" | "0")
}

/// Letters and digits in lower case: all that the spellings of one name share. A zone in brackets (`TimeGenerated [UTC]`) and
/// Azure's leading underscore go as well.
pub(super) fn normal(name: &str) -> String {
    let name = name.trim_start_matches('\u{feff}');
    let name = name.split_once(" [").map_or(name, |(name, _)| name);
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn audit(name: &str) -> Option<EventField> {
    Some(match name {
        "eventtime" | "timestamp" | "time" | "eventtimestamp" => EventField::Time,
        STORED => EventField::StoredTime,
        "workspaceid" => EventField::Workspace,
        "orgid" => EventField::Org,
        "auditlevel" => EventField::Level,
        "useridentity" | "identity" => EventField::Identity,
        "useridentityemail" | "identityemail" | "useremail" | "email" => EventField::Email,
        "sourceipaddress" | "sourceip" => EventField::Address,
        "useragent" => EventField::Agent,
        "servicename" | "service" => EventField::Service,
        "actionname" | "action" => EventField::Action,
        "operationname" => EventField::Operation,
        "resourceid" => EventField::Resource,
        "requestid" => EventField::RequestId,
        "eventid" | "logid" => EventField::EventId,
        "response" => EventField::Response,
        "responsestatuscode" | "statuscode" => EventField::Status,
        "responseerrormessage" | "errormessage" => EventField::Error,
        "requestparams" => EventField::Params,
        "requestparamsworkspaceid" => EventField::ParamsWorkspace,
        "requestparamsorgid" => EventField::ParamsOrg,
        _ => return parameter(name.strip_prefix("requestparams").unwrap_or(name)),
    })
}

/// Parameters selected into columns of their own, with or without the name of the map before them.
fn parameter(name: &str) -> Option<EventField> {
    Some(match name {
        "user" => EventField::User,
        "tokenid" => EventField::TokenId,
        "authenticationmethod" => EventField::AuthenticationMethod,
        "tokenhash" => EventField::TokenHash,
        "tokenexpirationtime" => EventField::TokenExpiration,
        "path" => EventField::DeniedPath,
        _ => return None,
    })
}

fn access(name: &str) -> Option<EventField> {
    const NAMES: &[(&str, EventField)] = &[
        ("timestamp", EventField::Time),
        ("time", EventField::Time),
        ("eventtime", EventField::Time),
        ("useragent", EventField::Agent),
        ("requestid", EventField::RequestId),
        ("workspaceid", EventField::Workspace),
        ("sourceipaddress", EventField::Address),
    ];
    let known = |(n, f): &(&str, EventField)| (normal(n) == name).then_some(*f);
    NAMES.iter().find_map(known).or_else(|| super::access_log::KEYS.iter().find_map(known))
}

fn history(name: &str) -> Option<EventField> {
    Some(match name {
        "starttime" => EventField::Time,
        "workspaceid" => EventField::Workspace,
        "executedby" | "executedas" => EventField::Email,
        "clientapplication" => EventField::Agent,
        "statementid" => EventField::EventId,
        "executionstatus" => EventField::Status,
        "errormessage" => EventField::Error,
        _ => return None,
    })
}

/// The columns that `--field` names, with the fields they hold, as in JSON access logs.
pub(super) fn mapped(fields: &[(String, String)]) -> Vec<(String, EventField)> {
    let field = |name: &str| super::access_log::MAPPABLE.iter().find(|(n, _)| *n == name).map(|(_, f)| *f);
    fields.iter().filter_map(|(name, key)| Some((key.clone(), field(name)?))).collect()
}

/// What a key inside a cell means.
pub(super) fn inside(cell: EventField, key: &str) -> Option<EventField> {
    match (cell, key) {
        (EventField::Identity, "email") => Some(EventField::Email),
        (EventField::Response, "status_code" | "statusCode") => Some(EventField::Status),
        (EventField::Response, "error_message" | "errorMessage") => Some(EventField::Error),
        (EventField::Params, key) => keys::params_field(key),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(found.table, Table::Audit);
            assert_eq!(found.fields, wanted.map(Some), "{names:?}");
        }
    }

    #[test]
    fn tables_are_told_apart() {
        let table = |names: &[&str]| columns(names).map(|c| c.table);
        assert_eq!(table(&["TimeGenerated [UTC]", "OperationName", "Identity"]), Some(Table::LogAnalytics));
        assert_eq!(table(&["time", "method", "path", "status", "token_id"]), Some(Table::AccessLog));
        assert_eq!(table(&["statement_id", "executed_by", "start_time"]), Some(Table::QueryHistory));
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
