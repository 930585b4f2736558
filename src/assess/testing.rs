//! A workspace in a few lines, for the tests of rules: calls, a token list and annotations in, findings out.

use super::{Assessment, Finding, RuleId, assess};
use crate::attribute::lineage::Lineage;
use crate::attribute::{Roster, attribute};
use crate::catalog::Catalog;
use crate::context::annotations::{Annotations, Matches};
use crate::context::bound::Bound;
use crate::context::inventory::{Dump, Inventory};
use crate::context::jobs::Jobs;
use crate::input::event::{Event, EventSink, Outcome, Request, RequestParams};
use crate::ledger::{Duplicates, Fold, FoldContext, merge};
use crate::support::hash::Map;
use crate::support::time::{Day, Span, Time};
use crate::timeline::enforcement::Assumptions;
use crate::timeline::log_view;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A workspace on which a rule must fire, with its words, and a nearly equal one on which it must not.
pub(super) struct Example {
    pub(super) fires: TestWorkspace,
    /// The severity and title of the first finding.
    pub(super) says: &'static str,
    pub(super) near_miss: TestWorkspace,
}

impl Example {
    #[track_caller]
    pub(super) fn check(self, rule: RuleId) {
        assert_eq!(
            self.fires.says(rule).first().map(String::as_str),
            Some(self.says),
            "in the case that fires"
        );
        assert_eq!(self.near_miss.says(rule), [""; 0], "in the near miss");
    }
}

/// Workspace 77 as of 2026-09-12, in the making. Tokens are letters: token `a` has the id `aaaa...`. All of them are
/// etl@example.com's, and every call comes at 05:00 UTC.
#[derive(Clone)]
pub(super) struct TestWorkspace {
    events: Vec<Event<'static>>,
    list: Option<Vec<Value>>,
    annotations: String,
    enforced_on: Option<Bound>,
}

/// A workspace in which nothing happened.
pub(super) fn story() -> TestWorkspace {
    TestWorkspace { events: Vec::new(), list: None, annotations: String::new(), enforced_on: None }
}

/// The id of token `a`, `b`, ...
pub(super) fn id(token: char) -> String {
    token.to_string().repeat(64)
}

impl TestWorkspace {
    /// A login of the token and a call such as `jobs/runNow`, at the same moment of a day.
    pub(super) fn call(self, day: &str, token: char, action: &'static str) -> Self {
        self.login(day, token).ended(day, action, Outcome::Succeeded, "")
    }

    /// Such a call on each of these days.
    pub(super) fn calls(self, days: &[&str], token: char, action: &'static str) -> Self {
        days.iter().fold(self, |story, day| story.call(day, token, action))
    }

    /// Such a call on every day from the first to the last.
    pub(super) fn daily(self, from: &str, to: &str, token: char, action: &'static str) -> Self {
        let (from, to) = (Day::parse(from).unwrap(), Day::parse(to).unwrap());
        (from.0..=to.0).fold(self, |story, day| story.call(&Day(day).to_string(), token, action))
    }

    /// A login and a call that was refused with these words.
    pub(super) fn refused(self, day: &str, token: char, action: &'static str, error: &'static str) -> Self {
        self.login(day, token).ended(day, action, Outcome::Denied, error)
    }

    /// A call that no login stands behind: it may be any token's.
    pub(super) fn call_by_anyone(self, day: &str, action: &'static str) -> Self {
        self.ended(day, action, Outcome::Succeeded, "")
    }

    /// A token in the token list of 2026-09-11, with more fields of the list, such as its `comment`.
    pub(super) fn listed(mut self, token: char, created: &str, more: Value) -> Self {
        self.list.get_or_insert_default().push(listed(&id(token), created, &more));
        self
    }

    /// So many tokens in the list.
    pub(super) fn listed_many(mut self, tokens: usize) -> Self {
        let all = (0..tokens).map(|n| listed(&format!("{n:064x}"), "2026-08-01", &json!({})));
        self.list.get_or_insert_default().extend(all);
        self
    }

    /// Lines of `annotations.toml`.
    pub(super) fn annotated(mut self, toml: &str) -> Self {
        self.annotations.push_str(toml);
        self
    }

    /// `--enforced-on`.
    pub(super) fn enforced_on(self, day: &str) -> Self {
        Self { enforced_on: Bound::parse(day), ..self }
    }

    fn login(mut self, day: &str, token: char) -> Self {
        let event = self.event(day, "accounts/tokenLogin");
        self.events.push(Event {
            params: RequestParams {
                user: "etl@example.com".into(),
                token_id: id(token).into(),
                authentication_method: "API_EXT_PAT_TOKEN".into(),
                ..RequestParams::default()
            },
            ..event
        });
        self
    }

    fn ended(mut self, day: &str, action: &'static str, outcome: Outcome, error: &'static str) -> Self {
        let event = self.event(day, action);
        self.events.push(Event { outcome, error: error.into(), ..event });
        self
    }

    fn event(&self, day: &str, action: &'static str) -> Event<'static> {
        let (service, name) = action.split_once('/').unwrap();
        Event {
            time: Day::parse(day).unwrap().start().plus(Span::hours(5)),
            whole_seconds: false,
            workspace: "77".into(),
            account_level: false,
            identity: "etl@example.com".into(),
            address: "203.0.113.7".into(),
            agent: "etl/1.0 databricks-sdk-py/0.67.0 auth/pat".into(),
            request: Request::Action { service: service.into(), action: name.into() },
            outcome: Outcome::Succeeded,
            error: "".into(),
            request_id: "".into(),
            event_id: "".into(),
            record_hash: self.events.len() as u64 + 1,
            params: RequestParams::default(),
        }
    }

    /// The findings of a rule, each with its severity and title.
    pub(super) fn says(&self, rule: RuleId) -> Vec<String> {
        let findings = self.findings(assess);
        findings.iter().filter(|f| f.rule == rule).map(|f| format!("{}: {}", f.severity, f.title)).collect()
    }

    pub(super) fn findings(&self, run: impl FnOnce(&Assessment<'_>) -> Vec<Finding>) -> Vec<Finding> {
        let as_of = Time::parse("2026-09-12").unwrap();
        let catalog = Catalog::builtin();
        let templates = |_: &str, _: &str| None;
        let shared = FoldContext {
            duplicates: Duplicates::default(),
            wanted_requests: Default::default(),
            templates: &templates,
            closed: None,
        };
        let mut fold = Fold::new(&shared);
        self.events.iter().for_each(|event| fold.event(event));
        let (ledger, _) = merge(vec![fold]).before(as_of);
        let list = self.list.as_ref().map(|tokens| {
            Dump::parse("tokens-2026-09-11.json", Value::from(tokens.clone()).to_string().as_bytes(), None)
                .unwrap()
        });
        let inventory = Inventory::merge(list.into_iter().collect());
        let annotations = Annotations::parse("annotations.toml", &self.annotations).unwrap();
        let roster = Roster::new(&ledger, &inventory, &BTreeMap::new(), as_of);
        let attribution = attribute(&ledger, &ledger.rows, catalog, &roster, &[]);
        let given = Assumptions {
            as_of,
            ga: Day::parse("2026-06-18").unwrap(),
            enforced_on: self.enforced_on,
            window_start: None,
            window_end: None,
            lag: Span::days(0),
            count_failed: false,
            risk_floor: 0.01,
            lineage: true,
        };
        let assessment = Assessment {
            ledger: &ledger,
            rows: &ledger.rows,
            catalog,
            roster: &roster,
            attribution: &attribution,
            logs: &log_view::views(&ledger, as_of),
            annotations: &annotations,
            given: &given,
            max_lifetime: Span::days(730),
            jobs: &Jobs::default(),
            problems: Vec::new(),
            matches: Matches::default(),
            lineage: Lineage::default(),
            tokens: Vec::new(),
            reads: Map::default(),
        };
        run(&assessment.judge())
    }
}

fn listed(id: &str, created: &str, more: &Value) -> Value {
    let mut token = json!({
        "token_id": id, "comment": "nightly load", "workspace_id": 77, "created_by_username": "etl@example.com",
        "created_by_id": 9, "owner_id": 9, "creation_time": Time::parse(created).unwrap().0 / 1000,
        "expiry_time": Time::parse("2027-06-01").unwrap().0 / 1000,
    });
    for (key, value) in more.as_object().unwrap() {
        token[key] = value.clone();
    }
    token
}

/// A moment as token lists write it.
pub(super) fn millis(time: &str) -> i64 {
    Time::parse(time).unwrap().0 / 1000
}
