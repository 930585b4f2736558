//! Everything the rules look at: each token with its enforcement, its scopes judged, and the logs they rest on.

use super::profile::{Profile, Work};
use crate::attribute::lineage::{Ancestry, Lineage};
use crate::attribute::{Attribution, Principal, Roster, Token, Use, UseKind};
use crate::catalog::{Catalog, KeepAliveRead, ScopeId};
use crate::context::annotations::{Annotations, Entry, Matches, TokenToMatch};
use crate::context::jobs::Jobs;
use crate::ledger::{Count, Id, Ledger, LedgerRow, summed};
use crate::support::hash::Map;
use crate::support::time::{Day, Span, Time};
use crate::timeline::cadence::Claim;
use crate::timeline::enforcement::{Assumptions, Enforcement};
use crate::timeline::history::{self, Carried, ScopeHistory};
use crate::timeline::judge::VerdictInput;
use crate::timeline::log_view::LogView;
use crate::timeline::verdict::Judgement;
use crate::timeline::window::{Inside, Phase};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Everything that rules look at.
pub struct Assessment<'a> {
    pub ledger: &'a Ledger,
    /// Its rows before as-of.
    pub rows: &'a [LedgerRow],
    pub catalog: &'a Catalog,
    pub roster: &'a Roster,
    pub attribution: &'a Attribution,
    pub logs: &'a BTreeMap<Id, LogView>,
    pub annotations: &'a Annotations,
    pub given: &'a Assumptions,
    /// The longest lifetime a token may have.
    pub max_lifetime: Span,
    /// Scheduled jobs, where a list was given.
    pub jobs: &'a Jobs,
    /// What is odd about annotations, as sentences.
    pub problems: Vec<String>,
    /// Which annotations are about which tokens, expired ones among them.
    pub matches: Matches<'a>,
    /// Which tokens took over from which.
    pub lineage: Lineage<'a>,
    /// One per token that is not gone, in the order of the roster.
    pub tokens: Vec<TokenAssessment<'a>>,
    /// For each scope that has one, a call that changes nothing.
    pub reads: Map<ScopeId, KeepAliveRead<'a>>,
}

pub struct TokenAssessment<'a> {
    /// Its place in the roster.
    pub index: usize,
    pub token: &'a Token,
    /// What annotations say about it, most specific first; no expired ones.
    pub entries: Vec<&'a Entry>,
    /// The tokens it took over from.
    pub ancestry: Ancestry,
    pub enforcement: Enforcement,
    pub scopes: BTreeMap<ScopeId, (ScopeHistory<'a>, Judgement)>,
    /// What it is used for.
    pub profile: Profile,
    /// The log of its workspace.
    pub log: Option<&'a LogView>,
    /// Days on which it did anything, in order.
    pub active: Vec<(Time, Time)>,
    /// Source addresses, most calls first.
    pub addresses: Vec<Id>,
}

impl<'a> Assessment<'a> {
    /// Judges every token that is not gone.
    pub fn judge(mut self) -> Self {
        let facts: Vec<TokenToMatch<'_>> = self.roster.tokens.iter().map(facts).collect();
        self.matches = self.annotations.matches(&facts);
        let entries = self.current_entries();
        let (search, as_of) = (self.given.lineage, self.given.as_of);
        let (lineage, (active, addresses)) = rayon::join(
            || Lineage::find(self.ledger, self.roster, self.attribution, &entries, search, as_of),
            || (active_days(self.rows), addresses(self.ledger)),
        );
        self.lineage = lineage;
        let read = |(scope, _)| Some((scope, self.catalog.keep_alive_read(scope)?));
        self.reads = self.catalog.scopes().filter_map(read).collect();
        let live = self.roster.tokens.par_iter().enumerate().filter(|(_, t)| t.gone.is_none());
        let assessed = live.map(|(index, token)| {
            let id = self.ledger.names.find(&token.id);
            let mut assessed = TokenAssessment {
                index,
                token,
                entries: entries.get(index).cloned().unwrap_or_default(),
                ancestry: self.lineage.of(index).cloned().unwrap_or_default(),
                enforcement: Enforcement::NotReported,
                scopes: BTreeMap::new(),
                profile: Profile::Unknown,
                log: self.ledger.names.find(&token.workspace).and_then(|w| self.logs.get(&w)),
                active: id.and_then(|id| active.get(&id)).map_or_else(Vec::new, |days| spans(days)),
                addresses: id.and_then(|id| addresses.get(&id)).cloned().unwrap_or_default(),
            };
            assessed.enforcement = Enforcement::of(token, &assessed.entries, self.given);
            self.judge_scopes(&mut assessed);
            assessed.profile = Profile::of(&self.work(&assessed));
            assessed
        });
        self.tokens = assessed.collect();
        self
    }

    /// For each token of the roster, the entries about it that have not expired.
    fn current_entries(&self) -> Vec<Vec<&'a Entry>> {
        let current = |e: &&&'a Entry| e.expires.is_none_or(|b| b.time > self.given.as_of);
        self.matches.per_token.iter().map(|all| all.iter().filter(current).copied().collect()).collect()
    }

    /// The tokens an entry is about, by their places in the roster.
    pub fn tokens_of(&self, entry: &Entry) -> Vec<usize> {
        let is_about = |all: &[&Entry]| all.iter().any(|e| std::ptr::eq(*e, entry));
        let about = self.matches.per_token.iter().enumerate().filter(|(_, all)| is_about(all));
        about.map(|(n, _)| n).collect()
    }

    /// The judged token at a place of the roster; `None` when it is gone.
    pub fn assessed(&self, index: usize) -> Option<&TokenAssessment<'a>> {
        self.tokens.binary_search_by_key(&index, |c| c.index).ok().map(|n| &self.tokens[n])
    }

    /// The facts from which the kind of work behind a token follows.
    fn work<'s>(&'s self, assessed: &'s TokenAssessment<'a>) -> Work<'s> {
        let (mut on_cadence, mut uses) = (0, 0);
        for (history, judgement) in assessed.scopes.values() {
            uses += history.uses();
            if judgement.cadence.as_ref().is_some_and(|c| c.claim == Claim::Claimed) {
                on_cadence += history.uses();
            }
        }
        Work {
            principal: &assessed.token.principal,
            browser: self.principal(assessed.token).is_some_and(|p| p.browser),
            agents: assessed.firm().map(|u| self.ledger.text(u.agent)).collect(),
            uses,
            on_cadence,
        }
    }

    /// What is known of a token's principal beyond the token.
    pub fn principal(&self, token: &Token) -> Option<&'a Principal> {
        let key = self.ledger.names.find(&token.workspace).zip(self.ledger.names.find(&token.principal))?;
        self.attribution.principals.get(&key)
    }

    fn judge_scopes(&self, assessed: &mut TokenAssessment<'a>) {
        let (token, given) = (assessed.token, self.given);
        let (from, to) = token.live();
        let principal = self.principal(token);
        let alive = |c: &Count| c.last >= from && c.first < to;
        let shared = principal.into_iter().flat_map(|p| &p.shared).filter(|u| alive(&u.count));
        let declared = assessed.entries.iter().flat_map(|e| &e.needs).filter_map(|n| {
            let current = n.expires.is_none_or(|b| b.time > given.as_of);
            Some((self.catalog.scope_named(&n.scope).filter(|_| current)?, n))
        });
        let carried = assessed.ancestry.ancestors.iter().flat_map(|a| {
            let uses = self.attribution.uses[a.token].iter();
            uses.map(|use_| Carried { use_, by: a.token, confidence: a.confidence })
        });
        let narrowed_from = assessed.enforcement.narrowed_from(given.as_of);
        let histories = history::by_scope(
            &self.attribution.uses[assessed.index],
            shared,
            declared,
            carried,
            narrowed_from,
            given.count_failed,
        );
        let seen: Vec<ScopeId> =
            histories.iter().filter(|(_, h)| is_seen(h, &assessed.enforcement)).map(|(s, _)| *s).collect();
        let own_unmapped = self.attribution.unmapped_of[assessed.index].iter();
        let shared_unmapped = principal.into_iter().flat_map(|p| &p.unmapped).filter(|u| alive(&u.count));
        let may_need =
            |action| self.catalog.scopes_unknown_action_may_need(self.ledger.text(action)).to_vec();
        let unmapped: Vec<_> =
            own_unmapped.chain(shared_unmapped).map(|u| (may_need(u.action), u.count)).collect();
        let silent: Vec<Count> = self.attribution.silent[assessed.index].iter().map(|s| s.count).collect();
        let scene = VerdictInput {
            token,
            enforcement: &assessed.enforcement,
            log: assessed.log,
            given,
            catalog: self.catalog,
            seen: &seen,
            unmapped: &unmapped,
            silent: &silent,
        };
        let judged = histories.into_iter().filter_map(|(scope, mut history)| {
            let mut judgement = scene.judge(scope, &history);
            // What its predecessors did regularly and this token never took up did not come along.
            if !history.has_own_need() && judgement.cadence.as_ref().is_some_and(|c| c.lapsed) {
                history.forget_carried();
                if history.possible.is_empty() {
                    return None;
                }
                judgement = scene.judge(scope, &history);
            }
            Some((scope, (history, judgement)))
        });
        let judged = judged.collect();
        assessed.scopes = judged;
    }
}

/// A token as annotations match it.
pub(super) fn facts(token: &Token) -> TokenToMatch<'_> {
    TokenToMatch {
        token_id: &token.id,
        owner: &token.principal,
        comment: &token.comment,
        workspace: &token.workspace,
    }
}

fn is_seen(history: &ScopeHistory<'_>, enforcement: &Enforcement) -> bool {
    match enforcement {
        Enforcement::Dated { window, phase: Phase::Over | Phase::Open, .. } => {
            window.holds(&history.days) == Inside::Yes
        }
        _ => false,
    }
}

/// Per token: the days of its rows.
fn active_days(rows: &[LedgerRow]) -> Map<Id, Vec<(Day, Count)>> {
    let mut by_token: Map<Id, Vec<(Day, Count)>> = Map::default();
    for row in rows.iter().filter(|r| r.key.token != 0) {
        by_token.entry(row.key.token).or_default().push((row.key.day, row.outcomes.all()));
    }
    by_token
}

/// First and last moment of each day, in order.
fn spans(days: &[(Day, Count)]) -> Vec<(Time, Time)> {
    let days = summed(days.to_vec(), |sum, more| sum.add(*more)).into_iter();
    days.map(|(_, count)| (count.first, count.last)).collect()
}

fn addresses(ledger: &Ledger) -> Map<Id, Vec<Id>> {
    let mut by_token: Map<Id, BTreeMap<Id, u64>> = Map::default();
    for (key, count) in ledger.addresses.iter().filter(|(key, _)| key.token != 0 && key.address != 0) {
        *by_token.entry(key.token).or_default().entry(key.address).or_default() += count.events;
    }
    let ranked = |counts: BTreeMap<Id, u64>| {
        let mut list: Vec<_> = counts.into_iter().collect();
        list.sort_by_key(|(id, n)| (std::cmp::Reverse(*n), *id));
        list.into_iter().map(|(id, _)| id).collect()
    };
    by_token.into_iter().map(|(token, counts)| (token, ranked(counts))).collect()
}

impl TokenAssessment<'_> {
    /// The longest time between two days on which the token did anything.
    pub fn longest_gap(&self) -> Option<(Time, Time)> {
        self.active.windows(2).map(|w| (w[0].1, w[1].0)).max_by_key(|(from, to)| (to.since(*from), *to))
    }

    /// When the next call of any scope is expected.
    pub fn next_call(&self) -> Option<crate::timeline::calendar::Expected> {
        self.scopes.values().filter_map(|(_, j)| j.next).min_by_key(|e| e.earliest)
    }

    /// All firm uses that succeeded.
    pub fn firm(&self) -> impl Iterator<Item = &Use> {
        self.scopes.values().flat_map(|(h, _)| h.firm.iter().copied()).filter(|u| u.kind != UseKind::Failed)
    }
}
