//! What else a workspace writes: browsers, drivers with internal logins, OAuth automation, the platform itself. None of it is
//! a token's use, and much of it looks like one.

use super::act::{Client, Record};
use super::cast::{self, Principal, Token};
use super::chance::Chance;
use super::plot::{every_day, is_weekday};
use super::row::Row;
use super::{CACHING_WORKSPACE, Size, WORKSPACE};
use crate::time::{Day, Span, Time};

const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36";
const DRIVER: &str =
    "Apache-HttpClient/4.5.14 (Java/17.0.12) Databricks-Service/driver DBHttpClient/v2RawClient";
const OAUTH: &str = "deployer/2.4.0 databricks-sdk-go/0.80.0 go/1.24.2 os/linux auth/oauth-m2m";

static USERS: [&Principal; 6] =
    [&cast::MARIA, &cast::JONAS, &cast::AMINA, &cast::TOMAS, &cast::LUCIA, &cast::KENJI];

/// Service, action, parameters.
type Click = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Everything that no story is about.
pub(super) fn play(seed: u64, as_of: Day, size: Size) -> Vec<Record> {
    let busy = if size == Size::Full { 8 } else { 1 };
    vec![
        browsers(seed, as_of, busy),
        drivers(seed, as_of, busy),
        oauth(seed, as_of, busy),
        platform(seed, as_of, busy),
        caching_workspace(seed, as_of),
    ]
}

/// People at work on weekdays, each in a browser.
fn browsers(seed: u64, as_of: Day, busy: i64) -> Record {
    let mut r = Record::new(seed, "browsers");
    let clicks: [Click; 4] = [
        ("jobs", "runNow", &[("job_id", "410112")]),
        ("dashboards", "getPublishedDashboard", &[("dashboard_id", "01f0c5d29b7e1c44a2f3")]),
        ("databrickssql", "executeFastQuery", &[("warehouseId", "9f3ac17be2d04851")]),
        ("notebook", "attachNotebook", &[("notebookId", "2215007")]),
    ];
    for day in every_day(as_of).filter(|d| is_weekday(*d) && (busy > 1 || d.weekday() != 2)) {
        for _ in 0..busy {
            let user = *r.chance.pick(&USERS);
            let minute = r.chance.between(0, 480);
            let at = r.at(day, 8, minute);
            let who = Who { identity: user.name, address: Some("198.51.100.9"), agent: Some(BROWSER) };
            let login = vec![
                ("user", user.name.to_owned()),
                ("authentication_method", "BROWSER_BYO_IDP_SAML".into()),
            ];
            r.say(&who, at, "accounts", "samlLogin", login);
            let (service, action, params) = *r.chance.pick(&clicks);
            r.say(&who, at.plus(Span::seconds(40)), service, action, owned(params));
        }
    }
    r
}

/// Notebooks and jobs on compute: tokens minted inside, private addresses, the platform's agent. They act for a principal
/// that also has a token of its own.
fn drivers(seed: u64, as_of: Day, busy: i64) -> Record {
    let mut r = Record::new(seed, "drivers");
    let who = Who { identity: cast::NIGHTLY.name, address: Some("10.139.64.5"), agent: Some(DRIVER) };
    for day in every_day(as_of).filter(|d| busy > 1 || d.weekday() % 3 == 1) {
        for n in 0..busy {
            let at = r.at(day, 1, 15 + 7 * n);
            let minted = format!("{}{}", r.chance.uuid().replace('-', ""), r.chance.uuid().replace('-', ""));
            let login = vec![
                ("user", who.identity.to_owned()),
                ("tokenId", minted),
                ("authenticationMethod", "API_INT_PAT_TOKEN".into()),
            ];
            r.say(&who, at, "accounts", "tokenLogin", login);
            let secret = owned(&[("scope", "landing"), ("key", "storage-key")]);
            r.say(&who, at.plus(Span::seconds(1)), "secrets", "getSecret", secret);
            let table = [("full_name_arg", "bronze.orders.lines"), ("workspace_id", WORKSPACE)];
            r.say(&who, at.plus(Span::seconds(2)), "unityCatalog", "getTable", owned(&table));
        }
    }
    r
}

/// Deployments by a service principal with a client secret.
fn oauth(seed: u64, as_of: Day, busy: i64) -> Record {
    let mut r = Record::new(seed, "oauth");
    let who = Who { identity: cast::DEPLOY.name, address: Some("192.0.2.200"), agent: Some(OAUTH) };
    for day in every_day(as_of).filter(|d| is_weekday(*d) && (busy > 1 || d.weekday() == 1)) {
        for n in 0..busy {
            let at = r.at(day, 10 + n, 12);
            let login = vec![
                ("user", who.identity.to_owned()),
                ("client_id", who.identity.to_owned()),
                ("authenticationMethod", "OIDC_CLIENT_CREDENTIALS".into()),
            ];
            r.say(&who, at, "accounts", "oidcTokenAuthorization", login);
            let mint = vec![("client_id", who.identity.to_owned()), ("scope", "all-apis".into())];
            r.say(&who, at.plus(Span::seconds(1)), "accounts", "mintOAuthToken", mint);
            r.say(&who, at.plus(Span::seconds(2)), "jobs", "update", owned(&[("job_id", "410112")]));
        }
    }
    r
}

/// The platform itself: result rows and the scheduler, without address or agent.
fn platform(seed: u64, as_of: Day, busy: i64) -> Record {
    let mut r = Record::new(seed, "platform");
    let who = Who { identity: "System-User", address: None, agent: None };
    for day in every_day(as_of).filter(|d| busy > 1 || d.weekday() % 3 == 0) {
        for n in 0..busy {
            let at = r.at(day, 1 + 2 * n, 9);
            let cluster = [("clusterId", "0412-070249-k3v9q2ab"), ("clusterState", "Running")];
            r.say(&who, at, "clusters", "startResult", owned(&cluster));
            let run = [("jobId", "410077"), ("runId", "88120431"), ("jobTriggerType", "manual")];
            r.say(&who, at.plus(Span::seconds(1500)), "jobs", "runSucceeded", owned(&run));
        }
    }
    r
}

/// Two or three rows on weekdays in the second workspace, none at weekends.
fn caching_workspace(seed: u64, as_of: Day) -> Record {
    let mut r = Record::new(seed, "caching workspace");
    let who = Who { identity: cast::TOMAS.name, address: Some("198.51.100.9"), agent: Some(BROWSER) };
    for day in every_day(as_of).filter(|d| d.weekday() == 1) {
        let at = r.at(day, 9, 30);
        r.say(&who, at, "notebook", "attachNotebook", owned(&[("notebookId", "77120")]));
        if let Some(row) = r.rows.last_mut() {
            row.workspace = CACHING_WORKSPACE;
        }
    }
    r
}

/// A row about a token: its creation or revocation, by the client that makes tokens or by a person in a browser.
pub(super) fn about_token(
    chance: &mut Chance,
    token: &Token,
    broker: &Client<'_>,
    time: Time,
    action: &'static str,
    params: Vec<(&'static str, String)>,
) -> Row {
    let by_broker = token.creator == &cast::BROKER;
    let agent = if by_broker { broker.agent.as_str() } else { BROWSER };
    let address = if by_broker { broker.address } else { "198.51.100.9" };
    let who = Who { identity: token.creator.name, address: Some(address), agent: Some(agent) };
    Row { workspace: token.workspace, ..who.row(chance, time, "accounts", action, params) }
}

struct Who<'a> {
    identity: &'static str,
    address: Option<&'static str>,
    agent: Option<&'a str>,
}

impl Who<'_> {
    fn row(
        &self,
        chance: &mut Chance,
        time: Time,
        service: &'static str,
        action: &'static str,
        params: Vec<(&'static str, String)>,
    ) -> Row {
        Row {
            time,
            workspace: WORKSPACE,
            account_level: service == "unityCatalog",
            identity: self.identity,
            address: self.address,
            agent: self.agent.map(str::to_owned),
            service,
            action,
            request_id: chance.request_id(),
            event_id: chance.uuid(),
            params,
            status: 200,
            error: None,
            call: None,
        }
    }
}

impl Record {
    fn say(
        &mut self,
        who: &Who<'_>,
        time: Time,
        service: &'static str,
        action: &'static str,
        params: Vec<(&'static str, String)>,
    ) {
        let row = who.row(&mut self.chance, time, service, action, params);
        self.push(row);
    }
}

fn owned(params: &[(&'static str, &'static str)]) -> Vec<(&'static str, String)> {
    params.iter().map(|(k, v)| (*k, (*v).to_owned())).collect()
}
