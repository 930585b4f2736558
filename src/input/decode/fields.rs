//! The fields of a row by meaning, under whatever spelling, and how they become an [`Event`]. Every format fills the same
//! [`RawRecord`], so what counts as workspace, principal or outcome is decided in one place.

use super::azure;
use super::json_index::Index;
use super::json_walk::{Cursor, FieldValue, Reason, unescape};
use super::moment::{OF_A_LOG, parse_time};
use crate::input::event::{Event, Outcome, Request, RequestParams};
use crate::input::source::Hints;
use crate::support::hash::fingerprint;
use crate::support::time::Time;
use std::borrow::Cow;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a column, or a key of a record, means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum EventField { $($(#[$doc])* $name,)* }
        const FIELDS: usize = [$(EventField::$name),*].len();
    };
}

fields! {
    /// When it happened.
    Time,
    /// When it was stored; stands in where there is no other time.
    StoredTime,
    /// Workspace id.
    Workspace,
    /// Older name of the workspace id.
    Org,
    /// `WORKSPACE_LEVEL` or `ACCOUNT_LEVEL`.
    Level,
    /// The identity as a cell: object, JSON text, or just the name.
    Identity,
    /// E-mail address or application id.
    Email,
    /// Source address.
    Address,
    /// User agent.
    Agent,
    /// Service.
    Service,
    /// Action.
    Action,
    /// Azure's `Microsoft.Databricks/service/action`.
    Operation,
    /// Azure's resource id.
    Resource,
    /// Azure's `properties` cell.
    Properties,
    /// Request id.
    RequestId,
    /// Event id.
    EventId,
    /// The response as a cell: object or JSON text.
    Response,
    /// HTTP status or result code.
    Status,
    /// Error message.
    Error,
    /// The request parameters as a cell: object or JSON text.
    Params,
    /// `request_params.user`.
    User,
    /// `request_params.tokenId`.
    TokenId,
    /// `request_params.authenticationMethod`.
    AuthenticationMethod,
    /// `request_params.tokenHash`.
    TokenHash,
    /// `request_params.tokenExpirationTime`.
    TokenExpiration,
    /// `request_params.path`.
    DeniedPath,
    /// `request_params.workspace_id`.
    ParamsWorkspace,
    /// `request_params.orgId`.
    ParamsOrg,
    /// The log cut the parameters.
    Truncated,
    /// Method of an access-log line.
    Method,
    /// Path or URL of an access-log line.
    Path,
    /// Token id of an access-log line.
    HttpToken,
    /// Principal of an access-log line.
    Principal,
    /// The list of records inside a wrapping object.
    Records,
}

/// Which object a key stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectRole {
    /// The record itself, or Azure's `properties`.
    Record,
    Identity,
    Response,
    Params,
}

impl EventField {
    /// What the members of a cell are, for the fields that are cells.
    pub(crate) const fn inside(self) -> Option<ObjectRole> {
        match self {
            Self::Identity => Some(ObjectRole::Identity),
            Self::Response => Some(ObjectRole::Response),
            Self::Params => Some(ObjectRole::Params),
            Self::Properties => Some(ObjectRole::Record),
            _ => None,
        }
    }
}

/// What [`EventField::Records`] holds where the walk stopped before a list of records.
pub(crate) const WRAPPED: FieldValue<'static> = FieldValue::Bare("[");

/// The fields of one row. Of a key that comes twice, and of two spellings, the last that is not `null` counts.
#[derive(Clone, Debug)]
pub struct RawRecord<'a> {
    values: [FieldValue<'a>; FIELDS],
    /// Where the input has it as a number already.
    time: Option<Time>,
}

impl Default for RawRecord<'_> {
    fn default() -> Self {
        Self { values: [FieldValue::Null; FIELDS], time: None }
    }
}

impl<'a> RawRecord<'a> {
    /// Sets a field; `null` changes nothing.
    pub fn set(&mut self, field: EventField, value: FieldValue<'a>) {
        if value != FieldValue::Null {
            self.values[field as usize] = value;
        }
    }

    /// Sets the time, whatever the fields say.
    pub fn set_time(&mut self, time: Time) {
        self.time = Some(time);
    }

    /// Sets the time unless it is set.
    pub fn set_time_if_none(&mut self, time: Time) {
        self.time.get_or_insert(time);
    }

    /// The value of a field.
    pub fn get(&self, field: EventField) -> FieldValue<'a> {
        self.values[field as usize]
    }

    fn first(&self, fields: &[EventField]) -> FieldValue<'a> {
        fields.iter().map(|f| self.get(*f)).find(|v| v.is_some()).unwrap_or_default()
    }

    fn text(&self, field: EventField) -> Cow<'a, str> {
        self.get(field).text()
    }

    /// Takes the members of the object at the cursor.
    pub(crate) fn walk<'t: 'a>(
        &mut self,
        cursor: &mut Cursor<'t, '_>,
        place: ObjectRole,
        depth: u32,
    ) -> Result<(), Reason> {
        let keys = place.keys();
        cursor.object(depth, |cursor, key, depth| {
            let Some(field) = keys.get(key) else {
                return self.unknown(cursor, place, depth);
            };
            match field.inside() {
                Some(inner) if cursor.peek() == Some(b'{') => {
                    let from = cursor.at();
                    self.walk(cursor, inner, depth)?;
                    self.set(field, FieldValue::Object(cursor.since(from)));
                }
                Some(_) => {
                    let value = cursor.value(depth)?;
                    self.set(field, value);
                }
                None if field == EventField::Records && depth == 1 && cursor.peek() == Some(b'[') => {
                    self.set(field, WRAPPED);
                    return Err("wraps records");
                }
                None if field == EventField::Truncated => {
                    cursor.skip(depth)?;
                    self.set(field, FieldValue::Bare("true"));
                }
                None => {
                    let value = cursor.value(depth)?;
                    if place == ObjectRole::Params && is_cut(value) {
                        self.set(EventField::Truncated, FieldValue::Bare("true"));
                    }
                    self.set(field, value);
                }
            }
            Ok(())
        })
    }

    fn unknown(&mut self, cursor: &mut Cursor<'_, '_>, place: ObjectRole, depth: u32) -> Result<(), Reason> {
        if place == ObjectRole::Params && cursor.peek() == Some(b'"') {
            if cursor.string()?.ends_with(CUT.as_bytes()) {
                self.set(EventField::Truncated, FieldValue::Bare("true"));
            }
            return Ok(());
        }
        cursor.skip(depth)
    }

    /// Whether this is a row of an audit log or an access log at all.
    pub fn is_log(&self) -> bool {
        let has = |f: EventField| self.get(f).is_some();
        (has(EventField::Action) && has(EventField::Service))
            || has(EventField::Operation)
            || (has(EventField::Method) && has(EventField::Path))
    }

    /// The event, or why there is none.
    ///
    /// # Errors
    /// What the row lacks, as the end of a sentence.
    pub fn event(
        &mut self,
        scratch: &'a mut Scratch,
        hints: &'a Hints,
        record: &[u8],
    ) -> Result<Event<'a>, Reason> {
        self.open_cells(scratch);
        self.finish(hints, record)
    }

    /// Whether anything asks for the request parameters: of `accounts` rows the token, of rows without a workspace of their
    /// own that workspace. Of all others no format reads them, so that all formats agree and Parquet is read quickly.
    pub fn needs_params(&self) -> bool {
        let names_one = |f: EventField| {
            !matches!(self.get(f), FieldValue::Null | FieldValue::Text("" | "0") | FieldValue::Bare("0"))
        };
        self.is_accounts() || !(names_one(EventField::Workspace) || self.get(EventField::Resource).is_some())
    }

    fn is_accounts(&self) -> bool {
        match self.get(EventField::Service) {
            FieldValue::Text(service) => service.eq_ignore_ascii_case("accounts"),
            FieldValue::Null => {
                matches!(self.get(EventField::Operation), FieldValue::Text(o) if o.to_ascii_lowercase().contains("/accounts/"))
            }
            other => other.text().eq_ignore_ascii_case("accounts"),
        }
    }

    /// Walks into the cells that hold objects as text.
    fn open_cells(&mut self, scratch: &'a mut Scratch) {
        let Scratch { outer, inner, index } = scratch;
        let properties = self.get(EventField::Properties);
        outer.clear();
        let properties = plain(properties, outer);
        let outer: &'a str = outer;
        if let Some(text) = properties {
            let text = text.unwrap_or(outer);
            index.build(text.as_bytes());
            let _ = self.walk(&mut Cursor::new(text, index), ObjectRole::Record, 0);
        }
        inner.clear();
        let mut opened = [None; 3];
        const CELLS: [(EventField, ObjectRole); 3] = [
            (EventField::Identity, ObjectRole::Identity),
            (EventField::Response, ObjectRole::Response),
            (EventField::Params, ObjectRole::Params),
        ];
        let needs_params = self.needs_params();
        for (cell, (field, _)) in opened.iter_mut().zip(CELLS) {
            if field == EventField::Params
                && !needs_params
                && let FieldValue::Text(raw) | FieldValue::Escaped(raw) = self.get(field)
            {
                if says_cut(raw) {
                    self.set(EventField::Truncated, FieldValue::Bare("true"));
                }
                continue;
            }
            let from = inner.len();
            *cell = plain(self.get(field), inner).map(|text| (text, from, inner.len()));
        }
        let inner: &'a str = inner;
        for (cell, (field, place)) in opened.into_iter().zip(CELLS) {
            let Some((direct, from, to)) = cell else { continue };
            let text = direct.unwrap_or(&inner[from..to]);
            index.build(text.as_bytes());
            let walked = if text.trim_start().starts_with('{') {
                self.walk(&mut Cursor::new(text, index), place, 0)
            } else {
                Err("is no object")
            };
            match (walked, field) {
                (Ok(()), _) => {}
                (Err(_), EventField::Identity) => self.set(EventField::Email, FieldValue::Text(text)),
                (Err(_), EventField::Params) if !matches!(text.trim(), "" | "null" | "{}") => {
                    self.set(EventField::Truncated, FieldValue::Bare("true"));
                }
                (Err(_), _) => {}
            }
        }
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

/// Buffers for cells that hold JSON as text, kept from row to row.
#[derive(Debug, Default)]
pub struct Scratch {
    outer: String,
    inner: String,
    index: Index,
}

/// A cell that is a text: `Some(Some(text))` where it can be used as it stands, `Some(None)` after it was unescaped into `out`.
fn plain<'a>(value: FieldValue<'a>, out: &mut String) -> Option<Option<&'a str>> {
    match value {
        FieldValue::Text(text) => Some(Some(text)),
        FieldValue::Escaped(raw) => {
            unescape(raw, out);
            Some(None)
        }
        _ => None,
    }
}

/// The same for a whole cell that is not looked into: a cut value, the one key of what was too long, or an end without a bracket.
fn says_cut(cell: &str) -> bool {
    let whole = matches!(cell.trim().as_bytes(), [] | [b'{', .., b'}'] | b"null");
    !whole || contains(cell, CUT) || contains(cell, "TRUNCATED")
}

fn contains(text: &str, part: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some()
}

/// How the log marks values it had to cut.
pub(super) const CUT: &str = "... truncated";

fn is_cut(value: FieldValue<'_>) -> bool {
    matches!(value, FieldValue::Text(s) | FieldValue::Escaped(s) if s.ends_with(CUT))
}

/// Equal records have equal hashes, on every machine and in every run; never 0.
pub fn hash(record: &[u8]) -> u64 {
    fingerprint(record).max(1)
}
