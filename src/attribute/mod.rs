//! Ledger rows become uses: which token a row belongs to, how surely, and what it needs.

mod denials;
mod density;
pub mod lineage;
mod reading;
mod roster;
mod tier;

pub use density::{Density, Links};
pub use reading::LeftOut;
pub use roster::{Gone, IDLE, Logins, Roster, Token};
pub use tier::Tier;

use crate::catalog::confidence::Confidence;
use crate::catalog::{AgentSpan, Catalog, Mapping};
use crate::input::denial::ClientDenial;
use crate::ledger::link::Link;
use crate::ledger::{Count, Id, Key, Ledger, Row};
use crate::support::hash::Set;
use rayon::prelude::*;
use reading::{Reading, RowReader};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What sort of evidence a use is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseKind {
    /// A succeeded call.
    Call,
    /// A succeeded login whose agent names what it was about to call; `answered` when a row shows a call beside it.
    Login {
        /// A call on the same key within ten seconds.
        answered: bool,
    },
    /// A refusal that names the scope.
    Denied,
    /// A refusal in an access log, which names no scope: the endpoint's scope is needed, if the token does not hold it.
    Refused,
    /// Ended otherwise; counts only with `--count-failed`.
    Failed,
}

/// Events of one ledger row with one outcome, as evidence for one need.
#[derive(Clone, Debug)]
pub struct Use {
    /// What it needs, how well that is known.
    pub mapping: Arc<Mapping>,
    /// Whose it is, how surely.
    pub tier: Tier,
    /// Names families only, so it is possible at most.
    pub only_possible: bool,
    /// What sort of evidence.
    pub kind: UseKind,
    /// How often and when.
    pub count: Count,
    /// `service/action` or `METHOD template`, by ledger number.
    pub action: Id,
    /// User agent, by ledger number.
    pub agent: Id,
    /// How the row is tied to the token; `None` where a client's log tells.
    pub link: Option<Link>,
}

impl Use {
    /// Whether it is certain enough to found a loss on: T0 to T4, on a mapping of at least medium.
    pub fn is_firm(&self) -> bool {
        !self.only_possible && self.tier <= Tier::T4 && self.mapping.confidence >= Confidence::Medium
    }

    /// Whether it is certain enough to call the scope this token's: T0 to T2, and no other scope would have served.
    pub fn is_sure(&self) -> bool {
        self.is_firm() && self.tier.is_sure() && !self.mapping.is_ambiguous()
    }
}

/// Calls of a token, or of a principal, that the catalog cannot map.
#[derive(Clone, Copy, Debug)]
pub struct Unmapped {
    /// What was called.
    pub action: Id,
    /// How often and when, all outcomes.
    pub count: Count,
}

/// A refused call of the account API: no token can make it.
#[derive(Clone, Copy, Debug)]
pub struct AccountUse {
    /// Token index, if the row is tied to one.
    pub token: Option<usize>,
    /// Workspace.
    pub workspace: Id,
    /// Principal.
    pub principal: Id,
    /// What was called.
    pub action: Id,
    /// How often and when.
    pub count: Count,
    /// How surely it is that token's.
    pub tier: Tier,
}

/// A login of a token with no call beside it and no telling agent: something was called that left no row.
#[derive(Clone, Copy, Debug)]
pub struct UnansweredLogin {
    /// How often and when.
    pub count: Count,
}

/// A refusal that names scopes, from an audit row or a client's log.
#[derive(Clone, Debug)]
pub struct AttributedDenial {
    /// Token index, if it is tied to one.
    pub token: Option<usize>,
    /// How surely.
    pub tier: Tier,
    /// Workspace; `None` where only a client's log tells.
    pub workspace: Option<Id>,
    /// Principal; `None` where only a client's log tells.
    pub principal: Option<Id>,
    /// The scopes as written: any one of them would have done.
    pub scopes: Vec<String>,
    /// What was called, where an audit row tells.
    pub action: Option<Id>,
    /// How often and when; `Count::NONE` when nothing tells.
    pub count: Count,
    /// Where a client's log says so: file and line.
    pub source: Option<String>,
}

/// A principal whose rows belong to no token in particular.
#[derive(Clone, Debug, Default)]
pub struct Principal {
    /// Calls that could be any live token's.
    pub shared: Vec<Use>,
    /// Calls while no live token was known (T6).
    pub without_token: u64,
    /// Calls tied to a token.
    pub tied: u64,
    /// Whether it ever logged in by OAuth or browser.
    pub other_logins: bool,
    /// Whether one of those was a browser's.
    pub browser: bool,
    /// Unmapped calls not tied to a token.
    pub unmapped: Vec<Unmapped>,
}

/// Everything rows say about tokens.
#[derive(Debug, Default)]
pub struct Attribution {
    /// Uses tied to each token, in the order of the roster.
    pub uses: Vec<Vec<Use>>,
    /// Unmapped calls tied to each token.
    pub unmapped_of: Vec<Vec<Unmapped>>,
    /// Unanswered logins of each token that say nothing else.
    pub silent: Vec<Vec<UnansweredLogin>>,
    /// Per (workspace, principal), in order.
    pub principals: BTreeMap<(Id, Id), Principal>,
    /// Refused account-level calls.
    pub account_uses: Vec<AccountUse>,
    /// Refusals that name scopes, in order of the ledger, then of client logs.
    pub denials: Vec<AttributedDenial>,
    /// Rows left out, by reason: events.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// Events per workspace by what they are: `api_call`, `token_login`, `unmapped`, or why they were left out.
    pub kinds: BTreeMap<Id, BTreeMap<&'static str, u64>>,
    /// Unmapped actions: events.
    pub unmapped: BTreeMap<Id, u64>,
    /// Links and login density per workspace.
    pub density: BTreeMap<Id, Density>,
    /// Events by tier.
    pub tiers: BTreeMap<Tier, u64>,
}

/// Ties every row to a token or a principal. Rows at or after `as_of` must not be in `rows`.
pub fn attribute(
    ledger: &Ledger,
    rows: &[Row],
    catalog: &Catalog,
    roster: &Roster,
    client_denials: &[ClientDenial],
) -> Attribution {
    let reader = || RowReader::new(ledger, catalog);
    let readings: Vec<Reading> = rows.par_iter().map_init(reader, RowReader::read).collect();
    let density = density::of(rows, &readings);
    let imposters = imposters(rows, &readings);
    let all = roster.tokens.len();
    let mut out = Attribution::empty(all);
    for (row, reading) in rows.iter().zip(&readings) {
        if let Reading::LeftOut(LeftOut::OtherLogin) = reading {
            let principal = out.principals.entry((row.key.workspace, row.key.principal)).or_default();
            principal.other_logins = true;
            principal.browser |= is_browser_login(ledger, row);
        }
    }
    spread_account_logins(ledger, &mut out);
    let tie = Tie { roster, density: &density, imposters: &imposters, other_logins: &out.principals };
    let share = rows.len().div_ceil(rayon::current_num_threads()).max(1);
    let parts: Vec<Attribution> = rows
        .par_chunks(share)
        .zip(readings.par_chunks(share))
        .map(|(rows, readings)| {
            let mut part = Attribution::empty(all);
            for (row, reading) in rows.iter().zip(readings) {
                let (token, tier) = tie.of(row, ledger);
                let kinds = part.kinds.entry(row.key.workspace).or_default();
                *kinds.entry(reading.name()).or_default() += row.outcomes.all().events;
                part.add(row, reading, token, tier, ledger);
                if row.key.named != 0 && !matches!(reading, Reading::LeftOut(_)) {
                    part.denials.push(denials::of_row(row, token, tier, ledger));
                }
            }
            part
        })
        .collect();
    parts.into_iter().for_each(|part| out.append(part));
    out.denials.extend(denials::of_clients(client_denials, ledger, roster));
    denials::into_uses(&mut out, catalog);
    out.density = density;
    out
}

fn is_browser_login(ledger: &Ledger, row: &Row) -> bool {
    let action = ledger.text(row.key.action).to_ascii_lowercase();
    ledger.text(row.key.agent).starts_with("Mozilla/")
        || ["browser", "saml", "/login", "password", "mfa"].iter().any(|word| action.contains(word))
}

/// Logins at the account level are logins in every workspace of the principal.
fn spread_account_logins(ledger: &Ledger, out: &mut Attribution) {
    let Some(account) = ledger.names.find(crate::ledger::ACCOUNT) else { return };
    let of_account: BTreeMap<Id, bool> = out
        .principals
        .iter()
        .filter(|((workspace, _), p)| *workspace == account && p.other_logins)
        .map(|((_, principal), p)| (*principal, p.browser))
        .collect();
    let workspaces: Set<Id> = ledger.days.iter().map(|((w, _), _)| *w).collect();
    for (principal, browser) in of_account {
        for &workspace in &workspaces {
            let p = out.principals.entry((workspace, principal)).or_default();
            p.other_logins = true;
            p.browser |= browser;
        }
    }
}

/// (workspace, principal, agent) with a succeeded call no token can make, tied to a token by time: another credential uses
/// that agent, so near in time proves less there.
fn imposters(rows: &[Row], readings: &[Reading]) -> Set<(Id, Id, Id)> {
    let proof = |(row, reading): &(&Row, &Reading)| {
        matches!(reading, Reading::LeftOut(LeftOut::AccountApi | LeftOut::UiOnly))
            && !row.outcomes.succeeded().is_none()
            && matches!(row.key.link, Link::Run | Link::Sole | Link::Near | Link::Recent)
    };
    rows.iter()
        .zip(readings)
        .filter(proof)
        .map(|(row, _)| (row.key.workspace, row.key.principal, row.key.agent))
        .collect()
}

struct Tie<'a> {
    roster: &'a Roster,
    density: &'a BTreeMap<Id, Density>,
    imposters: &'a Set<(Id, Id, Id)>,
    other_logins: &'a BTreeMap<(Id, Id), Principal>,
}

impl Tie<'_> {
    /// The token of a row, if it is tied to one, and the tier.
    fn of(&self, row: &Row, ledger: &Ledger) -> (Option<usize>, Tier) {
        let key = &row.key;
        let named = (key.token != 0).then(|| self.roster.of_ledger(key.token)).flatten();
        if let Some(token) = named {
            let tier = match key.link {
                Link::Row | Link::Unanswered => Tier::T0,
                Link::Run => Tier::T1,
                Link::Sole if self.is_imposter(row) => Tier::T3,
                Link::Sole => Tier::T2,
                Link::Near if self.logs_in_per_request(key.workspace) && !self.is_imposter(row) => Tier::T2,
                Link::Near | Link::Recent => Tier::T3,
                Link::Several | Link::Stale | Link::None => Tier::T5,
            };
            return (Some(token), tier);
        }
        let all = row.outcomes.all();
        let mut live = self.roster.live(key.workspace, key.principal, all.first, all.last);
        let Some(first) = live.next() else { return (None, Tier::T6) };
        let alone = live.next().is_none();
        let only_tokens =
            self.other_logins.get(&(key.workspace, key.principal)).is_none_or(|p| !p.other_logins);
        let bare = key.link == Link::None && ledger.text(key.agent).is_empty() && is_audit(ledger, row);
        if alone && only_tokens && bare { (Some(first), Tier::T4) } else { (None, Tier::T5) }
    }

    fn is_imposter(&self, row: &Row) -> bool {
        self.imposters.contains(&(row.key.workspace, row.key.principal, row.key.agent))
    }

    fn logs_in_per_request(&self, workspace: Id) -> bool {
        self.density.get(&workspace).is_some_and(Density::is_per_request)
    }
}

fn is_audit(ledger: &Ledger, row: &Row) -> bool {
    !ledger.text(row.key.action).contains(' ')
}

impl Attribution {
    fn empty(tokens: usize) -> Self {
        Self {
            uses: vec![Vec::new(); tokens],
            unmapped_of: vec![Vec::new(); tokens],
            silent: vec![Vec::new(); tokens],
            ..Self::default()
        }
    }

    /// What the rows after these say.
    fn append(&mut self, other: Self) {
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
        other
            .kinds
            .into_iter()
            .for_each(|(workspace, kinds)| sums(self.kinds.entry(workspace).or_default(), kinds));
        sums(&mut self.unmapped, other.unmapped);
        sums(&mut self.tiers, other.tiers);
    }

    fn add(&mut self, row: &Row, reading: &Reading, token: Option<usize>, tier: Tier, ledger: &Ledger) {
        let key = &row.key;
        let all = row.outcomes.all();
        let owner = (key.workspace, key.principal);
        match reading {
            Reading::LeftOut(reason) => {
                *self.left_out.entry(*reason).or_default() += all.events;
                let refused = row.outcomes.refused();
                if *reason == LeftOut::AccountApi && !refused.is_none() && tier < Tier::T6 {
                    let (workspace, principal) = owner;
                    let use_ =
                        AccountUse { token, workspace, principal, action: key.action, count: refused, tier };
                    self.account_uses.push(use_);
                }
            }
            Reading::AnyScope => self.count(owner, token, tier, all.events),
            Reading::Unmapped => {
                self.count(owner, token, tier, all.events);
                *self.unmapped.entry(key.action).or_default() += all.events;
                let unmapped = Unmapped { action: key.action, count: all };
                match token {
                    Some(token) => self.unmapped_of[token].push(unmapped),
                    None if tier == Tier::T5 => {
                        self.principals.entry(owner).or_default().unmapped.push(unmapped)
                    }
                    None => {}
                }
            }
            Reading::Login(about) => {
                let answered = key.link == Link::Row;
                let Some(token) = token else { return };
                match about {
                    Some((mapping, span)) => {
                        let only_possible = *span == AgentSpan::Families;
                        let kind = UseKind::Login { answered };
                        self.push(
                            row,
                            Some(token),
                            Arc::clone(mapping),
                            tier,
                            only_possible,
                            kind,
                            row.outcomes.succeeded(),
                        );
                        if only_possible && !answered {
                            self.silent[token].push(UnansweredLogin { count: row.outcomes.succeeded() });
                        }
                    }
                    None if !answered => {
                        self.silent[token].push(UnansweredLogin { count: row.outcomes.succeeded() })
                    }
                    None => {}
                }
            }
            Reading::Call(mapping) => {
                self.count(owner, token, tier, all.events);
                let is_http = ledger.text(key.action).contains(' ');
                let parts = [
                    (UseKind::Call, row.outcomes.succeeded()),
                    (UseKind::Failed, row.outcomes.failed()),
                    (if is_http { UseKind::Refused } else { UseKind::Failed }, row.outcomes.denied()),
                ];
                // A refusal that names scopes is told by `denials`; here only what the endpoint itself needs.
                for (kind, count) in parts {
                    if !(count.is_none() || key.named != 0 && kind != UseKind::Call) {
                        self.push(row, token, Arc::clone(mapping), tier, false, kind, count);
                    }
                }
            }
        }
    }

    fn count(&mut self, owner: (Id, Id), token: Option<usize>, tier: Tier, events: u64) {
        *self.tiers.entry(tier).or_default() += events;
        let principal = self.principals.entry(owner).or_default();
        if token.is_some() {
            principal.tied += events;
        } else if tier == Tier::T6 {
            principal.without_token += events;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one use, from three sources")]
    fn push(
        &mut self,
        row: &Row,
        token: Option<usize>,
        mapping: Arc<Mapping>,
        tier: Tier,
        only_possible: bool,
        kind: UseKind,
        count: Count,
    ) {
        if count.is_none() {
            return;
        }
        let Key { action, agent, link, .. } = row.key;
        let use_ = Use { mapping, tier, only_possible, kind, count, action, agent, link: Some(link) };
        match token {
            Some(token) => self.uses[token].push(use_),
            None if tier == Tier::T5 => {
                self.principals.entry((row.key.workspace, row.key.principal)).or_default().shared.push(use_);
            }
            None => {}
        }
    }
}
