//! Which entries are about which tokens: the most specific first, none applied where it could mean several tokens.

use super::{Annotations, Entry};
use crate::support::problem::{Position, Problem};
use globset::{GlobBuilder, GlobMatcher};
use std::cmp::Reverse;
use std::fmt;

/// The facts of a token that an entry can ask for.
#[derive(Clone, Copy, Debug)]
pub struct TokenToMatch<'a> {
    pub token_id: &'a str,
    /// The owner's name, or empty.
    pub owner: &'a str,
    /// The comment, or empty.
    pub comment: &'a str,
    /// The workspace's id (or name), or empty.
    pub workspace: &'a str,
}

/// The tokens an entry is about: those that meet every part given.
#[derive(Clone, Debug, Default)]
pub struct Match {
    /// A token id, or a start of one.
    pub token_id: Option<String>,
    /// The owner's name, in lower case.
    pub owner: Option<String>,
    /// A glob over the comment, as written.
    pub comment: Option<String>,
    /// A workspace id or name, in lower case.
    pub workspace: Option<String>,
    glob: Option<CommentGlob>,
}

/// A pattern over comments in which only `*` and `?` are wildcards: people write `[prod]` and mean it.
#[derive(Clone)]
struct CommentGlob(GlobMatcher);

impl CommentGlob {
    fn new(text: &str) -> Result<Self, globset::Error> {
        let mut pattern = String::new();
        for c in text.chars() {
            if "[]{}!\\".contains(c) {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        let glob = GlobBuilder::new(&pattern).case_insensitive(true).backslash_escape(true).build()?;
        Ok(Self(glob.compile_matcher()))
    }
}

impl fmt::Debug for CommentGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.glob().glob())
    }
}

impl fmt::Display for Match {
    /// `id 5f1c0d`, `owner ada, comment tableau*`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("id", &self.token_id),
            ("owner", &self.owner),
            ("comment", &self.comment),
            ("workspace", &self.workspace),
        ];
        let given = parts.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        for (n, (name, value)) in given.enumerate() {
            let comma = if n > 0 { ", " } else { "" };
            let value = if value.is_empty() { "(none)" } else { value };
            write!(f, "{comma}{name} {value}")?;
        }
        Ok(())
    }
}

/// Which entries are about which tokens.
#[derive(Clone, Debug, Default)]
pub struct Matches<'a> {
    /// For each token, in the order given: its entries, the most specific first.
    pub per_token: Vec<Vec<&'a Entry>>,
    /// Entries that match no token.
    pub unmatched: Vec<&'a Entry>,
    /// Starts of an id that several tokens share: such an entry is applied to none of them.
    pub problems: Vec<Problem>,
}

impl Match {
    /// From a token id or the start of one; an ellipsis or `*` behind it, as a report may print it, is dropped.
    pub(super) fn of_id(text: &str) -> Result<Self, String> {
        Self::of_table(Some(text.to_owned()), None, None, None)
    }

    /// From the parts of a table.
    pub(super) fn of_table(
        token_id: Option<String>,
        owner: Option<String>,
        comment: Option<String>,
        workspace: Option<String>,
    ) -> Result<Self, String> {
        let token_id = token_id.map(|id| id.trim().trim_end_matches(['…', '.', '*']).to_owned());
        if token_id.as_deref() == Some("") {
            return Err(
                "the token id is empty; write the id, or as much of its start as makes it unique".into()
            );
        }
        if token_id.is_none() && owner.is_none() && comment.is_none() && workspace.is_none() {
            return Err("match is empty; give at least one of token_id, owner, comment, workspace".into());
        }
        let glob = comment.as_deref().map(CommentGlob::new).transpose();
        let glob =
            glob.map_err(|e| format!("comment is no valid pattern ({}); * and ? are wildcards", e.kind()))?;
        let lower = |text: Option<String>| text.map(|t| t.to_ascii_lowercase());
        Ok(Self { token_id, owner: lower(owner), comment, workspace: lower(workspace), glob })
    }

    /// Whether a token meets every part. `workspaces` joins names to ids.
    pub fn is_met(&self, token: &TokenToMatch<'_>, workspaces: &Annotations) -> bool {
        let same_workspace = |asked: &str| {
            let known = workspaces.workspace_id(token.workspace);
            known.eq_ignore_ascii_case(workspaces.workspace_id(asked))
                || token.workspace.eq_ignore_ascii_case(asked)
        };
        self.token_id.as_deref().is_none_or(|id| token.token_id.starts_with(id))
            && self.owner.as_deref().is_none_or(|owner| token.owner.eq_ignore_ascii_case(owner))
            && self.workspace.as_deref().is_none_or(same_workspace)
            && self.glob.as_ref().is_none_or(|glob| glob.0.is_match(token.comment))
    }

    /// A whole id before the start of one before none; then the one with more parts.
    fn rank(&self, token: &TokenToMatch<'_>) -> (u8, usize) {
        let id = match &self.token_id {
            Some(id) if id == token.token_id => 2,
            Some(_) => 1,
            None => 0,
        };
        (id, [&self.owner, &self.comment, &self.workspace].into_iter().flatten().count())
    }
}

pub(super) fn for_token<'a>(annotations: &'a Annotations, token: &TokenToMatch<'_>) -> Vec<&'a Entry> {
    let mut entries: Vec<&Entry> =
        annotations.tokens.iter().filter(|e| e.matches.is_met(token, annotations)).collect();
    entries.sort_by_key(|e| (Reverse(e.matches.rank(token)), e.line));
    entries
}

pub(super) fn matches<'a>(annotations: &'a Annotations, tokens: &[TokenToMatch<'_>]) -> Matches<'a> {
    let mut matches = Matches { per_token: vec![Vec::new(); tokens.len()], ..Matches::default() };
    for entry in &annotations.tokens {
        let mut met: Vec<usize> =
            (0..tokens.len()).filter(|n| entry.matches.is_met(&tokens[*n], annotations)).collect();
        if let Some(asked) = &entry.matches.token_id {
            if met.iter().any(|n| tokens[*n].token_id == *asked) {
                met.retain(|n| tokens[*n].token_id == *asked);
            }
            let mut ids: Vec<&str> = met.iter().map(|n| tokens[*n].token_id).collect();
            ids.sort_unstable();
            ids.dedup();
            if ids.len() > 1 {
                let what = format!(
                    "the entry for \"{asked}\" could mean {} tokens ({}{}) and was applied to none; write more of the id",
                    ids.len(),
                    ids[..ids.len().min(3)].join(", "),
                    if ids.len() > 3 { ", .." } else { "" },
                );
                matches.problems.push(Problem::new(&annotations.source, Position::Line(entry.line), what));
                continue;
            }
        }
        if met.is_empty() {
            matches.unmatched.push(entry);
        }
        for n in met {
            matches.per_token[n].push(entry);
        }
    }
    for (entries, token) in matches.per_token.iter_mut().zip(tokens) {
        entries.sort_by_key(|e| (Reverse(e.matches.rank(token)), e.line));
    }
    matches
}
