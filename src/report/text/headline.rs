//! The first paragraph of every report: what was asked, what the answer is, and what to do first.

use crate::assess::Severity;
use crate::report::model::Report;
use crate::report::view::{DeadlineKind, View};
use crate::support::format::{self, count};

/// What the report is about, for a reader who has never heard of it.
pub(crate) const QUESTION: &str = "Databricks narrows a personal access token to the API scopes it saw the token use during 30 days of \
    observation. A call made more rarely is refused from then on, and the job behind it fails.";

/// The verdict in plain words.
pub(crate) fn headline(report: &Report, view: &View<'_>) -> String {
    let summary = &report.summary;
    let n = |n: usize| format::number(n as u64);
    if summary.tokens == 0 {
        let gone = match summary.gone_tokens {
            0 => String::new(),
            gone => format!(" {} are gone and were left out.", count(gone as u64, "token", "tokens")),
        };
        return format!(
            "No living personal access token was found, neither in a token list nor in the logs.{gone} Look at what was \
             read, below: the logs may lack the service `accounts`, whose rows name the tokens."
        );
    }
    let mut parts = Vec::new();
    let mut part = |number: usize, one: &str, several: &str| {
        if number > 0 {
            parts.push(format!("{} {}", n(number), if number == 1 { one } else { several }));
        }
    };
    part(summary.tokens_losing, "loses a scope it needs", "lose a scope they need");
    part(summary.tokens_unknown, "cannot be judged in full", "cannot be judged in full");
    part(summary.tokens_keeping, "keeps all it was seen to need", "keep all they were seen to need");
    part(summary.tokens_without_scopes, "shows no use", "show no use");
    let mut text = format!("Of {}, {}.", count(summary.tokens as u64, "token", "tokens"), join(&parts));
    text.push_str(&match (view.groups_at(Severity::High), view.groups_at(Severity::Medium)) {
        (0, 0) => " Nothing needs action now.".to_owned(),
        (0, medium) => format!(" Nothing is urgent; {} worth a look.", are(medium)),
        (high, 0) => format!(" Act on {} marked high.", count(high, "entry", "entries")),
        (high, medium) => {
            format!(
                " Act first on {} marked high; {} worth a look after that.",
                count(high, "entry", "entries"),
                are(medium)
            )
        }
    });
    let nearest =
        view.deadlines.iter().find(|d| d.severity == Severity::High && d.kind != DeadlineKind::NextCall);
    if let Some(date) = nearest {
        let what = match date.kind {
            DeadlineKind::LastSafeDay => "the last safe day to act on",
            DeadlineKind::Reminder => "Databricks' reminder mail is due for",
            DeadlineKind::Enforcement => "scopes are narrowed for",
            DeadlineKind::Revocation => "lack of use revokes",
            DeadlineKind::Expiry | DeadlineKind::NextCall => "comes the expiry of",
        };
        text.push_str(&format!(
            " The next date is {}: {what} token {}.",
            format::moment(date.time),
            view.short(date.token)
        ));
    }
    text
}

fn are(n: u64) -> String {
    format!("{} {}", count(n, "entry", "entries"), if n == 1 { "is" } else { "are" })
}

fn join(parts: &[String]) -> String {
    match parts {
        [] => "none has a scope to judge".into(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
