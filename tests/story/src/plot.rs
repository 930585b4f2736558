//! What each token does, day by day: the stories.

use super::Size;
use super::act::{Client, Record, cli, sdk, terraform};
use super::call;
use super::cast::{self, Token};
use super::noise;
use super::notes::Denial;
use super::row::Row;
use crate::time::{Day, Span, Time};

/// All rows of the last `days` days before `as_of`, by time, and the refusals that clients logged.
pub(super) fn play(
    seed: u64,
    as_of: Day,
    size: Size,
    days: u16,
    tokens: &[Token],
) -> (Vec<Row>, Vec<Denial>) {
    let stage = Stage { seed, as_of, size, tokens };
    let mut records = vec![
        stage.nightly_etl(),
        stage.quarter_close(),
        stage.regulatory_export(),
        stage.fiscal_catalog(),
        stage.reporting(),
        stage.terraform_ci(),
        stage.orders_pipeline(),
        stage.dbt(),
        stage.token_broker(),
        stage.amina(),
        stage.ingest(),
        stage.archive(),
    ];
    records.extend(noise::play(seed, as_of, size));
    let from = as_of.plus(-i32::from(days)).start();
    let inside = |time: Time| from <= time && time < as_of.start();
    let (mut rows, mut denials) = (Vec::new(), Vec::new());
    for record in records {
        rows.extend(record.rows.into_iter().filter(|r| inside(r.time)));
        denials.extend(record.denials.into_iter().filter(|d| inside(d.time)));
    }
    rows.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
    (deliver_some_twice(rows), denials)
}

/// Exports deliver at least once: every 211th row comes twice.
fn deliver_some_twice(rows: Vec<Row>) -> Vec<Row> {
    let mut delivered = Vec::with_capacity(rows.len() + rows.len() / 200);
    for (n, row) in rows.into_iter().enumerate() {
        if n % 211 == 100 {
            delivered.push(row.clone());
        }
        delivered.push(row);
    }
    delivered
}

struct Stage<'a> {
    seed: u64,
    as_of: Day,
    size: Size,
    tokens: &'a [Token],
}

impl<'a> Stage<'a> {
    fn days(&self) -> impl Iterator<Item = Day> + use<> {
        every_day(self.as_of)
    }

    fn ago(&self, day: Day) -> i32 {
        self.as_of.0 - day.0
    }

    fn record(&self, actor: &str) -> Record {
        Record::new(self.seed, actor)
    }

    /// The client of the token with that name. The cast is fixed, so a name that is missing plays nothing.
    fn client(&self, name: &str, address: &'static str, agent: &str) -> Option<Client<'a>> {
        let token = self.tokens.iter().find(|t| t.name == name)?;
        Some(Client { token, address, agent: agent.to_owned() })
    }

    /// Starts a cluster and a job every night; once a week an API that no catalog knows. All of it in any 30 days.
    fn nightly_etl(&self) -> Record {
        let mut r = self.record("nightly-etl");
        let Some(airflow) = self.client("nightly-etl", "203.0.113.21", &sdk("airflow/2.10.4")) else {
            return r;
        };
        for day in self.days() {
            let at = r.at(day, 1, 5);
            r.request(&airflow, at, &call::START_CLUSTER);
            r.call(&airflow, at.plus(Span::seconds(3)), &call::RUN_NOW);
            if self.size == Size::Full {
                for hour in 2..23 {
                    let at = r.at(day, hour, 5);
                    r.request(&airflow, at, &call::RUN_NOW);
                }
            }
            if day.weekday() == 2 {
                let at = r.at(day, 1, 20);
                r.request(&airflow, at, &call::UNKNOWN);
            }
        }
        r
    }

    /// A job every night; on the first day of each quarter it also grants auditors the closed books.
    fn quarter_close(&self) -> Record {
        let mut r = self.record("quarter-close");
        let Some(client) = self.client("quarter-close", "203.0.113.34", &sdk("close-runner/3.2.0")) else {
            return r;
        };
        for day in self.days() {
            let at = r.at(day, 2, 10);
            r.request(&client, at, &call::RUN_NOW);
            if is_quarter_start(day) {
                let at = r.at(day, 2, 14);
                r.request(&client, at, &call::GRANT);
            }
        }
        r
    }

    /// Used four times a year and, until this summer, tried by hand in between: nothing else keeps it alive.
    fn regulatory_export(&self) -> Record {
        let mut r = self.record("regulatory-export");
        let Some(client) = self.client("regulatory-export", "198.51.100.40", &sdk("regulatory-export/2.3.0"))
        else {
            return r;
        };
        for day in self.days() {
            let date = day.date();
            if date.day() == 24 && date.month() % 3 == 0 {
                let at = r.at(day, 8, 30);
                r.request(&client, at, &call::START_WAREHOUSE);
                r.request(&client, at.plus(Span::seconds(45)), &call::EXPORT_NOTEBOOK);
            }
            if date.day() == 7 && date.month() % 3 == 2 && self.ago(day) > 100 {
                let by_hand = Client { agent: cli(&mut r.chance, "current-user_me"), ..client.clone() };
                let at = r.at(day, 10, 2);
                r.login(&by_hand, at);
            }
        }
        r
    }

    /// Maintenance on weekdays; once a year, by hand on the command line, the catalog of the next fiscal year.
    fn fiscal_catalog(&self) -> Record {
        let mut r = self.record("fiscal-catalog");
        let Some(client) = self.client("fiscal-catalog", "203.0.113.58", &sdk("lake-maintenance/1.8.1"))
        else {
            return r;
        };
        for day in self.days().filter(|d| is_weekday(*d)) {
            let at = r.at(day, 5, 40);
            r.request(&client, at, &call::SUBMIT_RUN);
            if [33, 33 + 364].contains(&self.ago(day)) {
                let by_hand = Client {
                    agent: cli(&mut r.chance, "catalogs_create"),
                    address: "198.51.100.77",
                    ..client.clone()
                };
                let at = r.at(day, 8, 41);
                r.request(&by_hand, at, &call::CREATE_CATALOG);
            }
        }
        r
    }

    /// One workload, three tokens one after the other; a new warehouse password on the first day of each quarter.
    fn reporting(&self) -> Record {
        let mut r = self.record("reporting");
        let names = ["reporting-2025", "reporting-spring", "reporting-autumn"];
        let agent = sdk("reporting/4.0.2");
        let clients: Vec<_> = names.iter().filter_map(|n| self.client(n, "203.0.113.66", &agent)).collect();
        for day in self.days().filter(|d| is_weekday(*d)) {
            let at = r.at(day, 4, 30);
            let Some(client) = clients.iter().rfind(|c| c.token.created <= at) else { continue };
            r.request(client, at, &call::RUN_NOW);
            if is_quarter_start(day) {
                let at = r.at(day, 4, 36);
                r.request(client, at, &call::PUT_SECRET);
            }
        }
        r
    }

    /// Applies jobs and clusters three times a week, and in the middle of each quarter the access to a secret scope.
    fn terraform_ci(&self) -> Record {
        let mut r = self.record("terraform-ci");
        let Some(jobs) = self.client("terraform-ci", "192.0.2.80", &terraform("job")) else { return r };
        let clusters = Client { agent: terraform("cluster"), ..jobs.clone() };
        let secrets = Client { agent: terraform("secret_acl"), ..jobs.clone() };
        for day in self.days() {
            if [0, 2, 4].contains(&day.weekday()) {
                let at = r.at(day, 13, 15);
                r.request(&jobs, at, &call::RESET_JOB);
                r.request(&clusters, at.plus(Span::seconds(12)), &call::EDIT_CLUSTER);
            }
            if day.date().day() == 15 && day.date().month() % 3 == 2 {
                let at = r.at(day, 13, 25);
                r.request(&secrets, at, &call::PUT_SECRET_ACL);
            }
        }
        r
    }

    /// Narrowed to jobs and pipelines; since it also starts a warehouse, it is refused.
    fn orders_pipeline(&self) -> Record {
        let mut r = self.record("orders-pipeline");
        let Some(client) = self.client("orders-pipeline", "203.0.113.91", &sdk("orders/0.9.4")) else {
            return r;
        };
        for day in self.days().filter(|d| d.start() > client.token.created) {
            let at = r.at(day, 3, 45);
            r.request(&client, at, &call::START_PIPELINE);
            r.request(&client, at.plus(Span::seconds(40)), &call::RUN_NOW);
            if [4, 11].contains(&self.ago(day)) {
                let at = r.at(day, 5, 20);
                r.refused(&client, at, &call::START_WAREHOUSE, "sql");
            }
        }
        r
    }

    /// Two dbt clients: one only opens SQL sessions, which leave no row but the login; one calls an API without a scope.
    fn dbt(&self) -> Record {
        let mut r = self.record("dbt");
        let agent = "PyDatabricksSqlConnector/4.1.2 (dbt-databricks/1.10.4)";
        let Some(marts) = self.client("dbt-marts", "203.0.113.102", agent) else { return r };
        let Some(studio) = self.client("dbt-studio", "192.0.2.15", &sdk("dbt-studio/2026.8")) else {
            return r;
        };
        for day in self.days() {
            if is_weekday(day) {
                let at = r.at(day, 6, 30);
                r.login(&marts, at);
            }
            if day.weekday() == 0 && studio.token.created < day.start() {
                let at = r.at(day, 7, 15);
                r.request(&studio, at, &call::RUN_NOW);
            }
        }
        r
    }

    /// Makes tokens for service principals and revokes them; once a month it lists them, which leaves no row but the login.
    fn token_broker(&self) -> Record {
        let mut r = self.record("token-broker");
        let Some(client) = self.client("token-broker", "203.0.113.110", &sdk("token-broker/1.1.0")) else {
            return r;
        };
        for day in self.days().filter(|d| d.date().day() == 5 && client.token.created < d.start()) {
            let at = r.at(day, 9, 30);
            r.login(&client, at);
        }
        for token in self.tokens {
            let by_broker = token.creator == &cast::BROKER;
            let mut about = |time: Time, action, params| {
                if by_broker {
                    r.login(&client, time.minus(Span::seconds(1)));
                }
                let row = noise::about_token(&mut r.chance, token, &client, time, action, params);
                r.push(row);
            };
            about(
                token.created,
                "generateDbToken",
                vec![
                    ("tokenExpirationTime", (token.expires.0 / 1000).to_string()),
                    ("tokenHash", token.id.clone()),
                    ("userId", token.owner.id.to_string()),
                ],
            );
            if let Some(time) = token.revoked {
                let params = vec![("tokenId", token.id.clone()), ("userId", token.owner.id.to_string())];
                about(time, "revokeDbToken", params);
            }
        }
        r
    }

    /// A token of two weeks on a laptop: too short-lived to be narrowed.
    fn amina(&self) -> Record {
        let mut r = self.record("amina-laptop");
        let Some(client) = self.client("amina-laptop", "198.51.100.52", "") else { return r };
        for day in self.days().filter(|d| is_weekday(*d) && d.start() > client.token.created) {
            let client = Client { agent: cli(&mut r.chance, "jobs_run-now"), ..client.clone() };
            let at = r.at(day, 14, 20);
            r.request(&client, at, &call::RUN_NOW);
        }
        r
    }

    /// Two tokens of one service principal, one address, one agent; each keeps its login for ten minutes, so that the
    /// calls in between could be either's. One loads files, the other cleans up and moves to a release each quarter.
    fn ingest(&self) -> Record {
        let mut r = self.record("ingest");
        let agent = sdk("ingest/5.6.0");
        let Some(load) = self.client("ingest-load", "198.51.100.130", &agent) else { return r };
        let Some(retention) = self.client("ingest-retention", "198.51.100.130", &agent) else { return r };
        for day in self.days().filter(|d| is_weekday(*d)) {
            let at = r.at(day, 6, 0);
            r.login(&load, at);
            r.login(&retention, at.plus(Span::seconds(2)));
            r.call(&load, at.plus(Span::seconds(4)), &call::PUT_FILE);
            r.call(&retention, at.plus(Span::seconds(150)), &call::DELETE_RUN);
            if self.size == Size::Full {
                for n in 1..8 {
                    r.call(&load, at.plus(Span::seconds(150 + n * 50)), &call::PUT_FILE);
                }
            }
            if is_first_weekday_of_quarter(day) {
                r.call(&retention, at.plus(Span::seconds(420)), &call::UPDATE_REPO);
            }
        }
        r
    }

    /// Logs in before midnight and uploads after it.
    fn archive(&self) -> Record {
        let mut r = self.record("archive");
        let Some(client) = self.client("archive", "198.51.100.144", &sdk("archive/1.0.7")) else { return r };
        for day in self.days().filter(|d| d.weekday() < 4) {
            let at = r.at(day, 23, 55);
            r.login(&client, at);
            r.call(&client, at.plus(Span::seconds(410)), &call::PUT_FILE);
        }
        r
    }
}

/// The days a whole story covers.
pub(super) fn every_day(as_of: Day) -> impl Iterator<Item = Day> {
    (1..=i32::from(super::DAYS)).rev().map(move |n| as_of.plus(-n))
}

/// Monday to Friday.
pub(super) fn is_weekday(day: Day) -> bool {
    day.weekday() < 5
}

fn is_quarter_start(day: Day) -> bool {
    day.date().day() == 1 && day.date().month() % 3 == 1
}

fn is_first_weekday_of_quarter(day: Day) -> bool {
    let date = day.date();
    date.month() % 3 == 1
        && match date.day() {
            1 => is_weekday(day),
            2 | 3 => day.weekday() == 0,
            _ => false,
        }
}
