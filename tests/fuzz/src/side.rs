//! What lies beside the logs: token lists, names, annotations, client errors, catalog tables.

use scopecast::internals::annotations::Annotations;
use scopecast::internals::catalog::{Catalog, check};
use scopecast::internals::client_log;
use scopecast::internals::denial;
use scopecast::internals::inventory::{Dump, Inventory, looks_like_inventory};
use scopecast::internals::jobs::{Jobs, looks_like_jobs};
use scopecast::internals::json_records::json_records;
use scopecast::internals::principals::PrincipalNames;
use scopecast::internals::text::text_of;

/// Two lists, split at the first NUL; in which order they come changes nothing.
pub(super) fn inventory(bytes: &[u8]) {
    looks_like_inventory(bytes);
    let mut halves = bytes.splitn(2, |b| *b == 0);
    let parse = |half: Option<&[u8]>, name: &str| Dump::parse(name, half?, None).ok();
    let (a, b) = (parse(halves.next(), "a-2026-09-10.json"), parse(halves.next(), "b.csv"));
    let dumps: Vec<Dump> = a.into_iter().chain(b).collect();
    let backwards = dumps.iter().rev().cloned().collect();
    let tokens = |dumps| format!("{:?}", Inventory::merge(dumps).tokens);
    assert_eq!(tokens(dumps), tokens(backwards), "the order of token lists counts");
}

pub(super) fn names(bytes: &[u8]) {
    scopecast::internals::principals::looks_like_names(bytes);
    let (names, _) = PrincipalNames::parse("users.json", bytes);
    let mut twice = names.clone();
    twice.merge(names.clone());
    assert_eq!(twice, names);
    looks_like_jobs(bytes);
    Jobs::parse("jobs.json", bytes);
    json_records(&text_of(bytes), &["jobs", "Resources"]);
}

/// What is accepted is accepted again, and what is refused says where.
pub(super) fn annotations(bytes: &[u8]) {
    let text = text_of(bytes);
    if let Err(problems) = Annotations::parse("annotations.toml", &text) {
        assert!(!problems.is_empty());
        assert!(problems.iter().all(|p| !p.to_string().contains('\u{1b}')));
    }
}

pub(super) fn denials(bytes: &[u8]) {
    let denials = client_log::read_log("client.log", bytes);
    assert!(denials.len() <= bytes.len());
    denial::scopes_named(&text_of(bytes));
}

/// What the check passes can be laid over the built-in tables.
pub(super) fn catalog_table(bytes: &[u8]) {
    let path = super::file("own.csv", bytes);
    let files = [path];
    let checked = check::check(&files).expect("the file is there");
    let used = Catalog::with_overlays(&files);
    assert!(!checked.defects.is_empty() || used.is_ok(), "passed the check and is refused");
}
