//! Foreign text and the facts about a token -> text that fits a line of a terminal.

use crate::assess::RuleId;
use crate::report::escape::{clip, visible};
use crate::report::model::TokenRow;
use crate::support::by_name::ByName;
use crate::support::format::count;

/// Foreign text within a sentence: inert, and not so long that it buries the rest.
pub(super) fn text(given: &str) -> String {
    const LONGEST: usize = 300;
    clip(&visible(given), LONGEST).into_owned()
}

pub(super) fn rule_count(rule: RuleId, n: u64) -> String {
    let text = rule.text();
    count(n, text.one, text.several)
}

pub(super) fn minor_text(counts: &std::collections::BTreeMap<ByName<RuleId>, u64>) -> String {
    let parts: Vec<_> = counts.iter().map(|(rule, n)| rule_count(rule.0, *n)).collect();
    parts.join(", ")
}

/// The principal, by name where one is known.
pub(super) fn who(token: &TokenRow) -> String {
    let principal = match (&token.principal_name, token.principal.as_str()) {
        (Some(name), _) => name.as_str(),
        (None, "") => "principal unknown",
        (None, principal) => principal,
    };
    clip(&visible(principal), 48).into_owned()
}

pub(super) fn owner(token: &TokenRow) -> String {
    let mut parts = vec![who(token)];
    if let Some(owner) = &token.workload.owner {
        parts.push(format!("answered for by {}", clip(&visible(owner), 48)));
    }
    parts.push(format!("workspace {}", clip(&visible(&token.workspace_id), 48)));
    if let Some(state) = &token.state {
        parts.push(format!("reported {}", clip(&visible(state), 24)));
    }
    parts.push(token.decided_by.text().to_owned());
    parts.join(" · ")
}
