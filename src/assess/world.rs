//! Everything the rules look at: each token with its standing, its scopes judged, and the logs they rest on.

use super::profile::Profile;
use crate::annotations::{Annotations, Entry, TokenFacts};
use crate::attribute::{Attribution, Principal, Roster, Token, Use, UseKind};
use crate::catalog::{Catalog, ScopeId};
use crate::hash::Map;
use crate::ledger::{Count, Id, Ledger, Row};
use crate::time::{Day, Span, Time};
use crate::timeline::history::{self, ScopeHistory};
use crate::timeline::log::LogView;
use crate::timeline::standing::{Assumptions, Standing};
use crate::timeline::verdict::{Judgement, Scene};
use crate::timeline::window::{Inside, Phase};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What the rules need beside tokens.
pub struct World<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// Its rows before as-of.
    pub rows: &'a [Row],
    /// The catalog.
    pub catalog: &'a Catalog,
    /// All tokens.
    pub roster: &'a Roster,
    /// Whose rows are whose.
    pub attribution: &'a Attribution,
    /// Logs by workspace.
    pub logs: &'a BTreeMap<Id, LogView>,
    /// Annotations.
    pub annotations: &'a Annotations,
    /// Options.
    pub given: &'a Assumptions,
    /// The longest lifetime a token may have.
    pub max_lifetime: Span,
    /// What is odd about annotations, as sentences.
    pub problems: Vec<String>,
    /// One per token that is not gone, in the order of the roster.
    pub cases: Vec<Case<'a>>,
}

/// One token, judged.
pub struct Case<'a> {
    /// Its place in the roster.
    pub index: usize,
    /// The token.
    pub token: &'a Token,
    /// What annotations say about it, most specific first.
    pub entries: Vec<&'a Entry>,
    /// What decides for it.
    pub standing: Standing,
    /// Its scopes.
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

impl<'a> World<'a> {
    /// Judges every token that is not gone.
    pub fn judge(mut self) -> Self {
        let facts: Vec<TokenFacts<'_>> = self.roster.tokens.iter().map(facts).collect();
        let matches = self.annotations.matches(&facts);
        self.problems.extend(matches.problems.iter().map(ToString::to_string));
        let entries = matches.per_token;
        let active = active_days(self.rows);
        let addresses = addresses(self.ledger);
        let uses_unmapped = UnmappedScopes::new(self.ledger, self.catalog);
        let live = self.roster.tokens.par_iter().enumerate().filter(|(_, t)| t.gone.is_none());
        let cases = live.map(|(index, token)| {
            let id = self.ledger.names.find(&token.id);
            let mut case = Case {
                index,
                token,
                entries: entries.get(index).cloned().unwrap_or_default(),
                standing: Standing::NotReported,
                scopes: BTreeMap::new(),
                profile: Profile::Unknown,
                log: self.ledger.names.find(&token.workspace).and_then(|w| self.logs.get(&w)),
                active: id.and_then(|id| active.get(&id)).cloned().unwrap_or_default(),
                addresses: id.and_then(|id| addresses.get(&id)).cloned().unwrap_or_default(),
            };
            case.entries.retain(|e| e.expires.is_none_or(|b| b.time > self.given.as_of));
            case.standing = Standing::of(token, &case.entries, self.given);
            self.judge_scopes(&mut case, &uses_unmapped);
            case.profile = Profile::of(&case, self.principal(token), self.ledger);
            case
        });
        let cases = cases.collect();
        self.cases = cases;
        self
    }

    /// What is known of a token's principal beyond the token.
    pub fn principal(&self, token: &Token) -> Option<&'a Principal> {
        let key = self.ledger.names.find(&token.workspace).zip(self.ledger.names.find(&token.principal))?;
        self.attribution.principals.get(&key)
    }

    fn judge_scopes(&self, case: &mut Case<'a>, unmapped_scopes: &UnmappedScopes<'_>) {
        let (token, given) = (case.token, self.given);
        let (from, to) = token.live();
        let principal = self.principal(token);
        let alive = |c: &Count| c.last >= from && c.first < to;
        let shared = principal.into_iter().flat_map(|p| &p.shared).filter(|u| alive(&u.count));
        let declared = case.entries.iter().flat_map(|e| &e.needs).filter_map(|n| {
            let current = n.expires.is_none_or(|b| b.time > given.as_of);
            Some((self.catalog.scope_named(&n.scope).filter(|_| current)?, n))
        });
        let narrowed_from = narrowed_from(&case.standing, given.as_of);
        let histories = history::by_scope(
            &self.attribution.uses[case.index],
            shared,
            declared,
            narrowed_from,
            given.count_failed,
        );
        let seen: Vec<ScopeId> =
            histories.iter().filter(|(_, h)| is_seen(h, &case.standing)).map(|(s, _)| *s).collect();
        let own_unmapped = self.attribution.unmapped_of[case.index].iter();
        let shared_unmapped = principal.into_iter().flat_map(|p| &p.unmapped).filter(|u| alive(&u.count));
        let unmapped: Vec<_> =
            own_unmapped.chain(shared_unmapped).map(|u| (unmapped_scopes.of(u.action), u.count)).collect();
        let silent: Vec<Count> = self.attribution.silent[case.index].iter().map(|s| s.count).collect();
        let scene = Scene {
            token,
            standing: &case.standing,
            log: case.log,
            given,
            catalog: self.catalog,
            seen: &seen,
            unmapped: &unmapped,
            silent: &silent,
        };
        let judged = histories.into_iter().map(|(scope, history)| {
            let judgement = scene.judge(scope, &history);
            (scope, (history, judgement))
        });
        let judged = judged.collect();
        case.scopes = judged;
    }
}

/// A token as annotations match it.
pub(super) fn facts(token: &Token) -> TokenFacts<'_> {
    TokenFacts {
        token_id: &token.id,
        owner: &token.principal,
        comment: &token.comment,
        workspace: &token.workspace,
    }
}

fn narrowed_from(standing: &Standing, as_of: Time) -> Option<Time> {
    match standing {
        Standing::Granted(_) => Some(Time(i64::MIN)),
        _ => standing.window().map(|w| w.enforced.time).filter(|t| *t <= as_of),
    }
}

fn is_seen(history: &ScopeHistory<'_>, standing: &Standing) -> bool {
    match standing {
        Standing::Dated { window, phase: Phase::Over | Phase::Open, .. } => {
            window.holds(&history.days) == Inside::Yes
        }
        _ => false,
    }
}

/// Per token: first and last moment of each of its rows, in order.
fn active_days(rows: &[Row]) -> Map<Id, Vec<(Time, Time)>> {
    let mut by_token: Map<Id, BTreeMap<Day, (Time, Time)>> = Map::default();
    for row in rows.iter().filter(|r| r.key.token != 0) {
        let all = row.outcomes.all();
        let span =
            by_token.entry(row.key.token).or_default().entry(row.key.day).or_insert((all.first, all.last));
        *span = (span.0.min(all.first), span.1.max(all.last));
    }
    by_token.into_iter().map(|(token, days)| (token, days.into_values().collect())).collect()
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

/// The scopes an unknown action may have needed: those its service's known actions map to. Never a mapping.
struct UnmappedScopes<'a> {
    ledger: &'a Ledger,
    catalog: &'a Catalog,
}

impl<'a> UnmappedScopes<'a> {
    fn new(ledger: &'a Ledger, catalog: &'a Catalog) -> Self {
        Self { ledger, catalog }
    }

    fn of(&self, action: Id) -> Vec<ScopeId> {
        let text = self.ledger.text(action);
        text.split_once('/')
            .map_or_else(Vec::new, |(service, _)| self.catalog.service_scopes(service).to_vec())
    }
}

impl Case<'_> {
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
