//! The replay on its own, as `scopecast replay` prints it.

use super::super::escape::{markdown, visible};
use super::super::model::{Report, Run};
use super::super::view::View;
use super::super::words;
use super::super::{RenderOptions, coverage_text};
use super::{ReplayReport, text};
use crate::support::secret::blank_secrets;
use clap::ValueEnum;
use serde::Serialize;
use textwrap::{Options, WordSplitter};

/// What a replay may be printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
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

/// Tokens told where not all are asked for.
const MOST: usize = 10;

/// The replay section of a report as text.
pub fn print(report: &Report, form: Form, options: &RenderOptions) -> String {
    let view = View::of(report);
    let most = if options.all { usize::MAX } else { MOST };
    let lines = text::lines(&report.replay, &view, most);
    match form {
        Form::Json => json(report),
        Form::Terminal => {
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
        Form::Markdown => {
            let list: Vec<_> = lines.iter().map(|l| format!("- {}", markdown(l))).collect();
            format!("## {}\n\n{}\n\n{}\n", text::HEADING, markdown(&head(report)), list.join("\n"))
        }
    }
}

fn head(report: &Report) -> String {
    format!(
        "scopecast {}, as of {} UTC ({}), catalog {}.",
        report.run.tool_version,
        words::moment(report.run.as_of),
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
