//! What the template shows, as text: every value already worked out, inert, and cut where it is too long.

use super::{shown, timeline};
use crate::analysis::cross_check::ScopeCheck;
use crate::assess::{Finding, Status};
use crate::report::escape::{clip, visible};
use crate::report::lineage;
use crate::report::model::{Report, TokenRow};
use crate::report::summary;
use crate::report::text::cross_check_text;
use crate::report::view::{Group, Unknown, Urgent, View};
use crate::report::words::{self, count};
use crate::support::hash::Map;
use crate::support::time::Day;
use askama::Template;

/// A token told at length.
#[derive(Template)]
#[template(path = "detail.html", config = "src/report/writers/html/askama.toml")]
pub(super) struct Detail {
    n: usize,
    severity: &'static str,
    name: String,
    about: String,
    lineage: String,
    picture: String,
    findings: Vec<Told>,
    remedies: Vec<Remedy>,
    scopes: Vec<Scope>,
    more_scopes: usize,
}

/// Scopes of one token told one by one.
const SCOPES: usize = 100;

struct Told {
    rule: &'static str,
    severity: &'static str,
    title: String,
    lines: Vec<(&'static str, Vec<String>)>,
}

struct Remedy {
    notes: Vec<String>,
    admin: String,
    owner: String,
}

struct Scope {
    name: String,
    verdict: &'static str,
    why: &'static str,
    used: String,
}

impl Detail {
    pub(super) fn of(report: &Report, view: &View<'_>, group: &Group<'_>, n: usize) -> Self {
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
                .and_then(|t| lineage::sentence(t, |id| view.short(id)))
                .map_or_else(String::new, |line| shown(&line)),
            picture: group.token.and_then(|t| timeline::picture(report, t)).unwrap_or_default(),
            findings: tell(&group.findings),
            remedies: remedies
                .into_iter()
                .map(|r| Remedy {
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

/// Findings of one token: dates that are those of the finding before are not told again.
fn tell(findings: &[&Finding]) -> Vec<Told> {
    let mut dates_told = Vec::new();
    let tell_one = |finding: &&Finding| {
        let dates: Vec<_> =
            words::dates(&finding.dates).into_iter().map(|(name, when)| format!("{name} {when}")).collect();
        let is_new = dates != dates_told;
        let told = told(finding, if is_new { &dates } else { &[] });
        dates_told = dates;
        told
    };
    findings.iter().map(tell_one).collect()
}

fn told(finding: &Finding, dates: &[String]) -> Told {
    let mut lines = Vec::new();
    if !dates.is_empty() {
        lines.push(("When", vec![dates.join(" · ")]));
    }
    if let Some(mail) = &finding.reminder_goes_to {
        lines.push(("Mail", vec![format!("Databricks' mail goes to {}", shown(mail))]));
    }
    let evidence = &finding.evidence;
    let mut why: Vec<String> = evidence.operations.iter().map(|o| shown(&words::operation(o))).collect();
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
        let text = format!("Of all windows since the first use, {} would lose it.", words::odds(odds));
        lines.push(("Odds", vec![text]));
    }
    let sure = format!("We are {} ({}).", words::confidence(finding.confidence), finding.confidence);
    lines.push(("Sure?", vec![sure]));
    lines.push(("Do", vec![shown(&finding.advice)]));
    lines.extend(finding.priming.as_ref().map(|p| ("Or", vec![shown(&words::priming(p))])));
    Told { rule: finding.rule, severity: finding.severity.name(), title: shown(&finding.title), lines }
}

fn scopes(token: &TokenRow) -> Vec<Scope> {
    let rows = token.scopes.iter().take(SCOPES);
    rows.map(|s| Scope {
        name: shown(&s.scope),
        verdict: summary::name(s.verdict),
        why: words::reason(s.reason),
        used: match s.last_used {
            Some(last) => format!("{}, last {}", count(s.uses, "use", "uses"), words::moment(last)),
            None => match &s.inherited {
                Some(before) => format!(
                    "no use of its own seen; {} by the tokens before it, last {}",
                    count(before.uses, "use", "uses"),
                    words::moment(before.last_used)
                ),
                None => "no use seen".into(),
            },
        },
    })
    .collect()
}

fn id(view: &View<'_>, token: &str) -> String {
    clip(&visible(view.short(token)), 24).into_owned()
}

fn name(view: &View<'_>, group: &Group<'_>) -> String {
    match (group.token, group.findings.first()) {
        (Some(token), _) => match clip(&visible(&token.comment), 100) {
            comment if comment.is_empty() => id(view, &token.token_id),
            comment => format!("{} · {comment}", id(view, &token.token_id)),
        },
        (None, Some(f)) if f.principal.is_empty() && f.workspace_id.is_empty() => {
            "Of no token that is known".to_owned()
        }
        (None, Some(f)) if f.principal.is_empty() => {
            format!("Workspace {}", clip(&visible(&f.workspace_id), 60))
        }
        (None, Some(f)) => {
            format!(
                "{} in workspace {}",
                clip(&visible(&f.principal), 60),
                clip(&visible(&f.workspace_id), 60)
            )
        }
        (None, None) => String::new(),
    }
}

fn who(token: &TokenRow) -> String {
    clip(&visible(token.principal_name.as_ref().unwrap_or(&token.principal)), 60).into_owned()
}

fn about(token: &TokenRow) -> String {
    let mut parts = vec![who(token), format!("workspace {}", clip(&visible(&token.workspace_id), 60))];
    if let Some(owner) = &token.workload.owner {
        parts.push(format!("answered for by {}", clip(&visible(owner), 60)));
    }
    if let Some(state) = &token.state {
        parts.push(format!("reported {}", clip(&visible(state), 30)));
    }
    parts.push(words::decided_by(token.decided_by).to_owned());
    if let Some(created) = token.created {
        parts.push(format!("created {}", created.day()));
    }
    parts.join(" · ")
}

/// A token to act on this week.
pub(super) struct Week {
    pub(super) group: usize,
    pub(super) when: String,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) advice: String,
}

pub(super) fn week(urgent: &Urgent<'_>, view: &View<'_>) -> Week {
    let name = view.groups.get(urgent.group).map_or_else(String::new, |g| name(view, g));
    Week {
        group: urgent.group,
        when: urgent.date.map_or_else(
            || "refused now".to_owned(),
            |(time, kind)| format!("{} {}", words::moment(time), kind.text()),
        ),
        name,
        what: shown(&urgent.finding.title),
        advice: shown(&urgent.finding.advice),
    }
}

/// A date to keep.
pub(super) struct Deadline {
    pub(super) when: String,
    /// The day, where this is the first date on it.
    pub(super) day: Option<Day>,
    pub(super) what: &'static str,
    pub(super) severity: &'static str,
    pub(super) rank: u8,
    pub(super) token: String,
    pub(super) detail: Option<usize>,
    pub(super) whose: String,
}

/// Where tokens are told at length: the first `told` groups are.
fn places<'a>(view: &View<'a>, told: usize) -> Map<(&'a str, &'a str), usize> {
    let groups = view.groups.iter().enumerate().take(told);
    let token =
        |(n, g): (usize, &Group<'a>)| g.token.map(|t| ((t.workspace_id.as_str(), t.token_id.as_str()), n));
    groups.filter_map(token).collect()
}

/// The first `most` dates.
pub(super) fn deadlines(view: &View<'_>, most: usize, told: usize) -> Vec<Deadline> {
    let places = places(view, told);
    let tokens: Map<(&str, &str), &TokenRow> = view
        .groups
        .iter()
        .filter_map(|g| g.token)
        .map(|t| ((t.workspace_id.as_str(), t.token_id.as_str()), t))
        .collect();
    let mut last = None;
    let dates = view.deadlines.iter().take(most);
    dates
        .map(|d| {
            let (day, key) = (d.time.day(), (d.workspace, d.token));
            Deadline {
                when: words::moment(d.time),
                day: (last.replace(day) != Some(day)).then_some(day),
                what: d.kind.text(),
                severity: d.severity.name(),
                rank: d.severity as u8 + 1,
                token: id(view, d.token),
                detail: places.get(&key).copied(),
                whose: tokens.get(&key).map_or_else(String::new, |t| who(t)),
            }
        })
        .collect()
}

pub(super) fn unknown(unknown: &Unknown<'_>, view: &View<'_>) -> String {
    let names: Vec<_> = unknown
        .scopes
        .iter()
        .take(5)
        .map(|(t, s)| format!("{} {}", id(view, &t.token_id), clip(&visible(&s.scope), 40)))
        .collect();
    let more = unknown.scopes.len() - names.len();
    let more = if more > 0 { format!(" and {} more", words::number(more as u64)) } else { String::new() };
    format!(
        "{} of {}: {} ({}{more})",
        count(unknown.scopes.len() as u64, "scope", "scopes"),
        count(unknown.tokens as u64, "token", "tokens"),
        words::reason(unknown.reason),
        names.join(", ")
    )
}

/// A scope of which list and history differ.
pub(super) struct CrossCheck {
    pub(super) token: String,
    pub(super) detail: Option<usize>,
    pub(super) who: String,
    pub(super) cells: [String; 5],
}

pub(super) fn cross_check(report: &Report, view: &View<'_>, most: usize, told: usize) -> Vec<CrossCheck> {
    let places = places(view, told);
    let row = |(token, scope): (&TokenRow, &ScopeCheck)| CrossCheck {
        token: id(view, &token.token_id),
        detail: places.get(&(token.workspace_id.as_str(), token.token_id.as_str())).copied(),
        who: who(token),
        cells: cross_check_text::cells(token, scope).map(|c| shown(&c)),
    };
    cross_check_text::rows(report).take(most).map(row).collect()
}

pub(super) fn accepted(finding: &Finding) -> String {
    match &finding.status {
        Status::Accepted { reason, expires } => {
            format!("{} Accepted until {}: {}", shown(&finding.title), words::moment(*expires), shown(reason))
        }
        Status::Open => shown(&finding.title),
    }
}

/// A line of the review queue.
pub(super) struct Row {
    pub(super) severity: &'static str,
    pub(super) rank: u8,
    pub(super) token: String,
    pub(super) detail: Option<usize>,
    pub(super) who: String,
    pub(super) comment: String,
    pub(super) holds: String,
    pub(super) scopes: Vec<(&'static str, String)>,
    pub(super) last_used: String,
    pub(super) owner: String,
    pub(super) lifetime: String,
    pub(super) needed: String,
    pub(super) migration: String,
    pub(super) missing: String,
    pub(super) advice: String,
}

/// The review queue: every token, worst first.
pub(super) fn all(report: &Report, view: &View<'_>, told: usize) -> Vec<Row> {
    let worst = places(view, usize::MAX);
    let living = report.tokens.iter().filter(|t| t.gone.is_none());
    let mut rows: Vec<(Option<usize>, Row)> = living
        .map(|t| {
            let place = worst.get(&(t.workspace_id.as_str(), t.token_id.as_str())).copied();
            (place, row(view, t, place, told))
        })
        .collect();
    // Groups stand worst first; tokens without any finding come last.
    rows.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn holds(token: &TokenRow) -> String {
    match &token.granted_scopes {
        None => "not told".into(),
        Some(scopes) if scopes.is_empty() => "none told".into(),
        Some(scopes) => {
            scopes.iter().map(|s| clip(&visible(s), 40).into_owned()).collect::<Vec<_>>().join(" ")
        }
    }
}

fn row(view: &View<'_>, token: &TokenRow, place: Option<usize>, told: usize) -> Row {
    let worst = place.and_then(|n| view.groups.get(n)).map(Group::worst);
    let filled =
        |text: &Option<String>| text.as_ref().map(|t| clip(&visible(t), 80).into_owned()).unwrap_or_default();
    let workload = &token.workload;
    let missing: Vec<&str> = [
        ("owner", workload.owner.is_none()),
        ("lifetime", workload.lifetime.is_none()),
        ("migration plan", workload.migration.is_none()),
    ]
    .into_iter()
    .filter_map(|(name, is_missing)| is_missing.then_some(name))
    .collect();
    Row {
        severity: worst.map_or("none", |s| s.name()),
        rank: worst.map_or(0, |s| s as u8 + 1),
        token: id(view, &token.token_id),
        detail: place.filter(|n| *n < told),
        who: who(token),
        comment: clip(&visible(&token.comment), 80).into_owned(),
        holds: holds(token),
        scopes: token
            .scopes
            .iter()
            .map(|s| (summary::name(s.verdict), clip(&visible(&s.scope), 40).into_owned()))
            .collect(),
        last_used: token
            .last_seen
            .map(|t| t.day())
            .max(token.last_used_day)
            .map_or_else(|| "never seen".into(), |d| d.to_string()),
        owner: filled(&workload.owner),
        lifetime: filled(&workload.lifetime),
        needed: token.needed_scopes.iter().map(|s| shown(s)).collect::<Vec<_>>().join(" "),
        migration: filled(&workload.migration),
        missing: missing.join(", "),
        advice: clip(&visible(&token.advice), 160).into_owned(),
    }
}
