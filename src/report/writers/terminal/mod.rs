//! The report for a person at a terminal: the verdict, the tokens worst first, what is unknown, what was read.

mod findings;
pub(crate) mod hyperlink;
mod inert;
mod lines;
mod sections;
mod shell_command;
#[cfg(test)]
mod tests;

use super::{RenderOptions, Writer};
use crate::report::escape::visible;
use crate::report::model::Report;
use crate::report::text::section::{self, Section};
use crate::report::text::{comparison_text, headline};
use crate::report::view::View;
use crate::support::format;
use anstyle::Style;
use inert::text;
use lines::TerminalText;
use std::io::{self, Write};

/// Writes text for a terminal.
pub(super) struct TerminalWriter;

impl Writer for TerminalWriter {
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

/// Which operations a scope opens, as Databricks documents it.
const SCOPES: &str = "https://docs.databricks.com/api/workspace/api/scopes";

fn head(page: &mut TerminalText, report: &Report, view: &View<'_>, links: bool) {
    let run = &report.run;
    let line = format!(
        "scopecast {} · as of {} UTC ({}) · catalog {}",
        run.tool_version,
        format::moment(run.as_of),
        run.as_of_from.text(),
        run.catalog_version
    );
    page.paragraph("", DIM, &visible(&line));
    page.blank();
    let question = match links {
        true => headline::QUESTION.replace("API scopes", &hyperlink::to(SCOPES, "API scopes")),
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
