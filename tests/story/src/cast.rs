//! Who acts in the story: principals, and their tokens as the inventory lists them.

use super::chance::token_id;
use super::{CACHING_WORKSPACE, WORKSPACE};
use crate::time::{Day, Span, Time};

/// A user or a service principal.
#[derive(Debug, PartialEq, Eq)]
pub struct Principal {
    /// Numeric id, as `owner_id` in the inventory.
    pub id: u64,
    /// E-mail address or application id, as the audit log names it.
    pub name: &'static str,
    pub display: &'static str,
    /// Service principal; a user otherwise.
    pub service: bool,
}

const fn person(id: u64, name: &'static str, display: &'static str) -> Principal {
    Principal { id, name, display, service: false }
}

const fn service(id: u64, name: &'static str, display: &'static str) -> Principal {
    Principal { id, name, display, service: true }
}

pub(super) static MARIA: Principal = person(4101, "maria.lindqvist@harbor.example", "Maria Lindqvist");
pub(super) static JONAS: Principal = person(4102, "jonas.berg@harbor.example", "Jonas Berg");
pub(super) static AMINA: Principal = person(4103, "amina.diallo@harbor.example", "Amina Diallo");
pub(super) static TOMAS: Principal = person(4104, "tomas.novak@harbor.example", "Tomas Novak");
pub(super) static LUCIA: Principal = person(4105, "lucia.romero@harbor.example", "Lucia Romero");
pub(super) static KENJI: Principal = person(4106, "kenji.mori@harbor.example", "Kenji Mori");
pub(super) static NIGHTLY: Principal =
    service(7201, "3f0c6f5e-8a0b-4c57-9d7e-5b1f0a6f2c11", "sp-etl-nightly");
pub(super) static FINANCE: Principal =
    service(7202, "b41d90a7-2c6e-4f18-8e53-07c9d1a4e622", "sp-finance-close");
pub(super) static LAKE: Principal = service(7203, "c8e25b13-71f4-4d0a-a9b6-3e84f05d7933", "sp-lake-admin");
pub(super) static REPORTING: Principal =
    service(7204, "5a97d3c0-e6b2-4183-bf21-94d60c8e1b44", "sp-reporting");
pub(super) static TERRAFORM: Principal =
    service(7205, "e02f84b6-3d59-4c7e-8a10-6bd7f3c92a55", "sp-terraform-ci");
pub(super) static ORDERS: Principal =
    service(7206, "17c6e9f2-b840-4e3d-95d7-c21a80f64e66", "sp-orders-pipeline");
pub(super) static STUDIO: Principal = service(7207, "96b3a1d8-05ce-47f2-b36c-8fe14d92c077", "sp-dbt-studio");
pub(super) static BROKER: Principal =
    service(7208, "d75e0c4a-f913-4b68-8247-10ac6de3b588", "sp-token-broker");
pub(super) static MARTS: Principal = service(7209, "28fa5d71-6c03-4e9b-ae84-b5079c1fd399", "sp-dbt-marts");
pub(super) static INGEST: Principal = service(7210, "a3c1708e-d2b5-4f64-9c0f-7e596b84fa10", "sp-ingest");
pub(super) static ARCHIVE: Principal = service(7211, "6f48b2e5-9017-4dca-8b7e-d30c51a9ef21", "sp-archive");
pub(super) static DEPLOY: Principal =
    service(7212, "0be7d694-a85f-4c21-93d8-42f1ce706b32", "sp-deploy-oauth");

/// Every principal that the name lists show.
pub(super) static PRINCIPALS: [&Principal; 18] = [
    &MARIA, &JONAS, &AMINA, &TOMAS, &LUCIA, &KENJI, &NIGHTLY, &FINANCE, &LAKE, &REPORTING, &TERRAFORM,
    &ORDERS, &STUDIO, &BROKER, &MARTS, &INGEST, &ARCHIVE, &DEPLOY,
];

/// A personal access token of the story.
#[derive(Clone, Debug)]
pub struct Token {
    /// Short name in the story.
    pub name: &'static str,
    /// Token id, 64 hex digits.
    pub id: String,
    pub workspace: &'static str,
    pub owner: &'static Principal,
    pub creator: &'static Principal,
    pub comment: &'static str,
    pub created: Time,
    pub expires: Time,
    pub revoked: Option<Time>,
    /// `autoscope_state` without its prefix, if the inventory shows one.
    pub state: Option<&'static str>,
    pub scopes: &'static [&'static str],
    /// Scopes that the platform has seen so far.
    pub inferred: &'static [&'static str],
    /// Scopes that the platform took from history.
    pub backfill: &'static [&'static str],
}

const ALL_APIS: &[&str] = &["all-apis"];

/// All tokens of the story, in the order of the README.
pub(super) fn tokens(seed: u64, as_of: Day) -> Vec<Token> {
    // Made at 09:12 that many days before the end of the story, for so many days.
    let token = |name, owner, creator, comment, ago: i32, lifetime| {
        let created = as_of.plus(-ago).start().plus(Span::seconds(9 * 3600 + 12 * 60));
        Token {
            name,
            id: token_id(seed, name),
            workspace: WORKSPACE,
            owner,
            creator,
            comment,
            created,
            expires: created.plus(Span::days(lifetime)),
            revoked: None,
            state: None,
            scopes: ALL_APIS,
            inferred: &[],
            backfill: &[],
        }
    };
    let revoked = |ago: i32| Some(as_of.plus(-ago).start().plus(Span::seconds(9 * 3600 + 47 * 60)));
    let caching = |token| Token { workspace: CACHING_WORKSPACE, ..token };
    vec![
        token("nightly-etl", &NIGHTLY, &MARIA, "airflow prod: nightly load", 480, 720),
        Token {
            state: Some("RUNNING"),
            inferred: &["jobs"],
            ..token("quarter-close", &FINANCE, &MARIA, "finance: daily positions and quarter close", 470, 700)
        },
        token("regulatory-export", &JONAS, &JONAS, "regulatory export, every quarter", 440, 700),
        token("fiscal-catalog", &LAKE, &MARIA, "lake maintenance", 450, 720),
        Token {
            revoked: revoked(203),
            ..token("reporting-2025", &REPORTING, &BROKER, "reporting, rotated twice a year", 430, 240)
        },
        Token {
            revoked: revoked(18),
            ..token("reporting-spring", &REPORTING, &BROKER, "reporting, rotated twice a year", 204, 200)
        },
        Token {
            state: Some("RUNNING"),
            inferred: &["jobs"],
            ..token("reporting-autumn", &REPORTING, &BROKER, "reporting, rotated twice a year", 19, 200)
        },
        Token {
            state: Some("BACKFILLED"),
            backfill: &["clusters", "jobs"],
            ..token("terraform-ci", &TERRAFORM, &TOMAS, "terraform, main branch", 490, 720)
        },
        Token {
            state: Some("COMPLETED"),
            scopes: &["jobs", "pipelines"],
            inferred: &["jobs", "pipelines"],
            ..token("orders-pipeline", &ORDERS, &BROKER, "orders: start the pipeline", 68, 365)
        },
        Token {
            state: Some("API_NOT_COVERED"),
            ..token("dbt-studio", &STUDIO, &BROKER, "dbt studio", 374, 720)
        },
        Token {
            state: Some("USER_SELECTED"),
            scopes: &["authentication", "scim"],
            ..token("token-broker", &BROKER, &MARIA, "makes tokens for service principals", 390, 720)
        },
        token("dbt-marts", &MARTS, &TOMAS, "dbt marts", 440, 700),
        token("amina-laptop", &AMINA, &AMINA, "vs code", 10, 14),
        caching(token("ingest-load", &INGEST, &TOMAS, "ingest: load files", 493, 720)),
        caching(token("ingest-retention", &INGEST, &TOMAS, "ingest: retention", 459, 720)),
        caching(token("archive", &ARCHIVE, &TOMAS, "archive upload around midnight", 438, 700)),
    ]
}
