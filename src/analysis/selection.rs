//! The choices of `--only` -> which workspaces, principals and tokens a report covers.

use std::fmt;

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Only {
    /// A workspace id, compared without regard to case.
    Workspace(String),
    /// A principal's name in lower case.
    Principal(String),
    /// A token id or the start of one.
    Token(String),
}

/// What a report covers: whatever one of the choices names; everything without a choice.
#[derive(Clone, Debug, Default)]
pub struct Selection(pub Vec<Only>);

impl fmt::Display for Only {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workspace(id) => write!(f, "workspace={id}"),
            Self::Principal(name) => write!(f, "principal={name}"),
            Self::Token(id) => write!(f, "token={id}"),
        }
    }
}

impl Selection {
    /// Whether something of this workspace, principal and token is covered.
    pub fn covers(&self, workspace: &str, principal: &str, token: Option<&str>) -> bool {
        let meets = |only: &Only| match only {
            Only::Workspace(w) => w.eq_ignore_ascii_case(workspace),
            Only::Principal(p) => p == principal,
            Only::Token(t) => token.is_some_and(|id| id.starts_with(t.as_str())),
        };
        self.0.is_empty() || self.0.iter().any(meets)
    }

    /// The choices in one line, sorted; `None` without a choice.
    pub fn shown(&self) -> Option<String> {
        let mut only: Vec<String> = self.0.iter().map(Only::to_string).collect();
        only.sort();
        (!only.is_empty()).then(|| only.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_choice_that_fits_is_enough() {
        let selection = Selection(vec![Only::Token("abc".into()), Only::Workspace("W1".into())]);
        assert!(selection.covers("w1", "x", None) && selection.covers("w2", "x", Some("abcdef")));
        assert!(!selection.covers("w2", "x", None) && !selection.covers("w2", "x", Some("ab")));
        assert_eq!(selection.shown().as_deref(), Some("token=abc workspace=W1"));
        assert!(Selection::default().covers("w2", "x", None) && Selection::default().shown().is_none());
    }
}
