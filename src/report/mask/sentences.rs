//! Sentences with names in them -> the same sentences with pseudonyms. Three nets, for a name may stand anywhere: every name
//! that the run knows, whatever looks like a name, and what sentences quote.

use super::mask_key::{MaskKey, NameKind};
use crate::catalog::Catalog;
use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Names shorter than this are replaced only where a word before them says what they are.
const SHORTEST: usize = 5;
/// A token id may be cut to as few characters as this.
const CUTS: [usize; 3] = [12, 16, 8];

/// Names of a run and what stands for them.
pub(crate) struct Originals<'k> {
    key: &'k MaskKey,
    known: BTreeMap<String, String>,
}

/// Replaces every known name inside sentences.
pub(crate) struct Sentences<'k> {
    key: &'k MaskKey,
    pseudonyms: Vec<String>,
    names: Option<AhoCorasick>,
}

/// E-mail addresses; addresses of both families; UUIDs; long hexadecimal ids.
static LOOKS_LIKE_A_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?P<mail>[\w.+%-]+@[\w-]+(?:\.[\w-]+)+)",
        r"|(?P<v4>\b\d{1,3}(?:\.\d{1,3}){3}\b)",
        r"|(?P<uuid>\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b)",
        r"|(?P<v6>\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:)+:[0-9a-f:]*)",
        r"|(?P<hex>\b[0-9a-f]{32,}\b)",
    ))
    .ok()
});
static QUOTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(?s)“([^”]+)”|\"([^\"]+)\"|`([^`]+)`").ok());

impl<'k> Originals<'k> {
    /// None yet.
    pub(crate) fn new(key: &'k MaskKey) -> Self {
        Self { key, known: BTreeMap::new() }
    }

    /// Adds a name.
    pub(crate) fn add(&mut self, kind: NameKind, name: &str) {
        let name = name.trim();
        if name.is_empty() {
            return;
        }
        let pseudonym = self.key.pseudonym(kind, name);
        if kind == NameKind::Workspace {
            self.known.insert(format!("workspace {name}"), format!("workspace {pseudonym}"));
        }
        if kind == NameKind::Token {
            for cut in CUTS {
                if let (Some(start), Some(short)) = (name.get(..cut), pseudonym.get(..cut)) {
                    self.known.entry(start.to_owned()).or_insert_with(|| short.to_owned());
                }
            }
        }
        // A short plain word says nothing about anybody, and a scope's name is everybody's.
        let is_word = name.len() < SHORTEST && name.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_word && Catalog::builtin().scope_named(name).is_none() {
            self.known.insert(name.to_owned(), pseudonym);
        }
    }

    /// Ready to be applied.
    pub(crate) fn sentences(self) -> Sentences<'k> {
        let (names, pseudonyms): (Vec<String>, Vec<String>) = self.known.into_iter().unzip();
        let names = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(&names)
            .ok();
        Sentences { key: self.key, pseudonyms, names }
    }
}

impl Sentences<'_> {
    /// The sentence with every name replaced, and what it quotes.
    pub(crate) fn masked(&self, text: &str) -> String {
        let Some(names) = &self.names else { return self.key.pseudonym(NameKind::Text, text) };
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for found in names.find_iter(text) {
            if found.start() < done || !is_whole(text, found.start(), found.end()) {
                continue;
            }
            out.push_str(&self.by_looks(&text[done..found.start()]));
            out.push_str(&self.pseudonyms[found.pattern().as_usize()]);
            done = found.end();
        }
        out.push_str(&self.by_looks(&text[done..]));
        self.without_quotes(&out)
    }

    fn by_looks(&self, text: &str) -> String {
        let Some(pattern) = LOOKS_LIKE_A_NAME.as_ref() else {
            return self.key.pseudonym(NameKind::Text, text);
        };
        let replace = |found: &regex::Captures<'_>| {
            let kind = if found.name("mail").is_some() || found.name("uuid").is_some() {
                NameKind::Principal
            } else if found.name("hex").is_some() {
                NameKind::Token
            } else {
                NameKind::Address
            };
            self.key.pseudonym(kind, &found[0])
        };
        pattern.replace_all(text, replace).into_owned()
    }

    /// What a sentence quotes was written by somebody; pseudonyms stay as they are.
    fn without_quotes(&self, text: &str) -> String {
        let Some(pattern) = QUOTED.as_ref() else { return self.key.pseudonym(NameKind::Text, text) };
        let replace = |found: &regex::Captures<'_>| {
            let inner = [1, 2, 3].iter().find_map(|n| found.get(*n)).map_or("", |m| m.as_str());
            let is_ours = self.pseudonyms.iter().any(|p| p == inner);
            let inner = if is_ours { inner.to_owned() } else { self.key.pseudonym(NameKind::Text, inner) };
            let quote = found[0].chars().next().unwrap_or('"');
            let end = if quote == '“' { '”' } else { quote };
            format!("{quote}{inner}{end}")
        };
        pattern.replace_all(text, replace).into_owned()
    }
}

/// Whether a name is not just a part of a longer word.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !is_part(text[..start].chars().next_back()) && !is_part(text[end..].chars().next())
}
