//! The replay on its own, as `scopecast replay` prints it.

use super::RenderOptions;
use crate::analysis::replay::ReplayReport;
use crate::report::escape::{markdown, visible};
use crate::report::model::{Report, Run};
use crate::report::text::{coverage_text, replay_text};
use crate::report::view::View;
use crate::support::format;
use crate::support::secret::blank_secrets;
use serde::Serialize;
use textwrap::{Options, WordSplitter};

/// What a replay may be printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayFormat {
    /// For a person at a terminal.
    Terminal,
    /// For programs: `run` and `replay` as in the JSON report.
    Json,
    /// For a ticket.
    Markdown,
}

#[derive(Serialize)]
struct Document<'r> {
    schema_version: u32,
    run: &'r Run,
    replay: &'r ReplayReport,
}

/// The most tokens listed without --all.
const MOST: usize = 10;

/// Prints the replay section of a report.
pub(crate) fn print(report: &Report, format: ReplayFormat, options: &RenderOptions) -> String {
    let view = View::of(report);
    let most = if options.all { usize::MAX } else { MOST };
    let lines = replay_text::lines(&report.replay, &view, most);
    match format {
        ReplayFormat::Json => json(report),
        ReplayFormat::Terminal => {
            let mut text = format!("{}\n", wrapped(&head(report), "", options.width));
            for line in &lines {
                text.push_str(&wrapped(line, "- ", options.width));
            }
            text.push_str("\nWhat could not be seen\n");
            for line in coverage_text::unseen(report).iter().take(most) {
                text.push_str(&wrapped(line, "- ", options.width));
            }
            text
        }
        ReplayFormat::Markdown => {
            let list: Vec<_> = lines.iter().map(|l| format!("- {}", markdown(l))).collect();
            format!("## {}\n\n{}\n\n{}\n", replay_text::HEADING, markdown(&head(report)), list.join("\n"))
        }
    }
}

fn head(report: &Report) -> String {
    format!(
        "scopecast {}, as of {} UTC ({}), catalog {}.",
        report.run.tool_version,
        format::moment(report.run.as_of),
        report.run.as_of_from.text(),
        report.run.catalog_version
    )
}

fn json(report: &Report) -> String {
    let document =
        Document { schema_version: report.schema_version, run: &report.run, replay: &report.replay };
    // Numbers, texts and lists of them always have a JSON form.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    blank_secrets(&text).into_owned() + "\n"
}

fn wrapped(line: &str, first: &str, width: usize) -> String {
    let indent = " ".repeat(first.len());
    let options = Options::new(width)
        .word_splitter(WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(&indent);
    textwrap::fill(&visible(line), options) + "\n"
}
