//! `annotations.toml` -> what people know and logs cannot show: windows, workloads, declared needs, accepted findings.

mod entries;
mod matching;
mod named_job;
mod toml_table;

pub use matching::{Match, Matches, TokenToMatch};
pub use named_job::{JobLookup, NamedJob};

use crate::context::bound::Bound;
use crate::context::declared_schedule::DeclaredSchedule;
use crate::support::problem::Problem;
use std::collections::BTreeMap;

/// The name by which an annotations file lying among logs is recognised.
pub const FILE_NAME: &str = "annotations.toml";

#[derive(Clone, Debug, Default)]
pub struct Annotations {
    /// The display name of the file.
    pub source: String,
    /// The `[[token]]` entries, in the order of the file.
    pub tokens: Vec<Entry>,
    /// The `[[accept]]` entries.
    pub accepted: Vec<Accept>,
    /// `[workspace]`: names, in lower case, and the numeric ids they stand for.
    pub workspaces: BTreeMap<String, String>,
}

/// A `[[token]]` entry: what is known about the tokens it matches.
#[derive(Clone, Debug)]
pub struct Entry {
    pub line: u64,
    pub matches: Match,
    /// The observation window starts here.
    pub window_start: Option<Bound>,
    /// The observation window ends before this.
    pub window_end: Option<Bound>,
    /// The enforcement date that the reminder mail names.
    pub enforced_on: Option<Bound>,
    /// What the token is for.
    pub workload: Option<String>,
    /// Who answers for the workload.
    pub workload_owner: Option<String>,
    /// How long the token is meant to live, in the owner's words.
    pub lifetime: Option<String>,
    /// What is to replace the token.
    pub migration: Option<String>,
    pub lineage: DeclaredLineage,
    pub needs: Vec<DeclaredNeed>,
    /// From this moment on the entry no longer counts.
    pub expires: Option<Bound>,
}

/// What an entry says about the token's predecessor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeclaredLineage {
    /// Nothing: the tool may look for one.
    #[default]
    Automatic,
    /// The token has no predecessor.
    None,
    /// The token with this id, or unique start of an id, whose work it took over.
    Succeeds(String),
}

/// A `[[token.scope]]` or `[[token.need]]`: a scope that is needed, whatever logs show.
#[derive(Clone, Debug, PartialEq)]
pub struct DeclaredNeed {
    pub line: u64,
    pub scope: String,
    /// When it is needed; `None` means at any time.
    pub schedule: Option<DeclaredSchedule>,
    /// The job that needs it: its schedule says when.
    pub job: Option<NamedJob>,
    /// Whether reading is enough; `None` means that nothing says so.
    pub access: Option<DeclaredAccess>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
    /// From this moment on it no longer counts.
    pub expires: Option<Bound>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredAccess {
    Read,
    /// Writes as well.
    Write,
}

/// An `[[accept]]` entry: findings that the owner decided to live with.
#[derive(Clone, Debug)]
pub struct Accept {
    pub line: u64,
    pub findings: Accepted,
    pub reason: String,
    /// From this moment on it no longer counts.
    pub expires: Bound,
    /// Who decided.
    pub owner: Option<String>,
    pub ticket: Option<String>,
}

/// Which findings an [`Accept`] is about.
#[derive(Clone, Debug)]
pub enum Accepted {
    Finding(String),
    /// All of one rule, narrowed to tokens and a scope where given.
    Rule {
        rule: String,
        /// Only findings about these tokens.
        matches: Option<Box<Match>>,
        /// Only findings about this scope.
        scope: Option<String>,
    },
}

impl Entry {
    /// Whether the entry says when: of several entries about one token, the first that does gives start, end and date.
    pub fn has_window(&self) -> bool {
        [self.window_start, self.window_end, self.enforced_on].iter().any(Option::is_some)
    }
}

impl Annotations {
    /// Reads an annotations file.
    ///
    /// # Errors
    /// All that is wrong with it, each with its line: a misspelt key must not silently take a declaration out of force.
    pub fn parse(source: &str, text: &str) -> Result<Self, Vec<Problem>> {
        entries::annotations(source, text)
    }

    /// The entries about one token, the most specific first. A start of an id is taken at its word here; where other tokens
    /// may share it, ask [`Annotations::matches`].
    pub fn for_token(&self, token: &TokenToMatch<'_>) -> Vec<&Entry> {
        matching::for_token(self, token)
    }

    pub fn matches<'a>(&'a self, tokens: &[TokenToMatch<'_>]) -> Matches<'a> {
        matching::matches(self, tokens)
    }

    /// The numeric id of a workspace that logs call by name; the given text when no entry joins it.
    pub fn workspace_id<'a>(&'a self, name: &'a str) -> &'a str {
        self.workspaces.get(&name.to_ascii_lowercase()).map_or(name, String::as_str)
    }
}

#[cfg(test)]
mod annotation_tests;
