//! A ledger row -> which scope it needs, or why it cannot be a token's. Only the catalog and the row itself decide.

use crate::catalog::{ActionKind, AgentSpan, Catalog, Mapping};
use crate::input::user_agent::{self, Client};
use crate::ledger::{ACCOUNT, Id, Ledger, LedgerRow, OTHER_LOGINS, TOKEN_LOGIN};
use crate::support::hash::Map;
use serde::Serialize;
use std::sync::Arc;
use strum::{EnumIter, IntoStaticStr};

/// Why a row does not count as a use of any token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "snake_case")]
#[serde(into = "&'static str")]
pub enum LeftOut {
    /// A login of a token minted inside Databricks.
    InternalLogin,
    /// A login by OAuth, browser or another credential.
    OtherLogin,
    /// Databricks itself: System-User.
    SystemUser,
    /// An agent of the platform.
    PlatformAgent,
    BrowserAgent,
    /// An agent that names another kind of credential.
    OtherCredential,
    /// Written by the platform: results, schedules, compute.
    ServiceEvent,
    /// Makes, revokes or guards tokens.
    TokenAdmin,
    /// A browser action without a public API.
    UiOnly,
    /// The account console's API, closed to tokens.
    AccountApi,
}

/// What a row says.
#[derive(Clone, Debug)]
pub(crate) enum Reading {
    Call(Arc<Mapping>),
    /// A call that needs no scope in particular.
    AnyScope,
    /// A login of a token from outside, and what its agent was about to call: exactly that, or something in these families.
    Login(Option<(Arc<Mapping>, AgentSpan)>),
    /// An action or path the catalog does not know.
    Unmapped,
    /// No token's use.
    LeftOut(LeftOut),
}

impl LeftOut {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Reading {
    /// What sort of row it is, by the name in reports.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Call(_) | Self::AnyScope => "api_call",
            Self::Login(_) => "token_login",
            Self::Unmapped => "unmapped",
            Self::LeftOut(reason) => reason.name(),
        }
    }
}

/// Reads rows, each distinct action and agent once.
pub(crate) struct RowReader<'a> {
    ledger: &'a Ledger,
    catalog: &'a Catalog,
    token_login: Option<Id>,
    account: Option<Id>,
    system_user: Option<Id>,
    agents: Map<Id, Client>,
    logins: Map<Id, Option<(Arc<Mapping>, AgentSpan)>>,
    actions: Map<(Id, bool), Reading>,
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(ledger: &'a Ledger, catalog: &'a Catalog) -> Self {
        let find = |text| ledger.names.find(text);
        Self {
            ledger,
            catalog,
            token_login: find(TOKEN_LOGIN),
            account: find(ACCOUNT),
            system_user: find("system-user"),
            agents: Map::default(),
            logins: Map::default(),
            actions: Map::default(),
        }
    }

    /// Reads one row. Who sent it decides first: a call from a browser never belongs to a token.
    pub(crate) fn read(&mut self, row: &LedgerRow) -> Reading {
        let key = &row.key;
        if Some(key.action) == self.token_login {
            return if key.token == 0 {
                Reading::LeftOut(LeftOut::InternalLogin)
            } else {
                Reading::Login(self.login(key.agent))
            };
        }
        let action = self.action(key.action, Some(key.workspace) == self.account);
        if let Reading::LeftOut(LeftOut::OtherLogin | LeftOut::TokenAdmin) = action {
            return action;
        }
        if Some(key.principal) == self.system_user {
            return Reading::LeftOut(LeftOut::SystemUser);
        }
        // A row that names its token was sent with it, whatever the agent claims.
        if key.token == 0 {
            let text = self.ledger.text(key.agent);
            match self.agents.entry(key.agent).or_insert_with(|| user_agent::client(text)) {
                Client::Client => {}
                Client::Platform => return Reading::LeftOut(LeftOut::PlatformAgent),
                Client::Browser => return Reading::LeftOut(LeftOut::BrowserAgent),
                Client::OtherCredential => return Reading::LeftOut(LeftOut::OtherCredential),
            }
        }
        action
    }

    fn login(&mut self, agent: Id) -> Option<(Arc<Mapping>, AgentSpan)> {
        let (ledger, catalog) = (self.ledger, self.catalog);
        let find = || {
            let found = catalog.agent(ledger.text(agent))?;
            (matches!(found.span, AgentSpan::Exact | AgentSpan::Families) && !found.mapping.is_any())
                .then(|| (Arc::new(found.mapping), found.span))
        };
        self.logins.entry(agent).or_insert_with(find).clone()
    }

    fn action(&mut self, action: Id, account_level: bool) -> Reading {
        let (ledger, catalog) = (self.ledger, self.catalog);
        self.actions
            .entry((action, account_level))
            .or_insert_with(|| read_action(catalog, ledger.text(action), account_level))
            .clone()
    }
}

fn read_action(catalog: &Catalog, text: &str, account_level: bool) -> Reading {
    if let Some((method, path)) = text.split_once(' ').filter(|(_, path)| path.starts_with('/')) {
        return match catalog.operation(method, path) {
            _ if crate::catalog::is_account_path(path) => Reading::LeftOut(LeftOut::AccountApi),
            Some(found) => call(found.mapping),
            None => Reading::Unmapped,
        };
    }
    let Some((service, action)) = text.split_once('/') else { return Reading::Unmapped };
    if OTHER_LOGINS.iter().any(|l| l.eq_ignore_ascii_case(action))
        && ["accounts", "workspace"].contains(&service)
    {
        return Reading::LeftOut(LeftOut::OtherLogin);
    }
    let Some(known) = catalog.action(service, action) else { return Reading::Unmapped };
    match known.kind_at(account_level) {
        ActionKind::ApiCall => known.need.as_ref().map_or(Reading::AnyScope, call),
        ActionKind::Login => Reading::LeftOut(LeftOut::OtherLogin),
        ActionKind::ServiceEvent => Reading::LeftOut(LeftOut::ServiceEvent),
        ActionKind::TokenAdmin => Reading::LeftOut(LeftOut::TokenAdmin),
        ActionKind::UiOnly => Reading::LeftOut(LeftOut::UiOnly),
        ActionKind::AccountApi => Reading::LeftOut(LeftOut::AccountApi),
    }
}

fn call(mapping: &Mapping) -> Reading {
    if mapping.is_any() { Reading::AnyScope } else { Reading::Call(Arc::new(mapping.clone())) }
}
