//! One token with its findings -> the section that tells about it at length.

use super::concerned::{about, name};
use super::{shown, timeline};
use crate::assess::Finding;
use crate::report::escape::visible;
use crate::report::model::{Report, TokenRow};
use crate::report::text::lineage_text;
use crate::report::view::{FindingGroup, View};
use crate::support::format::{self, count};
use askama::Template;

/// Everything the page says about one token.
#[derive(Template)]
#[template(path = "detail.html", config = "src/report/writers/html/askama.toml")]
pub(super) struct TokenDetail {
    n: usize,
    severity: &'static str,
    name: String,
    about: String,
    lineage: String,
    picture: String,
    findings: Vec<FindingLines>,
    remedies: Vec<RemedyCommands>,
    scopes: Vec<ScopeLine>,
    more_scopes: usize,
}

/// The most scopes that are listed for one token.
const SCOPES: usize = 100;

struct FindingLines {
    rule: &'static str,
    severity: &'static str,
    title: String,
    lines: Vec<(&'static str, Vec<String>)>,
}

struct RemedyCommands {
    notes: Vec<String>,
    admin: String,
    owner: String,
}

struct ScopeLine {
    name: String,
    verdict: &'static str,
    why: &'static str,
    used: String,
}

impl TokenDetail {
    pub(super) fn of(report: &Report, view: &View<'_>, group: &FindingGroup<'_>, n: usize) -> Self {
        let mut remedies = Vec::new();
        for remedy in group.findings.iter().filter_map(|f| f.remedy.as_ref()) {
            if !remedies.contains(&remedy) {
                remedies.push(remedy);
            }
        }
        Self {
            n,
            severity: group.worst().name(),
            name: name(view, group),
            about: group.token.map_or_else(String::new, about),
            lineage: group
                .token
                .and_then(|t| lineage_text::sentence(t, |id| view.short(id)))
                .map_or_else(String::new, |line| shown(&line)),
            picture: group.token.and_then(|t| timeline::picture(report, t)).unwrap_or_default(),
            findings: findings(&group.findings),
            remedies: remedies
                .into_iter()
                .map(|r| RemedyCommands {
                    notes: r.notes.iter().map(|n| shown(n)).collect(),
                    admin: visible(&r.admin_command).into_owned(),
                    owner: visible(&r.owner_command).into_owned(),
                })
                .collect(),
            scopes: group.token.map_or_else(Vec::new, scopes),
            more_scopes: group.token.map_or(0, |t| t.scopes.len().saturating_sub(SCOPES)),
        }
    }
}

/// Findings of one token. Dates are not repeated where the finding before has the same.
fn findings(findings: &[&Finding]) -> Vec<FindingLines> {
    let mut dates_told = Vec::new();
    let one = |finding: &&Finding| {
        let dates: Vec<_> =
            finding.dates.named().into_iter().map(|(name, when)| format!("{name} {when}")).collect();
        let is_new = dates != dates_told;
        let lines = self::finding(finding, if is_new { &dates } else { &[] });
        dates_told = dates;
        lines
    };
    findings.iter().map(one).collect()
}

fn finding(finding: &Finding, dates: &[String]) -> FindingLines {
    let mut lines = Vec::new();
    if !dates.is_empty() {
        lines.push(("When", vec![dates.join(" · ")]));
    }
    if let Some(mail) = &finding.reminder_goes_to {
        lines.push(("Mail", vec![format!("Databricks' mail goes to {}", shown(mail))]));
    }
    let evidence = &finding.evidence;
    let mut why: Vec<String> = evidence.operations.iter().map(|o| shown(&o.sentence())).collect();
    if evidence.more_operations > 0 {
        why.push(count(evidence.more_operations as u64, "more operation", "more operations"));
    }
    why.extend(evidence.notes.iter().map(|n| shown(n)));
    if !evidence.addresses.is_empty() {
        let addresses: Vec<_> = evidence.addresses.iter().map(|a| shown(a)).collect();
        why.push(format!("from {}", addresses.join(", ")));
    }
    if !why.is_empty() {
        lines.push(("Why", why));
    }
    if let Some(odds) = finding.loss_odds {
        let text = format!("Of all windows since the first use, {} would lose it.", format::odds(odds));
        lines.push(("Odds", vec![text]));
    }
    let sure = format!("We are {} ({}).", finding.confidence.phrase(), finding.confidence);
    lines.push(("Sure?", vec![sure]));
    lines.push(("Do", vec![shown(&finding.advice)]));
    lines.extend(finding.keep_alive.as_ref().map(|p| ("Or", vec![shown(&p.sentence())])));
    FindingLines {
        rule: finding.rule.name(),
        severity: finding.severity.name(),
        title: shown(&finding.title),
        lines,
    }
}

fn scopes(token: &TokenRow) -> Vec<ScopeLine> {
    let rows = token.scopes.iter().take(SCOPES);
    rows.map(|s| ScopeLine {
        name: shown(&s.scope),
        verdict: s.verdict.name(),
        why: s.reason.sentence(),
        used: match s.last_used {
            Some(last) => format!("{}, last {}", count(s.uses, "use", "uses"), format::moment(last)),
            None => match &s.inherited {
                Some(before) => format!(
                    "no use of its own seen; {} by the tokens before it, last {}",
                    count(before.uses, "use", "uses"),
                    format::moment(before.last_used)
                ),
                None => "no use seen".into(),
            },
        },
    })
    .collect()
}
