//! The tables of an annotations file -> entries.

use super::matching::Match;
use super::toml_table::{AnnotationsText, TomlTable, bound};
use super::{Accept, Accepted, Annotations, DeclaredAccess, DeclaredLineage, DeclaredNeed, Entry, NamedJob};
use crate::context::declared_schedule::DeclaredSchedule;
use crate::support::problem::Problem;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const TOP: &[&str] = &["token", "accept", "workspace"];
const TOKEN: &[&str] = &[
    "match",
    "window_start",
    "window_end",
    "enforced_on",
    "workload",
    "workload_owner",
    "lifetime",
    "migration",
    "succeeds",
    "lineage",
    "scope",
    "need",
    "expires",
];
const MATCH: &[&str] = &["token_id", "owner", "comment", "workspace"];
const NEED: &[&str] = &["scope", "schedule", "job", "access", "reason", "ticket", "expires"];
const CRON: &[&str] = &["cron", "tz"];
const ACCEPT: &[&str] = &["finding", "rule", "match", "scope", "reason", "expires", "owner", "ticket"];

pub(super) fn annotations(name: &str, text: &str) -> Result<Annotations, Vec<Problem>> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let source = AnnotationsText::new(name, text);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        source.wrong(
            error.span().map_or(0, |s| s.start),
            format!("this is no valid TOML: {}", error.message()),
        );
    }
    // What follows a syntax error may be read wrongly, and would only add noise.
    if !errors.is_empty() {
        return Err(source.into_problems());
    }
    let top = TomlTable::open(&source, "the file", 0, root.get_ref(), TOP);
    let mut found = Annotations { source: name.to_owned(), ..Annotations::default() };
    found.tokens =
        top.tables("token").into_iter().filter_map(|(at, table)| entry(&source, at, table)).collect();
    found.accepted =
        top.tables("accept").into_iter().filter_map(|(at, table)| accept(&source, at, table)).collect();
    for (at, table) in top.tables("workspace") {
        let names: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
        let joins = TomlTable::open(&source, "[workspace]", at, table, &names);
        for name in names {
            if let Some(id) = joins.id(name) {
                found.workspaces.insert(name.to_ascii_lowercase(), id);
            }
        }
    }
    let problems = source.into_problems();
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn entry<'a>(source: &'a AnnotationsText<'a>, at: usize, table: &'a DeTable<'a>) -> Option<Entry> {
    let table = TomlTable::open(source, "[[token]]", at, table, TOKEN);
    let matches = match table.get("match") {
        Some(value) => token_match(&table, value),
        None => {
            table.wrong("[[token]] does not say which token; add match = \"<token id>\" or match = { owner = .., comment = .. }");
            None
        }
    };
    let needs = ["scope", "need"].into_iter().flat_map(|key| table.tables(key));
    let mut needs: Vec<DeclaredNeed> = needs.filter_map(|(at, of)| need(source, at, of)).collect();
    needs.sort_by_key(|n| n.line);
    let entry = Entry {
        line: source.line(at),
        matches: matches.unwrap_or_default(),
        window_start: table.bound("window_start"),
        window_end: table.bound("window_end"),
        enforced_on: table.bound("enforced_on"),
        workload: table.text("workload"),
        workload_owner: table.text("workload_owner"),
        lifetime: table.text("lifetime"),
        migration: table.text("migration"),
        lineage: lineage(&table),
        needs,
        expires: table.bound("expires"),
    };
    check_window(&table, &entry);
    Some(entry)
}

fn check_window(table: &TomlTable<'_>, entry: &Entry) {
    let time = |b: Option<super::Bound>| b.map(|b| b.time);
    let (start, end, enforced) = (time(entry.window_start), time(entry.window_end), time(entry.enforced_on));
    if start.zip(end).is_some_and(|(s, e)| s >= e) {
        table.wrong("window_end must be later than window_start");
    } else if start.zip(enforced).is_some_and(|(s, e)| s >= e) {
        table.wrong("enforced_on must be later than window_start");
    } else if end.zip(enforced).is_some_and(|(s, e)| s > e) {
        table.wrong("enforced_on must not be earlier than window_end");
    }
}

fn lineage(table: &TomlTable<'_>) -> DeclaredLineage {
    match (table.id("succeeds"), table.flag("lineage")) {
        (Some(_), Some(false)) => {
            table.wrong("succeeds and lineage = false contradict each other; take one out");
            DeclaredLineage::None
        }
        (Some(id), _) => DeclaredLineage::Succeeds(id.trim_end_matches(['…', '.', '*']).to_owned()),
        (None, Some(false)) => DeclaredLineage::None,
        (None, _) => DeclaredLineage::Automatic,
    }
}

fn token_match<'a>(of: &TomlTable<'a>, value: &'a Spanned<DeValue<'a>>) -> Option<Match> {
    let wrong = |why: String| {
        of.source.wrong(value.span().start, why);
        None
    };
    match value.get_ref() {
        DeValue::String(id) => Match::of_id(id).map_or_else(wrong, Some),
        DeValue::Table(fields) => {
            let table = TomlTable::open(of.source, "match", value.span().start, fields, MATCH);
            let comment = match table.get("comment").map(Spanned::get_ref) {
                // A token without a comment can be asked for.
                Some(DeValue::String(text)) if text.trim().is_empty() => Some(String::new()),
                _ => table.text("comment"),
            };
            Match::of_table(table.text("token_id"), table.text("owner"), comment, table.id("workspace"))
                .map_or_else(wrong, Some)
        }
        _ => wrong(
            "match must be a token id in quotes, or a table of token_id, owner, comment, workspace".into(),
        ),
    }
}

fn need<'a>(source: &'a AnnotationsText<'a>, at: usize, table: &'a DeTable<'a>) -> Option<DeclaredNeed> {
    let table = TomlTable::open(source, "[[token.scope]]", at, table, NEED);
    if !table.has("scope") {
        table.wrong("[[token.scope]] names no scope; add scope = \"sql\"");
    }
    let access = table.text("access").and_then(|word| match word.to_ascii_lowercase().as_str() {
        "read" => Some(DeclaredAccess::Read),
        "write" | "read/write" => Some(DeclaredAccess::Write),
        _ => table.bad_key("access", "must be \"read\" or \"write\""),
    });
    if table.has("schedule") && table.has("job") {
        table.wrong("schedule and job both say when; take one out");
    }
    Some(DeclaredNeed {
        line: source.line(at),
        schedule: schedule(&table),
        job: table.id("job").map(NamedJob::asked),
        access,
        reason: table.text("reason"),
        ticket: table.text("ticket"),
        expires: table.bound("expires"),
        scope: table.text("scope")?.to_ascii_lowercase(),
    })
}

fn schedule(of: &TomlTable<'_>) -> Option<DeclaredSchedule> {
    let value = of.get("schedule")?;
    let read = match value.get_ref() {
        DeValue::String(text) => DeclaredSchedule::from_text(&crate::support::secret::blank_secrets(text)),
        DeValue::Datetime(_) => bound(value.get_ref())
            .map(|b| DeclaredSchedule::from_dates(vec![b]))
            .ok_or_else(|| "is a time without a date".to_owned()),
        DeValue::Array(items) => {
            let dates: Option<Vec<_>> = items.iter().map(|item| bound(item.get_ref())).collect();
            dates
                .filter(|d| !d.is_empty())
                .map(DeclaredSchedule::from_dates)
                .ok_or_else(|| "must list dates such as 2026-10-01".to_owned())
        }
        DeValue::Table(fields) => {
            let table = TomlTable::open(of.source, "schedule", value.span().start, fields, CRON);
            if !table.has("cron") {
                Err("has no cron expression; write { cron = \"0 30 2 1 10 ?\", tz = \"Europe/Berlin\" }"
                    .to_owned())
            } else {
                let expr = table.text("cron")?;
                DeclaredSchedule::from_cron(&expr, table.text("tz").as_deref().unwrap_or("UTC"))
            }
        }
        _ => Err("must be words, a list of dates, or { cron = .., tz = .. }".to_owned()),
    };
    read.map_err(|why| of.source.wrong(value.span().start, format!("schedule {why}"))).ok()
}

fn accept<'a>(source: &'a AnnotationsText<'a>, at: usize, table: &'a DeTable<'a>) -> Option<Accept> {
    let table = TomlTable::open(source, "[[accept]]", at, table, ACCEPT);
    let matches = table.get("match").and_then(|value| token_match(&table, value));
    let findings = match (table.text("finding"), table.text("rule")) {
        (Some(_), _) if ["rule", "match", "scope"].iter().any(|key| table.has(key)) => {
            table.wrong("[[accept]] names one finding; take out rule, match and scope");
            None
        }
        (Some(id), _) if id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Some(Accepted::Finding(id.to_ascii_lowercase()))
        }
        (Some(_), _) => {
            table.bad_key("finding", "must be a finding id of 16 hex digits, as the report prints it")
        }
        (None, Some(rule)) => {
            Some(Accepted::Rule { rule, matches: matches.map(Box::new), scope: table.text("scope") })
        }
        (None, None) => {
            table.wrong("[[accept]] names no finding; add finding = \"<id>\", or rule = \"..\" and a match");
            None
        }
    };
    for key in ["reason", "expires"] {
        if !table.has(key) {
            table.wrong(format!(
                "[[accept]] has no {key}; what is accepted needs a reason and a day to look again"
            ));
        }
    }
    let (owner, ticket) = (table.text("owner"), table.text("ticket"));
    let (reason, expires) = (table.text("reason"), table.bound("expires"));
    Some(Accept {
        line: source.line(at),
        findings: findings?,
        reason: reason?,
        expires: expires?,
        owner,
        ticket,
    })
}
