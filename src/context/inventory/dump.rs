//! One exported token list, in any of its shapes -> tokens, what kind of list it is, and how far it can be trusted.

use super::dated::date_in_name;
use super::list_records::{ListKind, ListRecords, Shows};
use super::listed_token::ListedToken;
use super::{csv_list, json_list, token_record};
use crate::support::problem::Problem;
use crate::support::text::text_of;
use crate::support::time::Day;
use serde::Serialize;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// A token list as exported.
#[derive(Clone, Debug)]
pub struct Dump {
    /// The display name of the input.
    pub source: String,
    pub kind: ListKind,
    /// The day of the export; `None` when neither option, name nor content gives one.
    pub date: Option<Day>,
    pub date_from: DateFrom,
    /// The tokens, in the order of their ids.
    pub tokens: Vec<ListedToken>,
    /// Which facts the tool that wrote it knew about.
    pub shows: Shows,
    /// Whether it is a whole list in which every record could be read: only such a list proves that a token is gone.
    pub complete: bool,
    /// What had to be skipped or corrected while reading.
    pub problems: Vec<Problem>,
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

/// The file is not a token list.
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
            Some(b'{' | b'[') => json_list::records(&text),
            Some(_) => csv_list::records(&text).map_err(|why| fail(&why))?,
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

    fn take(&mut self, rows: ListRecords) {
        self.problems =
            rows.broken.into_iter().map(|(at, what)| Problem::new(&self.source, at, what)).collect();
        let mut tokens: BTreeMap<String, ListedToken> = BTreeMap::new();
        for (position, fields) in rows.records {
            let mut wrong = Vec::new();
            let token = token_record::token(&fields, &mut wrong);
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
            // Exports leave out empty lists, so where other tokens show one, an absent list is an empty one.
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
            let days = |t: &ListedToken| [t.last_used_day, t.created.map(|c| c.day())];
            self.date = self.tokens.iter().flat_map(days).flatten().max();
            self.date_from = DateFrom::Content;
        }
        for token in &mut self.tokens {
            token.seen_in = self.date;
        }
    }

    /// The workspaces whose tokens this dump lists whole, so that a token missing from it is gone.
    pub fn covers(&self) -> BTreeSet<&str> {
        if self.kind != ListKind::Admin || !self.complete {
            return BTreeSet::new();
        }
        self.tokens.iter().filter_map(|t| t.workspace.as_deref()).collect()
    }
}

/// Whether the start of a file looks like a token list, for the one who sorts a folder. Access logs and audit logs name
/// tokens too, but next to a path or an action.
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
            (of_tokens || json_list::WRAPPERS.iter().any(|w| has(w))) && !of_calls.iter().any(|k| has(k))
        }
        Some(_) => csv_list::looks_like_tokens(&text),
    }
}
