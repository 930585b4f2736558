//! The fields of a row by meaning, under whatever spelling, and how they become an [`Event`]. Every format fills the same
//! [`Row`], so what counts as workspace, principal or outcome is decided in one place.

use super::json_index::Index;
use super::json_walk::{Cursor, Key, Reason, Value, unescape};
use super::{access_log, azure, delivery, query_history, system_table};
use crate::event::{Event, Outcome, Params, Request};
use crate::hash::fingerprint;
use crate::source::Hints;
use crate::time::Time;
use std::borrow::Cow;
use std::ops::Range;

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

/// The keys of one place, found by their first bytes and their length.
struct Keys {
    /// One more than the place in `entries`, or 0.
    slots: [u8; Keys::SLOTS],
    entries: [Entry; Keys::MOST],
}

#[derive(Clone, Copy)]
struct Entry {
    start: u128,
    name: &'static [u8],
    field: Field,
}

impl Keys {
    const SLOTS: usize = 512;
    const MOST: usize = 128;

    #[inline(always)]
    const fn slot(start: u128, len: usize) -> usize {
        let mixed = (start as u64) ^ ((start >> 64) as u64).rotate_left(23) ^ len as u64;
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize % Self::SLOTS
    }

    const fn new(tables: &[&[(&'static str, Field)]]) -> Self {
        let none = Entry { start: 0, name: b"", field: Field::Time };
        let mut keys = Self { slots: [0; Self::SLOTS], entries: [none; Self::MOST] };
        let (mut t, mut count) = (0, 0);
        while t < tables.len() {
            let mut i = 0;
            while i < tables[t].len() {
                let (name, field) = tables[t][i];
                let name = name.as_bytes();
                let start = Key::start(name);
                let mut at = Self::slot(start, name.len());
                while keys.slots[at] != 0 {
                    at = (at + 1) % Self::SLOTS;
                }
                keys.entries[count] = Entry { start, name, field };
                count += 1;
                keys.slots[at] = count as u8;
                i += 1;
            }
            t += 1;
        }
        keys
    }

    #[inline(always)]
    fn get(&self, key: Key<'_>) -> Option<Field> {
        let mut at = Self::slot(key.start, key.name.len());
        loop {
            let known = &self.entries[self.slots[at].checked_sub(1)? as usize];
            let same = known.start == key.start && known.name.len() == key.name.len();
            if same && (key.name.len() <= Key::START || known.name == key.name) {
                return Some(known.field);
            }
            at = (at + 1) % Self::SLOTS;
        }
    }
}

static RECORD: Keys =
    Keys::new(&[system_table::KEYS, delivery::KEYS, azure::KEYS, access_log::KEYS, query_history::KEYS]);
static IDENTITY: Keys = Keys::new(&[&[("email", Field::Email)]]);
static RESPONSE: Keys = Keys::new(&[&[
    ("status_code", Field::Status),
    ("statusCode", Field::Status),
    ("error_message", Field::Error),
    ("errorMessage", Field::Error),
]]);
const PARAMS_KEYS: [(&str, Field); 10] = [
    ("user", Field::User),
    ("tokenId", Field::TokenId),
    ("authenticationMethod", Field::AuthenticationMethod),
    ("authentication_method", Field::AuthenticationMethod),
    ("tokenHash", Field::TokenHash),
    ("tokenExpirationTime", Field::TokenExpiration),
    ("path", Field::DeniedPath),
    ("workspace_id", Field::ParamsWorkspace),
    ("orgId", Field::ParamsOrg),
    ("TRUNCATED", Field::Truncated),
];
static PARAMS: Keys = Keys::new(&[&PARAMS_KEYS]);

impl Place {
    fn keys(self) -> &'static Keys {
        match self {
            Self::Record => &RECORD,
            Self::Identity => &IDENTITY,
            Self::Response => &RESPONSE,
            Self::Params => &PARAMS,
        }
    }

    /// What a key means here.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn field(self, key: &str) -> Option<Field> {
        self.keys().get(Key::of(key.as_bytes()))
    }
}

/// What a key of a record, or a column of a table, means.
pub fn field(key: &str) -> Option<Field> {
    RECORD.get(Key::of(key.as_bytes()))
}

/// What a key of the request parameters means.
pub fn params_field(key: &str) -> Option<Field> {
    PARAMS.get(Key::of(key.as_bytes()))
}

/// The request parameters that anything asks for.
pub fn params_names() -> impl Iterator<Item = &'static str> {
    PARAMS_KEYS.iter().map(|(name, _)| *name)
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
            if cursor.string()?.ends_with(CUT) {
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
    !whole || contains(cell, "... truncated") || contains(cell, "TRUNCATED")
}

fn contains(text: &str, part: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some()
}

/// How the log marks values it had to cut.
const CUT: &[u8] = b"... truncated";

fn is_cut(value: Value<'_>) -> bool {
    matches!(value, Value::Text(s) | Value::Escaped(s) if s.as_bytes().ends_with(CUT))
}

/// A moment as text, or as a number since 1970: seconds, milliseconds, microseconds or nanoseconds by magnitude, the sign
/// kept. Numbers below 10^8, which would lie before 1973 as seconds and mean "none" or "never", are refused.
pub fn parse_time(text: &str) -> Option<Time> {
    let text = text.trim();
    if text.len() >= 10 && text.as_bytes()[4] == b'-' {
        return Time::parse(text);
    }
    if let Ok(n) = text.parse::<i64>() {
        let micros = match n.unsigned_abs() {
            0..100_000_000 => None,
            100_000_000..100_000_000_000 => n.checked_mul(1_000_000),
            100_000_000_000..100_000_000_000_000 => n.checked_mul(1000),
            100_000_000_000_000..100_000_000_000_000_000 => Some(n),
            _ => Some(n / 1000),
        };
        return micros.map(Time).filter(|t| t.is_plausible());
    }
    let number = text.parse::<f64>().ok().filter(|n| n.is_finite() && n.abs() >= 1e8)?;
    let micros = match number.abs() {
        n if n < 1e11 => number * 1e6,
        n if n < 1e14 => number * 1e3,
        n if n < 1e17 => number,
        _ => number / 1e3,
    };
    Some(Time(micros.round() as i64)).filter(|t| t.is_plausible())
}

/// The moments an audit log can hold, 2000-01-01 to 2100-01-01. One row of the year 9999 would otherwise put the end of the
/// whole log there.
pub const OF_A_LOG: Range<Time> = Time(946_684_800_000_000)..Time(4_102_444_800_000_000);

/// Equal records have equal hashes, on every machine and in every run; never 0.
pub fn hash(record: &[u8]) -> u64 {
    fingerprint(record).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_seconds_or_finer_by_their_size() {
        let t = Time(1_782_897_116_509_000);
        for text in [
            "1782897116509",
            " 1782897116509 ",
            "1782897116.509",
            "1782897116509000",
            "1782897116509000000",
            "1.782897116509e12",
        ] {
            assert_eq!(parse_time(text), Some(t), "{text}");
        }
        assert_eq!(parse_time("1782897116").unwrap().to_string(), "2026-07-01T09:11:56Z");
        assert_eq!(parse_time("-1782897116509").unwrap().to_string(), "1913-07-03T14:48:03.491Z");
        for none in [
            "",
            "0",
            "-1",
            "99999999",
            "-99999999",
            "never",
            "NaN",
            "inf",
            "1e400",
            "9999999999999999999999",
            "-",
        ] {
            assert_eq!(parse_time(none), None, "{none}");
        }
        assert_eq!(parse_time("9223372036854775807").unwrap().to_string(), "2262-04-11T23:47:16.854775Z");
    }

    #[test]
    fn every_key_is_found_and_only_it() {
        for (key, field) in [system_table::KEYS, delivery::KEYS, azure::KEYS, access_log::KEYS].concat() {
            assert_eq!(super::field(key), Some(field), "{key}");
            assert_eq!(super::field(&format!("{key}x")), None);
        }
        assert_eq!(super::field(""), None);
        assert_eq!(super::field("Service_name"), None);
    }
}
