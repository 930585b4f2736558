//! The report as one HTML file that needs no network and no server, and reads without JavaScript.
//!
//! The template escapes every value; what it lets through (`safe`) is made in [`timeline`] or is a file of this folder. The
//! content security policy allows the one style and the one script by their hashes, and nothing else.

mod axis;
mod concerned;
mod cross_check_rows;
mod deadline_rows;
mod heat;
mod month;
mod open_points;
mod review_queue;
mod timeline;
mod token_detail;

use super::{RenderOptions, Writer};
use crate::report::escape::{clip, visible};
use crate::report::model::Report;
use crate::report::text::{comparison_text, coverage_text, cross_check_text, headline, replay_text};
use crate::report::view::{FEW, View};
use crate::support::format::{self, count};
use askama::Template;
use base64::Engine;
use cross_check_rows::CrossCheckRow;
use deadline_rows::{DeadlineRow, UrgentRow};
use month::MonthTable;
use review_queue::QueueRow;
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use token_detail::TokenDetail;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// The most bytes for tokens at length; the table of all tokens is not counted.
const DETAILS: usize = 2_500_000;
const DATES: usize = 400;
/// The most scopes listed on which list and history differ.
const CHECKS: usize = 400;
/// The most tokens listed under each headline on past calls.
const REPLAYED: usize = 20;
/// The most lines in each section of changes.
const CHANGES: usize = 200;

/// Writes HTML.
pub(super) struct HtmlWriter;

#[derive(Template)]
#[template(path = "page.html", config = "src/report/writers/html/askama.toml")]
struct HtmlPage {
    csp: String,
    style: &'static str,
    script: &'static str,
    question: &'static str,
    opening: String,
    run: String,
    week: Vec<UrgentRow>,
    more_week: usize,
    details: Vec<String>,
    more_details: usize,
    months: Vec<MonthTable>,
    deadlines: Vec<DeadlineRow>,
    more_deadlines: usize,
    unknowns: Vec<String>,
    since: Vec<(String, Vec<String>)>,
    cross_check_overview: String,
    cross_check: Vec<CrossCheckRow>,
    more_cross_check: usize,
    accepted: Vec<String>,
    rows: Vec<QueueRow>,
    replay: Vec<(String, Vec<String>)>,
    read: Vec<String>,
    unseen: Vec<String>,
    strips: String,
    more_strips: usize,
}

impl Writer for HtmlWriter {
    fn name(&self) -> &'static str {
        "html"
    }

    fn help(&self) -> &'static str {
        "One page with pictures, which needs no network"
    }

    fn pack_file(&self) -> Option<&'static str> {
        Some("report.html")
    }

    fn write(&self, report: &Report, _: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let view = View::of(report);
        let details = details(report, &view)?;
        let (strips, more_strips) = heat::strips(report).unwrap_or_default();
        let page = HtmlPage {
            csp: policy(),
            style: STYLE,
            script: SCRIPT,
            question: headline::QUESTION,
            opening: shown(&headline::headline(report, &view)),
            run: run(report),
            week: view.this_week.iter().take(FEW).map(|u| deadline_rows::week(u, &view)).collect(),
            more_week: view.this_week.len().saturating_sub(FEW),
            more_details: view.groups.len() - details.len(),
            months: month::months(&view, report.run.as_of.day()),
            deadlines: deadline_rows::deadlines(&view, DATES, details.len()),
            more_deadlines: view.deadlines.len().saturating_sub(DATES),
            unknowns: view.unknowns.iter().map(|u| open_points::unknown(u, &view)).collect(),
            since: since(report),
            cross_check_overview: cross_check_text::overview(&report.coverage.cross_check)
                .unwrap_or_default(),
            cross_check: cross_check_rows::cross_check(report, &view, CHECKS, details.len()),
            more_cross_check: cross_check_text::rows(report).count().saturating_sub(CHECKS),
            accepted: view.accepted.iter().map(|f| open_points::accepted(f)).collect(),
            rows: review_queue::all(report, &view, details.len()),
            details,
            replay: replay_parts(report, &view),
            read: coverage_text::read(report, &view).iter().map(|l| shown(l)).collect(),
            unseen: coverage_text::unseen(report).iter().map(|l| shown(l)).collect(),
            strips,
            more_strips,
        };
        page.write_into(out).map_err(io::Error::other)
    }
}

/// Findings at length, worst first, until there are enough.
fn details(report: &Report, view: &View<'_>) -> io::Result<Vec<String>> {
    let mut details = Vec::new();
    let mut bytes = 0;
    for (n, group) in view.groups.iter().enumerate() {
        let detail = TokenDetail::of(report, view, group, n).render().map_err(io::Error::other)?;
        bytes += detail.len();
        if bytes > DETAILS {
            break;
        }
        details.push(detail);
    }
    Ok(details)
}

/// What changed since an earlier report: heading and lines.
fn since(report: &Report) -> Vec<(String, Vec<String>)> {
    let sections = report.comparison.iter().flat_map(comparison_text::sections);
    sections.map(|s| (shown(&s.title), s.shown(CHANGES, "."))).collect()
}

/// What past calls would have met: headlines, and below each the tokens it is about.
fn replay_parts(report: &Report, view: &View<'_>) -> Vec<(String, Vec<String>)> {
    let parts = replay_text::parts(&report.replay, view, REPLAYED).into_iter();
    parts.map(|(line, below)| (shown(&line), below.iter().map(|l| shown(l)).collect())).collect()
}

fn run(report: &Report) -> String {
    let run = &report.run;
    format!(
        "As of {} UTC ({}). {} read. scopecast {}, catalog {}. All times are UTC.",
        format::moment(run.as_of),
        run.as_of_from.text(),
        count(report.coverage.rows_read, "row", "rows"),
        run.tool_version,
        visible(&run.catalog_version)
    )
}

fn policy() -> String {
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// Foreign text, inert but for markup, which the template escapes.
fn shown(text: &str) -> String {
    const LONGEST: usize = 400;
    clip(&visible(text), LONGEST).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn printed(report: &Report) -> String {
        let mut out = Vec::new();
        HtmlWriter.write(report, &RenderOptions::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_policy_allows_what_is_there_and_nothing_else() {
        let text = printed(&sample::report());
        assert_eq!((text.matches("<script").count(), text.matches("<style").count()), (1, 1));
        assert!(
            text.contains(&format!("<script>{SCRIPT}</script>"))
                && text.contains(&format!("<style>{STYLE}</style>"))
        );
        for outside in [
            "=\"http",
            "=\"//",
            "=\"javascript",
            "src=\"",
            "<link",
            "@import",
            "url(http",
            " style=\"",
            " onload",
        ] {
            assert!(!text.contains(outside), "{outside}");
        }
        assert!(
            !text.contains('\u{1b}')
                && !text.contains('\u{202e}')
                && !text.contains(&sample::pasted_secret())
        );
    }

    #[test]
    fn every_verdict_is_in_the_table_of_all_tokens() {
        let report = sample::report();
        let text = printed(&report);
        for (name, n) in &report.summary.verdicts {
            assert_eq!(text.matches(&format!("<i class=\"v {name}\"")).count(), *n, "{name}");
        }
    }

    #[test]
    fn two_thousand_tokens_stay_below_five_megabytes() {
        let text = printed(&sample::large(2000, 400));
        assert!(text.len() < 5_000_000, "{}", text.len());
        assert!(text.matches("<svg class=\"tl\"").count() > 300);
    }
}
