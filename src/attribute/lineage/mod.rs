//! Tokens -> which of them took over from which. A rotated token has nothing before its own creation: what its predecessors
//! did stands in for that, with a confidence of its own, and never as a use by the token itself.
//!
//! No row says that one token replaces another. It is inferred within one principal of one workspace from a handover (the one
//! was made about when the other ended and fell silent) and from what both have in common, or declared in the annotations.
//! Where two tokens are possible, neither is taken: a wrong history is worse than none.

mod clue;
mod find_predecessor;
mod trace;

pub(crate) use clue::Clue;

use crate::attribute::{Attribution, Roster};
use crate::catalog::confidence::Confidence;
use crate::context::annotations::{self, Entry};
use crate::ledger::Ledger;
use crate::support::hash::Map;
use crate::support::time::Time;
use find_predecessor::{Finder, Step};

/// Rotations followed back from one token.
const MOST: usize = 32;

/// A token whose history is carried over to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ancestor {
    /// Its place in the roster.
    pub token: usize,
    /// How sure the way from the younger token to it is: the weakest step decides.
    pub confidence: Confidence,
    /// Whether the annotations say so.
    pub declared: bool,
    /// What speaks for it.
    pub clues: Vec<Clue>,
}

/// Where the history of one token before its own comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ancestry {
    /// Its predecessor, the predecessor of that one, and so on.
    pub ancestors: Vec<Ancestor>,
    /// Tokens that could be its predecessor where no single one can be told: none of them counts.
    pub undecided: Vec<usize>,
}

/// A `succeeds` key of the annotations that names no token, or several.
#[derive(Clone, Copy, Debug)]
pub struct Unresolved<'a> {
    pub entry: &'a Entry,
    /// The token id, or start of one, that it names.
    pub asked: &'a str,
    /// How many tokens it could mean, not counting the entry's own.
    pub tokens: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Lineage<'a> {
    of: Map<usize, Ancestry>,
    successors: Map<usize, usize>,
    /// Declarations that could not be followed.
    pub unresolved: Vec<Unresolved<'a>>,
}

impl<'a> Lineage<'a> {
    /// Finds the ancestors of every token that is not gone. `entries` holds, for each token of the roster, what annotations
    /// say about it, the most specific first; without `search` nothing but that counts.
    pub fn find(
        ledger: &Ledger,
        roster: &Roster,
        attribution: &Attribution,
        entries: &[Vec<&'a Entry>],
        search: bool,
        as_of: Time,
    ) -> Self {
        let mut lineage = Self::default();
        let mut said: Vec<DeclaredPredecessor> =
            (0..roster.tokens.len()).map(|n| lineage.said(roster, n, entries.get(n))).collect();
        if !search {
            said.iter_mut()
                .filter(|s| **s == DeclaredPredecessor::Nothing)
                .for_each(|s| *s = DeclaredPredecessor::None);
        }
        let finder = Finder::new(ledger, roster, attribution, said, as_of);
        let mut steps: Map<usize, Step> = Map::default();
        for n in (0..roster.tokens.len()).filter(|n| roster.tokens[*n].gone.is_none()) {
            let ancestry = ancestry(n, |n| steps.entry(n).or_insert_with(|| finder.step(n)).clone());
            let mut younger = n;
            for ancestor in &ancestry.ancestors {
                lineage.successors.insert(ancestor.token, younger);
                younger = ancestor.token;
            }
            if ancestry != Ancestry::default() {
                lineage.of.insert(n, ancestry);
            }
        }
        lineage
    }

    pub fn of(&self, token: usize) -> Option<&Ancestry> {
        self.of.get(&token)
    }

    /// The token that took over from this one.
    pub fn successor(&self, token: usize) -> Option<usize> {
        self.successors.get(&token).copied()
    }

    /// What the annotations say about a token's predecessor. The most specific entry that says anything counts.
    fn said(&mut self, roster: &Roster, n: usize, entries: Option<&Vec<&'a Entry>>) -> DeclaredPredecessor {
        let told =
            entries.into_iter().flatten().find(|e| e.lineage != annotations::DeclaredLineage::Automatic);
        let Some(&entry) = told else { return DeclaredPredecessor::Nothing };
        let annotations::DeclaredLineage::Succeeds(asked) = &entry.lineage else {
            return DeclaredPredecessor::None;
        };
        let others = roster.tokens.iter().enumerate().filter(|(m, _)| *m != n);
        let mut met: Vec<usize> =
            others.filter(|(_, t)| t.id.starts_with(asked.as_str())).map(|(m, _)| m).collect();
        if met.iter().any(|m| roster.tokens[*m].id == *asked) {
            met.retain(|m| roster.tokens[*m].id == *asked);
        }
        match met.as_slice() {
            [only] => DeclaredPredecessor::Succeeds(*only),
            _ => {
                self.unresolved.push(Unresolved { entry, asked, tokens: met.len() });
                DeclaredPredecessor::None
            }
        }
    }
}

/// What the annotations say about a token's predecessor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DeclaredPredecessor {
    Nothing,
    None,
    Succeeds(usize),
}

/// Follows the steps back until there is none, or they come around.
fn ancestry(token: usize, mut step: impl FnMut(usize) -> Step) -> Ancestry {
    let mut ancestry = Ancestry::default();
    let (mut at, mut sure) = (token, Confidence::High);
    while ancestry.ancestors.len() < MOST {
        match step(at) {
            Step::To(mut ancestor)
                if ancestor.token != token
                    && !ancestry.ancestors.iter().any(|a| a.token == ancestor.token) =>
            {
                sure = sure.min(ancestor.confidence);
                ancestor.confidence = sure;
                at = ancestor.token;
                ancestry.ancestors.push(ancestor);
            }
            Step::Undecided(tokens) if ancestry.ancestors.is_empty() => {
                ancestry.undecided = tokens;
                break;
            }
            _ => break,
        }
    }
    ancestry
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(token: usize, confidence: Confidence) -> Step {
        Step::To(Ancestor { token, confidence, declared: false, clues: Vec::new() })
    }

    #[test]
    fn the_weakest_step_decides_and_a_circle_ends() {
        let line = ancestry(0, |n| match n {
            0 => to(1, Confidence::Medium),
            1 => to(2, Confidence::Low),
            2 => to(3, Confidence::High),
            _ => to(1, Confidence::High),
        });
        let told: Vec<_> = line.ancestors.iter().map(|a| (a.token, a.confidence)).collect();
        assert_eq!(told, [(1, Confidence::Medium), (2, Confidence::Low), (3, Confidence::Low)]);
        assert!(ancestry(0, |_| to(0, Confidence::High)).ancestors.is_empty(), "no token succeeds itself");
    }

    #[test]
    fn what_is_undecided_further_back_only_ends_the_line() {
        let step = |n| if n == 0 { to(1, Confidence::Medium) } else { Step::Undecided(vec![7, 8]) };
        let line = ancestry(0, step);
        assert_eq!((line.ancestors.len(), line.undecided.len()), (1, 0));
        assert_eq!(ancestry(5, step).undecided, [7, 8]);
    }
}
