//! One exported token list, in any of its shapes -> tokens, what kind of list it is, and how far it can be trusted.

use super::dated::date_in_name;
use super::field::Field;
use super::record::{self, Fields};
use super::table;
use super::token::Token;
use crate::support::json_records::{PAGES_MISSING, json_records};
use crate::support::problem::{Position, Problem};
use crate::support::text::text_of;
use crate::support::time::Day;
use serde::Serialize;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

const WRAPPERS: &[&str] = &["token_infos", "tokenInfos"];

/// A token list as exported.
#[derive(Clone, Debug)]
pub struct Dump {
    /// The display name of the input.
    pub source: String,
    /// Whose list it is.
    pub kind: Kind,
    /// The day it shows; `None` when nothing tells.
    pub date: Option<Day>,
    /// Where that date comes from.
    pub date_from: DateFrom,
    /// The tokens, in the order of their ids.
    pub tokens: Vec<Token>,
    /// Which facts the tool that wrote it knew about.
    pub shows: Shows,
    /// Whether it is a whole list, read without a break: only such a list proves that a token is gone.
    pub complete: bool,
    /// What was read around.
    pub problems: Vec<Problem>,
}

/// Which list a dump is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The account console's report: may be filtered.
    Report,
    /// `tokens list`: one user's own tokens.
    Own,
    /// `token-management list`: all tokens of a workspace.
    Admin,
}

/// Where the date of a dump comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateFrom {
    /// The option that names the file.
    Option,
    /// The file's name.
    Name,
    /// The newest day it speaks of, which may be earlier than the export.
    Content,
}

/// Which keys at least one token of a dump has. Older tools know none of them, and then their absence says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shows {
    /// `scopes`.
    pub scopes: bool,
    /// `autoscope_state`.
    pub state: bool,
    /// `inferred_scopes`.
    pub inferred: bool,
    /// `backfill_scopes`.
    pub backfill: bool,
}

impl Shows {
    /// Whether the dump says anything about scopes at all.
    pub fn any(self) -> bool {
        self.scopes || self.state || self.inferred || self.backfill
    }
}

/// A file that is no token list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{origin}: {why}")]
pub struct InventoryError {
    /// The display name of the input.
    pub origin: String,
    /// What is missing, and how to get it.
    pub why: String,
}

impl Dump {
    /// Reads a token list: the JSON of either token API in any outer shape, or a CSV table of the same fields. `date` is the
    /// day the user gave for it.
    ///
    /// # Errors
    /// When the file holds no token list at all. Bad records only end up in `problems`.
    pub fn parse(source: &str, bytes: &[u8], date: Option<Day>) -> Result<Self, InventoryError> {
        let text = text_of(bytes);
        let fail = |why: &str| InventoryError { origin: source.to_owned(), why: why.to_owned() };
        let rows = match text.trim_start().as_bytes().first() {
            None => {
                return Err(fail(
                    "the file is empty. Export it again: databricks token-management list -o json",
                ));
            }
            Some(b'{' | b'[') => json_rows(&text),
            Some(_) => table::rows(&text).map_err(|why| fail(&why))?,
        };
        let mut dump = Self {
            source: source.to_owned(),
            kind: rows.kind(),
            date,
            date_from: DateFrom::Option,
            tokens: Vec::new(),
            shows: rows.shows(),
            complete: rows.listed && rows.broken.is_empty(),
            problems: Vec::new(),
        };
        let had_records = !rows.records.is_empty() || !rows.broken.is_empty();
        dump.take(rows);
        if dump.tokens.is_empty() && had_records {
            return Err(fail(
                "no record has a token id, so this is no token list. Export one: databricks token-management list -o json",
            ));
        }
        dump.settle_date();
        Ok(dump)
    }

    fn take(&mut self, rows: Rows) {
        self.problems =
            rows.broken.into_iter().map(|(at, what)| Problem::new(&self.source, at, what)).collect();
        let mut tokens: BTreeMap<String, Token> = BTreeMap::new();
        for (position, fields) in rows.records {
            let mut wrong = Vec::new();
            let token = record::token(&fields, &mut wrong);
            self.complete &= token.is_some();
            if let Some(token) = token {
                match tokens.entry(token.token_id.clone()) {
                    Entry::Vacant(new) => drop(new.insert(token)),
                    Entry::Occupied(mut old) if *old.get() != token => {
                        wrong.push(
                            "the list has this token twice, with different content; the later record counts"
                                .into(),
                        );
                        old.insert(token);
                    }
                    Entry::Occupied(_) => {}
                }
            }
            self.problems.extend(wrong.into_iter().map(|what| Problem::new(&self.source, position, what)));
        }
        self.tokens = tokens.into_values().collect();
        for token in &mut self.tokens {
            // Exports leave out empty lists, so beside tokens that show one an absent list is an empty one.
            if self.shows.inferred {
                token.inferred.get_or_insert_default();
            }
            if self.shows.backfill {
                token.backfill.get_or_insert_default();
            }
        }
    }

    fn settle_date(&mut self) {
        if self.date.is_none() {
            self.date = date_in_name(&self.source);
            self.date_from = DateFrom::Name;
        }
        if self.date.is_none() {
            let days = |t: &Token| [t.last_used_day, t.created.map(|c| c.day())];
            self.date = self.tokens.iter().flat_map(days).flatten().max();
            self.date_from = DateFrom::Content;
        }
        for token in &mut self.tokens {
            token.seen_in = self.date;
        }
    }

    /// The workspaces whose tokens this dump lists whole, so that a token missing from it is gone.
    pub fn covers(&self) -> BTreeSet<&str> {
        if self.kind != Kind::Admin || !self.complete {
            return BTreeSet::new();
        }
        self.tokens.iter().filter_map(|t| t.workspace.as_deref()).collect()
    }
}

/// The records of a file before they become tokens.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) records: Vec<(Position, Fields)>,
    pub(super) broken: Vec<(Position, String)>,
    /// A list, not single objects that somebody picked.
    pub(super) listed: bool,
    /// A table with headers made for people.
    pub(super) report: bool,
}

impl Rows {
    fn kind(&self) -> Kind {
        let admin = [Field::OwnerId, Field::CreatedById, Field::CreatedBy, Field::Workspace];
        if self.report {
            Kind::Report
        } else if self.records.iter().any(|(_, fields)| admin.iter().any(|f| fields.contains_key(f))) {
            Kind::Admin
        } else {
            Kind::Own
        }
    }

    fn shows(&self) -> Shows {
        let has = |field| {
            self.records.iter().any(|(_, f)| f.get(&field).is_some_and(|v| !super::value::is_absent(v)))
        };
        Shows {
            scopes: has(Field::Scopes),
            state: has(Field::State),
            inferred: has(Field::Inferred),
            backfill: has(Field::Backfill),
        }
    }
}

fn json_rows(text: &str) -> Rows {
    let found = json_records(text, WRAPPERS);
    let lines = found.records.len() > 1;
    let more = found.more.then(|| (Position::Whole, PAGES_MISSING.to_owned()));
    let broken = found.broken.into_iter().chain(more).collect();
    let mut rows = Rows { broken, listed: found.listed || lines, ..Rows::default() };
    for (position, value) in found.records {
        let serde_json::Value::Object(mut object) = value else { continue };
        // The answer to "get" or "create" holds one token inside; beside it may stand the secret, which is never read.
        let inner = ["token_info", "tokenInfo"].iter().find_map(|key| object.remove(*key));
        if let Some(serde_json::Value::Object(token)) = inner {
            object = token;
            rows.listed = false;
        }
        let mut fields = Fields::new();
        for (key, value) in object {
            // Both spellings of one field may stand side by side, one of them null.
            if let Some(field) = Field::of_key(&key)
                && fields.get(&field).is_none_or(super::value::is_absent)
            {
                fields.insert(field, value);
            }
        }
        rows.records.push((position, fields));
    }
    rows
}

/// Whether the start of a file looks like a token list, for the one who sorts a folder. Access logs and audit logs name
/// tokens too, but beside a path or an action.
pub fn looks_like_inventory(prefix: &[u8]) -> bool {
    let text = text_of(prefix);
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    match text.trim_start().as_bytes().first() {
        None => false,
        Some(b'{' | b'[') => {
            let of_calls = ["path", "method", "actionName", "action_name", "serviceName", "service_name"];
            let of_tokens =
                ["creation_time", "expiry_time", "autoscope_state", "backfill_scopes", "inferred_scopes"];
            let of_tokens = of_tokens.iter().any(|k| has(k)) && has("token_id");
            (of_tokens || WRAPPERS.iter().any(|w| has(w))) && !of_calls.iter().any(|k| has(k))
        }
        Some(_) => table::looks_like_tokens(&text),
    }
}
