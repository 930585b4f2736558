//! The report for a person at a terminal: the verdict, the tokens worst first, what nobody can know, what was read.

mod command;
mod lines;
pub mod link;
#[cfg(test)]
mod tests;

use super::{RenderOptions, Writer};
use crate::assess::{Finding, Remedy, Severity};
use crate::report::escape::{clip, visible};
use crate::report::lineage;
use crate::report::model::{Report, TokenRow};
use crate::report::text::section::{self, Section};
use crate::report::text::{comparison_text, coverage_text, cross_check_text, headline, replay_text};
use crate::report::view::{FindingGroup, View};
use crate::report::words::{self, count};
use anstyle::{AnsiColor, Style};
use lines::TerminalText;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Lines after which tokens are no longer told at length, and after which they are only counted.
const AT_LENGTH: usize = 44;
const ONE_LINE_EACH: usize = 15;

/// Writes text for a terminal.
pub(super) struct Terminal;

impl Writer for Terminal {
    fn name(&self) -> &'static str {
        "terminal"
    }

    fn help(&self) -> &'static str {
        "For a person at a terminal"
    }

    fn write(&self, report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let view = View::of(report);
        let mut page = TerminalText::new(options);
        head(&mut page, report, &view, options.links);
        let mut printer = Printer { page, view: &view, all: options.all };
        if let Some(comparison) = &report.comparison {
            comparison_text::sections(comparison).iter().for_each(|s| printer.section(s));
        }
        printer.groups();
        printer.accepted();
        printer.unknowns();
        printer.cross_check(report);
        printer.replay(report);
        printer.coverage(report);
        printer.verdicts(report);
        out.write_all(printer.page.into_text().as_bytes())
    }
}

const PLAIN: Style = Style::new();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

const fn severity_style(severity: Severity) -> Style {
    let colour = match severity {
        Severity::High => AnsiColor::Red,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low | Severity::Info => AnsiColor::Blue,
    };
    Style::new().bold().fg_color(Some(anstyle::Color::Ansi(colour)))
}

/// Which operations a scope opens, as Databricks documents it.
const SCOPES: &str = "https://docs.databricks.com/api/workspace/api/scopes";

fn head(page: &mut TerminalText, report: &Report, view: &View<'_>, links: bool) {
    let run = &report.run;
    let line = format!(
        "scopecast {} · as of {} UTC ({}) · catalog {}",
        run.tool_version,
        words::moment(run.as_of),
        words::as_of_from(run.as_of_from),
        run.catalog_version
    );
    page.paragraph("", DIM, &visible(&line));
    page.blank();
    let question = match links {
        true => headline::QUESTION.replace("API scopes", &link::to(SCOPES, "API scopes")),
        false => headline::QUESTION.to_owned(),
    };
    page.paragraph("", PLAIN, &question);
    page.blank();
    page.paragraph("", BOLD, &visible(&headline::headline(report, view)));
}

struct Printer<'a> {
    page: TerminalText,
    view: &'a View<'a>,
    all: bool,
}

impl Printer<'_> {
    fn groups(&mut self) {
        let view = self.view;
        let start = self.page.len();
        let (grave, minor): (Vec<_>, Vec<_>) =
            view.groups.iter().partition(|g| self.all || g.worst() >= Severity::Medium);
        let mut short = Vec::new();
        for group in grave {
            // The worst one is told at length however long it is.
            let first = self.page.len() == start;
            if self.all || first || self.page.len() - start < AT_LENGTH {
                self.at_length(group);
            } else {
                short.push(group);
            }
        }
        short.extend(minor);
        if short.is_empty() {
            return;
        }
        self.page.heading("In one line each; --all tells them at length");
        for group in short.iter().take(ONE_LINE_EACH) {
            self.one_line(group);
        }
        let mut rest: Vec<String> = Vec::new();
        for severity in Severity::WORST_FIRST {
            let n = short.iter().skip(ONE_LINE_EACH).filter(|g| g.worst() == severity).count();
            if n > 0 {
                rest.push(format!("{} {severity}", words::number(n as u64)));
            }
        }
        if !rest.is_empty() {
            self.page.paragraph("  ", PLAIN, &format!("and more: {}. --all shows them.", rest.join(", ")));
        }
    }

    fn at_length(&mut self, group: &FindingGroup<'_>) {
        self.page.blank();
        self.title(group);
        let (grave, minor) = group.split();
        let told = if self.all { group.findings.clone() } else { grave };
        let mut dates_told = Vec::new();
        let mut advice_told = BTreeSet::new();
        let mut remedies_told: Vec<&Remedy> = Vec::new();
        for finding in told {
            self.what(finding);
            let dates = words::dates(&finding.dates);
            if !dates.is_empty() && dates != dates_told {
                let text: Vec<_> = dates.iter().map(|(name, when)| format!("{name} {when}")).collect();
                self.page.paragraph("  when  ", PLAIN, &text.join(" · "));
                dates_told = dates;
            }
            if let Some(mail) = &finding.reminder_goes_to {
                self.page.paragraph(
                    "  mail  ",
                    PLAIN,
                    &format!("Databricks' mail goes to {}.", text(mail).trim_end_matches('.')),
                );
            }
            self.why(finding);
            if advice_told.insert(finding.advice.as_str()) {
                self.page.paragraph("  do    ", PLAIN, &text(&finding.advice));
            }
            if let Some(read) = &finding.priming {
                self.page.paragraph("  or    ", PLAIN, &text(&words::priming(read)));
            }
            if let Some(remedy) = finding.remedy.as_ref().filter(|r| !remedies_told.contains(r)) {
                self.remedy(remedy);
                remedies_told.push(remedy);
            }
        }
        if !self.all && !minor.is_empty() {
            self.page.paragraph("  also  ", DIM, &format!("{}: --all", minor_text(&minor)));
        }
    }

    fn title(&mut self, group: &FindingGroup<'_>) {
        let severity = group.worst();
        let word = format!("{:<8}", severity.name().to_uppercase());
        let label = self.page.paint(severity_style(severity), &word);
        let Some(token) = group.token else {
            let name = self.name(group);
            let line = format!("{label}{}", self.page.paint(BOLD, &clip(&name, self.page.width - 8)));
            self.page.line(line);
            return;
        };
        let id = visible(self.view.short(&token.token_id)).into_owned();
        let id = clip(&id, 24).into_owned();
        let room = self.page.width.saturating_sub(8 + textwrap::core::display_width(&id) + 2);
        let comment = visible(&token.comment);
        let comment = if comment.is_empty() { "(no comment)".into() } else { clip(&comment, room) };
        let line = format!("{label}{id}  {}", self.page.paint(BOLD, &comment));
        self.page.line(line);
        self.page.paragraph("        ", PLAIN, &owner(token));
        if let Some(line) = lineage::sentence(token, |id| self.view.short(id)) {
            self.page.paragraph("        ", DIM, &text(&line));
        }
    }

    /// Whom a group concerns, on one line.
    fn name(&self, group: &FindingGroup<'_>) -> String {
        match (group.token, group.findings.first()) {
            (Some(token), _) => {
                let id = visible(self.view.short(&token.token_id)).into_owned();
                format!("{}  {}", clip(&id, 24), who(token))
            }
            (None, Some(finding)) => {
                let workspace = text(&finding.workspace_id);
                match (&finding.token_id, finding.principal.as_str()) {
                    (Some(id), _) => format!("token {}", clip(&visible(id), 24)),
                    (None, "") if workspace.is_empty() => "the run as a whole".into(),
                    (None, "") => format!("workspace {workspace}"),
                    (None, principal) => format!("{} in workspace {workspace}", text(principal)),
                }
            }
            (None, None) => String::new(),
        }
    }

    fn what(&mut self, finding: &Finding) {
        let line = format!("{} [{}]", text(&finding.title), finding.rule);
        self.page.paragraph("  what  ", BOLD, &line);
    }

    fn why(&mut self, finding: &Finding) {
        let evidence = &finding.evidence;
        let shown = if self.all { evidence.operations.len() } else { 2 };
        let mut parts: Vec<String> = Vec::new();
        for used in evidence.operations.iter().take(shown) {
            parts.push(format!("{}.", text(&words::operation(used))));
            if self.all && !used.agents.is_empty() {
                let agents: Vec<_> = used.agents.iter().map(|a| text(a)).collect();
                parts.push(format!("Agent: {}.", agents.join("; ")));
            }
        }
        let hidden = evidence.operations.len().saturating_sub(shown) + evidence.more_operations;
        if hidden > 0 {
            parts.push(format!("{}.", count(hidden as u64, "more operation", "more operations")));
        }
        if self.all && !evidence.addresses.is_empty() {
            let addresses: Vec<_> = evidence.addresses.iter().map(|a| text(a)).collect();
            parts.push(format!("From {}.", addresses.join(", ")));
        }
        let notes: Vec<_> = evidence.notes.iter().map(|n| text(n).trim_end_matches('.').to_owned()).collect();
        if !notes.is_empty() {
            parts.push(format!("{}.", notes.join("; ")));
        }
        if let Some(odds) = finding.loss_odds {
            parts.push(format!("Of all windows since the first use, {} would lose it.", words::odds(odds)));
        }
        parts.push(format!("We are {} ({}).", words::confidence(finding.confidence), finding.confidence));
        self.page.paragraph("  why   ", PLAIN, &parts.join(" "));
    }

    fn remedy(&mut self, remedy: &Remedy) {
        for note in &remedy.notes {
            self.page.paragraph("        ", DIM, &text(note));
        }
        self.page.paragraph("        ", DIM, "An admin runs:");
        self.page.command(&visible(&remedy.admin_command));
        if self.all {
            self.page.paragraph("        ", DIM, "Its owner runs:");
            self.page.command(&visible(&remedy.owner_command));
        }
    }

    fn one_line(&mut self, group: &FindingGroup<'_>) {
        let mut rules: Vec<(&str, u64)> = Vec::new();
        for finding in &group.findings {
            match rules.iter_mut().find(|(rule, _)| *rule == finding.rule) {
                Some((_, n)) => *n += 1,
                None => rules.push((finding.rule, 1)),
            }
        }
        let found = match group.findings.as_slice() {
            // One finding says more in its own words than its count does.
            [only] => text(&only.title),
            _ => rules.iter().map(|(rule, n)| rule_count(rule, *n)).collect::<Vec<_>>().join(", "),
        };
        let severity = group.worst();
        let found = clip(&found, self.page.width * 2 / 3);
        let room = self.page.width.saturating_sub(12 + textwrap::core::display_width(&found));
        let name = self.name(group);
        let word = format!("  {:<8}", severity.name());
        let line =
            format!("{}{}: {found}", self.page.paint(severity_style(severity), &word), clip(&name, room));
        self.page.line(line);
    }

    fn accepted(&mut self) {
        if self.view.accepted.is_empty() {
            return;
        }
        let n = count(self.view.accepted.len() as u64, "finding is", "findings are");
        self.page.heading("Accepted");
        self.page.paragraph("  ", PLAIN, &format!("{n} accepted in the annotations and not shown above."));
        if self.all {
            for finding in &self.view.accepted {
                if let crate::assess::Status::Accepted { reason, expires } = &finding.status {
                    let line = format!(
                        "{}: {} (until {})",
                        text(&finding.title),
                        text(reason),
                        words::moment(*expires)
                    );
                    self.page.paragraph("  - ", PLAIN, &line);
                }
            }
        }
    }

    fn unknowns(&mut self) {
        if self.view.unknowns.is_empty() {
            return;
        }
        self.page.heading("What nobody can know from these files");
        for unknown in &self.view.unknowns {
            let scopes = count(unknown.scopes.len() as u64, "scope", "scopes");
            let tokens = count(unknown.tokens as u64, "token", "tokens");
            let mut line = format!("{scopes} of {tokens}: {}", words::reason(unknown.reason));
            let shown = if self.all { unknown.scopes.len() } else { 2 };
            let names: Vec<_> = unknown
                .scopes
                .iter()
                .take(shown)
                .map(|(t, s)| {
                    let id = visible(self.view.short(&t.token_id)).into_owned();
                    format!("{} {}", clip(&id, 24), text(&s.scope))
                })
                .collect();
            let more = unknown.scopes.len() - names.len();
            let more =
                if more > 0 { format!(" and {} more", words::number(more as u64)) } else { String::new() };
            line.push_str(&format!(" ({}{more})", names.join(", ")));
            self.page.paragraph("  - ", PLAIN, &line);
        }
    }

    fn section(&mut self, section: &Section) {
        self.page.heading(&text(&section.title));
        for line in section.shown(section::most_shown(self.all), ": --all") {
            self.page.paragraph("  - ", PLAIN, &line);
        }
    }

    fn cross_check(&mut self, report: &Report) {
        let Some(overview) = cross_check_text::overview(&report.coverage.cross_check) else { return };
        self.page.heading("Databricks' own lists beside ours");
        self.page.paragraph("  - ", PLAIN, &overview);
        let mut told = "";
        for (token, scope) in cross_check_text::rows(report).filter(|_| self.all) {
            if told != token.token_id {
                told = &token.token_id;
                let id = visible(self.view.short(&token.token_id)).into_owned();
                self.page.paragraph("  ", PLAIN, &format!("{}  {}", clip(&id, 24), who(token)));
            }
            let [name, needed, listed, granted, says] = cross_check_text::cells(token, scope);
            let line = format!("{name}: needed {needed}; listed {listed}; held now: {granted}. {says}");
            self.page.paragraph("    - ", PLAIN, &text(&line));
        }
    }

    fn replay(&mut self, report: &Report) {
        self.page.heading(replay_text::HEADING);
        let lines = match self.all {
            true => replay_text::lines(&report.replay, self.view, usize::MAX),
            false => vec![replay_text::short(&report.replay)],
        };
        for line in lines {
            self.page.paragraph("  - ", PLAIN, &text(&line));
        }
    }

    fn coverage(&mut self, report: &Report) {
        self.page.heading("What was read");
        self.list(&coverage_text::read(report, self.view));
        self.page.heading("What could not be seen");
        self.list(&coverage_text::unseen(report));
    }

    /// Every scope of every token, where everything is asked for.
    fn verdicts(&mut self, report: &Report) {
        if !self.all {
            return;
        }
        self.page.heading("Every scope of every token");
        for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
            let id = visible(self.view.short(&token.token_id)).into_owned();
            for scope in &token.scopes {
                let (name, verdict) = (text(&scope.scope), crate::report::summary::name(scope.verdict));
                let (id, why) = (clip(&id, 24), words::reason_name(scope.reason));
                self.page.paragraph("  ", PLAIN, &format!("{id:<12}  {verdict:<7}  {name}: {why}"));
            }
        }
    }

    fn list(&mut self, lines: &[String]) {
        const SHOWN: usize = 12;
        let shown = if self.all { lines.len() } else { SHOWN };
        for line in lines.iter().take(shown) {
            self.page.paragraph("  - ", PLAIN, &text(line));
        }
        if lines.len() > shown {
            let more = count((lines.len() - shown) as u64, "more line", "more lines");
            self.page.paragraph("  - ", PLAIN, &format!("{more}: --all"));
        }
    }
}

/// A page of prose under one heading.
pub(super) fn prose(head: &str, sections: &[Section], options: &RenderOptions) -> String {
    let mut page = TerminalText::new(options);
    page.paragraph("", BOLD, &text(head));
    for section in sections {
        page.heading(&text(&section.title));
        for line in section.shown(section::most_shown(options.all), ": --all") {
            page.paragraph("  - ", PLAIN, &line);
        }
    }
    page.into_text()
}

/// Foreign text within a sentence: inert, and not so long that it buries the rest.
fn text(given: &str) -> String {
    const LONGEST: usize = 300;
    clip(&visible(given), LONGEST).into_owned()
}

fn rule_count(rule: &str, n: u64) -> String {
    let [one, several] = words::rule(rule);
    count(n, one, several)
}

fn minor_text(counts: &std::collections::BTreeMap<&'static str, u64>) -> String {
    let parts: Vec<_> = counts.iter().map(|(rule, n)| rule_count(rule, *n)).collect();
    parts.join(", ")
}

/// The principal, by name where one is known.
fn who(token: &TokenRow) -> String {
    let principal = match (&token.principal_name, token.principal.as_str()) {
        (Some(name), _) => name.as_str(),
        (None, "") => "principal unknown",
        (None, principal) => principal,
    };
    clip(&visible(principal), 48).into_owned()
}

fn owner(token: &TokenRow) -> String {
    let mut parts = vec![who(token)];
    if let Some(owner) = &token.workload.owner {
        parts.push(format!("answered for by {}", clip(&visible(owner), 48)));
    }
    parts.push(format!("workspace {}", clip(&visible(&token.workspace_id), 48)));
    if let Some(state) = &token.state {
        parts.push(format!("reported {}", clip(&visible(state), 24)));
    }
    parts.push(words::decided_by(token.decided_by).to_owned());
    parts.join(" · ")
}
