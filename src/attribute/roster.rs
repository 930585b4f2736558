//! Logs and token lists -> one list of tokens: whose each is, when it was live, and whether it is gone.

use crate::context::inventory::{Inventory, TokenState};
use crate::ledger::{Count, Id, Ledger};
use crate::support::format::moment;
use crate::support::hash::Map;
use crate::support::time::{Day, Span, Time};
use serde::Serialize;
use strum::{EnumDiscriminants, EnumIter, IntoStaticStr};

/// Days without use after which Databricks revokes a token.
pub(crate) const IDLE: Span = Span::days(90);

/// A token, as the logs and the token lists show it together.
#[derive(Clone, Debug, Default)]
pub struct Token {
    pub id: String,
    /// Its workspace as logs name it, else as the inventory does; empty when unknown.
    pub workspace: String,
    /// The principal it acts as, lower case; empty when unknown.
    pub principal: String,
    /// What its owner wrote about it.
    pub comment: String,
    /// The day of the newest dated token list that has it.
    pub listed: Option<Day>,
    /// Whether any token list has it, with or without a date.
    pub in_inventory: bool,
    pub created: Option<Time>,
    /// Expiry; `None` when never or unknown.
    pub expires: Option<Time>,
    /// Revocation, from the logs.
    pub revoked: Option<Time>,
    /// Day of last use, from the inventory.
    pub last_used_day: Option<Day>,
    /// State of auto-scoping.
    pub state: Option<TokenState>,
    pub scopes: Option<Vec<String>>,
    pub inferred: Option<Vec<String>>,
    pub backfill: Option<Vec<String>>,
    /// Its succeeded logins.
    pub logins: Option<Logins>,
    pub gone: Option<Gone>,
}

/// Logins of a token from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logins {
    pub events: u64,
    pub first: Time,
    pub last: Time,
}

/// Why a token no longer exists, and so can lose nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr, EnumDiscriminants)]
#[strum(serialize_all = "kebab-case")]
#[strum_discriminants(name(GoneKind), derive(EnumIter, IntoStaticStr), strum(serialize_all = "kebab-case"))]
#[serde(tag = "because", content = "since", rename_all = "kebab-case")]
pub enum Gone {
    /// A whole list of its workspace does not have it. Holds the day of that list.
    NotListed(Day),
    Expired(Time),
    Revoked(Time),
    /// No list has it, and it has not logged in for 90 days. Holds its last login.
    Silent(Time),
}

impl Gone {
    /// Why a token is gone, in words.
    pub fn sentence(self) -> String {
        match self {
            Self::NotListed(day) => format!("not in the whole token list of {day}"),
            Self::Expired(at) => format!("expired on {}", moment(at)),
            Self::Revoked(at) => format!("revoked on {}", moment(at)),
            Self::Silent(at) => format!("no login since {}, and no token list has it", moment(at)),
        }
    }
}

impl Token {
    /// The time in which it could be used: start included, end not.
    pub fn live(&self) -> (Time, Time) {
        let first = self.logins.map(|l| l.first);
        let from = [self.created, first].into_iter().flatten().min().unwrap_or(Time(i64::MIN));
        let quiet = match (self.logins, self.last_used_day) {
            (Some(l), day) => Some(l.last.max(day.map_or(l.last, Day::start)).plus(Span::hours(24))),
            (None, Some(day)) => Some(day.end().plus(Span::hours(24))),
            (None, None) => None,
        };
        let to = [self.expires, self.revoked, quiet].into_iter().flatten().min().unwrap_or(Time(i64::MAX));
        (from, to)
    }

    /// When it was last used: the later of the last login and the inventory's day.
    pub fn idle_since(&self) -> Option<Time> {
        let day = self.last_used_day.map(Day::start);
        self.logins.map(|l| l.last).max(day)
    }

    fn add_log(&mut self, l: &crate::ledger::TokenLogins) {
        let Count { events, first, last } = l.logins;
        self.logins = (events > 0).then_some(Logins { events, first, last });
        self.created = self.created.or(l.generated);
        self.expires = self.expires.or(l.expires);
        self.revoked = l.revoked;
    }
}

/// All tokens, in order of workspace and id.
#[derive(Debug, Default)]
pub struct Roster {
    pub tokens: Vec<Token>,
    by_ledger: Map<Id, usize>,
    by_principal: Map<(Id, Id), Vec<usize>>,
}

impl Roster {
    /// Joins what the ledger and the inventory know. `workspaces` maps names of workspaces (Azure) to their numeric ids.
    pub fn new(
        ledger: &Ledger,
        inventory: &Inventory,
        workspaces: &std::collections::BTreeMap<String, String>,
        as_of: Time,
    ) -> Self {
        let mut tokens: std::collections::BTreeMap<String, Token> =
            inventory.tokens.iter().map(|(id, known)| (id.clone(), from_inventory(known))).collect();
        // A token in both sources says which numeric id a workspace name stands for.
        let mut named: std::collections::BTreeMap<String, String> =
            workspaces.iter().map(|(name, id)| (id.clone(), name.to_ascii_lowercase())).collect();
        for (id, facts) in &ledger.tokens {
            let token = tokens.entry(ledger.text(*id).to_owned()).or_default();
            let workspace = ledger.text(facts.workspace);
            if !token.workspace.is_empty() && token.workspace != workspace {
                named.entry(token.workspace.clone()).or_insert_with(|| workspace.to_owned());
            }
            token.id = ledger.text(*id).to_owned();
            token.workspace = workspace.to_owned();
            token.principal = ledger.text(facts.principal).to_owned();
            token.add_log(facts);
        }
        let mut tokens: Vec<Token> = tokens.into_values().collect();
        for token in &mut tokens {
            if ledger.names.find(&token.workspace).is_none()
                && let Some(name) = named.get(&token.workspace)
            {
                token.workspace.clone_from(name);
            }
            token.gone = gone(token, inventory, as_of);
        }
        // A token whose use no log shows is judged only if a token list has it.
        tokens.retain(|t| t.in_inventory || t.logins.is_some());
        tokens.sort_by(|a, b| (&a.workspace, &a.id).cmp(&(&b.workspace, &b.id)));
        Self::index(tokens, ledger)
    }

    fn index(tokens: Vec<Token>, ledger: &Ledger) -> Self {
        let mut roster = Self { tokens, ..Self::default() };
        for (n, token) in roster.tokens.iter().enumerate() {
            if let Some(id) = ledger.names.find(&token.id) {
                roster.by_ledger.insert(id, n);
            }
            if let Some(key) = ledger.names.find(&token.workspace).zip(ledger.names.find(&token.principal)) {
                roster.by_principal.entry(key).or_default().push(n);
            }
        }
        roster
    }

    /// The token of a ledger number.
    pub fn of_ledger(&self, id: Id) -> Option<usize> {
        self.by_ledger.get(&id).copied()
    }

    /// The tokens of a principal that were live at some moment of `[first, last]`.
    pub fn live(
        &self,
        workspace: Id,
        principal: Id,
        first: Time,
        last: Time,
    ) -> impl Iterator<Item = usize> + '_ {
        let all = self.by_principal.get(&(workspace, principal)).map_or(&[][..], Vec::as_slice);
        all.iter().copied().filter(move |&n| {
            let (from, to) = self.tokens[n].live();
            from <= last && first < to
        })
    }

    /// Every token of a principal.
    pub fn of_principal(&self, workspace: Id, principal: Id) -> &[usize] {
        self.by_principal.get(&(workspace, principal)).map_or(&[], Vec::as_slice)
    }
}

fn from_inventory(known: &crate::context::inventory::InventoryToken) -> Token {
    let t = known.token.clone();
    Token {
        id: t.token_id,
        workspace: t.workspace.unwrap_or_default(),
        principal: t.owner.or(t.created_by).unwrap_or_default(),
        comment: t.comment,
        listed: t.seen_in,
        in_inventory: true,
        created: t.created,
        expires: t.expires,
        revoked: None,
        last_used_day: t.last_used_day,
        state: t.state,
        scopes: t.scopes,
        inferred: t.inferred,
        backfill: t.backfill,
        logins: None,
        gone: known.gone.map(|g| Gone::NotListed(g.first_missing)),
    }
}

fn gone(token: &Token, inventory: &Inventory, as_of: Time) -> Option<Gone> {
    let last_login = token.logins.map(|l| l.last);
    let used_after = |t: Time| last_login.is_some_and(|l| l > t.plus(Span::hours(24)));
    if let Some(t) = token.revoked.filter(|&t| t <= as_of && !used_after(t)) {
        return Some(Gone::Revoked(t));
    }
    if let Some(t) = token.expires.filter(|&t| t <= as_of && !used_after(t)) {
        return Some(Gone::Expired(t));
    }
    if let Some(Gone::NotListed(day)) = token.gone.filter(|_| token.in_inventory) {
        return (!used_after(day.start())).then_some(Gone::NotListed(day));
    }
    if token.in_inventory {
        return None;
    }
    let last = last_login?;
    if let Some(day) = inventory.first_list_after(&token.workspace, last.day()) {
        return Some(Gone::NotListed(day));
    }
    (last.plus(IDLE) <= as_of).then_some(Gone::Silent(last))
}
