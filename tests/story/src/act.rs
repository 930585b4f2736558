//! Actors and what they do: a client with a token becomes the rows its logins and calls leave.

use super::call::Api;
use super::cast::Token;
use super::chance::Chance;
use super::notes::Denial;
use super::row::{HttpCall, Row};
use crate::time::{Day, Span, Time};

/// A program that calls the API with a token, from one address, under one agent.
#[derive(Clone)]
pub(super) struct Client<'a> {
    pub(super) token: &'a Token,
    pub(super) address: &'static str,
    pub(super) agent: String,
}

/// Writes down what one actor does, drawing ids and seconds from a stream of its own.
pub(super) struct Record {
    pub(super) chance: Chance,
    pub(super) rows: Vec<Row>,
    pub(super) denials: Vec<Denial>,
}

impl Record {
    pub(super) fn new(seed: u64, actor: &str) -> Self {
        Self { chance: Chance::new(seed, actor), rows: Vec::new(), denials: Vec::new() }
    }

    /// A moment within the minute.
    pub(super) fn at(&mut self, day: Day, hour: i64, minute: i64) -> Time {
        let millis = self.chance.between(4_000, 50_000);
        Time(day.start().0 + ((hour * 60 + minute) * 60_000 + millis) * 1000)
    }

    /// The row of a token that logs in.
    pub(super) fn login(&mut self, client: &Client<'_>, time: Time) {
        let params = vec![
            ("user", client.token.owner.name.to_owned()),
            ("tokenId", client.token.id.clone()),
            ("authenticationMethod", "API_EXT_PAT_TOKEN".to_owned()),
        ];
        let row = self.row(time, client, "accounts", "tokenLogin", params);
        self.rows.push(row);
    }

    /// The row of an API call, without the login before it.
    pub(super) fn call(&mut self, client: &Client<'_>, time: Time, api: &Api) {
        let row = self.called(client, time, api);
        self.rows.push(row);
    }

    /// An API call in a workspace that logs in for each request: the login, and within two seconds the call.
    pub(super) fn request(&mut self, client: &Client<'_>, time: Time, api: &Api) {
        let before = Span(self.chance.between(150, 1_900) * 1000);
        self.login(client, time.minus(before));
        self.call(client, time, api);
    }

    /// A call refused because the token lacks `scope`; the client logs the same refusal.
    pub(super) fn refused(&mut self, client: &Client<'_>, time: Time, api: &Api, scope: &'static str) {
        let before = Span(self.chance.between(150, 1_900) * 1000);
        self.login(client, time.minus(before));
        let mut row = self.called(client, time, api);
        row.status = 403;
        row.request_id = self.chance.uuid();
        row.error = Some(format!("Provided access token does not have required scopes: {scope}"));
        self.denials.push(Denial { time, scope, request_id: row.request_id.clone() });
        self.rows.push(row);
    }

    /// Any other row.
    pub(super) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    fn called(&mut self, client: &Client<'_>, time: Time, api: &Api) -> Row {
        let mut params: Vec<_> = api.params.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        if api.account_level() {
            params.push(("workspace_id", client.token.workspace.to_owned()));
        }
        let mut row = self.row(time, client, api.service, api.action, params);
        row.account_level = api.account_level();
        row.call = Some(HttpCall { token_id: client.token.id.clone(), method: api.method, path: api.path });
        row
    }

    fn row(
        &mut self,
        time: Time,
        client: &Client<'_>,
        service: &'static str,
        action: &'static str,
        params: Vec<(&'static str, String)>,
    ) -> Row {
        Row {
            time,
            workspace: client.token.workspace,
            account_level: false,
            identity: client.token.owner.name,
            address: Some(client.address),
            agent: Some(client.agent.clone()),
            service,
            action,
            request_id: self.chance.request_id(),
            event_id: self.chance.uuid(),
            params,
            status: 200,
            error: None,
            call: None,
        }
    }
}

/// The agent of a client built on the Python SDK: it names the credential kind, never the API family.
pub(super) fn sdk(product: &str) -> String {
    format!("{product} databricks-sdk-py/0.67.0 python/3.11.9 os/linux auth/pat")
}

/// The agent of one run of the command line.
pub(super) fn cli(chance: &mut Chance, command: &str) -> String {
    format!(
        "cli/0.265.0 databricks-sdk-go/0.80.0 go/1.24.2 os/linux cmd/{command} cmd-exec-id/{} interactive/none auth/pat",
        chance.uuid()
    )
}

/// The agent of Terraform applying one kind of resource.
pub(super) fn terraform(resource: &str) -> String {
    format!(
        "databricks-tf-provider/1.88.0 databricks-sdk-go/0.80.0 go/1.24.2 os/linux terraform/1.12.2 sdk/sdkv2 resource/{resource} auth/pat"
    )
}
