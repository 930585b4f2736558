//! Coverage -> how often each key that can tie a call to a token does so.

use crate::analysis::coverage::{Coverage, WorkspaceCoverage};
use crate::assess::Assessment;
use crate::ledger::link::Link;
use crate::support::by_name::ByName;
use serde::Serialize;

/// What ties a call to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyKind {
    /// The row names the token.
    TokenId,
    /// The call and a login share the run id of a command line.
    RunId,
    /// The call and a login share a request id.
    RequestId,
    /// The call and a login share address and user agent.
    AddressAgent,
}

impl KeyKind {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::TokenId => "token id in the row",
            Self::RunId => "run id of a command line (cmd-exec-id)",
            Self::RequestId => "request id",
            Self::AddressAgent => "address and agent",
        }
    }
}

/// One way to tie a call to a token.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct JoinKey {
    pub key: KeyKind,
    /// What was tried, in words.
    pub tried_what: &'static str,
    pub tried: u64,
    /// How many were tied to a token by it.
    pub joined: u64,
    /// Their share; `None` when nothing could be tried.
    pub rate: Option<f64>,
}

impl JoinKey {
    fn new(key: KeyKind, tried_what: &'static str, tried: u64, joined: u64) -> Self {
        let rate = (tried > 0).then(|| joined as f64 / tried as f64);
        Self { key, tried_what, tried, joined, rate }
    }
}

/// All keys, the surest first.
pub(super) fn of(assessment: &Assessment<'_>, coverage: &Coverage) -> Vec<JoinKey> {
    let linked = |links: &[Link]| -> u64 {
        let of =
            |w: &WorkspaceCoverage| -> u64 { links.iter().filter_map(|l| w.links.get(&ByName(*l))).sum() };
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
        JoinKey::new(KeyKind::TokenId, "API calls", linked(&Link::ALL), named),
        JoinKey::new(KeyKind::RunId, "calls with the run id of a command line", calls_with_run, by_run),
        JoinKey::new(KeyKind::RequestId, "logins of a fixed sample of one in 64", logins, joined.min(logins)),
        JoinKey::new(KeyKind::AddressAgent, "API calls not tied otherwise", near + far, near),
    ]
}
