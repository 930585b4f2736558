//! The published schema of the JSON report against reports, both ways: nothing in a report that it lacks, and nothing in it
//! that reports lack.

use super::common::{fixture, scopecast};
use scopecast::report::SCHEMA;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// The schema with every object closed, so that a new field of the model without its line in the schema fails here. The
/// published one stays open: fields are added within a version.
fn closed() -> Value {
    fn close(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.values_mut().for_each(close);
                if object.contains_key("properties") {
                    object.insert("additionalProperties".into(), json!(false));
                }
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut schema = schema();
    let mut properties = std::mem::take(&mut schema["properties"]);
    properties.as_object_mut().unwrap().values_mut().for_each(close);
    schema["$defs"].as_object_mut().unwrap().values_mut().for_each(close);
    schema["properties"] = properties;
    schema["additionalProperties"] = json!(false);
    schema
}

#[track_caller]
fn check(what: &str, report: &Value) {
    let validator = jsonschema::validator_for(&closed()).unwrap();
    let errors: Vec<_> =
        validator.iter_errors(report).take(5).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert!(
        errors.is_empty(),
        "{what} does not fit data/report.schema.json; a new field needs its line there:\n{}",
        errors.join("\n")
    );
}

fn scan(args: &[&str]) -> Value {
    let ran = scopecast(["scan", "--format", "json", "--as-of", "2026-09-12"]);
    let ran = args.iter().fold(ran, |ran, arg| ran.arg(arg)).run();
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", ran.stderr))
}

/// Against a report of three months before, so that there is something to tell.
fn compared() -> Value {
    let folder = tempfile::tempdir().unwrap();
    let earlier = folder.path().join("earlier.json");
    let ran = scopecast(["scan", "fixtures/workspace", "--format", "json", "--as-of", "2026-06-12"]).run();
    std::fs::write(&earlier, ran.stdout).unwrap();
    let report = scan(&["fixtures/workspace", "--baseline", earlier.to_str().unwrap()]);
    assert!(!report["comparison"]["changes"].as_array().unwrap().is_empty());
    report
}

/// With an entry that matches no token: a finding about a line of the annotations.
fn annotated() -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("annotations.toml");
    std::fs::write(&file, "[[token]]\nmatch = \"ffffffffffff\"\nworkload = \"no such\"\n").unwrap();
    let month = "fixtures/workspace/audit/2026-08.json.gz";
    scan(&[month, "--annotations", file.to_str().unwrap()])
}

fn masked() -> Value {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "a key that is long enough for a test").unwrap();
    scan(&["fixtures/workspace", "--mask", "--mask-key", key.to_str().unwrap()])
}

#[test]
fn it_is_a_schema_and_the_command_prints_it() {
    jsonschema::meta::validate(&schema()).unwrap();
    assert_eq!(scopecast(["schema"]).exits(0), SCHEMA);
}

#[test]
fn reports_of_every_fixture_fit() {
    check("the story", &scan(&["fixtures/workspace"]));
    check("the story with a date", &scan(&["fixtures/workspace", "--enforced-on", "2026-09-20"]));
    check("the story since an earlier report", &compared());
    check("the story under pseudonyms", &masked());
    check("an entry that matches nothing", &annotated());
    for entry in std::fs::read_dir(fixture("inventory")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.starts_with("token") {
            check(&name, &scan(&["--tokens", &format!("fixtures/inventory/{name}")]));
        }
    }
    // Broken inputs leave reports as well, beside a good one.
    check("broken inputs", &scan(&["fixtures/broken", "fixtures/workspace/audit/2026-08.json.gz"]));
}

#[test]
fn it_says_no_to_what_is_no_report() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut report = scan(&["fixtures/workspace"]);
    assert!(validator.is_valid(&report));
    report["new_field"] = json!(1);
    assert!(validator.is_valid(&report), "fields may be added within a version");
    report["tokens"][0]["scopes"] = json!("jobs");
    assert!(!validator.is_valid(&report));
    let mut report = scan(&["fixtures/workspace"]);
    report["schema_version"] = json!(2);
    assert!(!validator.is_valid(&report));
}

/// Every property that the schema lists is one that reports have: what was renamed in the model would stay behind here.
#[test]
fn it_lists_nothing_that_reports_lack() {
    fn listed(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                if let Some(properties) = object.get("properties").and_then(Value::as_object) {
                    into.extend(properties.keys().cloned());
                }
                object.values().for_each(|v| listed(v, into));
            }
            Value::Array(items) => items.iter().for_each(|v| listed(v, into)),
            _ => {}
        }
    }
    fn present(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                into.extend(object.keys().cloned());
                object.values().for_each(|v| present(v, into));
            }
            Value::Array(items) => items.iter().for_each(|v| present(v, into)),
            _ => {}
        }
    }
    let (mut of_schema, mut of_reports) = (BTreeSet::new(), BTreeSet::new());
    listed(&schema(), &mut of_schema);
    present(&compared(), &mut of_reports);
    present(&masked(), &mut of_reports);
    present(&annotated(), &mut of_reports);
    present(&scan(&["fixtures/workspace", "--enforced-on", "2026-09-20"]), &mut of_reports);
    present(&scan(&["fixtures/surprises", "fixtures/broken", "fixtures/workspace"]), &mut of_reports);
    // Cadences of single operations, and changes of one, are in the sample report of the unit tests.
    of_reports.extend(["at", "detail", "text"].map(str::to_owned));
    let stale: Vec<_> = of_schema.difference(&of_reports).collect();
    assert!(stale.is_empty(), "{stale:?}");
}
