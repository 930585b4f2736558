//! One token -> the token it took over from, if there is exactly one candidate.

use super::clue::{Clue, End, Handover, same_comment};
use super::trace::{Trace, share, traces};
use super::{Ancestor, DeclaredPredecessor};
use crate::attribute::{Attribution, Gone, Roster, Token};
use crate::catalog::confidence::Confidence;
use crate::ledger::{Id, Ledger};
use crate::support::hash::Map;
use crate::support::time::{Day, Span, Time};

/// The younger token begins at most this long before or after the older one ends, and both are used for no longer than this
/// at the same time.
const HANDOVER: Span = Span::days(14);
/// A token that may still exist counts as replaced once it was silent for this long while the other was used.
const SILENT: Span = Span::days(7);
/// Tokens that overlap for no longer than this came one after the other.
const OVERLAP: Span = Span::days(2);
/// With more beginnings or ends than this about one time, tokens are made for each run and no successor can be found.
const CROWD: usize = 1000;
/// Tokens shown where there are that many.
const SHOWN: usize = 3;
/// The number of clues that make a rotation likely.
const LIKELY: usize = 3;
const ENOUGH: usize = 2;

/// The predecessor of a token, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// None.
    No,
    To(Ancestor),
    /// It may be one of these, or another token may have taken over from this one as well.
    Undecided(Vec<usize>),
}

pub(super) struct Finder<'a> {
    ledger: &'a Ledger,
    roster: &'a Roster,
    traces: Vec<Trace>,
    kin: Map<(&'a str, &'a str), Siblings>,
    said: Vec<DeclaredPredecessor>,
    /// Older tokens whose successors are declared, with those.
    declared: Map<usize, Vec<usize>>,
    /// The first day of the log of each workspace.
    first_days: Map<Id, Day>,
    as_of: Time,
}

struct PossiblePredecessor {
    token: usize,
    clues: Vec<Clue>,
    /// Clues that count.
    weight: usize,
    confidence: Confidence,
}

impl<'a> Finder<'a> {
    pub(super) fn new(
        ledger: &'a Ledger,
        roster: &'a Roster,
        attribution: &Attribution,
        said: Vec<DeclaredPredecessor>,
        as_of: Time,
    ) -> Self {
        let mut declared: Map<usize, Vec<usize>> = Map::default();
        for (young, said) in said.iter().enumerate() {
            if let DeclaredPredecessor::Succeeds(old) = said {
                declared.entry(*old).or_default().push(young);
            }
        }
        let mut first_days: Map<Id, Day> = Map::default();
        for ((workspace, day), _) in &ledger.days {
            first_days.entry(*workspace).or_insert(*day);
        }
        let traces = traces(ledger, roster, attribution);
        let mut finder =
            Self { ledger, roster, traces, kin: Map::default(), said, declared, first_days, as_of };
        for (n, token) in roster.tokens.iter().enumerate().filter(|(_, t)| !t.principal.is_empty()) {
            let begin = finder.begin(n);
            let kin = finder.kin.entry((token.workspace.as_str(), token.principal.as_str())).or_default();
            kin.begins.extend(begin.map(|at| (at, n)));
            kin.ends.extend(ends(token).map(|(_, at)| (at, n)));
        }
        for kin in finder.kin.values_mut() {
            kin.begins.sort_unstable();
            kin.ends.sort_unstable();
        }
        finder
    }

    /// The step from a token to its predecessor.
    pub(super) fn step(&self, young: usize) -> Step {
        match self.said[young] {
            DeclaredPredecessor::None => Step::No,
            DeclaredPredecessor::Succeeds(token) => {
                let clues = vec![Clue::Declared];
                Step::To(Ancestor { token, confidence: Confidence::High, declared: true, clues })
            }
            DeclaredPredecessor::Nothing => self.found(young),
        }
    }

    fn found(&self, young: usize) -> Step {
        let Some((begin, kin)) = self.begin(young).zip(self.kin(young)) else { return Step::No };
        let Some(near) = kin.ended_near(begin) else { return Step::Undecided(kin.ended_last_before(begin)) };
        let free = |old: &usize| self.declared.get(old).is_none_or(|by| by.contains(&young));
        let others = near.into_iter().filter(|old| *old != young).filter(free);
        let mut found: Vec<PossiblePredecessor> =
            others.filter_map(|old| self.candidate(old, young, begin)).collect();
        // Of tokens that came one after the other, the last is the predecessor.
        let ids: Vec<usize> = found.iter().map(|c| c.token).collect();
        found.retain(|c| !ids.iter().any(|later| self.came_before(c.token, *later)));
        let best = found.iter().map(|c| c.weight).max().unwrap_or(0);
        found.retain(|c| c.weight == best);
        if found.len() > 1 {
            return Step::Undecided(found.iter().map(|c| c.token).collect());
        }
        let Some(best) = found.pop() else { return Step::No };
        if self.has_rival(&best, young) {
            return Step::Undecided(vec![best.token]);
        }
        let PossiblePredecessor { token, clues, confidence, .. } = best;
        Step::To(Ancestor { token, confidence, declared: false, clues })
    }

    /// Whether another token may as well have taken over from the same one, at the same time.
    fn has_rival(&self, best: &PossiblePredecessor, young: usize) -> bool {
        let Some(kin) = self.kin(young) else { return false };
        let Some(rivals) = kin.began_near(ends(&self.roster.tokens[best.token]).map(|(_, at)| at)) else {
            return true;
        };
        let rivals = rivals.into_iter().filter(|r| *r != young && *r != best.token);
        let free = rivals.filter(|r| self.said[*r] == DeclaredPredecessor::Nothing);
        free.filter(|r| !self.came_before(young, *r) && !self.came_before(*r, young)).any(|rival| {
            let begin = self.begin(rival);
            let as_well = begin.and_then(|begin| self.candidate(best.token, rival, begin));
            as_well.is_some_and(|c| c.weight >= best.weight)
        })
    }

    /// The tokens of the same principal in the same workspace.
    fn kin(&self, token: usize) -> Option<&Siblings> {
        let Token { workspace, principal, .. } = &self.roster.tokens[token];
        self.kin.get(&(workspace.as_str(), principal.as_str()))
    }

    /// When a token began: its creation, or its first login if the log had been running for a while by then.
    fn begin(&self, token: usize) -> Option<Time> {
        let token = &self.roster.tokens[token];
        let first = token.logins.map(|l| l.first);
        token.created.or_else(|| {
            let log_from = self.first_days.get(&self.ledger.names.find(&token.workspace)?)?;
            first.filter(|t| t.since(log_from.start()) >= HANDOVER)
        })
    }

    fn candidate(&self, old: usize, young: usize, begin: Time) -> Option<PossiblePredecessor> {
        let (a, b) = (&self.roster.tokens[old], &self.roster.tokens[young]);
        let older = a.created.into_iter().chain(a.logins.map(|l| l.first)).min()?;
        let silent_since = a.idle_since();
        if older >= begin || silent_since.is_some_and(|t| t > begin.plus(HANDOVER)) {
            return None;
        }
        if a.gone.is_none() {
            let stopped = silent_since.filter(|t| self.as_of.since(*t) >= SILENT)?;
            b.logins.filter(|l| l.last > stopped)?;
        }
        let handover = handover(a, begin).filter(|h| h.gap() <= HANDOVER)?;
        let (mine, theirs) = (&self.traces[young], &self.traces[old]);
        let comment = same_comment(&a.comment, &b.comment);
        let agent = share(&mine.agents, &theirs.agents);
        let calls = share(&mine.scopes, &theirs.scopes).filter(|same| *same);
        let calls = calls.or_else(|| share(&mine.scopes, &theirs.recent));
        let same_work = comment == Some(true);
        if comment == Some(false) || !same_work && (agent == Some(false) || calls == Some(false)) {
            return None;
        }
        let mut clues = vec![Clue::Handover(handover)];
        clues.extend(same_work.then_some(Clue::Comment));
        clues.extend((agent == Some(true)).then_some(Clue::Agent));
        clues.extend((share(&mine.addresses, &theirs.addresses) == Some(true)).then_some(Clue::Address));
        clues.extend((calls == Some(true)).then_some(Clue::Calls));
        let weight = clues.iter().filter(|c| c.counts()).count();
        let says_who = same_work || agent == Some(true);
        if !says_who || weight < ENOUGH {
            return None;
        }
        let likely = weight >= LIKELY && a.gone.is_some() && b.created.is_some();
        let confidence = if likely { Confidence::Medium } else { Confidence::Low };
        Some(PossiblePredecessor { token: old, clues, weight, confidence })
    }

    /// Whether one token fell silent or ended about when the other began.
    fn came_before(&self, one: usize, other: usize) -> bool {
        let (Some(begin), Some(own)) = (self.begin(other), self.begin(one)) else { return false };
        let done = self.roster.tokens[one]
            .idle_since()
            .or_else(|| ends(&self.roster.tokens[one]).map(|e| e.1).min());
        one != other && own < begin && done.is_some_and(|t| t <= begin.plus(OVERLAP))
    }
}

/// The tokens of one principal in one workspace, by when they began and by when they may have ended; sorted.
#[derive(Default)]
struct Siblings {
    begins: Vec<(Time, usize)>,
    ends: Vec<(Time, usize)>,
}

impl Siblings {
    /// Tokens that ended about this time; `None` where they are too many to tell apart.
    fn ended_near(&self, at: Time) -> Option<Vec<usize>> {
        distinct(near(&self.ends, at).iter().map(|(_, n)| *n))
    }

    /// Tokens that began about one of these times; `None` where they are too many.
    fn began_near(&self, times: impl Iterator<Item = Time>) -> Option<Vec<usize>> {
        distinct(times.flat_map(|at| near(&self.begins, at)).map(|(_, n)| *n))
    }

    /// The few tokens that ended last before this time.
    fn ended_last_before(&self, at: Time) -> Vec<usize> {
        let before = &self.ends[..self.ends.partition_point(|(t, _)| *t <= at)];
        let mut last: Vec<usize> = before.iter().rev().take(SHOWN).map(|(_, n)| *n).collect();
        last.sort_unstable();
        last.dedup();
        last
    }
}

fn near(sorted: &[(Time, usize)], at: Time) -> &[(Time, usize)] {
    let from = sorted.partition_point(|(t, _)| *t < at.minus(HANDOVER));
    let to = sorted.partition_point(|(t, _)| *t <= at.plus(HANDOVER));
    &sorted[from..to]
}

fn distinct(tokens: impl Iterator<Item = usize>) -> Option<Vec<usize>> {
    let mut tokens: Vec<usize> = tokens.take(CROWD + 1).collect();
    let few = tokens.len() <= CROWD;
    tokens.sort_unstable();
    tokens.dedup();
    few.then_some(tokens)
}

/// The end of the older token that lies nearest to the beginning of the younger one.
fn handover(old: &Token, begin: Time) -> Option<Handover> {
    ends(old).map(|(end, at)| Handover { end, at, begin }).min_by_key(|h| (!h.is_close(), h.gap(), h.end))
}

fn ends(token: &Token) -> impl Iterator<Item = (End, Time)> {
    let listed = match token.gone {
        Some(Gone::NotListed(day)) => Some(day.start()),
        _ => None,
    };
    let last = token.logins.map(|l| l.last).or_else(|| token.last_used_day.map(Day::start));
    [
        (End::Revoked, token.revoked),
        (End::Expired, token.expires),
        (End::NotListed, listed),
        (End::LastUse, last),
    ]
    .into_iter()
    .filter_map(|(end, at)| Some((end, at?)))
}
