//! What is not a finding of one token -> the sections behind the findings.

use super::inert::{text, who};
use super::{PLAIN, Printer};
use crate::assess::Status;
use crate::report::escape::{clip, visible};
use crate::report::model::Report;
use crate::report::text::section::{self, Section};
use crate::report::text::{coverage_text, cross_check_text, replay_text};
use crate::support::format::{self, count};

impl Printer<'_> {
    pub(super) fn accepted(&mut self) {
        if self.view.accepted.is_empty() {
            return;
        }
        let n = count(self.view.accepted.len() as u64, "finding is", "findings are");
        self.page.heading("Accepted");
        self.page.paragraph("  ", PLAIN, &format!("{n} accepted in the annotations and not shown above."));
        if self.all {
            for finding in &self.view.accepted {
                if let Status::Accepted { reason, expires } = &finding.status {
                    let line = format!(
                        "{}: {} (until {})",
                        text(&finding.title),
                        text(reason),
                        format::moment(*expires)
                    );
                    self.page.paragraph("  - ", PLAIN, &line);
                }
            }
        }
    }

    pub(super) fn unknowns(&mut self) {
        if self.view.unknowns.is_empty() {
            return;
        }
        self.page.heading("What nobody can know from these files");
        for unknown in &self.view.unknowns {
            let scopes = count(unknown.scopes.len() as u64, "scope", "scopes");
            let tokens = count(unknown.tokens as u64, "token", "tokens");
            let mut line = format!("{scopes} of {tokens}: {}", unknown.reason.sentence());
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
                if more > 0 { format!(" and {} more", format::number(more as u64)) } else { String::new() };
            line.push_str(&format!(" ({}{more})", names.join(", ")));
            self.page.paragraph("  - ", PLAIN, &line);
        }
    }

    pub(super) fn section(&mut self, section: &Section) {
        self.page.heading(&text(&section.title));
        for line in section.shown(section::most_shown(self.all), ": --all") {
            self.page.paragraph("  - ", PLAIN, &line);
        }
    }

    pub(super) fn cross_check(&mut self, report: &Report) {
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

    pub(super) fn replay(&mut self, report: &Report) {
        self.page.heading(replay_text::HEADING);
        let lines = match self.all {
            true => replay_text::lines(&report.replay, self.view, usize::MAX),
            false => vec![replay_text::short(&report.replay)],
        };
        for line in lines {
            self.page.paragraph("  - ", PLAIN, &text(&line));
        }
    }

    pub(super) fn coverage(&mut self, report: &Report) {
        self.page.heading("What was read");
        self.list(&coverage_text::read(report, self.view));
        self.page.heading("What could not be seen");
        self.list(&coverage_text::unseen(report));
    }

    /// Every scope of every token, where everything is asked for.
    pub(super) fn verdicts(&mut self, report: &Report) {
        if !self.all {
            return;
        }
        self.page.heading("Every scope of every token");
        for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
            let id = visible(self.view.short(&token.token_id)).into_owned();
            for scope in &token.scopes {
                let (name, verdict) = (text(&scope.scope), scope.verdict.name());
                let (id, why) = (clip(&id, 24), scope.reason.name());
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
