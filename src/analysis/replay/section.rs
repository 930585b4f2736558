//! Judged tokens and tokens that are gone -> the rows of a replay, for one date or for every date.

use super::{
    ByDate, DateRow, EveryDate, Refusals, Replay, ReplayPlan, ReplayReport, ReplayRow, Replayed,
    ReplayedScope, ReplayedToken, SharedCalls, TokenReplay,
};
use crate::analysis::selection::Selection;
use crate::assess::{Assessment, OperationUse, by_operation, operation_uses};
use crate::attribute::Use;
use crate::catalog::ScopeId;
use crate::context::bound::Bound;
use crate::ledger::{Count, Id};
use crate::support::by_name::ByName;
use crate::support::hash::Map;
use crate::support::secret::blank_secrets;
use crate::timeline::enforcement::Enforcement;
use crate::timeline::history::{self, ScopeHistory};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What a replay needs of a token that is gone; living tokens have it because they were judged.
struct OfGone<'a> {
    enforcement: Enforcement,
    scopes: BTreeMap<ScopeId, ScopeHistory<'a>>,
}

/// Replays the calls of covered tokens: for one date where one is given, else under the known lists and for every date.
pub(crate) fn replay(
    assessment: &Assessment<'_>,
    enforced: Option<Bound>,
    selection: &Selection,
) -> ReplayReport {
    let gone: Vec<Option<OfGone<'_>>> =
        assessment.roster.tokens.iter().enumerate().map(|(n, _)| of_gone(assessment, n)).collect();
    let plan = plan(assessment, &gone, selection);
    let rows = RowBuilder { assessment, addresses: addresses(assessment) };
    if let Some(enforced) = enforced {
        return ReplayReport { date: Some(rows.replayed(plan.on(enforced))), ..ReplayReport::default() };
    }
    let lists = plan.by_lists();
    ReplayReport {
        lists: (lists.replayed > 0).then(|| rows.replayed(lists)),
        date: None,
        dates: plan.by_date().map(|dates| every_date(&plan, &rows, &dates)),
    }
}

fn of_gone<'a>(assessment: &Assessment<'a>, index: usize) -> Option<OfGone<'a>> {
    let token = assessment.roster.tokens.get(index).filter(|t| t.gone.is_some())?;
    let enforcement = Enforcement::of(token, &[], assessment.given);
    let (from, to) = token.live();
    let shared = assessment.principal(token).into_iter().flat_map(|p| &p.shared);
    let shared = shared.filter(|u| u.count.last >= from && u.count.first < to);
    let narrowed_from = enforcement.narrowed_from(assessment.given.as_of);
    let own = &assessment.attribution.uses[index];
    let scopes = history::by_scope(
        own,
        shared,
        std::iter::empty(),
        std::iter::empty(),
        narrowed_from,
        assessment.given.count_failed,
    );
    Some(OfGone { enforcement, scopes })
}

fn plan<'w>(
    assessment: &'w Assessment<'_>,
    gone: &'w [Option<OfGone<'_>>],
    selection: &Selection,
) -> ReplayPlan<'w> {
    let mut cases = assessment.tokens.iter().peekable();
    let mut actors = Vec::new();
    let mut places: Map<usize, usize> = Map::default();
    for (index, token) in assessment.roster.tokens.iter().enumerate() {
        let assessed = cases.next_if(|c| c.index == index);
        if !selection.covers(&token.workspace, &token.principal, Some(&token.id)) {
            continue;
        }
        let (enforcement, scopes) = match (assessed, gone.get(index).and_then(Option::as_ref)) {
            (Some(assessed), _) => {
                (&assessed.enforcement, assessed.scopes.iter().map(|(s, (h, j))| (*s, h, Some(j))).collect())
            }
            (None, Some(gone)) => {
                (&gone.enforcement, gone.scopes.iter().map(|(s, h)| (*s, h, None)).collect())
            }
            (None, None) => continue,
        };
        let (from, to) = token.live();
        let principal = assessment.principal(token).into_iter().flat_map(|p| &p.unmapped);
        let own = &assessment.attribution.unmapped_of[index];
        let may_need = |action| {
            let text = assessment.ledger.text(action);
            assessment.catalog.scopes_unknown_action_may_need(text).to_vec()
        };
        let may_have_needed = own
            .iter()
            .chain(principal.filter(|u| u.count.last >= from && u.count.first < to))
            .map(|u| (may_need(u.action), u.count))
            .collect();
        places.insert(index, actors.len());
        actors.push(ReplayedToken {
            index,
            token,
            enforcement,
            log: assessment.ledger.names.find(&token.workspace).and_then(|w| assessment.logs.get(&w)),
            scopes,
            uses: &assessment.attribution.uses[index],
            unmapped: own,
            may_have_needed,
        });
    }
    let shared = assessment
        .attribution
        .principals
        .iter()
        .filter(|(_, p)| !(p.shared.is_empty() && p.unmapped.is_empty()));
    let shared = shared.map(|((workspace, principal), p)| SharedCalls {
        uses: &p.shared,
        unmapped: &p.unmapped,
        actors: assessment
            .roster
            .of_principal(*workspace, *principal)
            .iter()
            .filter_map(|token| places.get(token).copied())
            .collect(),
    });
    ReplayPlan { catalog: assessment.catalog, given: assessment.given, shared: shared.collect(), actors }
}

fn every_date(plan: &ReplayPlan<'_>, rows: &RowBuilder<'_, '_>, dates: &ByDate) -> EveryDate {
    let on = |day| rows.replayed(plan.on(Bound::of_day(day)));
    let mut changes: Vec<DateRow> = Vec::new();
    for (day, t) in dates.iter() {
        let row = DateRow { day, refused: t.refused, cannot_say: t.cannot_say, tokens: t.tokens };
        let same =
            |r: &DateRow| (r.refused, r.cannot_say, r.tokens) == (row.refused, row.cannot_say, row.tokens);
        if !changes.last().is_some_and(same) {
            changes.push(row);
        }
    }
    EveryDate {
        from: dates.from,
        to: dates.last(),
        dates: dates.dates.len(),
        refusing: dates.refusing(),
        worst: dates.worst().map(on),
        typical: dates.typical().map(on),
        typical_to: dates.followed().1,
        changes,
    }
}

/// Agents of a token and the addresses they called from, with how often.
fn addresses(assessment: &Assessment<'_>) -> Map<(Id, Id), Vec<(Id, u64)>> {
    let mut all: Map<(Id, Id), Vec<(Id, u64)>> = Map::default();
    for (key, count) in assessment.ledger.addresses.iter().filter(|(k, _)| k.token != 0 && k.address != 0) {
        all.entry((key.token, key.agent)).or_default().push((key.address, count.events));
    }
    all
}

struct RowBuilder<'w, 'a> {
    assessment: &'w Assessment<'a>,
    addresses: Map<(Id, Id), Vec<(Id, u64)>>,
}

impl RowBuilder<'_, '_> {
    fn replayed(&self, replay: Replay<'_>) -> Replayed {
        let window = replay.window;
        let mut tokens: Vec<ReplayRow> = replay.tokens.iter().map(|t| self.token(t)).collect();
        tokens.sort_by(|a, b| {
            let key = |t: &ReplayRow| (Reverse(t.refused), t.first_refusal, Reverse(t.cannot_say));
            key(a)
                .cmp(&key(b))
                .then_with(|| (&a.workspace_id, &a.token_id).cmp(&(&b.workspace_id, &b.token_id)))
        });
        Replayed {
            enforced: window.map(|w| w.enforced.time),
            enforced_to_the_day: window.is_some_and(|w| w.enforced.whole_day),
            window_start: window.map(|w| w.start.time),
            window_end: window.map(|w| w.end.time),
            until: self.assessment.given.as_of,
            allowed: replay.allowed,
            refused: replay.refused,
            cannot_say: replay.cannot_say(),
            cannot_say_because: replay.doubts.iter().map(|(d, n)| (ByName(*d), *n)).collect(),
            tokens_replayed: replay.replayed,
            tokens_untouched: replay.untouched,
            tokens_left_out: replay.left_out,
            tokens_refused: replay.tokens_refused(),
            first_refusal: replay.first_refusal(),
            tokens,
        }
    }

    fn token(&self, replay: &TokenReplay<'_>) -> ReplayRow {
        let token = &self.assessment.roster.tokens[replay.index];
        let mut scopes: Vec<_> =
            replay.refused.iter().map(|(scope, r)| self.scope(&token.id, *scope, r)).collect();
        scopes.sort_by(|a, b| a.scope.cmp(&b.scope));
        ReplayRow {
            token_id: blank_secrets(&token.id).into_owned(),
            workspace_id: token.workspace.clone(),
            principal: token.principal.clone(),
            gone: token.gone.is_some(),
            refused: replay.refusals(),
            cannot_say: replay.doubts.values().sum(),
            first_refusal: replay.first_refusal(),
            scopes,
        }
    }

    fn scope(&self, token: &str, scope: ScopeId, refusals: &Refusals<'_>) -> ReplayedScope {
        let Count { events, first, last } = refusals.count;
        let agents: BTreeSet<Id> = refusals.uses.iter().map(|(u, _)| u.agent).collect();
        let token = self.assessment.ledger.names.find(token);
        let mut from: BTreeMap<Id, u64> = BTreeMap::new();
        for (address, n) in agents.iter().filter_map(|a| self.addresses.get(&(token?, *a))).flatten() {
            *from.entry(*address).or_default() += n;
        }
        ReplayedScope {
            scope: self.assessment.catalog.scope_name(scope).to_owned(),
            refused: events,
            first,
            last,
            operations: self.operations(&refusals.uses),
            addresses: self.ranked(from),
        }
    }

    fn operations(&self, uses: &[(&Use, Count)]) -> Vec<OperationUse> {
        let by_name = by_operation(self.assessment, uses.iter().copied());
        let mut rows = operation_uses(self.assessment, by_name, usize::MAX);
        rows.sort_by(|a, b| (Reverse(a.count), &a.operation).cmp(&(Reverse(b.count), &b.operation)));
        rows
    }

    /// Texts, most events first.
    fn ranked(&self, counts: BTreeMap<Id, u64>) -> Vec<String> {
        let mut list: Vec<_> = counts.into_iter().filter(|(id, _)| *id != 0).collect();
        list.sort_by_key(|(id, n)| (Reverse(*n), *id));
        list.into_iter().map(|(id, _)| self.assessment.ledger.text(id).to_owned()).collect()
    }
}
