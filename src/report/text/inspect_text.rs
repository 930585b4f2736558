//! An inspection as text for a person: inputs, workspaces, keys, and what a scan will be able to say.

use crate::analysis::inspect::{Inspection, JoinKey};
use crate::report::escape::visible;
use crate::report::model::{InputRow, WorkspaceCoverage};
use crate::support::format::{self, count, number};
use std::collections::BTreeMap;
use std::io::{self, Write};
use textwrap::{Options, WordSplitter};

/// Inputs and workspaces that get a line of their own.
const SHOWN: usize = 30;

/// Writes it, `width` columns wide.
///
/// # Errors
/// Whatever `out` says.
pub(crate) fn write(inspection: &Inspection, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut page = InspectPage { width, text: String::new() };
    let until =
        inspection.as_of.map_or_else(String::new, |t| format!(" · rows before {} UTC", format::moment(t)));
    let (tool, catalog) = (inspection.tool_version, &inspection.catalog_version);
    page.line("", &format!("scopecast {tool} inspect · catalog {catalog}{until}"));
    inputs(&mut page, inspection);
    rows(&mut page, inspection);
    workspaces(&mut page, inspection);
    keys(&mut page, inspection);
    capabilities(&mut page, inspection);
    out.write_all(page.text.as_bytes())
}

struct InspectPage {
    width: usize,
    text: String,
}

impl InspectPage {
    fn heading(&mut self, text: &str) {
        self.text.push('\n');
        self.line("", text);
    }

    /// A paragraph; `first` stands before its first line, blanks before the others.
    fn line(&mut self, first: &str, text: &str) {
        let indent = " ".repeat(textwrap::core::display_width(first));
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(&indent)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&visible(text), options) {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }
}

fn inputs(page: &mut InspectPage, inspection: &Inspection) {
    page.heading("Inputs");
    let (bad, good): (Vec<&InputRow>, Vec<&InputRow>) =
        inspection.inputs.iter().partition(|i| i.problem.is_some() || i.bad_rows > 0);
    let all: Vec<&InputRow> = bad.into_iter().chain(good).collect();
    for input in all.iter().take(SHOWN) {
        page.line("  ", &format!("{}: {}", input.path, about(input)));
        if let Some(sample) = input.samples.first() {
            let text = format!(
                "{} not be read; the first, at byte {}, {}: {}",
                count(input.bad_rows, "row could", "rows could"),
                number(sample.offset),
                sample.reason,
                sample.excerpt
            );
            page.line("    ! ", &text);
        }
        if let Some(problem) = &input.problem {
            page.line("    ! ", problem);
        }
    }
    let mut rest: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for input in all.iter().skip(SHOWN) {
        let (files, rows) = rest.entry(kind(input)).or_default();
        (*files, *rows) = (*files + 1, *rows + input.rows);
    }
    for (kind, (files, rows)) in rest {
        page.line("  ", &format!("and {} more as {kind}: {}", number(files), count(rows, "row", "rows")));
    }
    if inspection.coverage.skipped_files > 0 {
        let skipped = count(inspection.coverage.skipped_files, "file was", "files were");
        page.line("  ", &format!("{skipped} passed over: hidden, or a marker of a finished export."));
    }
}

fn kind(input: &InputRow) -> String {
    input.compression.as_ref().map_or_else(|| input.taken_as.clone(), |c| format!("{}, {c}", input.taken_as))
}

fn about(input: &InputRow) -> String {
    let mut text = kind(input);
    if input.rows > 0 {
        text += &format!("; {}", count(input.rows, "row", "rows"));
    }
    if let (Some(first), Some(last)) = (input.first_time, input.last_time) {
        text += &format!(", {} to {}", format::moment(first), format::moment(last));
    }
    if input.lossy_rows > 0 {
        text += &format!("; {} bytes that are no UTF-8", count(input.lossy_rows, "row has", "rows have"));
    }
    text
}

fn rows(page: &mut InspectPage, inspection: &Inspection) {
    let coverage = &inspection.coverage;
    if coverage.rows_read == 0 {
        return;
    }
    page.heading("Rows");
    let mut kinds: Vec<_> = coverage.kinds.iter().collect();
    kinds.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), **name));
    let kinds: Vec<_> =
        kinds.iter().map(|(name, n)| format!("{} {}", number(**n), name.replace('_', " "))).collect();
    page.line("  ", &format!("{} read: {}.", number(coverage.rows_read), kinds.join(", ")));
    for (n, what) in [
        (coverage.duplicates, "delivered again; each counts once"),
        (coverage.id_reused, "with the id of another row but other content; all count"),
        (coverage.truncated_rows, "whose parameters the log itself had cut"),
        (coverage.rows_after_as_of, "at or after as-of"),
    ] {
        if n > 0 {
            page.line("  ", &format!("{} {what}.", count(n, "row", "rows")));
        }
    }
    if let Some(edge) = coverage.late_edge {
        let text = format!(
            "The last row is of {} UTC. Rows arrive up to a day late, so the day before it may not be whole yet.",
            format::moment(edge.to)
        );
        page.line("  ", &text);
    }
}

fn workspaces(page: &mut InspectPage, inspection: &Inspection) {
    let all = &inspection.coverage.workspaces;
    if all.is_empty() {
        return;
    }
    page.heading("Workspaces");
    for workspace in all.iter().take(SHOWN) {
        page.line("  ", &of_workspace(workspace));
    }
    if all.len() > SHOWN {
        page.line("  ", &format!("and {} more; --format json has all.", number((all.len() - SHOWN) as u64)));
    }
}

fn of_workspace(w: &WorkspaceCoverage) -> String {
    let name = if w.workspace_id == crate::ledger::ACCOUNT { "0 (account level)" } else { &w.workspace_id };
    let mut text =
        format!("{name}: {} on {}", count(w.rows, "row", "rows"), count(u64::from(w.days), "day", "days"));
    if let (Some(first), Some(last)) = (w.first_time, w.last_day) {
        let whole = i64::from(last.0) - i64::from(first.day().0) + 1;
        text += &format!(" of {}, {}", number(whole.unsigned_abs()), format::days(first.day(), last));
    }
    text += &format!(
        "; {}, {}.",
        count(w.tokens, "token", "tokens"),
        count(w.principals, "principal", "principals")
    );
    if w.stray_rows > 0 {
        text += &format!(" {} months or years from all others.", count(w.stray_rows, "row lies", "rows lie"));
    }
    if let Some((from, to)) = w.gaps.first() {
        let more = w.gaps.len() - 1;
        let more = if more > 0 { format!(" and {} more times", number(more as u64)) } else { String::new() };
        text += &format!(" Days are missing: {}{more}.", format::days(*from, *to));
    }
    if let Some(share) = w.login_density {
        text += &format!(" Of its linked calls, {} have a login within 10 s.", format::odds(share));
    }
    if w.unanswered_logins > 0 {
        text += &format!(
            " {} with no call beside them: something was called that left no row.",
            count(w.unanswered_logins, "login", "logins")
        );
    }
    text
}

fn keys(page: &mut InspectPage, inspection: &Inspection) {
    if inspection.coverage.rows_read == 0 {
        return;
    }
    page.heading("Tokens, and what ties calls to them");
    let t = inspection.tokens;
    let text = format!(
        "{}: {} seen in the logs, {} in token lists, {} in both; {} gone.",
        count(t.known as u64, "token", "tokens"),
        number(t.in_logs as u64),
        number(t.in_lists as u64),
        number(t.in_both as u64),
        number(t.gone as u64)
    );
    page.line("  ", &text);
    for key in &inspection.keys {
        page.line("  ", &of_key(key));
    }
}

fn of_key(key: &JoinKey) -> String {
    let name = key.key.text();
    let Some(rate) = key.rate else { return format!("{name}: nothing to try it on") };
    format!(
        "{name}: {} of {} {} ({:.1} %)",
        number(key.joined),
        number(key.tried),
        key.tried_what,
        rate * 100.0
    )
}

fn capabilities(page: &mut InspectPage, inspection: &Inspection) {
    if inspection.capabilities.is_empty() {
        page.heading("Nothing here can be used");
        page.line(
            "  ",
            "Give exported audit logs: system.access.audit as JSON, CSV or Parquet, a log delivery folder, Azure diagnostic logs, or an HTTP access log. The README says how to get them.",
        );
        return;
    }
    page.heading("What a scan will be able to say");
    for capability in &inspection.capabilities {
        let answer = capability.answer.text();
        page.line(&format!("  {answer:<7} "), &format!("{}. {}", capability.name.text(), capability.because));
        if let Some(remedy) = &capability.remedy {
            page.line("          → ", remedy);
        }
    }
}
