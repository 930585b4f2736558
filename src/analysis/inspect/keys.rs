//! Coverage -> how often each key that can tie a call to a token does so.

use crate::assess::Assessment;
use crate::ledger::link::Link;
use crate::report::model::Coverage;
use crate::support::by_name::ByName;
use serde::Serialize;

/// One way to tie a call to a token.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct JoinKey {
    /// `token_id`, `run_id`, `request_id` or `address_agent`.
    pub key: &'static str,
    /// What was tried, in words.
    pub tried_what: &'static str,
    /// How many of them.
    pub tried: u64,
    /// How many were tied to a token by it.
    pub joined: u64,
    /// Their share; `None` when nothing could be tried.
    pub rate: Option<f64>,
}

impl JoinKey {
    fn new(key: &'static str, tried_what: &'static str, tried: u64, joined: u64) -> Self {
        let rate = (tried > 0).then(|| joined as f64 / tried as f64);
        Self { key, tried_what, tried, joined, rate }
    }
}

/// All keys, the surest first.
pub(super) fn of(assessment: &Assessment<'_>, coverage: &Coverage) -> Vec<JoinKey> {
    let linked = |links: &[Link]| -> u64 {
        let of = |w: &crate::report::model::WorkspaceCoverage| -> u64 {
            links.iter().filter_map(|l| w.links.get(&ByName(*l))).sum()
        };
        coverage.workspaces.iter().map(of).sum()
    };
    let (logins, joined) = coverage.request_ids;
    let calls_with_run = coverage.run_ids.1;
    let by_run: u64 =
        assessment.rows.iter().filter(|r| r.key.link == Link::Run).map(|r| r.outcomes.all().events).sum();
    // Where request ids join as well, a tie may be by either: then run ids get no more than there are.
    let by_run = by_run.min(calls_with_run);
    let near = linked(&[Link::Sole, Link::Near, Link::Several, Link::Recent]);
    let far = linked(&[Link::Stale, Link::None]);
    let named = linked(&[Link::Row]);
    vec![
        JoinKey::new("token_id", "API calls", linked(&Link::ALL), named),
        JoinKey::new("run_id", "calls with the run id of a command line", calls_with_run, by_run),
        JoinKey::new("request_id", "logins of a fixed sample of one in 64", logins, joined.min(logins)),
        JoinKey::new("address_agent", "API calls not tied otherwise", near + far, near),
    ]
}
