//! Evidence that one token took over from another, in words that a report can show.

use crate::support::time::{Span, Time};
use std::fmt;

/// A handover this near is a clue in itself.
const CLOSE: Span = Span::days(3);

/// What two tokens have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clue {
    /// The annotations say so.
    Declared,
    /// How and when the older one ended and the younger one was made.
    Handover(Handover),
    /// Both have the same comment, apart from numbers and dates.
    Comment,
    /// Both used the same client.
    Agent,
    Address,
    /// Both need a scope in common.
    Calls,
}

/// How an older token ended and a younger one began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handover {
    pub end: End,
    pub at: Time,
    /// When the younger one was made, or first logged in.
    pub begin: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    Revoked,
    /// It expired, or is about to.
    Expired,
    /// A whole token list no longer has it.
    NotListed,
    /// It was used for the last time.
    LastUse,
}

impl Handover {
    pub fn gap(&self) -> Span {
        Span(self.begin.0.abs_diff(self.at.0).min(i64::MAX as u64) as i64)
    }

    /// Near enough, and certain enough, to speak for itself.
    pub(super) fn is_close(&self) -> bool {
        self.end <= End::Expired && self.gap() <= CLOSE
    }
}

impl Clue {
    /// Whether it says something about the two tokens beyond when they lived.
    pub(super) fn counts(&self) -> bool {
        match self {
            Self::Handover(handover) => handover.is_close(),
            _ => true,
        }
    }
}

impl fmt::Display for Clue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Declared => "the annotations say so",
            Self::Comment => "same comment",
            Self::Agent => "same agent",
            Self::Address => "same address",
            Self::Calls => "same scopes called",
            Self::Handover(handover) => return fmt::Display::fmt(handover, f),
        })
    }
}

impl fmt::Display for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = match self.end {
            End::Revoked => "was revoked",
            End::Expired => "expires",
            End::NotListed => "was no longer listed",
            End::LastUse => "was last used",
        };
        write!(f, "made on {}, when the other {ended} ({})", self.begin.day(), self.at.day())
    }
}

/// Whether two comments name the same work: `None` where one is empty, or where only some of their words agree.
pub(super) fn same_comment(a: &str, b: &str) -> Option<bool> {
    let words = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() >= 2);
        words.map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        None
    } else if a == b {
        Some(true)
    } else {
        (!a.iter().any(|w| b.contains(w))).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_agree_but_for_numbers_and_dates() {
        for (a, b, same) in [
            ("airflow prod 2026-01", "Airflow PROD (2026-07)", Some(true)),
            ("reporting v1", "reporting v2", Some(true)),
            ("airflow prod", "tableau east", Some(false)),
            ("airflow prod", "airflow dev", None),
            ("", "airflow", None),
            ("2026", "2027", None),
        ] {
            assert_eq!(same_comment(a, b), same, "{a} / {b}");
        }
    }
}
