//! Groups of findings -> the worst at length, the others in one line each.

use super::inert::{minor_text, owner, rule_count, text, who};
use super::{BOLD, DIM, PLAIN, Printer};
use crate::assess::RuleId;
use crate::assess::{Finding, Remedy, Severity};
use crate::report::escape::{clip, visible};
use crate::report::text::lineage_text;
use crate::report::view::FindingGroup;
use crate::support::format::{self, count};
use anstyle::{AnsiColor, Style};
use std::collections::BTreeSet;

/// After this many lines, further tokens get one line each; after that many such lines, they are only counted.
const AT_LENGTH: usize = 44;
const ONE_LINE_EACH: usize = 15;

const fn severity_style(severity: Severity) -> Style {
    let colour = match severity {
        Severity::High => AnsiColor::Red,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low | Severity::Info => AnsiColor::Blue,
    };
    Style::new().bold().fg_color(Some(anstyle::Color::Ansi(colour)))
}

impl Printer<'_> {
    pub(super) fn groups(&mut self) {
        let view = self.view;
        let start = self.page.len();
        let (grave, minor): (Vec<_>, Vec<_>) =
            view.groups.iter().partition(|g| self.all || g.worst() >= Severity::Medium);
        let mut short = Vec::new();
        for group in grave {
            // The worst token is always described at length.
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
                rest.push(format!("{} {severity}", format::number(n as u64)));
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
            let dates = finding.dates.named();
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
            if let Some(read) = &finding.keep_alive {
                self.page.paragraph("  or    ", PLAIN, &text(&read.sentence()));
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
        if let Some(line) = lineage_text::sentence(token, |id| self.view.short(id)) {
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
            parts.push(format!("{}.", text(&used.sentence())));
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
            parts.push(format!("Of all windows since the first use, {} would lose it.", format::odds(odds)));
        }
        parts.push(format!("We are {} ({}).", finding.confidence.phrase(), finding.confidence));
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
        let mut rules: Vec<(RuleId, u64)> = Vec::new();
        for finding in &group.findings {
            match rules.iter_mut().find(|(rule, _)| *rule == finding.rule) {
                Some((_, n)) => *n += 1,
                None => rules.push((finding.rule, 1)),
            }
        }
        let found = match group.findings.as_slice() {
            // One finding says more in its own words than its count does.
            [only] => text(&only.title),
            _ => rules.iter().map(|(rule, n)| rule_count(*rule, *n)).collect::<Vec<_>>().join(", "),
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
}
