//! One story, written in every format and dialect an export comes in, gives the same findings and verdicts.

use super::common::{Ran, scopecast};
use super::tables;
use arrow::datatypes::{DataType, Field, TimeUnit};
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use scopecast_story::{Day, Format, Size, Story, Time};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

const AS_OF: &str = "2026-09-12";

/// A way to write the rows of the story into a folder.
type Form = Box<dyn Fn(&Path, &[Value])>;

/// The story in one of the demo's own formats.
struct Told {
    dir: tempfile::TempDir,
    rows: Vec<Value>,
}

impl Told {
    fn of(format: Format) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Story::new(1, Day::parse(AS_OF).unwrap(), Size::Small).write(dir.path(), format, false).unwrap();
        let mut paths: Vec<_> = walkdir::WalkDir::new(dir.path())
            .into_iter()
            .map(|e| e.unwrap().into_path())
            .filter(|p| p.strip_prefix(dir.path()).unwrap().components().count() > 1 && p.is_file())
            .collect();
        paths.sort();
        let lines = |p| fs::read_to_string(p).unwrap();
        let rows = paths
            .iter()
            .map(lines)
            .flat_map(|text| text.lines().map(|l| serde_json::from_str(l).unwrap()).collect::<Vec<Value>>());
        Self { rows: rows.collect(), dir }
    }

    /// What lies beside the logs: token list, names, annotations, client errors.
    fn beside(&self, folder: &Path) {
        for entry in fs::read_dir(self.dir.path()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file())
        {
            fs::copy(&entry, folder.join(entry.file_name().unwrap())).unwrap();
        }
    }

    /// Findings and tokens of the story in this form.
    fn report(&self, name: &str, write: &dyn Fn(&Path, &[Value])) -> Value {
        let dir = tempfile::tempdir().unwrap();
        self.beside(dir.path());
        fs::create_dir(dir.path().join("audit")).unwrap();
        write(&dir.path().join("audit"), &self.rows);
        judged(
            name,
            dir.path(),
            scopecast(["scan", "--format", "json", "--as-of", AS_OF]).arg(dir.path()).run(),
        )
    }
}

/// Findings and tokens, the folder's name aside: where a client's log lies is part of what it tells.
fn judged(name: &str, dir: &Path, ran: Ran) -> Value {
    assert_eq!(ran.code, 0, "{name}: {}{}", ran.stdout, ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let findings = report["findings"].to_string().replace(dir.to_str().unwrap(), "DIR");
    json!([serde_json::from_str::<Value>(&findings).unwrap(), report["tokens"]])
}

/// Token and scope: verdict and reason.
fn verdicts(judged: &Value) -> BTreeMap<(String, String), (String, String)> {
    let word = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let scopes = |t: &Value| {
        let of = |s: &Value| {
            ((word(&t["token_id"]), word(&s["scope"])), (word(&s["verdict"]), word(&s["reason"])))
        };
        t["scopes"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    judged[1].as_array().unwrap().iter().flat_map(scopes).collect()
}

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|r| format!("{r}\n")).collect()
}

fn text(write: impl Fn(&[Value]) -> Vec<u8> + 'static) -> Form {
    Box::new(move |dir, rows| fs::write(dir.join("log"), write(rows)).unwrap())
}

fn csv(cell: fn(&str, &Value) -> String, delimiter: char, escape: &'static str) -> Form {
    text(move |rows| {
        tables::csv_of(&tables::columns(), &tables::nested_as(rows, &cell), delimiter, escape).into_bytes()
    })
}

fn json_cell(_: &str, v: &Value) -> String {
    v.to_string()
}

fn parquet(
    fields: fn() -> Vec<Field>,
    change: fn(&[Value]) -> Vec<Value>,
    properties: fn() -> WriterProperties,
) -> Form {
    Box::new(move |dir, rows| {
        tables::write(&dir.join("log.parquet"), &tables::batch(fields(), &change(rows)), properties());
    })
}

fn as_they_are(rows: &[Value]) -> Vec<Value> {
    rows.to_vec()
}

fn json_cells(rows: &[Value]) -> Vec<Value> {
    tables::nested_as(rows, &json_cell)
}

fn epochs(rows: &[Value]) -> Vec<Value> {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        row["event_time"] = json!(Time::parse(row["event_time"].as_str().unwrap()).unwrap().0 / 1000);
    }
    rows
}

fn time_as(unit: TimeUnit, zone: Option<&str>) -> Vec<Field> {
    let time = DataType::Timestamp(unit, zone.map(Into::into));
    tables::with(tables::spark(), Field::new("event_time", time, true))
}

fn packed(codec: Compression) -> WriterProperties {
    WriterProperties::builder().set_compression(codec).build()
}

/// Sentinel's table: the time of the event beside that of its storing, and a member of each nested column in one of its own.
fn sentinel(row: &Value) -> Value {
    let cell = |v: &Value| Value::String(v.to_string());
    json!({
        "TimeGenerated": "2026-09-13T00:00:00Z", "EventTime": row["event_time"], "AuditLevel": row["audit_level"],
        "AccountId": row["account_id"], "WorkspaceId": row["workspace_id"], "ServiceName": row["service_name"],
        "ActionName": row["action_name"], "RequestId": row["request_id"], "SourceIPAddress": row["source_ip_address"],
        "UserAgent": row["user_agent"], "UserEmail": row["user_identity"]["email"], "UserIdentity": cell(&row["user_identity"]),
        "RequestParams": cell(&row["request_params"]), "ResponseStatusCode": row["response"]["status_code"],
        "ResponseErrorMessage": row["response"]["error_message"],
    })
}

fn table_of(rows: &[Value]) -> Vec<u8> {
    let names: Vec<String> = rows[0].as_object().unwrap().keys().cloned().collect();
    tables::csv_of(&names, rows, ',', "\"\"").into_bytes()
}

/// Every form that carries all the facts.
fn whole() -> Vec<(&'static str, Form)> {
    let plain = tables::plain;
    vec![
        ("JSON lines", text(|rows| lines(rows).into_bytes())),
        ("a list", text(|rows| serde_json::to_vec(rows).unwrap())),
        ("a list, pretty", text(|rows| serde_json::to_vec_pretty(rows).unwrap())),
        (
            "records, pretty, one behind the other",
            text(|rows| rows.iter().map(|r| format!("{r:#}\n")).collect::<String>().into_bytes()),
        ),
        ("JSON text in cells", text(|rows| lines(&json_cells(rows)).into_bytes())),
        (
            "UTF-16 of a Windows shell",
            text(|rows| {
                format!("\u{feff}{}", lines(rows).replace('\n', "\r\n"))
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect()
            }),
        ),
        ("zstd", text(|rows| zstd::encode_all(lines(rows).as_bytes(), 1).unwrap())),
        (
            "gzip of many members",
            text(|rows| {
                let mut out = Vec::new();
                for part in rows.chunks(500) {
                    let mut packer = flate2::write::GzEncoder::new(&mut out, flate2::Compression::fast());
                    packer.write_all(lines(part).as_bytes()).unwrap();
                    packer.finish().unwrap();
                }
                out
            }),
        ),
        (
            "bzip2",
            text(|rows| {
                let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                packer.write_all(lines(rows).as_bytes()).unwrap();
                packer.finish().unwrap()
            }),
        ),
        (
            "a hundred files in any order",
            Box::new(|dir, rows| {
                for n in 0..100 {
                    let part: Vec<Value> = rows.iter().skip(n).step_by(100).rev().cloned().collect();
                    fs::write(dir.join(format!("{}.json", (n * 37) % 100)), lines(&part)).unwrap();
                }
            }),
        ),
        ("CSV, JSON cells", csv(json_cell, ',', "\"\"")),
        ("CSV, backslashes", csv(json_cell, ',', "\\\"")),
        ("CSV, pairs", csv(tables::pairs_cell, ',', "\"\"")),
        ("CSV, Spark casts", csv(tables::spark_cast, ',', "\"\"")),
        ("CSV, Python rows", csv(tables::python_cell, ',', "\"\"")),
        ("CSV, Python dicts", csv(tables::dict_cell, ',', "\"\"")),
        ("CSV of a spreadsheet", csv(json_cell, ';', "\"\"")),
        ("TSV", csv(json_cell, '\t', "\"\"")),
        ("Sentinel", text(|rows| lines(&rows.iter().map(sentinel).collect::<Vec<_>>()).into_bytes())),
        ("Sentinel, CSV", text(|rows| table_of(&rows.iter().map(sentinel).collect::<Vec<_>>()))),
        ("Parquet of Spark", parquet(tables::spark, as_they_are, plain)),
        (
            "Parquet, zstd",
            parquet(tables::spark, as_they_are, || packed(Compression::ZSTD(ZstdLevel::default()))),
        ),
        (
            "Parquet, gzip, plain pages",
            parquet(tables::spark, as_they_are, || {
                WriterProperties::builder()
                    .set_compression(Compression::GZIP(GzipLevel::default()))
                    .set_dictionary_enabled(false)
                    .build()
            }),
        ),
        (
            "Parquet of DuckDB",
            parquet(|| time_as(TimeUnit::Microsecond, None), as_they_are, || packed(Compression::SNAPPY)),
        ),
        ("Parquet of pandas", parquet(|| time_as(TimeUnit::Nanosecond, None), as_they_are, plain)),
        (
            "Parquet, milliseconds",
            parquet(|| time_as(TimeUnit::Millisecond, Some("UTC")), as_they_are, plain),
        ),
        (
            "Parquet, epoch numbers",
            parquet(
                || tables::with(tables::spark(), Field::new("event_time", DataType::Int64, true)),
                epochs,
                plain,
            ),
        ),
        ("Parquet, all text", parquet(tables::all_text, json_cells, plain)),
        (
            "Parquet, camel case",
            parquet(
                || tables::renamed_fields(&tables::spark(), &tables::camel),
                |rows| tables::renamed(rows, &tables::camel),
                plain,
            ),
        ),
        (
            "Parquet, small row groups",
            parquet(tables::spark, as_they_are, || {
                WriterProperties::builder().set_max_row_group_row_count(Some(700)).build()
            }),
        ),
        (
            "Delta",
            Box::new(|dir, rows| {
                let (old, new) = rows.split_at(rows.len() / 3);
                for (name, part) in [("a.parquet", old), ("b.parquet", new), ("removed.parquet", rows)] {
                    tables::write(&dir.join(name), &tables::batch(tables::spark(), part), tables::plain());
                }
                let removed = json!({"remove": {"path": "removed.parquet", "dataChange": true}});
                let first =
                    vec![tables::protocol(), tables::add("removed.parquet"), tables::add("a.parquet")];
                tables::delta(dir, &[(0, first), (1, vec![removed, tables::add("b.parquet")])]);
            }),
        ),
    ]
}

#[test]
fn every_format_and_dialect_tells_the_same_story() {
    let story = Told::of(Format::System);
    let mut first: Option<Value> = None;
    for (name, form) in whole() {
        let now = story.report(name, &*form);
        match &first {
            None => first = Some(now),
            Some(first) => same(name, first, &now),
        }
    }
    let first = first.unwrap();
    assert!(verdicts(&first).len() > 20, "the story has many verdicts");
    // Standard input, which can be read only once.
    let dir = tempfile::tempdir().unwrap();
    story.beside(dir.path());
    for bytes in
        [lines(&story.rows).into_bytes(), zstd::encode_all(lines(&story.rows).as_bytes(), 1).unwrap()]
    {
        let run = scopecast(["scan", "-", "--format", "json", "--as-of", AS_OF]).arg(dir.path()).stdin(bytes);
        same("standard input", &first, &judged("standard input", dir.path(), run.run()));
    }
    // The demo's own formats, and that threads change nothing.
    for (format, gzip) in [(Format::Delivery, true), (Format::CsvSpark, true), (Format::Text, false)] {
        let dir = tempfile::tempdir().unwrap();
        Story::new(1, Day::parse(AS_OF).unwrap(), Size::Small).write(dir.path(), format, gzip).unwrap();
        for threads in ["1", "16"] {
            let run = scopecast(["scan", "--format", "json", "--as-of", AS_OF, "--threads", threads])
                .arg(dir.path());
            same("a format of the demo", &first, &judged("demo", dir.path(), run.run()));
        }
    }
}

#[track_caller]
fn same(name: &str, first: &Value, now: &Value) {
    if first == now {
        return;
    }
    let (first, now) = (verdicts(first), verdicts(now));
    let differs: Vec<_> =
        first.iter().filter(|(k, v)| now.get(*k) != Some(*v)).map(|(k, v)| (k, v, now.get(k))).collect();
    panic!("{name} differs, in verdicts: {differs:#?}");
}

/// A record of diagnostic settings as a row of Log Analytics.
fn log_analytics(record: &Value, time: fn(Time) -> String, time_column: &str) -> Value {
    let p = &record["properties"];
    let mut row = Map::new();
    row.insert(time_column.to_owned(), json!(time(Time::parse(record["time"].as_str().unwrap()).unwrap())));
    for (column, value) in [
        ("OperationName", &record["operationName"]),
        ("Category", &record["category"]),
        ("Identity", &record["identity"]),
        ("SourceIPAddress", &p["sourceIPAddress"]),
        ("LogId", &p["logId"]),
        ("ServiceName", &p["serviceName"]),
        ("UserAgent", &p["userAgent"]),
        ("ActionName", &p["actionName"]),
        ("RequestId", &p["requestId"]),
        ("Response", &p["response"]),
        ("RequestParams", &p["requestParams"]),
        ("_ResourceId", &record["resourceId"]),
    ] {
        row.insert(column.to_owned(), value.clone());
    }
    Value::Object(row)
}

/// `9/1/2026, 6:00:00.000 AM`, as an American portal prints it.
fn american(time: Time) -> String {
    let text = time.to_string();
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap();
    let hour = number(11..13);
    let half = if hour < 12 { "AM" } else { "PM" };
    format!(
        "{}/{}/{}, {}:{}.000 {half}",
        number(5..7),
        number(8..10),
        number(0..4),
        (hour + 11) % 12 + 1,
        &text[14..19]
    )
}

fn objects(record: &Value) -> Value {
    let mut record = record.clone();
    let open = |v: &Value| serde_json::from_str(v.as_str().unwrap()).unwrap();
    record["identity"] = open(&record["identity"]);
    for key in ["response", "requestParams"] {
        record["properties"][key] = open(&record["properties"][key]);
    }
    record
}

/// What Azure exports: whole seconds, fewer services, workspaces by name.
fn azure() -> Vec<(&'static str, Form)> {
    let analytics = |time: fn(Time) -> String, column: &'static str, write: fn(&[Value]) -> Vec<u8>| {
        text(move |rows| write(&rows.iter().map(|r| log_analytics(r, time, column)).collect::<Vec<_>>()))
    };
    let iso = |t: Time| t.to_string();
    vec![
        ("blobs", text(|rows| lines(rows).into_bytes())),
        (
            "blobs with objects",
            text(|rows| lines(&rows.iter().map(objects).collect::<Vec<_>>()).into_bytes()),
        ),
        (
            "event hub",
            text(|rows| {
                lines(&rows.chunks(40).map(|r| json!({"records": r})).collect::<Vec<_>>()).into_bytes()
            }),
        ),
        ("event hub, pretty", text(|rows| format!("{:#}", json!({"records": rows})).into_bytes())),
        ("Log Analytics, JSON", analytics(iso, "TimeGenerated", |rows| serde_json::to_vec(rows).unwrap())),
        ("Log Analytics, CSV", analytics(iso, "TimeGenerated", table_of)),
        ("Log Analytics, CSV of a portal", analytics(american, "TimeGenerated [UTC]", table_of)),
    ]
}

#[test]
fn azure_tells_the_same_story_in_all_its_forms_and_the_same_verdicts_as_the_table() {
    let story = Told::of(Format::Azure);
    let mut first: Option<Value> = None;
    for (name, form) in azure() {
        let now = story.report(name, &*form);
        match &first {
            None => first = Some(now),
            Some(first) => same(name, first, &now),
        }
    }
    let table = Told::of(Format::System);
    let table = verdicts(
        &table
            .report("table", &|dir: &Path, rows: &[Value]| fs::write(dir.join("log"), lines(rows)).unwrap()),
    );
    let azure = verdicts(&first.unwrap());
    let both: Vec<_> = azure.iter().filter_map(|(pair, v)| Some((pair, v, table.get(pair)?))).collect();
    assert!(both.len() > 20, "{}", both.len());
    for (pair, azure, table) in both {
        assert_eq!(azure, table, "{pair:?}");
    }
}
