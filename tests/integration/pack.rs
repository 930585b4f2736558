//! A pack on disk: whole whatever happens while it is written, the same for the same input, and complete.

use super::common::scopecast;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const AS_OF: [&str; 2] = ["2026-09-12", "2026-09-13"];

/// A token list of which a pack has enough files to be caught in the middle.
fn token_list(dir: &Path) -> String {
    let tokens: Vec<_> = (0..300)
        .map(|n| {
            serde_json::json!({
                "token_id": format!("{n:064x}"), "owner_username": format!("u{n}@example.com"), "comment": "x".repeat(200),
                "creation_time": 1_760_000_000_000_i64 + n, "expiry_time": 1_800_000_000_000_i64, "workspace_id": 7001,
                "autoscope_state": "COMPLETED", "scopes": ["jobs", "sql"],
            })
        })
        .collect();
    let path = dir.join("tokens.json");
    fs::write(&path, serde_json::json!({ "token_infos": tokens }).to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The as-of of a pack all of whose files are those that its manifest names.
#[track_caller]
fn whole(pack: &Path) -> String {
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(pack.join("manifest.json")).unwrap()).unwrap();
    let mut named = BTreeSet::from(["manifest.json".to_owned()]);
    for file in manifest["files"].as_array().unwrap() {
        let name = file["path"].as_str().unwrap();
        let bytes = fs::read(pack.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(file["sha256"], hash, "{name}");
        named.insert(name.to_owned());
    }
    let found: BTreeSet<String> = walkdir::WalkDir::new(pack)
        .into_iter()
        .map(Result::unwrap)
        .filter(|e| e.file_type().is_file())
        .map(|e| e.path().strip_prefix(pack).unwrap().to_str().unwrap().replace('\\', "/"))
        .collect();
    assert_eq!(named, found);
    manifest["run"]["as_of"].as_str().unwrap()[..10].to_owned()
}

#[test]
fn killed_at_any_moment_it_leaves_the_old_pack_or_the_new_one() {
    const KILLS: u32 = 40;
    let root = tempfile::tempdir().unwrap();
    let (tokens, pack) = (token_list(root.path()), root.path().join("packs").join("week"));
    let spawn = |as_of: &str| {
        Command::new(assert_cmd::cargo::cargo_bin("scopecast"))
            .args(["scan", "--tokens", &tokens, "--as-of", as_of, "--out"])
            .arg(&pack)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let start = Instant::now();
    assert!(spawn(AS_OF[0]).wait().unwrap().success());
    let whole_run = start.elapsed();
    let mut current = AS_OF[0].to_owned();
    let (mut killed, mut written) = (0, 0);
    for n in 0..KILLS {
        let next = AS_OF[usize::from(current == AS_OF[0])];
        let mut run = spawn(next);
        // From a third of a run to a little beyond its end, in steps of no pattern.
        let share = f64::from(30 + (n * 37) % 85) / 100.0;
        std::thread::sleep(whole_run.mul_f64(share).max(Duration::from_millis(1)));
        run.kill().unwrap();
        killed += u32::from(!run.wait().unwrap().success());
        let found = whole(&pack);
        assert!(found == current || found == next, "{found}");
        written += u32::from(found == next);
        current = found;
    }
    assert!(killed > 0, "no run was killed in time");
    // What killed runs left goes with the next one that ends.
    let mut last = spawn(AS_OF[0]);
    assert!(last.wait().unwrap().success());
    let left: Vec<_> =
        fs::read_dir(root.path().join("packs")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["week"], "{killed} killed, {written} written");
}

#[test]
fn the_same_input_gives_the_same_bytes_with_hashes_of_what_went_in() {
    let root = tempfile::tempdir().unwrap();
    let pack = |name: &str, threads: &str| {
        let dir = root.path().join(name);
        scopecast(["scan", "fixtures/workspace", "--as-of", AS_OF[0], "--threads", threads, "--out"])
            .arg(&dir)
            .exits(0);
        assert_eq!(whole(&dir), AS_OF[0]);
        fs::read(dir.join("manifest.json")).unwrap()
    };
    let manifest = pack("a", "1");
    assert_eq!(manifest, pack("b", "4"));
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let inputs = manifest["inputs"].as_array().unwrap();
    assert!(inputs.len() > 10);
    for input in inputs {
        let bytes =
            fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(input["path"].as_str().unwrap())).unwrap();
        let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(input["sha256"], hash, "{input}");
    }
    assert_eq!(manifest["run"]["tool_version"], env!("CARGO_PKG_VERSION"));
    assert!(manifest["run"]["options"].is_object() && manifest["run"]["catalog_version"].is_string());
    let names: BTreeSet<_> =
        manifest["files"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    for name in [
        "report.html",
        "report.md",
        "report.json",
        "report.schema.json",
        "findings.csv",
        "token_scopes.csv",
        "deadlines.ics",
        "scopecast.prom",
        "junit.xml",
        "tables/findings.parquet",
        "tables/token_scopes.parquet",
        "tables/usage_daily.parquet",
        "tables/coverage_daily.parquet",
        "tables/usage_daily.csv",
        "tables/coverage_daily.csv",
        "remedies/apply.sh",
        "remedies/undo.sh",
    ] {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn dashboards_are_written_once_and_hostile_names_refused() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("boards");
    let text = scopecast(["dashboard"]).arg(&dir).exits(0);
    assert!(text.contains("Databricks, Superset, Grafana and DuckDB"));
    assert!(scopecast(["dashboard"]).arg(&dir).run().stderr.contains("is not empty. Name a new folder"));
    for (option, value) in
        [("--schema", "a; DROP TABLE x"), ("--schema", "a.b.c"), ("--packs", "x'); --"), ("--packs", "")]
    {
        let ran = scopecast(["dashboard"]).arg(root.path().join("other")).arg(option).arg(value).run();
        assert_eq!(ran.code, 2, "{option} {value}");
        assert!(ran.stderr.contains("write "), "{}", ran.stderr);
    }
}
