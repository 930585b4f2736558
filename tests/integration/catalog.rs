//! `scopecast catalog`: what it lists, explains and refuses.

use crate::common::{fixture, scopecast};
use scopecast::internals::catalog::{Catalog, OverlayNoteKind};
use std::fs;

#[test]
fn the_builtin_tables_pass() {
    let out = scopecast(["catalog", "check"]).exits(0);
    assert!(out.ends_with("\n0 defects\n"), "{out}");
    assert_eq!(out.lines().count(), 6, "{out}");
}

#[test]
fn every_broken_table_is_refused_with_line_and_remedy() {
    let expected = [
        (
            "agents.csv",
            vec![
                (2, "no operation belongs to 'AcmeAPI'"),
                (3, "an exact row needs scopes"),
                (4, "kind 'robot' is unknown"),
            ],
        ),
        ("cells.csv", vec![(2, "the row has 5 cells")]),
        ("columns.csv", vec![(1, "the columns are those of no catalog table")]),
        (
            "conflict.csv",
            vec![
                (2, "a row with a conflict is of high confidence"),
                (3, "conflict 'no-such-conflict' is unknown"),
            ],
        ),
        ("duplicate.csv", vec![(3, "'ACME runreport' stands on line 2 already")]),
        ("extra-column.csv", vec![(1, "column 'owner' is unknown")]),
        ("get-writes.csv", vec![(2, "a GET or HEAD is said to write")]),
        (
            "operation.csv",
            vec![(2, "there is no operation GET /api/2.0/acme"), (3, "write jobs, or leave out")],
        ),
        ("order.csv", vec![(3, "'/api/2.0/acme GET' is out of order")]),
        (
            "scopes.csv",
            vec![
                (2, "'acme:read' is no scope name"),
                (3, "sensitivity 'secret'"),
                (4, "'many' is no number"),
                (5, "audited_reads exceeds"),
            ],
        ),
        ("shadowed.csv", vec![(3, "fits the same paths as '/api/2.0/acme/{a}' on line 2")]),
        (
            "template.csv",
            vec![
                (2, "a brace is not closed"),
                (3, "is out of order"),
                (3, "an empty segment"),
                (4, "does not begin with a slash"),
            ],
        ),
        ("unknown-scope.csv", vec![(2, "scope 'job' is unknown; write 'jobs', or add it to a scopes table")]),
        (
            "words.csv",
            vec![(2, "kind 'api-call'"), (3, "confidence 'certain'"), (4, "an api_call needs scopes")],
        ),
    ];
    let mut files: Vec<_> = fs::read_dir(fixture("catalog/broken"))
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(
        files,
        expected.each_ref().map(|(file, _)| *file),
        "every fixture is expected, and every expectation is there"
    );
    for (file, defects) in expected {
        let path = format!("fixtures/catalog/broken/{file}");
        let out = scopecast(["catalog", "check", &path]).exits(1);
        let lines: Vec<_> = out
            .lines()
            .filter(|line| line.starts_with(&format!("{path}:")) && !line.ends_with(" rows"))
            .collect();
        assert_eq!(lines.len(), defects.len(), "{out}");
        for (line, (number, what)) in lines.iter().zip(defects) {
            assert!(
                line.starts_with(&format!("{path}:{number}: ")) && line.contains(what),
                "{line}\nlacks {number} {what}"
            );
            assert!(line.contains("; ") && line.ends_with('.'), "no remedy: {line}");
        }
    }
}

#[test]
fn a_call_is_explained_by_its_row() {
    let out =
        scopecast(["catalog", "explain", "POST https://host.example/api/2.2/jobs/run-now?x=1"]).exits(0);
    for line in [
        "needs       jobs\n",
        "operation   POST /api/2.2/jobs/run-now (JobsAPI.run_now, group jobs/v2)\n",
        "confidence  high\n",
        "evidence    operation-page (",
        "in the log  jobs/runNow\n",
        "catalog     2026.11-",
    ] {
        assert!(out.contains(line), "{line} in\n{out}");
    }
    let out = scopecast(["catalog", "explain", "PATCH", "/api/2.0/permissions/jobs/7"]).exits(0);
    assert!(out.contains("conflict    Documented as access-management"), "{out}");
    assert!(out.contains("considered  ") && out.contains("(another method)"), "{out}");
}

#[test]
fn actions_agents_and_scopes_are_explained() {
    for (what, needle) in [
        ("jobs/runNow", "needs       jobs\n"),
        ("Jobs/runStart", "never a token's use"),
        ("cli/0.280 databricks-sdk-go/0.1 cmd/jobs_list auth/pat", "operation   GET /api/2.1/jobs/list"),
        ("cli/0.280 cmd/bundle_deploy auth/pat", "possibly jobs, pipelines, unity-catalog, workspace"),
        ("databricks-tf-provider/1.9 resource/pipeline auth/oauth-m2m", "another credential"),
        ("jobs", "operations (20 read)"),
        ("sql:restricted-query", "only statements"),
        ("accounts/updateUser", "calls of the account API instead"),
        ("GET /api/2.0/accounts/0d1e/workspaces", "closed to workspace tokens"),
        ("/api/2.0/secrets/list", "needs secrets"),
    ] {
        let out = scopecast(["catalog", "explain", what]).exits(0);
        assert!(out.contains(needle), "{what}: {needle} in\n{out}");
    }
}

#[test]
fn nothing_matched_ends_with_one_and_a_suggestion() {
    for (what, needle) in [
        ("jobs/runNoww", "near        jobs/runNow; a suggestion, not a mapping"),
        ("POST /api/2.2/jobs/run-noww", "none matches this method and path"),
        ("jobz", "near        scope jobs"),
        ("curl/8.5.0", "a client that may hold a token"),
        ("GET /x\u{1b}[31m", "none matches"),
        ("\u{1b}[31m", "no operation, audit action, agent or scope"),
    ] {
        let out = scopecast(["catalog", "explain", what]).exits(1);
        assert!(out.contains(needle) && !out.contains('\u{1b}'), "{what}: {needle} in\n{out}");
    }
}

#[test]
fn lists_in_three_formats() {
    let table = scopecast(["catalog", "list"]).exits(0);
    assert!(table.starts_with("scope ") && table.contains("\nauthentication  "), "{table}");
    let csv = scopecast(["catalog", "list", "--scope", "query-history", "--format", "csv"]).exits(0);
    assert!(csv.starts_with("what,name,scopes,access,confidence,evidence\n"), "{csv}");
    assert!(
        csv.contains("operation,GET /api/2.0/sql/history/queries,query-history,read,high,operation-page\n"),
        "{csv}"
    );
    let json = scopecast(["catalog", "list", "--scope", "query-history", "--format", "json"]).exits(0);
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), csv.lines().count() - 1);
    let ran = scopecast(["catalog", "list", "--scope", "jobz"]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("Did you mean jobs?"), "{}", ran.stderr);
}

#[test]
fn own_tables_win_and_are_told() {
    let own = |name: &str| fixture(&format!("catalog/own-{name}.csv"));
    let (catalog, notes) =
        Catalog::with_overlays(&[own("actions"), own("operations"), own("scopes")]).unwrap();
    let kinds: Vec<_> = notes.iter().map(|n| n.kind).collect();
    use OverlayNoteKind::{Added, Contradicts, Same};
    assert_eq!(kinds, [Added, Added, Added, Contradicts, Same, Added]);
    assert!(notes[1].text.contains("near: jobs/runNow"), "{}", notes[1]);

    let scopes = |catalog: &Catalog, method, path| {
        catalog.operation(method, path).map(|found| catalog.names(found.mapping.scopes()))
    };
    assert_eq!(scopes(&catalog, "POST", "/api/2.0/acme/reports/7/run").as_deref(), Some("jobs"));
    assert_eq!(scopes(&catalog, "GET", "/api/2.1/unity-catalog/catalogs").as_deref(), Some("jobs"));
    assert_eq!(
        scopes(Catalog::builtin(), "GET", "/api/2.1/unity-catalog/catalogs").as_deref(),
        Some("unity-catalog")
    );
    let need = catalog.action("acme", "runReport").and_then(|a| a.need.as_ref()).unwrap();
    assert_eq!(catalog.names(need.scopes()), "acme-reports");
    // What was recorded of the operation follows it.
    let listed = catalog.action("unityCatalog", "listCatalogs").and_then(|a| a.need.as_ref()).unwrap();
    assert_eq!(catalog.names(listed.scopes()), "jobs");
    assert!(catalog.version().starts_with(Catalog::builtin().version()) && catalog.version().contains('+'));

    let err = Catalog::with_overlays(&[own("actions")]).unwrap_err().to_string();
    assert!(err.contains("scope 'acme-reports' is unknown"), "{err}");
    let out =
        scopecast(["catalog", "explain", "acme/runReport", "--catalog"]).arg(own("scopes")).arg("--catalog");
    let out = out.arg(own("actions")).exits(0);
    assert!(out.contains("needs       acme-reports\n") && out.contains("evidence    overlay"), "{out}");
    assert_eq!(scopecast(["catalog", "list", "--catalog", "nowhere.csv"]).run().code, 2);
}

#[test]
fn later_tables_win_and_leave_the_rest_alone() {
    let folder = tempfile::tempdir().unwrap();
    let table = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let first =
        table("first.csv", "path,method,scopes\n/api/2.2/jobs/{any},POST,sql\n/api/2.0/dbfs/put,POST,sql\n");
    let second = table("second.csv", "\u{feff}method,path,scopes\nPOST,/api/2.0/dbfs/put,workspace\n");
    let scope = table("scope.csv", "scope,note\njobs,ours\n");
    let (catalog, _) = Catalog::with_overlays(&[first, second, scope]).unwrap();
    let names = |path| catalog.operation("POST", path).map(|f| catalog.names(f.mapping.scopes())).unwrap();
    assert_eq!(names("/api/2.0/dbfs/put"), "workspace");
    assert_eq!(names("/api/2.2/jobs/run-now"), "jobs", "the more literal built-in template still wins");
    assert_eq!(names("/api/2.2/jobs/other"), "sql");
    let jobs = catalog.scope(catalog.scope_named("jobs").unwrap()).unwrap();
    assert_eq!((&*jobs.note, &*jobs.family, jobs.observability.audited_operations), ("ours", "Lakeflow", 33));
}
