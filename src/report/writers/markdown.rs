//! The report as Markdown for a ticket, a pull request comment or a CI job summary: the table first, details folded, and
//! never longer than GitHub takes.

use super::{RenderOptions, Writer};
use crate::assess::{Finding, Severity, Status};
use crate::report::escape::{clip, markdown, markdown_code, visible};
use crate::report::model::{Report, TokenRow};
use crate::report::text::lineage_text;
use crate::report::text::{
    comparison_text, coverage_text, cross_check_text, headline, replay_text, token_text,
};
use crate::report::view::{FindingGroup, View};
use crate::support::format::{self, count};
use std::io::{self, Write};

/// GitHub refuses longer comments. Counted in bytes, which are never fewer than characters.
const LONGEST: usize = 65_536;
/// Kept free for the sections behind the tokens.
const RESERVED: usize = 20_000;
const TABLE_ROWS: usize = 60;

/// Writes Markdown.
pub(super) struct MarkdownWriter;

impl Writer for MarkdownWriter {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn help(&self) -> &'static str {
        "For a ticket, a pull request comment or a CI job summary"
    }

    fn pack_file(&self) -> Option<&'static str> {
        Some("report.md")
    }

    fn write(&self, report: &Report, _: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let view = View::of(report);
        let mut text = head(report, &view);
        text.push_str(&since(report));
        text.push_str(&table(&view));
        text.push_str(&details(&view, LONGEST - RESERVED - text.len()));
        let end = foot(report, &view);
        text.push_str(&verdicts(report, &view, LONGEST.saturating_sub(text.len() + end.len() + 200)));
        text.push_str(&end);
        out.write_all(text.as_bytes())
    }
}

fn head(report: &Report, view: &View<'_>) -> String {
    format!(
        "# Tokens that lose scopes\n\n{}\n\n**{}**\n\nAs of {} UTC, scopecast {}, catalog {}.\n",
        markdown(headline::QUESTION),
        markdown(&headline::headline(report, view)),
        format::moment(report.run.as_of),
        markdown(report.run.tool_version),
        markdown(&report.run.catalog_version)
    )
}

fn table(view: &View<'_>) -> String {
    if view.groups.is_empty() {
        return String::new();
    }
    let mut text = "\n| | whose | what | when |\n|---|---|---|---|\n".to_owned();
    for group in view.groups.iter().take(TABLE_ROWS) {
        let Some(worst) = group.findings.first() else { continue };
        let more = group.findings.len() - 1;
        let more = if more > 0 { format!(" (+{more})") } else { String::new() };
        let when: Vec<_> =
            worst.dates.named().into_iter().map(|(name, when)| format!("{name} {when}")).collect();
        text.push_str(&format!(
            "| {} | {} | {}{more} | {} |\n",
            group.worst(),
            whose(view, group, 60),
            cut(&worst.title, 160),
            when.join("<br>")
        ));
    }
    if view.groups.len() > TABLE_ROWS {
        text.push_str(&format!("\n{} more.\n", format::number((view.groups.len() - TABLE_ROWS) as u64)));
    }
    text
}

/// What changed since an earlier report, in as much room as a comment can spare.
fn since(report: &Report) -> String {
    const ROOM: usize = 12_000;
    let mut text = String::new();
    for section in report.comparison.iter().flat_map(comparison_text::sections) {
        let one = section.markdown();
        if text.len() + one.len() > ROOM {
            text.push_str("\nMore in the other formats, and in scopecast compare.\n");
            break;
        }
        text.push_str(&one);
    }
    text
}

/// Where Databricks' own lists and the history differ.
fn cross_check(report: &Report) -> String {
    const ROWS: usize = 30;
    let Some(overview) = cross_check_text::overview(&report.coverage.cross_check) else {
        return String::new();
    };
    let mut text = format!("\n## Databricks' own lists beside ours\n\n{}\n", markdown(&overview));
    let rows = cross_check_text::rows(report);
    let all = rows.count();
    if all == 0 {
        return text;
    }
    text.push_str(&format!("\n| {} |\n{}|\n", cross_check_text::COLUMNS.join(" | "), "|---".repeat(6)));
    let view = View::of(report);
    for (token, scope) in cross_check_text::rows(report).take(ROWS) {
        let id = markdown_code(&clip(&visible(view.short(&token.token_id)), 24));
        let cells = cross_check_text::cells(token, scope).map(|c| cut(&c, 120));
        text.push_str(&format!("| {id} | {} |\n", cells.join(" | ")));
    }
    if all > ROWS {
        text.push_str(&format!("\n{} more.\n", format::number((all - ROWS) as u64)));
    }
    text
}

/// A foreign text, cut and inert.
fn cut(text: &str, columns: usize) -> String {
    markdown(&clip(&visible(text), columns))
}

fn whose(view: &View<'_>, group: &FindingGroup<'_>, columns: usize) -> String {
    match (group.token, group.findings.first()) {
        (Some(token), _) => {
            let id = markdown_code(&clip(&visible(view.short(&token.token_id)), 24));
            format!("{id} {} {}", cut(token.acts_as(), columns), cut(&token.comment, columns))
                .trim_end()
                .to_owned()
        }
        (None, Some(f)) => {
            let who = if f.principal.is_empty() { String::new() } else { cut(&f.principal, columns) + ", " };
            format!("{who}workspace {}", cut(&f.workspace_id, columns))
        }
        (None, None) => String::new(),
    }
}

fn details(view: &View<'_>, room: usize) -> String {
    let mut text = String::new();
    let told: Vec<_> = view.groups.iter().filter(|g| g.worst() >= Severity::Low).collect();
    for (n, group) in told.iter().enumerate() {
        let one = detail(view, group);
        if text.len() + one.len() + 60 > room {
            text.push_str(&format!(
                "\n{} more in detail in the other formats.\n",
                format::number((told.len() - n) as u64)
            ));
            break;
        }
        text.push_str(&one);
    }
    if text.is_empty() { text } else { format!("\n## In detail\n{text}") }
}

fn detail(view: &View<'_>, group: &FindingGroup<'_>) -> String {
    let mut text =
        format!("\n<details><summary>{}: {}</summary>\n\n", group.worst(), whose_plain(view, group));
    if let Some(token) = group.token {
        text.push_str(&format!("{}\n\n", about(token)));
        if let Some(line) = lineage_text::sentence(token, |id| view.short(id)) {
            text.push_str(&format!("{}\n\n", cut(&line, 400)));
        }
    }
    let mut remedies = Vec::new();
    for finding in &group.findings {
        text.push_str(&format!("- **{}** {}\n", markdown(finding.rule.name()), cut(&finding.title, 400)));
        for line in finding_lines(finding) {
            text.push_str(&format!("  - {line}\n"));
        }
        if let Some(remedy) = finding.remedy.as_ref().filter(|r| !remedies.contains(r)) {
            remedies.push(remedy);
        }
    }
    for remedy in remedies {
        text.push_str(&format!(
            "\n{}\n\nAn admin runs:\n\n{}\n\nIts owner runs:\n\n{}\n",
            remedy.notes.iter().map(|n| cut(n, 300)).collect::<Vec<_>>().join(" "),
            fenced(&remedy.admin_command),
            fenced(&remedy.owner_command)
        ));
    }
    text.push_str("\n</details>\n");
    text
}

fn finding_lines(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    let dates: Vec<_> =
        finding.dates.named().into_iter().map(|(name, when)| format!("{name} {when}")).collect();
    if !dates.is_empty() {
        lines.push(format!("When: {}", dates.join(" · ")));
    }
    if let Some(mail) = &finding.reminder_goes_to {
        lines.push(format!("Databricks' mail goes to {}", cut(mail, 200)));
    }
    lines.extend(finding.evidence.operations.iter().take(4).map(|o| cut(&o.sentence(), 300)));
    lines.extend(finding.evidence.notes.iter().map(|n| cut(n, 300)));
    if let Some(odds) = finding.loss_odds {
        lines.push(format!("Of all windows since the first use, {} would lose it.", format::odds(odds)));
    }
    lines.push(format!("We are {} ({}).", finding.confidence.phrase(), finding.confidence));
    lines.push(format!("Do: {}", cut(&finding.advice, 400)));
    lines.extend(finding.keep_alive.as_ref().map(|p| format!("Or: {}", cut(&p.sentence(), 400))));
    lines
}

/// Within `<summary>` code marks are not read.
fn whose_plain(view: &View<'_>, group: &FindingGroup<'_>) -> String {
    whose(view, group, 60).replace('`', "")
}

fn about(token: &TokenRow) -> String {
    let mut parts = vec![format!("Workspace {}", cut(&token.workspace_id, 60))];
    parts.extend(token_text::standing(token, cut));
    parts.join(" · ")
}

/// A code block that its content cannot end.
fn fenced(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}sh\n{text}\n{fence}")
}

fn verdicts(report: &Report, view: &View<'_>, room: usize) -> String {
    let mut text =
        "\n<details><summary>Every scope of every token</summary>\n\n| token | scope | verdict | why |\n|---|---|---|---|\n"
            .to_owned();
    let rows =
        report.tokens.iter().filter(|t| t.gone.is_none()).flat_map(|t| t.scopes.iter().map(move |s| (t, s)));
    let all = rows.clone().count();
    for (n, (token, scope)) in rows.enumerate() {
        let row = format!(
            "| {} | {} | {} | {} |\n",
            markdown_code(&clip(&visible(view.short(&token.token_id)), 24)),
            cut(&scope.scope, 60),
            scope.verdict.name(),
            scope.reason.name()
        );
        if text.len() + row.len() > room {
            text.push_str(&format!("\n{} more.\n", format::number((all - n) as u64)));
            break;
        }
        text.push_str(&row);
    }
    text + "\n</details>\n"
}

fn foot(report: &Report, view: &View<'_>) -> String {
    const EACH: usize = 20;
    let mut text = String::new();
    if !view.unknowns.is_empty() {
        text.push_str("\n## What nobody can know from these files\n\n");
        for unknown in &view.unknowns {
            text.push_str(&format!(
                "- {} of {}: {}\n",
                count(unknown.scopes.len() as u64, "scope", "scopes"),
                count(unknown.tokens as u64, "token", "tokens"),
                markdown(unknown.reason.sentence())
            ));
        }
    }
    if !view.accepted.is_empty() {
        text.push_str("\n## Accepted\n\n");
        for finding in view.accepted.iter().take(EACH) {
            if let Status::Accepted { reason, expires } = &finding.status {
                let until = format::moment(*expires);
                text.push_str(&format!(
                    "- {} Until {until}: {}\n",
                    cut(&finding.title, 160),
                    cut(reason, 160)
                ));
            }
        }
        if view.accepted.len() > EACH {
            text.push_str(&format!("- {} more\n", format::number((view.accepted.len() - EACH) as u64)));
        }
    }
    text.push_str(&cross_check(report));
    for (title, lines) in [
        (replay_text::HEADING, replay_text::lines(&report.replay, view, 3)),
        ("What was read", coverage_text::read(report, view)),
        ("What could not be seen", coverage_text::unseen(report)),
    ] {
        text.push_str(&format!("\n## {title}\n\n"));
        for line in lines.iter().take(EACH) {
            text.push_str(&format!("- {}\n", cut(line, 300)));
        }
        if lines.len() > EACH {
            text.push_str(&format!("- {} more\n", format::number((lines.len() - EACH) as u64)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn printed(report: &Report) -> String {
        let mut out = Vec::new();
        MarkdownWriter.write(report, &RenderOptions::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample_as_a_ticket_shows_it() {
        insta::assert_snapshot!(printed(&sample::report()));
    }

    #[test]
    fn it_fits_a_comment_and_says_what_it_left_out() {
        for tokens in [30, 300, 2000] {
            let text = printed(&sample::large(tokens, 120));
            assert!(text.len() < LONGEST, "{tokens}: {}", text.len());
            assert_eq!(text.contains(" more.\n"), tokens > 30, "{tokens}");
            assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
        }
    }

    #[test]
    fn hostile_text_makes_no_tag_link_or_mention() {
        let text = printed(&sample::report());
        let outside = regex::Regex::new("(?s)```+sh.*?\n```+").unwrap().replace_all(&text, "");
        assert!(!outside.contains("<script") && !outside.contains("](") && !outside.contains("@everyone"));
        assert!(
            !text.contains('\u{1b}')
                && !text.contains('\u{202e}')
                && !text.contains(&sample::pasted_secret())
        );
    }

    #[test]
    fn a_fence_outlasts_its_content() {
        assert_eq!(fenced("a ```` b"), "`````sh\na ```` b\n`````");
    }
}
