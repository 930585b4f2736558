//! What real exports do that no documentation says, one small file for each: what is read of it, through the real binary.

use super::common::{fixture, scopecast};
use serde_json::Value;

/// Exit code, rows, what they are, and what was odd about them.
fn told(path: &std::path::Path) -> String {
    let ran = scopecast(["inspect", "--format", "json"]).arg(path).run();
    let Ok(i) = serde_json::from_str::<Value>(&ran.stdout) else {
        let line = ran.stderr.lines().find(|l| l.starts_with("  ")).unwrap_or(&ran.stderr);
        return format!(
            "exit {}: {}",
            ran.code,
            line.split_once(": ").unwrap().1.split_inclusive(". ").next().unwrap()
        );
    };
    let c = &i["coverage"];
    let mut text = format!(
        "exit {}, {}: {} rows",
        ran.code,
        i["inputs"][0]["taken_as"].as_str().unwrap(),
        c["rows_read"]
    );
    for key in ["bad_rows", "duplicates", "id_reused", "truncated_rows"] {
        if c[key] != 0 {
            text += &format!(", {key} {}", c[key]);
        }
    }
    let kinds: Vec<_> = c["kinds"].as_object().unwrap().iter().map(|(k, n)| format!("{k} {n}")).collect();
    let workspaces = c["workspaces"].as_array().unwrap().iter();
    let workspaces: Vec<_> = workspaces
        .map(|w| format!("{} with {} principals", w["workspace_id"].as_str().unwrap(), w["principals"]))
        .collect();
    text += &format!("; {}; in {}", kinds.join(", "), workspaces.join(", "));
    if let Some(first) = c["first_time"].as_str() {
        text += &format!("; from {first} to {}", c["last_time"].as_str().unwrap());
    }
    let samples = i["inputs"][0]["samples"].as_array().unwrap();
    let why = samples.first().map(|s| s["reason"].as_str().unwrap()).or(i["inputs"][0]["problem"].as_str());
    why.map_or(text.clone(), |why| format!("{text}; {}", why.split_inclusive(". ").next().unwrap().trim()))
}

#[test]
fn every_surprise_is_read_or_refused_for_what_it_is() {
    let mut paths: Vec<_> =
        std::fs::read_dir(fixture("surprises")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let lines = paths.iter().map(|p| format!("{}: {}\n", p.file_name().unwrap().to_str().unwrap(), told(p)));
    insta::assert_snapshot!(lines.collect::<String>(), @"");
}
