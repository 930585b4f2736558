//! A row -> the token it is tied to, and the tier: the one place where a link becomes a tier, for calls and for denials.

use super::conflicting_clients::ClientOfPrincipal;
use super::density::LinkDensity;
use super::roster::Roster;
use super::tier::Tier;
use crate::ledger::link::Link;
use crate::ledger::{Id, Ledger, LedgerRow, WantedRow};
use crate::support::hash::Set;
use crate::support::time::Time;
use std::collections::BTreeMap;

/// The token a row is tied to, if any, and how surely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tied {
    /// Index in the roster.
    pub(super) token: Option<usize>,
    pub(super) tier: Tier,
}

impl Tied {
    /// Tied to no token, and no live token of the principal is known.
    pub(super) const TO_NONE: Self = Self { token: None, tier: Tier::T6 };
}

/// The facts of a row that decide which token it is tied to.
#[derive(Clone, Copy, Debug)]
pub(super) struct TiedRow {
    workspace: Id,
    principal: Id,
    agent: Id,
    action: Id,
    /// 0 where the ledger ties the row to no token.
    token: Id,
    link: Link,
    first: Time,
    last: Time,
}

impl TiedRow {
    pub(super) fn of_ledger(row: &LedgerRow) -> Self {
        let (key, all) = (&row.key, row.outcomes.all());
        Self {
            workspace: key.workspace,
            principal: key.principal,
            agent: key.agent,
            action: key.action,
            token: key.token,
            link: key.link,
            first: all.first,
            last: all.last,
        }
    }

    /// The row of a request that a client's log names.
    pub(super) fn of_request(row: &WantedRow) -> Self {
        Self {
            workspace: row.workspace,
            principal: row.principal,
            agent: row.agent,
            action: row.action,
            token: row.token,
            link: row.link,
            first: row.time,
            last: row.time,
        }
    }
}

/// What the whole log says about how far a link can be trusted.
pub(super) struct TieRule<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) roster: &'a Roster,
    /// By workspace.
    pub(super) density: BTreeMap<Id, LinkDensity>,
    /// Clients that another credential uses as well.
    pub(super) conflicting: Set<ClientOfPrincipal>,
    /// (workspace, principal) pairs that also log in by OAuth or browser.
    pub(super) other_logins: Set<(Id, Id)>,
}

impl TieRule<'_> {
    /// The token of a row, if it is tied to one, and the tier.
    pub(super) fn tie(&self, row: &TiedRow) -> Tied {
        let linked = (row.token != 0).then(|| self.roster.of_ledger(row.token)).flatten();
        if linked.is_some() {
            let conflicting = self.conflicting.contains(&(row.workspace, row.principal, row.agent));
            let per_request = self.density.get(&row.workspace).is_some_and(LinkDensity::is_per_request);
            return Tied { token: linked, tier: tier_of(row.link, conflicting, per_request) };
        }
        let mut live = self.roster.live(row.workspace, row.principal, row.first, row.last);
        let Some(first) = live.next() else { return Tied::TO_NONE };
        let is_only_token = live.next().is_none();
        let only_tokens = !self.other_logins.contains(&(row.workspace, row.principal));
        if is_only_token && only_tokens && self.is_bare(row) {
            Tied { token: Some(first), tier: Tier::T4 }
        } else {
            Tied { token: None, tier: Tier::T5 }
        }
    }

    /// Whether it is an audit row without an agent on a key without logins: only the principal says whose it is.
    fn is_bare(&self, row: &TiedRow) -> bool {
        let is_audit = !self.ledger.text(row.action).contains(' ');
        row.link == Link::None && self.ledger.text(row.agent).is_empty() && is_audit
    }
}

/// The tier of a link to a token. `conflicting`: another credential uses the same client. `per_request`: clients of the
/// workspace log in for each request.
fn tier_of(link: Link, conflicting: bool, per_request: bool) -> Tier {
    match link {
        Link::Row | Link::Unanswered => Tier::T0,
        Link::Run => Tier::T1,
        Link::Sole if !conflicting => Tier::T2,
        Link::Near if per_request && !conflicting => Tier::T2,
        Link::Sole | Link::Near | Link::Recent => Tier::T3,
        Link::Several | Link::Stale | Link::None => Tier::T5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::inventory::{Dump, Inventory};
    use crate::support::time::Span;

    #[test]
    fn every_link_has_one_tier() {
        use Tier::{T0, T1, T2, T3, T5};
        // Otherwise; with a conflicting client; with a login per request; with both.
        for (link, expected) in [
            (Link::Row, [T0; 4]),
            (Link::Unanswered, [T0; 4]),
            (Link::Run, [T1; 4]),
            (Link::Sole, [T2, T3, T2, T3]),
            (Link::Near, [T3, T3, T2, T3]),
            (Link::Recent, [T3; 4]),
            (Link::Several, [T5; 4]),
            (Link::Stale, [T5; 4]),
            (Link::None, [T5; 4]),
        ] {
            let cases = [(false, false), (true, false), (false, true), (true, true)];
            let tiers = cases.map(|(conflicting, per_request)| tier_of(link, conflicting, per_request));
            assert_eq!(tiers, expected, "{}", link.name());
        }
    }

    const ONE_TOKEN: &str = r#"{"token_infos":[{"token_id":"aa","workspace_id":1,"owner_id":7,"created_by_id":7,
        "created_by_username":"ada@example.com","creation_time":1750000000000,"expiry_time":-1}]}"#;

    /// A ledger with the names of one workspace, and its one token.
    fn workspace() -> (Ledger, Roster) {
        let mut ledger = Ledger::default();
        for name in ["1", "ada@example.com", "aa", "jobs/list", "GET /api/2.2/jobs/list", "cli/1"] {
            ledger.names.id(name);
        }
        let dump = Dump::parse("tokens.json", ONE_TOKEN.as_bytes(), None).unwrap();
        let as_of = Time::parse("2026-09-12").unwrap();
        let roster = Roster::new(&ledger, &Inventory::merge(vec![dump]), &BTreeMap::new(), as_of);
        (ledger, roster)
    }

    fn rule<'a>(ledger: &'a Ledger, roster: &'a Roster) -> TieRule<'a> {
        TieRule {
            ledger,
            roster,
            density: BTreeMap::new(),
            conflicting: Set::default(),
            other_logins: Set::default(),
        }
    }

    /// A refused request of the one token's principal, as a client's log names it.
    fn request(ledger: &Ledger, link: Link, action: &str, agent: &str, token: &str) -> WantedRow {
        let id = |name: &str| ledger.names.find(name).unwrap();
        WantedRow {
            request: 1,
            workspace: id("1"),
            principal: id("ada@example.com"),
            agent: id(agent),
            action: id(action),
            token: id(token),
            link,
            time: Time::parse("2026-09-01").unwrap(),
        }
    }

    #[test]
    fn a_denial_gets_the_tier_of_its_call() {
        let (ledger, roster) = workspace();
        let mut rule = rule(&ledger, &roster);
        let tie = |rule: &TieRule<'_>, link, token| {
            rule.tie(&TiedRow::of_request(&request(&ledger, link, "jobs/list", "cli/1", token)))
        };
        assert_eq!(tie(&rule, Link::Sole, "aa"), Tied { token: Some(0), tier: Tier::T2 });
        assert_eq!(tie(&rule, Link::Near, "aa"), Tied { token: Some(0), tier: Tier::T3 });
        let row = request(&ledger, Link::Sole, "jobs/list", "cli/1", "aa");
        rule.conflicting.insert((row.workspace, row.principal, row.agent));
        assert_eq!(tie(&rule, Link::Sole, "aa"), Tied { token: Some(0), tier: Tier::T3 });
        // No link names a token, but the principal has one.
        assert_eq!(tie(&rule, Link::None, ""), Tied { token: None, tier: Tier::T5 });
    }

    #[test]
    fn a_bare_row_belongs_to_the_only_token_of_a_principal_without_other_logins() {
        let (ledger, roster) = workspace();
        let mut rule = rule(&ledger, &roster);
        let bare = TiedRow::of_request(&request(&ledger, Link::None, "jobs/list", "", ""));
        assert_eq!(rule.tie(&bare), Tied { token: Some(0), tier: Tier::T4 });
        let unsure = Tied { token: None, tier: Tier::T5 };
        let http = TiedRow::of_request(&request(&ledger, Link::None, "GET /api/2.2/jobs/list", "", ""));
        assert_eq!(rule.tie(&http), unsure, "access logs name the token where there is one");
        assert_eq!(rule.tie(&TiedRow { link: Link::Stale, ..bare }), unsure);
        let before = Time::parse("2025-01-01").unwrap();
        let early = TiedRow { first: before, last: before.plus(Span::hours(1)), ..bare };
        assert_eq!(rule.tie(&early), Tied::TO_NONE, "the token was not made yet");
        rule.other_logins.insert((bare.workspace, bare.principal));
        assert_eq!(rule.tie(&bare), unsure);
    }
}
