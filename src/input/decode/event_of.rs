//! A [`RawRecord`] -> the [`Event`]: what counts as time, workspace, principal, request and outcome, for every format alike.

use super::field::EventField;
use super::formats::azure;
use super::json_record::Scratch;
use super::json_value::FieldValue;
use super::json_walk::Reason;
use super::moment::{OF_A_LOG, parse_time};
use super::raw_record::RawRecord;
use crate::input::event::{Event, Outcome, Request, RequestParams};
use crate::input::source::Hints;
use crate::support::hash::fingerprint;
use std::borrow::Cow;

impl<'a> RawRecord<'a> {
    /// The event of this record. `record` is the whole record as written, `hints` what its folders say.
    ///
    /// # Errors
    /// What the record lacks, as the end of a sentence.
    pub(crate) fn event(
        &mut self,
        scratch: &'a mut Scratch,
        hints: &'a Hints,
        record: &[u8],
    ) -> Result<Event<'a>, Reason> {
        self.open_cells(scratch);
        self.finish(hints, record)
    }

    fn finish(&self, hints: &'a Hints, record: &[u8]) -> Result<Event<'a>, Reason> {
        let request = self.request()?;
        let time = match (self.time, self.first(&[EventField::Time, EventField::StoredTime])) {
            (Some(time), _) => time,
            (None, time) if time.is_some() => {
                parse_time(&time.text()).ok_or("has a time that cannot be read")?
            }
            _ => return Err("has no time"),
        };
        if !OF_A_LOG.contains(&time) {
            return Err("has a time that no log can have: before 2000 or after 2099");
        }
        let level = self.text(EventField::Level);
        let row_workspace = self.first(&[EventField::Workspace, EventField::Org]).text();
        let account_level =
            if level.is_empty() { row_workspace == "0" } else { level.eq_ignore_ascii_case("ACCOUNT_LEVEL") };
        let resource = self.get(EventField::Resource);
        let azure = resource.is_some()
            || self.get(EventField::Operation).is_some()
            || self.get(EventField::StoredTime).is_some();
        let status = match self.get(EventField::Status).text().trim() {
            "" => None,
            text => Some(text.parse().or_else(|_| text.parse::<f64>().map(|n| n as i64)).unwrap_or(-1)),
        };
        let outcome = Outcome::from_status(status);
        let event_id = self.text(EventField::EventId);
        Ok(Event {
            time,
            whole_seconds: azure && time.0.rem_euclid(1_000_000) == 0,
            workspace: self.workspace(row_workspace, hints),
            account_level,
            identity: match request {
                Request::Http { .. } => self.first(&[EventField::Principal, EventField::Email]).text(),
                Request::Action { .. } => self.text(EventField::Email),
            },
            address: self.text(EventField::Address),
            agent: self.text(EventField::Agent),
            outcome,
            error: if outcome == Outcome::Succeeded {
                Cow::Borrowed("")
            } else {
                self.text(EventField::Error)
            },
            request_id: self.text(EventField::RequestId),
            record_hash: if event_id.is_empty() { hash(record) } else { 0 },
            event_id,
            params: self.params(),
            request,
        })
    }

    fn params(&self) -> RequestParams<'a> {
        let truncated = self.get(EventField::Truncated).is_some();
        if !self.is_accounts() {
            return RequestParams { truncated, ..RequestParams::default() };
        }
        RequestParams {
            user: self.text(EventField::User),
            token_id: self.text(EventField::TokenId),
            authentication_method: self.text(EventField::AuthenticationMethod),
            token_hash: self.text(EventField::TokenHash),
            token_expiration: parse_time(&self.text(EventField::TokenExpiration)),
            path: self.text(EventField::DeniedPath),
            truncated,
        }
    }

    fn request(&self) -> Result<Request<'a>, Reason> {
        let (service, action) = (self.get(EventField::Service), self.get(EventField::Action));
        if service.is_some() && action.is_some() {
            return Ok(Request::Action { service: service.text(), action: action.text() });
        }
        if let FieldValue::Text(operation) = self.get(EventField::Operation)
            && let Some((service, action)) = azure::operation(operation)
        {
            return Ok(Request::Action { service: Cow::Borrowed(service), action: Cow::Borrowed(action) });
        }
        let (method, path) = (self.get(EventField::Method), self.get(EventField::Path));
        if method.is_some() && path.is_some() {
            return Ok(Request::Http {
                method: method.text(),
                path: path.text(),
                token_id: self.text(EventField::HttpToken),
            });
        }
        Err(match (service.is_some(), action.is_some(), method.is_some(), path.is_some()) {
            (true, false, ..) => "has no action",
            (false, true, ..) => "has no service",
            (_, _, true, false) => "has no path",
            (_, _, false, true) => "has no method",
            _ if self.get(EventField::Records) != FieldValue::Null => "wraps records that are not a list",
            _ => "is no audit or access-log record",
        })
    }

    fn workspace(&self, of_row: Cow<'a, str>, hints: &'a Hints) -> Cow<'a, str> {
        let names_one = |text: &str| !matches!(text, "" | "0");
        let has_params = self.needs_params();
        let own = self.text(EventField::ParamsWorkspace);
        if has_params && names_one(&own) {
            return own;
        }
        if !of_row.is_empty() {
            return of_row;
        }
        if let Some(name) = azure::workspace(&self.text(EventField::Resource)) {
            return Cow::Owned(name);
        }
        let org = self.text(EventField::ParamsOrg);
        if has_params && names_one(&org) {
            return org;
        }
        hints.workspace.as_deref().map_or(of_row, Cow::Borrowed)
    }
}

/// A hash of a record: the same on every machine and in every run, and never 0.
fn hash(record: &[u8]) -> u64 {
    fingerprint(record).max(1)
}
