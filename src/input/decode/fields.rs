//! The fields of a row by meaning, under whatever spelling, and how they become an [`Event`]. Every format fills the same
//! [`Row`], so what counts as workspace, principal or outcome is decided in one place.

use super::azure;
use super::json_index::Index;
use super::json_walk::{Cursor, Reason, Value, unescape};
use super::moment::{OF_A_LOG, parse_time};
use crate::input::event::{Event, Outcome, Params, Request};
use crate::input::source::Hints;
use crate::support::hash::fingerprint;
use crate::support::time::Time;
use std::borrow::Cow;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a column, or a key of a record, means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Field { $($(#[$doc])* $name,)* }
        const FIELDS: usize = [$(Field::$name),*].len();
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
pub(crate) enum Place {
    /// The record itself, or Azure's `properties`.
    Record,
    Identity,
    Response,
    Params,
}

impl Field {
    /// What the members of a cell are, for the fields that are cells.
    pub(crate) const fn inside(self) -> Option<Place> {
        match self {
            Self::Identity => Some(Place::Identity),
            Self::Response => Some(Place::Response),
            Self::Params => Some(Place::Params),
            Self::Properties => Some(Place::Record),
            _ => None,
        }
    }
}

/// What [`Field::Records`] holds where the walk stopped before a list of records.
pub(crate) const WRAPPED: Value<'static> = Value::Bare("[");

/// The fields of one row. Of a key that comes twice, and of two spellings, the last that is not `null` counts.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    values: [Value<'a>; FIELDS],
    /// Where the input has it as a number already.
    time: Option<Time>,
}

impl Default for Row<'_> {
    fn default() -> Self {
        Self { values: [Value::Null; FIELDS], time: None }
    }
}

impl<'a> Row<'a> {
    /// Sets a field; `null` changes nothing.
    pub fn set(&mut self, field: Field, value: Value<'a>) {
        if value != Value::Null {
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
    pub fn get(&self, field: Field) -> Value<'a> {
        self.values[field as usize]
    }

    fn first(&self, fields: &[Field]) -> Value<'a> {
        fields.iter().map(|f| self.get(*f)).find(|v| v.is_some()).unwrap_or_default()
    }

    fn text(&self, field: Field) -> Cow<'a, str> {
        self.get(field).text()
    }

    /// Takes the members of the object at the cursor.
    pub(crate) fn walk<'t: 'a>(
        &mut self,
        cursor: &mut Cursor<'t, '_>,
        place: Place,
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
                    self.set(field, Value::Object(cursor.since(from)));
                }
                Some(_) => {
                    let value = cursor.value(depth)?;
                    self.set(field, value);
                }
                None if field == Field::Records && depth == 1 && cursor.peek() == Some(b'[') => {
                    self.set(field, WRAPPED);
                    return Err("wraps records");
                }
                None if field == Field::Truncated => {
                    cursor.skip(depth)?;
                    self.set(field, Value::Bare("true"));
                }
                None => {
                    let value = cursor.value(depth)?;
                    if place == Place::Params && is_cut(value) {
                        self.set(Field::Truncated, Value::Bare("true"));
                    }
                    self.set(field, value);
                }
            }
            Ok(())
        })
    }

    fn unknown(&mut self, cursor: &mut Cursor<'_, '_>, place: Place, depth: u32) -> Result<(), Reason> {
        if place == Place::Params && cursor.peek() == Some(b'"') {
            if cursor.string()?.ends_with(CUT.as_bytes()) {
                self.set(Field::Truncated, Value::Bare("true"));
            }
            return Ok(());
        }
        cursor.skip(depth)
    }

    /// Whether this is a row of an audit log or an access log at all.
    pub fn is_log(&self) -> bool {
        let has = |f: Field| self.get(f).is_some();
        (has(Field::Action) && has(Field::Service))
            || has(Field::Operation)
            || (has(Field::Method) && has(Field::Path))
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
        let names_one =
            |f: Field| !matches!(self.get(f), Value::Null | Value::Text("" | "0") | Value::Bare("0"));
        self.is_accounts() || !(names_one(Field::Workspace) || self.get(Field::Resource).is_some())
    }

    fn is_accounts(&self) -> bool {
        match self.get(Field::Service) {
            Value::Text(service) => service.eq_ignore_ascii_case("accounts"),
            Value::Null => {
                matches!(self.get(Field::Operation), Value::Text(o) if o.to_ascii_lowercase().contains("/accounts/"))
            }
            other => other.text().eq_ignore_ascii_case("accounts"),
        }
    }

    /// Walks into the cells that hold objects as text.
    fn open_cells(&mut self, scratch: &'a mut Scratch) {
        let Scratch { outer, inner, index } = scratch;
        let properties = self.get(Field::Properties);
        outer.clear();
        let properties = plain(properties, outer);
        let outer: &'a str = outer;
        if let Some(text) = properties {
            let text = text.unwrap_or(outer);
            index.build(text.as_bytes());
            let _ = self.walk(&mut Cursor::new(text, index), Place::Record, 0);
        }
        inner.clear();
        let mut opened = [None; 3];
        const CELLS: [(Field, Place); 3] = [
            (Field::Identity, Place::Identity),
            (Field::Response, Place::Response),
            (Field::Params, Place::Params),
        ];
        let needs_params = self.needs_params();
        for (cell, (field, _)) in opened.iter_mut().zip(CELLS) {
            if field == Field::Params
                && !needs_params
                && let Value::Text(raw) | Value::Escaped(raw) = self.get(field)
            {
                if says_cut(raw) {
                    self.set(Field::Truncated, Value::Bare("true"));
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
                (Err(_), Field::Identity) => self.set(Field::Email, Value::Text(text)),
                (Err(_), Field::Params) if !matches!(text.trim(), "" | "null" | "{}") => {
                    self.set(Field::Truncated, Value::Bare("true"));
                }
                (Err(_), _) => {}
            }
        }
    }

    fn finish(&self, hints: &'a Hints, record: &[u8]) -> Result<Event<'a>, Reason> {
        let request = self.request()?;
        let time = match (self.time, self.first(&[Field::Time, Field::StoredTime])) {
            (Some(time), _) => time,
            (None, time) if time.is_some() => {
                parse_time(&time.text()).ok_or("has a time that cannot be read")?
            }
            _ => return Err("has no time"),
        };
        if !OF_A_LOG.contains(&time) {
            return Err("has a time that no log can have: before 2000 or after 2099");
        }
        let level = self.text(Field::Level);
        let row_workspace = self.first(&[Field::Workspace, Field::Org]).text();
        let account_level =
            if level.is_empty() { row_workspace == "0" } else { level.eq_ignore_ascii_case("ACCOUNT_LEVEL") };
        let resource = self.get(Field::Resource);
        let azure = resource.is_some()
            || self.get(Field::Operation).is_some()
            || self.get(Field::StoredTime).is_some();
        let status = match self.get(Field::Status).text().trim() {
            "" => None,
            text => Some(text.parse().or_else(|_| text.parse::<f64>().map(|n| n as i64)).unwrap_or(-1)),
        };
        let outcome = Outcome::from_status(status);
        let event_id = self.text(Field::EventId);
        Ok(Event {
            time,
            whole_seconds: azure && time.0.rem_euclid(1_000_000) == 0,
            workspace: self.workspace(row_workspace, hints),
            account_level,
            identity: match request {
                Request::Http { .. } => self.first(&[Field::Principal, Field::Email]).text(),
                Request::Action { .. } => self.text(Field::Email),
            },
            address: self.text(Field::Address),
            agent: self.text(Field::Agent),
            outcome,
            error: if outcome == Outcome::Succeeded { Cow::Borrowed("") } else { self.text(Field::Error) },
            request_id: self.text(Field::RequestId),
            record_hash: if event_id.is_empty() { hash(record) } else { 0 },
            event_id,
            params: self.params(),
            request,
        })
    }

    fn params(&self) -> Params<'a> {
        let truncated = self.get(Field::Truncated).is_some();
        if !self.is_accounts() {
            return Params { truncated, ..Params::default() };
        }
        Params {
            user: self.text(Field::User),
            token_id: self.text(Field::TokenId),
            authentication_method: self.text(Field::AuthenticationMethod),
            token_hash: self.text(Field::TokenHash),
            token_expiration: parse_time(&self.text(Field::TokenExpiration)),
            path: self.text(Field::DeniedPath),
            truncated,
        }
    }

    fn request(&self) -> Result<Request<'a>, Reason> {
        let (service, action) = (self.get(Field::Service), self.get(Field::Action));
        if service.is_some() && action.is_some() {
            return Ok(Request::Action { service: service.text(), action: action.text() });
        }
        if let Value::Text(operation) = self.get(Field::Operation)
            && let Some((service, action)) = azure::operation(operation)
        {
            return Ok(Request::Action { service: Cow::Borrowed(service), action: Cow::Borrowed(action) });
        }
        let (method, path) = (self.get(Field::Method), self.get(Field::Path));
        if method.is_some() && path.is_some() {
            return Ok(Request::Http {
                method: method.text(),
                path: path.text(),
                token_id: self.text(Field::HttpToken),
            });
        }
        Err(match (service.is_some(), action.is_some(), method.is_some(), path.is_some()) {
            (true, false, ..) => "has no action",
            (false, true, ..) => "has no service",
            (_, _, true, false) => "has no path",
            (_, _, false, true) => "has no method",
            _ if self.get(Field::Records) != Value::Null => "wraps records that are not a list",
            _ => "is no audit or access-log record",
        })
    }

    fn workspace(&self, of_row: Cow<'a, str>, hints: &'a Hints) -> Cow<'a, str> {
        let names_one = |text: &str| !matches!(text, "" | "0");
        let has_params = self.needs_params();
        let own = self.text(Field::ParamsWorkspace);
        if has_params && names_one(&own) {
            return own;
        }
        if !of_row.is_empty() {
            return of_row;
        }
        if let Some(name) = azure::workspace(&self.text(Field::Resource)) {
            return Cow::Owned(name);
        }
        let org = self.text(Field::ParamsOrg);
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
fn plain<'a>(value: Value<'a>, out: &mut String) -> Option<Option<&'a str>> {
    match value {
        Value::Text(text) => Some(Some(text)),
        Value::Escaped(raw) => {
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

fn is_cut(value: Value<'_>) -> bool {
    matches!(value, Value::Text(s) | Value::Escaped(s) if s.ends_with(CUT))
}

/// Equal records have equal hashes, on every machine and in every run; never 0.
pub fn hash(record: &[u8]) -> u64 {
    fingerprint(record).max(1)
}
