//! A TOML table -> typed values by key. Every wrong type and unknown key becomes a problem with its line.

use crate::context::bound::Bound;
use crate::support::problem::{Position, Problem, line_of};
use crate::support::secret::blank_secrets;
use std::cell::RefCell;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file being read, and what was found wrong with it.
pub(super) struct AnnotationsText<'a> {
    name: &'a str,
    text: &'a str,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> AnnotationsText<'a> {
    pub(super) fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text, problems: RefCell::default() }
    }

    /// The line of a byte.
    pub(super) fn line(&self, offset: usize) -> u64 {
        line_of(self.text, offset)
    }

    /// Adds a problem at a byte offset.
    pub(super) fn wrong(&self, offset: usize, message: impl Into<String>) {
        let message = blank_secrets(&message.into()).into_owned();
        self.problems.borrow_mut().push(Problem::new(self.name, Position::Line(self.line(offset)), message));
    }

    /// All that was wrong, in the order of the file.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort();
        problems.dedup();
        problems
    }
}

/// One table, whose keys are all known in advance.
pub(super) struct TomlTable<'a> {
    pub(super) source: &'a AnnotationsText<'a>,
    pub(super) at: usize,
    fields: &'a DeTable<'a>,
}

impl<'a> TomlTable<'a> {
    /// Opens a table; `what` names it in messages. Each key that is not in `known` becomes a problem that suggests the nearest
    /// known key.
    pub(super) fn open(
        source: &'a AnnotationsText<'a>,
        what: &str,
        at: usize,
        fields: &'a DeTable<'a>,
        known: &[&str],
    ) -> Self {
        for (key, _) in fields {
            if !known.contains(&key.get_ref().as_ref()) {
                let hint = match nearest(key.get_ref(), known) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("known keys: {}.", known.join(", ")),
                };
                source.wrong(key.span().start, format!("{what} has no key {}; {hint}", plain(key.get_ref())));
            }
        }
        Self { source, at, fields }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.fields.get(key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.fields.get(key).is_some()
    }

    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.source.wrong(self.at, message);
    }

    /// A text that is not blank.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(blank_secrets(text.trim()).into_owned()),
            DeValue::String(_) => self.bad(value, key, "is empty; fill it in or take it out"),
            _ => self.bad(value, key, "must be a text in quotes"),
        }
    }

    /// An id, as text or number.
    pub(super) fn id(&self, key: &str) -> Option<String> {
        match self.get(key)?.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().replace('_', "")),
            _ => self.text(key),
        }
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let value = self.get(key)?;
        value.get_ref().as_bool().or_else(|| self.bad(value, key, "must be true or false"))
    }

    /// A date or an instant, as TOML has them or as text.
    pub(super) fn bound(&self, key: &str) -> Option<Bound> {
        let value = self.get(key)?;
        bound(value.get_ref()).or_else(|| {
            self.bad(value, key, "must be a date such as 2026-09-12, or a date with time and zone")
        })
    }

    /// The tables under a key: `[[x]]` repeated, or a single `[x]`.
    pub(super) fn tables(&self, key: &str) -> Vec<(usize, &'a DeTable<'a>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Table(table) => vec![(value.span().start, table)],
            DeValue::Array(items) => {
                let mut tables = Vec::new();
                for item in items {
                    match item.get_ref().as_table() {
                        Some(table) => tables.push((item.span().start, table)),
                        None => drop(self.bad::<()>(item, key, "must hold tables")),
                    }
                }
                tables
            }
            _ => {
                self.source.wrong(value.span().start, format!("{key} must be written as a table: [[{key}]]"));
                Vec::new()
            }
        }
    }

    /// Adds a problem at the value of a key.
    pub(super) fn bad_key<T>(&self, key: &str, what: &str) -> Option<T> {
        self.bad(self.get(key)?, key, what)
    }

    fn bad<T>(&self, value: &Spanned<DeValue<'_>>, key: &str, what: &str) -> Option<T> {
        self.source.wrong(value.span().start, format!("{key} {what}"));
        None
    }
}

/// A date or an instant; a date-time without a zone is UTC.
pub(super) fn bound(value: &DeValue<'_>) -> Option<Bound> {
    match value {
        DeValue::Datetime(at) if at.date.is_some() => Bound::parse(&at.to_string()),
        DeValue::String(text) => Bound::parse(text),
        _ => None,
    }
}

/// The known word that takes the fewest edits, if it takes few.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = word.to_ascii_lowercase().replace('-', "_");
    let best = known.iter().map(|k| (edits(&word, k), *k)).min()?;
    (best.0 <= 1 + best.1.len() / 4).then_some(best.1)
}

fn edits(a: &str, b: &str) -> usize {
    if a.len() > 64 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

fn plain(text: &str) -> String {
    text.chars().take(40).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}
