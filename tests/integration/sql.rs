//! The query to run where the logs live, and its result as an input in every form an engine writes.

use super::common::{fixture, scopecast};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

const AS_OF: &str = "2026-09-12";

#[test]
fn the_query_starts_with_what_it_is_and_ends_with_what_to_do() {
    let sql = scopecast(["sql", "--dialect", "databricks", "--into", "/Volumes/main/audit/ledger"]).exits(0);
    assert!(sql.starts_with(
        "-- scopecast's ledger of system.access.audit, version 1 of its schema, for Databricks SQL.\n"
    ));
    assert!(sql.contains("\nINSERT OVERWRITE DIRECTORY '/Volumes/main/audit/ledger' USING parquet\n"));
    assert!(sql.contains("CREATE OR REPLACE TABLE scopecast_events AS"));
    assert!(sql.trim_end().ends_with("DROP TABLE scopecast_ids;"));
    assert_eq!(sql.matches(";\n").count(), 5);
}

#[test]
fn an_input_that_would_change_the_query_is_refused_with_a_remedy() {
    let ran = scopecast(["sql", "--dialect", "duckdb", "--input", "audit; DROP TABLE x"]).run();
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.stderr, @r#"scopecast: the input "audit; DROP TABLE x" is no name of a table. Write it as catalog.schema.table, names with other signs in backticks; files as a path with a slash in it or ending in .parquet."#);
}

fn table(dir: &Path) -> (std::path::PathBuf, Vec<RecordBatch>) {
    let path = dir.join("ledger.parquet");
    let logs = fixture("workspace/audit");
    let said = scopecast(["ingest", logs.to_str().unwrap(), "--table", path.to_str().unwrap()]).exits(0);
    assert!(said.contains(" became ") && said.contains(" of the ledger table "), "{said}");
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap().build().unwrap();
    let batches = reader.collect::<Result<_, _>>().unwrap();
    (path, batches)
}

/// Times with an offset for a zone: names of zones cannot be shown here.
fn with_offsets(batch: &RecordBatch) -> RecordBatch {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        let column = match column.as_primitive_opt::<TimestampMicrosecondType>() {
            Some(times) => Arc::new(times.clone().with_timezone("+00:00")) as ArrayRef,
            None => Arc::clone(column),
        };
        (field.name().clone(), column, true)
    });
    RecordBatch::try_from_iter_with_nullable(columns.collect::<Vec<_>>()).unwrap()
}

/// Every cell as text; `None` is null.
fn cells(batches: &[RecordBatch], times: &str) -> (Vec<String>, Vec<Vec<Option<String>>>) {
    let names = batches[0].schema().fields().iter().map(|f| f.name().clone()).collect();
    let mut rows = Vec::new();
    for batch in batches {
        let batch = &with_offsets(batch);
        let options = FormatOptions::new().with_timestamp_tz_format(Some(times));
        let columns: Vec<_> =
            batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
        for i in 0..batch.num_rows() {
            let cell = |(c, column): (&ArrayFormatter<'_>, &dyn Array)| {
                column.is_valid(i).then(|| c.value(i).to_string())
            };
            rows.push(columns.iter().zip(batch.columns().iter().map(AsRef::as_ref)).map(cell).collect());
        }
    }
    (names, rows)
}

fn judged(ledger: &Path) -> (Value, Value) {
    let tokens = fixture("workspace/tokens.json");
    let args = [
        "scan",
        ledger.to_str().unwrap(),
        "--tokens",
        tokens.to_str().unwrap(),
        "--as-of",
        AS_OF,
        "--format",
        "json",
    ];
    let ran = scopecast(args).run();
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr));
    (report["findings"].clone(), report["tokens"].clone())
}

#[test]
fn a_ledger_table_as_csv_or_json_lines_gives_the_report_of_the_same_as_parquet() {
    let dir = tempfile::tempdir().unwrap();
    let (path, batches) = table(dir.path());
    let wanted = judged(&path);
    assert!(wanted.0.as_array().is_some_and(|findings| findings.len() > 5));

    // As Spark and DuckDB quote and spell times.
    let dialects = [("\\\"", "%Y-%m-%dT%H:%M:%S%.6f+00:00"), ("\"\"", "%Y-%m-%d %H:%M:%S%.6f")];
    for (n, (quote, times)) in dialects.into_iter().enumerate() {
        let (names, rows) = cells(&batches, times);
        let line = |row: &Vec<Option<String>>| {
            let cell = |c: &Option<String>| {
                c.as_ref().map_or(String::new(), |c| format!("\"{}\"", c.replace('"', quote)))
            };
            row.iter().map(cell).collect::<Vec<_>>().join(",")
        };
        let text = names.join(",") + "\n" + &rows.iter().map(line).collect::<Vec<_>>().join("\n") + "\n";
        let csv = dir.path().join(format!("{n}.csv"));
        fs::write(&csv, text).unwrap();
        assert!(judged(&csv) == wanted, "{quote}");

        let object = |row: &Vec<Option<String>>| {
            let given =
                names.iter().zip(row).filter_map(|(n, c)| Some((n.clone(), Value::String(c.clone()?))));
            Value::Object(given.collect::<Map<_, _>>()).to_string()
        };
        let json = dir.path().join(format!("{n}.json"));
        fs::write(&json, rows.iter().map(object).collect::<Vec<_>>().join("\n")).unwrap();
        assert!(judged(&json) == wanted, "JSON {n}");
    }
}

#[test]
fn a_table_of_another_version_or_with_a_cell_that_is_no_time_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.csv");
    let said = |text: &str| {
        fs::write(&path, text).unwrap();
        let ran = scopecast(["scan", path.to_str().unwrap(), "--as-of", AS_OF]).run();
        assert_eq!(ran.code, 4);
        (ran.stdout + &ran.stderr).replace(path.to_str().unwrap(), "ledger.csv")
    };
    let version = said("kind,schema_version,link,workspace,day,events\nday,9,,1,2026-01-01,5\n");
    assert!(
        version.contains("is a ledger table of version 9 of its schema; this build reads version 1."),
        "{version}"
    );
    let time =
        said("kind,schema_version,link,name,events,first_time,last_time\ntally,1,,rows,5,yesterday,today\n");
    assert!(time.contains("whose column first_time cannot be read in row 1."), "{time}");
    let cut = said("kind,schema_version,link,workspace,day,events\nday,1,,1,2026-01-01,5\nday,1\n");
    assert!(cut.contains("whose row 2 has 2 cells under 6 names."), "{cut}");
}
