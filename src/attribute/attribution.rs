//! One row after another -> what the rows say about each token and each principal. Sums of parts can be added up.

use super::denials::{self, AttributedDenial};
use super::density::LinkDensity;
use super::reading::{LeftOut, Reading};
use super::tie::Tied;
use super::tier::Tier;
use super::uses::{AccountUse, UnansweredLogin, Unmapped, Use, UseKind};
use crate::catalog::{AgentSpan, Mapping};
use crate::ledger::link::Link;
use crate::ledger::{Count, Id, Ledger, LedgerRow, RowKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known about a principal in one workspace, apart from its tokens.
#[derive(Clone, Debug, Default)]
pub struct Principal {
    /// Calls that any of several live tokens may have made.
    pub shared: Vec<Use>,
    /// Events while no live token was known (T6).
    pub without_token: u64,
    /// Events tied to a token.
    pub tied: u64,
    /// Whether it ever logged in by OAuth or browser.
    pub other_logins: bool,
    /// Whether one of those logins was a browser's.
    pub browser: bool,
    /// Unmapped calls that are tied to no token.
    pub unmapped: Vec<Unmapped>,
}

/// What the rows say about tokens and principals.
#[derive(Debug, Default)]
pub struct Attribution {
    /// Uses tied to each token, in the order of the roster.
    pub uses: Vec<Vec<Use>>,
    /// Unmapped calls tied to each token, in the order of the roster.
    pub unmapped_of: Vec<Vec<Unmapped>>,
    /// Unanswered logins of each token, in the order of the roster.
    pub silent: Vec<Vec<UnansweredLogin>>,
    /// By (workspace, principal).
    pub principals: BTreeMap<(Id, Id), Principal>,
    /// Refused account-level calls.
    pub account_uses: Vec<AccountUse>,
    /// Refusals that name scopes: those of the ledger, then those of client logs.
    pub denials: Vec<AttributedDenial>,
    /// Events of rows that are no token's use, by reason.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// Events by workspace and kind of row: `api_call`, `token_login`, `unmapped`, or why they were left out.
    pub kinds: BTreeMap<Id, BTreeMap<&'static str, u64>>,
    /// Events of unmapped actions.
    pub unmapped: BTreeMap<Id, u64>,
    /// How calls are linked, by workspace.
    pub density: BTreeMap<Id, LinkDensity>,
    /// Events by tier.
    pub tiers: BTreeMap<Tier, u64>,
}

impl Attribution {
    pub(super) fn empty(tokens: usize) -> Self {
        Self {
            uses: vec![Vec::new(); tokens],
            unmapped_of: vec![Vec::new(); tokens],
            silent: vec![Vec::new(); tokens],
            ..Self::default()
        }
    }

    /// Adds what the rows after these say.
    pub(super) fn append(&mut self, other: Self) {
        fn lists<T>(to: &mut [Vec<T>], from: Vec<Vec<T>>) {
            for (to, mut from) in to.iter_mut().zip(from) {
                // Rows of a principal stand together, so most lists come from one part.
                if to.is_empty() { *to = from } else { to.append(&mut from) }
            }
        }
        fn sums<K: Ord>(to: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
            from.into_iter().for_each(|(key, n)| *to.entry(key).or_default() += n);
        }
        lists(&mut self.uses, other.uses);
        lists(&mut self.unmapped_of, other.unmapped_of);
        lists(&mut self.silent, other.silent);
        for (key, mut more) in other.principals {
            let principal = self.principals.entry(key).or_default();
            principal.shared.append(&mut more.shared);
            principal.unmapped.append(&mut more.unmapped);
            principal.without_token += more.without_token;
            principal.tied += more.tied;
        }
        self.account_uses.extend(other.account_uses);
        self.denials.extend(other.denials);
        sums(&mut self.left_out, other.left_out);
        for (workspace, kinds) in other.kinds {
            sums(self.kinds.entry(workspace).or_default(), kinds);
        }
        sums(&mut self.unmapped, other.unmapped);
        sums(&mut self.tiers, other.tiers);
    }

    pub(super) fn add(&mut self, row: &LedgerRow, reading: &Reading, tied: Tied, ledger: &Ledger) {
        let kinds = self.kinds.entry(row.key.workspace).or_default();
        *kinds.entry(reading.name()).or_default() += row.outcomes.all().events;
        match reading {
            Reading::LeftOut(reason) => self.add_left_out(row, *reason, tied),
            Reading::AnyScope => self.count(row, tied),
            Reading::Unmapped => self.add_unmapped(row, tied),
            Reading::Login(about) => self.add_login(row, about.as_ref(), tied),
            Reading::Call(mapping) => self.add_call(row, mapping, tied, ledger),
        }
        if row.key.named != 0 && !matches!(reading, Reading::LeftOut(_)) {
            self.denials.push(denials::of_row(row, tied, ledger));
        }
    }

    fn add_left_out(&mut self, row: &LedgerRow, reason: LeftOut, Tied { token, tier }: Tied) {
        *self.left_out.entry(reason).or_default() += row.outcomes.all().events;
        let count = row.outcomes.refused();
        if reason == LeftOut::AccountApi && !count.is_none() && tier < Tier::T6 {
            let RowKey { workspace, principal, action, .. } = row.key;
            self.account_uses.push(AccountUse { token, workspace, principal, action, count, tier });
        }
    }

    fn add_unmapped(&mut self, row: &LedgerRow, tied: Tied) {
        self.count(row, tied);
        let all = row.outcomes.all();
        *self.unmapped.entry(row.key.action).or_default() += all.events;
        let unmapped = Unmapped { action: row.key.action, count: all };
        match tied.token {
            Some(token) => self.unmapped_of[token].push(unmapped),
            None if tied.tier == Tier::T5 => self.principal(row).unmapped.push(unmapped),
            None => {}
        }
    }

    fn add_login(&mut self, row: &LedgerRow, about: Option<&(Arc<Mapping>, AgentSpan)>, tied: Tied) {
        let Some(token) = tied.token else { return };
        let answered = row.key.link == Link::Row;
        let count = row.outcomes.succeeded();
        let only_possible = about.is_some_and(|(_, span)| *span == AgentSpan::Families);
        if let Some((mapping, _)) = about {
            let one = Use { only_possible, ..use_of(row, mapping, tied, UseKind::Login { answered }, count) };
            self.push(row, tied, one);
        }
        if !answered && (about.is_none() || only_possible) {
            self.silent[token].push(UnansweredLogin { count });
        }
    }

    fn add_call(&mut self, row: &LedgerRow, mapping: &Arc<Mapping>, tied: Tied, ledger: &Ledger) {
        self.count(row, tied);
        let is_http = ledger.text(row.key.action).contains(' ');
        let parts = [
            (UseKind::Call, row.outcomes.succeeded()),
            (UseKind::Failed, row.outcomes.failed()),
            (if is_http { UseKind::Refused } else { UseKind::Failed }, row.outcomes.denied()),
        ];
        for (kind, count) in parts {
            // A refusal that names scopes is in `denials`; here only what the endpoint itself needs.
            if row.key.named == 0 || kind == UseKind::Call {
                self.push(row, tied, use_of(row, mapping, tied, kind, count));
            }
        }
    }

    fn principal(&mut self, row: &LedgerRow) -> &mut Principal {
        self.principals.entry((row.key.workspace, row.key.principal)).or_default()
    }

    fn count(&mut self, row: &LedgerRow, tied: Tied) {
        let events = row.outcomes.all().events;
        *self.tiers.entry(tied.tier).or_default() += events;
        let principal = self.principal(row);
        if tied.token.is_some() {
            principal.tied += events;
        } else if tied.tier == Tier::T6 {
            principal.without_token += events;
        }
    }

    fn push(&mut self, row: &LedgerRow, tied: Tied, one: Use) {
        if one.count.is_none() {
            return;
        }
        match tied.token {
            Some(token) => self.uses[token].push(one),
            None if tied.tier == Tier::T5 => self.principal(row).shared.push(one),
            None => {}
        }
    }
}

fn use_of(row: &LedgerRow, mapping: &Arc<Mapping>, tied: Tied, kind: UseKind, count: Count) -> Use {
    let RowKey { action, agent, link, .. } = row.key;
    let (mapping, tier) = (Arc::clone(mapping), tied.tier);
    Use { mapping, tier, only_possible: false, kind, count, action, agent, link: Some(link) }
}
