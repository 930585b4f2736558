//! The writers agree with each other about the sample workspace.

use super::common::scopecast;
use std::collections::BTreeSet;

/// The report on the sample workspace, with every token in full.
fn written(format: &str) -> String {
    story("2026-09-12", &["--format", format, "--all"])
}

fn story(as_of: &str, args: &[&str]) -> String {
    let scan = scopecast(["scan", "fixtures/workspace", "--as-of", as_of]);
    args.iter().fold(scan, |scan, arg| scan.arg(arg)).exits(0)
}

/// Token, scope and verdict of everything judged.
type Triples = BTreeSet<(String, String, String)>;

fn of_json() -> Triples {
    let report: serde_json::Value = serde_json::from_str(&written("json")).unwrap();
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    let mut triples = Triples::new();
    for token in report["tokens"].as_array().unwrap() {
        for scope in token["scopes"].as_array().unwrap() {
            triples.insert((
                text(&token["token_id"])[..12].to_owned(),
                text(&scope["scope"]),
                text(&scope["verdict"]),
            ));
        }
    }
    triples
}

fn matches(text: &str, pattern: &str, order: [usize; 3]) -> Triples {
    let pattern = regex::Regex::new(pattern).unwrap();
    let found =
        pattern.captures_iter(text).map(|c| order.map(|n| c.get(n).map_or("", |m| m.as_str()).to_owned()));
    found.map(|[token, scope, verdict]| (token, scope, verdict)).collect()
}

#[test]
fn every_format_tells_the_same_verdicts() {
    let truth = of_json();
    assert!(truth.len() > 20);
    let markdown =
        matches(&written("markdown"), r"(?m)^\| `(\w{12})` \| (\S+) \| (kept|lost|unknown) \|", [1, 2, 3]);
    assert_eq!(markdown, truth);
    let mut html = Triples::new();
    let page = written("html");
    let row =
        regex::Regex::new(r#"(?s)<td><code>(?:<a href="\#t\d+">)?(\w{12})(?:</a>)?</code>.*?</tr>"#).unwrap();
    let scope = regex::Regex::new(r#"<i class="v (\w+)" title="\w+">([^<]*)</i>"#).unwrap();
    for found in row.captures_iter(page.split("id=\"queue\"").nth(1).unwrap()) {
        for one in scope.captures_iter(&found[0]) {
            html.insert((found[1].to_owned(), one[2].to_owned(), one[1].to_owned()));
        }
    }
    assert_eq!(html, truth);
    let junit: Triples = matches(
        &written("junit"),
        r#"<testcase classname="(\w{12})\w*" name="([^"]*)"(/>|><failure|><skipped)"#,
        [1, 2, 3],
    )
    .into_iter()
    .map(|(token, scope, end)| {
        let verdict = ["/>", "><failure", "><skipped"].iter().position(|e| *e == end).unwrap();
        (token, scope, ["kept", "lost", "unknown"][verdict].to_owned())
    })
    .collect();
    assert_eq!(junit, truth);
    let terminal =
        matches(&written("terminal"), r"(?m)^  (\w{12})\s+(kept|lost|unknown)\s+(\S+): [a-z-]+$", [1, 3, 2]);
    assert_eq!(terminal, truth);
}

/// Triples of a table, whose columns are found by name.
fn of_columns(columns: &[String], rows: impl Iterator<Item = Vec<String>>) -> Triples {
    let place = |name: &str| columns.iter().position(|c| c == name).unwrap();
    let [token, scope, verdict] = ["token_id", "scope", "verdict"].map(place);
    rows.map(|r| (r[token].chars().take(12).collect(), r[scope].clone(), r[verdict].clone())).collect()
}

#[test]
fn a_pack_tells_the_same_verdicts_in_its_tables() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("pack");
    story("2026-09-12", &["--out", dir.to_str().unwrap()]);
    let mut csv = csv::Reader::from_path(dir.join("token_scopes.csv")).unwrap();
    let columns: Vec<_> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = csv.records().map(|r| r.unwrap().iter().map(str::to_owned).collect());
    assert_eq!(of_columns(&columns, rows), of_json());

    let file = std::fs::File::open(dir.join("tables/token_scopes.parquet")).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let columns: Vec<_> = reader.schema().fields().iter().map(|f| f.name().clone()).collect();
    let text = |column: &arrow::array::ArrayRef, row: usize| {
        let column = column.as_any().downcast_ref::<arrow::array::StringArray>();
        column.map_or(String::new(), |c| c.value(row).to_owned())
    };
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    let rows = batches
        .iter()
        .flat_map(|b| (0..b.num_rows()).map(move |row| b.columns().iter().map(|c| text(c, row)).collect()));
    assert_eq!(of_columns(&columns, rows), of_json());
}

#[test]
#[ignore = "writes a page that tests/browser/check.mjs opens: SCOPECAST_PAGES=DIR"]
fn pages_for_a_browser() {
    let dir = std::path::PathBuf::from(std::env::var("SCOPECAST_PAGES").unwrap());
    std::fs::create_dir_all(&dir).unwrap();
    // With a report of three months before, so that the page has a section of what changed.
    let earlier = dir.join("earlier.json");
    std::fs::write(&earlier, story("2026-06-12", &["--format", "json"])).unwrap();
    let page = story("2026-09-12", &["--format", "html", "--baseline", earlier.to_str().unwrap()]);
    std::fs::write(dir.join("story.html"), page).unwrap();
}
