//! A token that nothing explains and nobody seems to use.

use super::Rule;
use crate::assess::draft::{Words, of_token};
use crate::assess::finding::{Finding, Severity};
use crate::assess::world::{Case, World};
use crate::confidence::Confidence;
use crate::time::Span;
use regex::Regex;
use std::sync::LazyLock;

/// No recurring use within this time.
const QUIET: Span = Span::days(60);

static TELLTALE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(test(ing)?|te?mp|demo|old|poc|trial|delete|deprecated|unused|copy|foo|bar|asdf|xxx+|untitled|my token|token ?\d*)\b").ok()
});

pub(super) struct StaleToken;

impl Rule for StaleToken {
    fn id(&self) -> &'static str {
        "stale-token"
    }

    fn summary(&self) -> &'static str {
        "An empty or telltale comment and no recurring use in 60 days"
    }

    fn assess(&self, world: &World<'_>, findings: &mut Vec<Finding>) {
        for case in world.cases.iter().filter(|c| is_stale(c, world)) {
            let comment = match case.token.comment.trim() {
                "" => "has no comment".to_owned(),
                text => format!("is called “{}”", text.chars().take(60).collect::<String>()),
            };
            let words = Words {
                title: format!("{comment} and shows no recurring use in 60 days"),
                advice: "Ask its owner what it is for; if nobody can say, revoke it.".to_owned(),
                notes: Vec::new(),
            };
            findings.push(of_token(world, case, self.id(), (Severity::Low, Confidence::Medium), words));
        }
    }
}

/// Only a token that a list names and that is old enough to have been used.
fn is_stale(case: &Case<'_>, world: &World<'_>) -> bool {
    let token = case.token;
    let since = world.given.as_of.minus(QUIET);
    let comment = token.comment.trim();
    let telltale = comment.is_empty() || TELLTALE.as_ref().is_some_and(|r| r.is_match(comment));
    let old = token.created.is_some_and(|c| c < since);
    let recent_days = case.active.iter().filter(|(_, last)| *last >= since).count();
    let recently_listed = token.last_used_day.is_some_and(|d| d.start() >= since);
    token.in_inventory && telltale && old && recent_days < 2 && !recently_listed
}
