//! The sample report, whose text tries to break out of each format, through every writer and against the schema.

use super::sample;
use super::{Format, RenderOptions, SCHEMA, pack, write};
use crate::assess::RuleId;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use strum::IntoEnumIterator;

fn written(format: Format) -> String {
    let mut out = Vec::new();
    let options = RenderOptions { all: true, ..RenderOptions::default() };
    write(format, &sample::report(), &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn totals_without_tokens_are_those_of_the_verdicts() {
    let metrics = written(Format::Openmetrics);
    let report = sample::report();
    for (verdict, n) in &report.summary.verdicts {
        assert!(metrics.contains(&format!("scopecast_scopes{{verdict=\"{verdict}\"}} {n}\n")), "{verdict}");
    }
    for token in &report.tokens {
        assert!(!metrics.contains(&token.token_id) && !metrics.contains(&token.principal));
    }
}

/// No format lets text of the logs out of its place, and none prints a secret that somebody pasted into a comment.
#[test]
fn hostile_text_is_inert_in_every_format() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("pack");
    pack::write(&sample::report(), &dir).unwrap();
    let mut texts: Vec<(String, String)> =
        Format::ALL.iter().map(|f| (format!("{f:?}"), written(*f))).collect();
    for entry in walkdir::WalkDir::new(&dir).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|e| e != "parquet") {
            texts.push((entry.path().display().to_string(), fs::read_to_string(entry.path()).unwrap()));
        }
    }
    for (name, text) in &texts {
        assert!(!text.contains(&sample::pasted_secret()), "{name}");
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{202c}']), "{name}");
        let is_markup =
            name == "Html" || name.ends_with(".html") || name == "Junit" || name.ends_with(".xml");
        assert!(!is_markup || !text.contains("<script>alert"), "{name}");
    }
    assert!(texts.len() > 20);
}

/// The sample holds every rule and reason, so the schema must know the word of each.
#[test]
fn the_sample_fits_the_schema() {
    let held: BTreeSet<_> = sample::report().findings.iter().map(|f| f.rule).collect();
    assert!(RuleId::iter().all(|rule| held.contains(&rule)), "a rule without a finding in the sample");
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let report = serde_json::from_str(&written(Format::Json)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> =
        validator.iter_errors(&report).take(5).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
#[ignore = "writes two pages that tests/browser/check.mjs opens: SCOPECAST_PAGES=DIR"]
fn pages_for_a_browser() {
    let dir = PathBuf::from(std::env::var("SCOPECAST_PAGES").unwrap());
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("hostile.html"), written(Format::Html)).unwrap();
    let mut large = Vec::new();
    write(Format::Html, &sample::large(2000, 400), &RenderOptions::default(), &mut large).unwrap();
    fs::write(dir.join("large.html"), large).unwrap();
}
