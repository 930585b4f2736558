//! How sure something is: one scale for attribution tiers, catalog rows, window sources and findings.

use serde::Serialize;
use std::fmt;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

/// Ordered from weakest to strongest, so that the confidence of a conclusion is the `min` of what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
#[serde(into = "&'static str")]
pub enum Confidence {
    /// A guess worth showing.
    Low,
    /// Likely; enough to act on with care.
    Medium,
    /// Documented, or inferred without a known exception.
    High,
    /// Stated by the record itself.
    Exact,
}

impl Confidence {
    /// The word in tables and reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The same in words that finish "we are ...".
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Exact => "certain",
            Self::High => "very sure",
            Self::Medium => "fairly sure",
            Self::Low => "not sure",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::iter().find(|c| c.as_str() == text)
    }

    /// One step weaker; `Low` stays.
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::Exact => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Confidence::{Exact, High, Low, Medium};
    use super::*;

    #[test]
    fn the_scale_is_ordered_and_reads_back() {
        assert!(Low < Medium && Medium < High && High < Exact);
        assert!([Low, Medium, High, Exact].iter().all(|c| Confidence::parse(c.as_str()) == Some(*c)));
        assert_eq!(Confidence::parse("High"), None);
        assert_eq!([Exact, High, Medium, Low].map(Confidence::lowered), [High, Medium, Low, Low]);
    }
}
