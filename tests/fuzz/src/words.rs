//! Short texts: agents, paths, schedules, and the escapes of every output.

use scopecast::internals::catalog::explain::explain;
use scopecast::internals::catalog::{Catalog, is_account_path};
use scopecast::internals::escape;
use scopecast::internals::schedule::Schedule;
use scopecast::internals::secret::blank_secrets;
use scopecast::internals::time::{Day, Time};
use scopecast::internals::user_agent as agent;

/// A run id is cut once and for all: what is left is the key of the ledger.
pub(super) fn user_agent(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (short, id) = agent::strip_run_id(&text);
    assert!(short.len() <= text.len());
    assert!(id.is_none_or(|id| text.contains(id)));
    assert_eq!(id.is_some(), short != text);
    for text in [&*text, &*short] {
        agent::client(text);
        agent::auth_kind(text);
        agent::is_automation(text);
        agent::is_sql_driver(text);
        agent::command(text);
        agent::resources(text).chain(agent::data_sources(text)).chain(agent::products(text)).count();
    }
    // The CLI that a call came from decides its need, never its run id.
    assert_eq!(agent::command(&text), agent::command(&short));
    let need = |text: &str| Catalog::builtin().agent(text).map(|n| format!("{n:?}"));
    assert_eq!(need(&text), need(&short));
}

/// A query string changes nothing, and every path has at most one template.
pub(super) fn path(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let catalog = Catalog::builtin();
    let (method, path) = text.split_once(' ').unwrap_or(("GET", &text));
    let found = catalog.template(method, path);
    assert_eq!(found.is_some(), catalog.operation(method, path).is_some());
    if !path.contains(['?', '#']) {
        assert_eq!(found, catalog.template(method, &format!("{path}?page=2")));
    }
    catalog.operations_fitting(path);
    is_account_path(path);
    explain(catalog, &text);
}

/// The next call is in the future, calls come in order, and there is an end to looking for them.
pub(super) fn schedule(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (text, zone) = text.split_once('@').map_or((&*text, None), |(text, zone)| (text, Some(zone)));
    let now = Time::parse("2026-09-12").expect("a date");
    Day::parse(text);
    if let Some(time) = Time::parse(text) {
        assert_eq!(Time::parse(&time.to_string()), Some(time), "{text} is not read back");
    }
    let Ok(schedule) = Schedule::parse(text, zone) else { return };
    if let Some(next) = schedule.next_after(now) {
        assert!(next.latest > now && next.earliest <= next.likely && next.likely <= next.latest);
    }
    let mut last = None;
    for call in schedule.between(now, Time::parse("2028-09-12").expect("a date")).take(50) {
        assert!(last.is_none_or(|before| before <= call.earliest), "calls go backwards");
        last = Some(call.earliest);
    }
}

/// Nothing that comes out of an escape can act where it is printed.
pub(super) fn escape(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let blanked = blank_secrets(&text);
    assert_eq!(blank_secrets(&blanked), blanked);
    let secret = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let mut found = lower.match_indices("dapi").map(|(at, _)| &lower.as_bytes()[at + 4..]);
        found.any(|rest| rest.len() >= 32 && rest[..32].iter().all(u8::is_ascii_hexdigit))
    };
    let inert = |text: &str| text.chars().all(|c| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c));
    for safe in [
        escape::visible(&text).into_owned(),
        escape::csv(&text).into_owned(),
        escape::markdown(&text),
        escape::markdown_code(&text),
        escape::xml(&text),
        escape::ics(&text),
        escape::openmetrics(&text),
        escape::shell_comment(&text),
    ] {
        assert!(inert(&safe), "{safe:?}");
        assert!(!secret(&safe), "{safe:?}");
    }
    assert!(!escape::xml(&text).contains(['<', '>', '"', '\'']));
    assert!(!escape::csv(&text).trim_start().starts_with(['=', '+', '-', '@']));
    let quoted = escape::openmetrics(&text).replace("\\\\", "").replace("\\\"", "");
    assert!(!quoted.contains('"'), "{quoted:?}");
    let markdown = escape::markdown(&text).replace("\\\\", "");
    assert!(!markdown.contains(['<', '>', '@']) && !markdown.replace("\\|", "").contains('|'));
    for columns in [1, 7, 80] {
        let visible = escape::visible(&text);
        let clipped = escape::clip(&visible, columns);
        assert!(unicode_width::UnicodeWidthStr::width(&*clipped) <= columns.max(1), "{clipped:?}");
    }
}
