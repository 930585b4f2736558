//! The same records as JSON lines, as Parquet in every schema an engine writes, as a Delta table and as CSV in every dialect
//! give the same events.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use scopecast::internals::decode::{FileKind, Tally};
use scopecast::internals::event::{Event, EventSink, Outcome, Request};
use scopecast::internals::progress::Silent;
use scopecast::internals::read::{InputSummary, ReadOptions, read_logs};
use scopecast::internals::source::expand;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

#[derive(Default)]
struct Events(Vec<String>);

impl EventSink for Events {
    fn event(&mut self, event: &Event<'_>) {
        self.0.push(format!("{event:#?}"));
    }
}

/// The events of a file or folder, sorted, and what was said about each input.
fn read(path: &Path) -> (Vec<String>, Vec<InputSummary>) {
    let inputs = expand(&[path.to_owned()]).inputs;
    let (sinks, summaries) = read_logs(&inputs, &ReadOptions::default(), &Silent, Events::default);
    let mut events: Vec<_> = sinks.into_iter().flat_map(|s| s.0).collect();
    events.sort();
    (events, summaries)
}

/// A login, a row that hides its workspace, a plain call, a refused one, a denied address, a new token, and a row with
/// nothing in it that may be absent.
fn records() -> Vec<Value> {
    let row = |n: usize, workspace: &str, service: &str, action: &str, params: Value, response: Value| {
        json!({
            "account_id": "0d1e2f30", "workspace_id": workspace, "event_time": format!("2026-07-01T09:11:5{n}.50{n}Z"),
            "event_date": "2026-07-01", "source_ip_address": "203.0.113.7", "user_agent": "cli/1.1.0 auth/pat",
            "user_identity": {"email": "etl@example.com", "subject_name": null}, "service_name": service,
            "action_name": action, "request_id": format!("r{n}"), "request_params": params, "response": response,
            "audit_level": if workspace == "0" { "ACCOUNT_LEVEL" } else { "WORKSPACE_LEVEL" }, "event_id": format!("e{n}"),
        })
    };
    let ok = || json!({"status_code": 200, "error_message": null, "result": "{\"run_id\":9}"});
    let login =
        json!({"user": "etl@example.com", "tokenId": "5f1c9a", "authenticationMethod": "API_EXT_PAT_TOKEN"});
    let table = json!({"full_name_arg": "main.a.b", "workspace_id": "77", "operation": "READ"});
    let sql = json!({"commandText": "select 'a', \"b\"\nfrom t; -- {x}", "warehouseId": "7"});
    let refused = json!({"status_code": 403, "error_message": "PERMISSION_DENIED: user \"u\", no access", "result": null});
    let mut bare = row(
        6,
        "42",
        "notebook",
        "runCommand",
        json!({}),
        json!({"status_code": 1, "error_message": null, "result": null}),
    );
    for key in ["source_ip_address", "user_agent"] {
        bare[key] = Value::Null;
    }
    vec![
        row(0, "42", "accounts", "tokenLogin", login, ok()),
        row(1, "0", "unityCatalog", "getTable", table, ok()),
        row(2, "42", "databrickssql", "commandSubmit", sql, ok()),
        row(3, "42", "jobs", "runNow", json!({"job_id": "7"}), refused.clone()),
        row(
            4,
            "42",
            "accounts",
            "IpAccessDenied",
            json!({"path": "/api/2.1/jobs/list", "user": "u@example.com"}),
            refused,
        ),
        row(
            5,
            "42",
            "accounts",
            "generateDbToken",
            json!({"tokenHash": "5f1c9a", "tokenExpirationTime": "1828072000000", "userId": "1"}),
            ok(),
        ),
        bare,
    ]
}

/// What every table must yield: the records as JSON lines.
fn expected() -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.json");
    fs::write(&path, records().iter().map(|r| format!("{r}\n")).collect::<String>()).unwrap();
    let (events, _) = read(&path);
    assert_eq!(events.len(), records().len());
    events
}

pub(super) const KEYS: [&str; 7] =
    ["user", "tokenId", "authenticationMethod", "workspace_id", "path", "tokenHash", "tokenExpirationTime"];

pub(super) fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

pub(super) fn structure(name: &str, fields: Vec<Field>) -> Field {
    Field::new(name, DataType::Struct(fields.into()), true)
}

pub(super) fn params_map() -> Field {
    let entries = Fields::from(vec![Field::new("key", DataType::Utf8, false), text("value")]);
    let entries = Field::new("key_value", DataType::Struct(entries), false);
    Field::new("request_params", DataType::Map(Arc::new(entries), false), true)
}

pub(super) fn spark() -> Vec<Field> {
    let mut fields: Vec<Field> = [
        "account_id",
        "workspace_id",
        "source_ip_address",
        "user_agent",
        "service_name",
        "action_name",
        "request_id",
        "audit_level",
        "event_id",
    ]
    .map(text)
    .into();
    fields.push(Field::new(
        "event_time",
        DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        true,
    ));
    fields.push(Field::new("event_date", DataType::Date32, true));
    fields.push(structure("user_identity", vec![text("email"), text("subject_name")]));
    fields.push(params_map());
    fields.push(structure(
        "response",
        vec![Field::new("status_code", DataType::Int32, true), text("error_message"), text("result")],
    ));
    fields
}

pub(super) fn with(mut fields: Vec<Field>, field: Field) -> Vec<Field> {
    fields.retain(|f| f.name() != field.name());
    fields.push(field);
    fields
}

pub(super) fn batch(fields: Vec<Field>, rows: &[Value]) -> RecordBatch {
    // The JSON reader knows no zones by name: they are put on afterwards.
    let local = |f: &Field| match f.data_type() {
        DataType::Timestamp(unit, Some(_)) => f.clone().with_data_type(DataType::Timestamp(*unit, None)),
        _ => f.clone(),
    };
    let schema = Arc::new(Schema::new(fields.iter().map(local).collect::<Fields>()));
    let mut decoder =
        arrow::json::ReaderBuilder::new(schema).with_coerce_primitive(true).build_decoder().unwrap();
    decoder.serialize(rows).unwrap();
    let batch = decoder.flush().unwrap().unwrap();
    let zoned = fields.iter().zip(batch.columns()).map(|(field, array)| {
        let data = array.to_data().into_builder().data_type(field.data_type().clone()).build().unwrap();
        arrow::array::make_array(data)
    });
    RecordBatch::try_new(Arc::new(Schema::new(fields.clone())), zoned.collect()).unwrap()
}

pub(super) fn write(path: &Path, batch: &RecordBatch, properties: WriterProperties) {
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn same_from_parquet(name: &str, batch: &RecordBatch, properties: WriterProperties) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, batch, properties);
    let (events, summaries) = read(&path);
    assert_eq!(summaries[0].problem, None, "{name}");
    assert_eq!(events.join("\n"), expected().join("\n"), "{name}");
}

pub(super) fn plain() -> WriterProperties {
    WriterProperties::default()
}

/// Renames columns and members of structs.
pub(super) fn renamed(rows: &[Value], name: &dyn Fn(&str) -> String) -> Vec<Value> {
    let rename = |v: &Value, skip: bool| match v {
        Value::Object(o) if !skip => Value::Object(o.iter().map(|(k, v)| (name(k), v.clone())).collect()),
        other => other.clone(),
    };
    let row = |r: &Value| {
        r.as_object()
            .unwrap()
            .iter()
            .map(|(k, v)| (name(k), rename(v, k == "request_params")))
            .collect::<Map<_, _>>()
    };
    rows.iter().map(|r| Value::Object(row(r))).collect()
}

pub(super) fn renamed_fields(fields: &[Field], name: &dyn Fn(&str) -> String) -> Vec<Field> {
    let inner = |f: &Field| match f.data_type() {
        DataType::Struct(inner) => {
            DataType::Struct(inner.iter().map(|f| f.as_ref().clone().with_name(name(f.name()))).collect())
        }
        other => other.clone(),
    };
    fields.iter().map(|f| Field::new(name(f.name()), inner(f), true)).collect()
}

pub(super) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| all + &word[..1].to_uppercase() + &word[1..])
}

pub(super) fn nested_as(rows: &[Value], cell: &dyn Fn(&str, &Value) -> String) -> Vec<Value> {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        for key in ["user_identity", "request_params", "response"] {
            row[key] = Value::String(cell(key, &row[key]));
        }
    }
    rows
}

pub(super) fn all_text() -> Vec<Field> {
    spark().iter().map(|f| text(f.name())).collect()
}

#[test]
fn parquet_of_every_codec_and_page_layout() {
    let spark = batch(spark(), &records());
    for codec in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ] {
        same_from_parquet("codec", &spark, WriterProperties::builder().set_compression(codec).build());
    }
    same_from_parquet(
        "plain pages",
        &spark,
        WriterProperties::builder().set_dictionary_enabled(false).build(),
    );
    same_from_parquet(
        "row groups",
        &spark,
        WriterProperties::builder().set_max_row_group_row_count(Some(2)).build(),
    );
    let version = parquet::file::properties::WriterVersion::PARQUET_2_0;
    same_from_parquet(
        "second page version",
        &spark,
        WriterProperties::builder().set_writer_version(version).set_data_page_row_count_limit(2).build(),
    );
}

#[test]
fn parquet_of_every_time_type() {
    for (unit, zone) in [
        (TimeUnit::Microsecond, None),
        (TimeUnit::Millisecond, None),
        (TimeUnit::Millisecond, Some("UTC")),
        (TimeUnit::Nanosecond, None),
        (TimeUnit::Nanosecond, Some("Europe/Berlin")),
    ] {
        let time = Field::new("event_time", DataType::Timestamp(unit, zone.map(Into::into)), true);
        same_from_parquet(&format!("{unit:?} {zone:?}"), &batch(with(spark(), time), &records()), plain());
    }
    same_from_parquet("text", &batch(with(spark(), text("event_time")), &records()), plain());
    let mut millis = records();
    for row in &mut millis {
        let time = scopecast_story::Time::parse(row["event_time"].as_str().unwrap()).unwrap();
        row["event_time"] = json!(time.0 / 1000);
    }
    same_from_parquet(
        "epoch",
        &batch(with(spark(), Field::new("event_time", DataType::Int64, true)), &millis),
        plain(),
    );
}

#[test]
fn parquet_of_every_text_type() {
    let spark = batch(spark(), &records());
    for wanted in [
        DataType::LargeUtf8,
        DataType::Utf8View,
        DataType::Binary,
        DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
    ] {
        let columns: Vec<(String, ArrayRef)> = spark
            .schema()
            .fields()
            .iter()
            .zip(spark.columns())
            .map(|(f, a)| {
                (
                    f.name().clone(),
                    if *f.data_type() == DataType::Utf8 { cast(a, &wanted).unwrap() } else { a.clone() },
                )
            })
            .collect();
        same_from_parquet(&wanted.to_string(), &RecordBatch::try_from_iter(columns).unwrap(), plain());
    }
}

#[test]
fn parquet_of_every_nesting_and_spelling() {
    let rows = records();
    let camel_fields = renamed_fields(&spark(), &camel);
    same_from_parquet("camel case", &batch(camel_fields, &renamed(&rows, &camel)), plain());
    let members = KEYS.iter().chain(&["job_id", "commandText"]).map(|k| text(k)).collect();
    same_from_parquet(
        "a struct of parameters",
        &batch(with(spark(), structure("request_params", members)), &rows),
        plain(),
    );
    let json = nested_as(&rows, &|_, v| v.to_string());
    same_from_parquet("JSON text", &batch(all_text(), &json), plain());
    let casts = nested_as(&rows, &spark_cast);
    same_from_parquet("Spark casts", &batch(all_text(), &casts), plain());
    let long = with(with(spark(), Field::new("workspace_id", DataType::Int64, true)), text("event_time"));
    same_from_parquet("numeric workspace", &batch(long, &rows), plain());
    let float = Field::new("workspace_id", DataType::Float64, true);
    same_from_parquet("floating workspace", &batch(with(spark(), float), &rows), plain());
    let (fields, rows) = flattened(".");
    same_from_parquet("flattened", &batch(fields, &rows), plain());
}

/// One column per member, all text.
fn flattened(dot: &str) -> (Vec<Field>, Vec<Value>) {
    let mut names: Vec<String> = Vec::new();
    let rows = records()
        .iter()
        .map(|row| {
            let mut flat = Map::new();
            for (key, value) in row.as_object().unwrap() {
                match value {
                    Value::Object(inner) => {
                        flat.extend(inner.iter().map(|(k, v)| (format!("{key}{dot}{k}"), v.clone())))
                    }
                    other => drop(flat.insert(key.clone(), other.clone())),
                }
            }
            names.extend(flat.keys().filter(|k| !names.contains(k)).cloned().collect::<Vec<_>>());
            Value::Object(flat)
        })
        .collect();
    (names.iter().map(|n| text(n)).collect(), rows)
}

#[test]
fn int96_times_of_old_engines() {
    use parquet::data_type::{ByteArray, ByteArrayType, Int96, Int96Type};
    let schema = "message m { optional int96 event_time; optional binary service_name (UTF8); optional binary action_name (UTF8); optional binary user_identity (UTF8); optional binary event_id (UTF8); }";
    let schema = Arc::new(parquet::schema::parser::parse_message_type(schema).unwrap());
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("old.parquet");
    let mut writer = parquet::file::writer::SerializedFileWriter::new(
        File::create(&path).unwrap(),
        schema,
        Arc::default(),
    )
    .unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut at = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        if at == 0 {
            let mut time = Int96::new();
            let nanos = (9 * 3600 + 11 * 60 + 56) * 1_000_000_000_u64 + 509_000_000;
            // 2026-07-01 is this Julian day.
            time.set_data((nanos & 0xffff_ffff) as u32, (nanos >> 32) as u32, 2_461_223);
            column.typed::<Int96Type>().write_batch(&[time], Some(&[1]), None).unwrap();
        } else {
            let value = ["", "jobs", "runNow", "etl@example.com", "e1"][at];
            column.typed::<ByteArrayType>().write_batch(&[ByteArray::from(value)], Some(&[1]), None).unwrap();
        }
        column.close().unwrap();
        at += 1;
    }
    group.close().unwrap();
    writer.close().unwrap();
    let (events, _) = read(&path);
    assert_eq!(events.len(), 1);
    assert!(events[0].contains("1782897116509000"), "{}", events[0]);
    assert!(events[0].contains("etl@example.com"));
}

#[test]
fn parquet_that_is_cut_off_or_lacks_a_column_says_so() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, &batch(spark(), &records()), plain());
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let (events, summaries) = read(&path);
    assert!(events.is_empty());
    let said = summaries[0].problem.as_ref().unwrap().to_string();
    assert!(
        said.starts_with("is a Parquet file that is cut off or damaged")
            && said.ends_with("Fetch the file again."),
        "{said}"
    );
    // A page that is damaged ends its row group, not the run.
    let mut torn = bytes.clone();
    torn[8..200].fill(0xff);
    fs::write(&path, &torn).unwrap();
    let (_, summaries) = read(&path);
    assert!(summaries[0].problem.as_ref().unwrap().to_string().contains("damaged"));

    let fields: Vec<Field> = spark().into_iter().filter(|f| f.name() != "action_name").collect();
    write(&path, &batch(fields, &records()), plain());
    let said = read(&path).1[0].problem.as_ref().unwrap().to_string();
    assert!(
        said.starts_with("lacks the column action_name; its columns are account_id, workspace_id,"),
        "{said}"
    );
    write(&path, &batch(vec![text("account_id"), text("event_date")], &records()), plain());
    let (events, summaries) = read(&path);
    assert!(events.is_empty());
    assert_eq!(summaries[0].kind, FileKind::Unknown);
}

#[test]
fn rows_without_an_event_id_are_told_apart_by_all_they_hold() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.parquet");
    let mut rows = records();
    rows.truncate(4);
    rows.push(rows[3].clone());
    rows.push(rows[3].clone());
    rows[5]["request_params"] = json!({"job_id": "8"});
    let fields = spark().into_iter().filter(|f| f.name() != "event_id").collect();
    write(&path, &batch(fields, &rows), plain());
    let (events, _) = read(&path);
    let mut hashes: Vec<&str> =
        events.iter().filter_map(|e| e.lines().find(|l| l.contains("record_hash"))).collect();
    assert_eq!(hashes.len(), 6);
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), 5, "two equal rows, and one that differs in a parameter nobody reads");
}

#[test]
fn a_bad_row_is_counted_and_the_rest_is_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.parquet");
    let mut rows = records();
    rows[2]["event_time"] = Value::Null;
    write(&path, &batch(spark(), &rows), plain());
    let (events, summaries) = read(&path);
    assert_eq!(events.len(), 6);
    let Tally { rows, bad, .. } = summaries[0].tally;
    assert_eq!((rows, bad), (6, 1));
    assert_eq!(summaries[0].tally.samples()[0].offset, 2);
    assert_eq!(summaries[0].tally.samples()[0].reason, "has no time");
}

// Delta tables.

pub(super) fn delta(folder: &Path, commits: &[(u64, Vec<Value>)]) {
    let log = folder.join("_delta_log");
    fs::create_dir_all(&log).unwrap();
    for (version, actions) in commits {
        fs::write(
            log.join(format!("{version:020}.json")),
            actions.iter().map(|a| format!("{a}\n")).collect::<String>(),
        )
        .unwrap();
    }
}

pub(super) fn add(path: &str) -> Value {
    json!({"add": {"path": path, "partitionValues": {}, "size": 1, "modificationTime": 0, "dataChange": true}})
}

pub(super) fn protocol() -> Value {
    json!({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}})
}

#[test]
fn a_delta_table_is_its_newest_version() {
    let folder = TempDir::new().unwrap();
    let rows = records();
    write(&folder.path().join("a b.parquet"), &batch(spark(), &rows[..3]), plain());
    write(&folder.path().join("c.parquet"), &batch(spark(), &rows[3..]), plain());
    write(&folder.path().join("old.parquet"), &batch(spark(), &rows), plain());
    let second = vec![
        json!({"remove": {"path": "old.parquet", "dataChange": true}}),
        add("a%20b.parquet"),
        add("c.parquet"),
    ];
    delta(folder.path(), &[(0, vec![protocol(), add("old.parquet")]), (1, second.clone())]);
    let (events, summaries) = read(folder.path());
    assert_eq!(summaries.len(), 1);
    assert_eq!(summaries[0].problem, None);
    assert_eq!(events, expected());

    // The same from a checkpoint, the commits before it gone.
    let path = Field::new("path", DataType::Utf8, true);
    let checkpoint = batch(
        vec![
            structure("add", vec![path]),
            structure("protocol", vec![Field::new("minReaderVersion", DataType::Int32, true)]),
        ],
        &[json!({"add": {"path": "old.parquet"}}), protocol()],
    );
    let log = folder.path().join("_delta_log");
    write(&log.join(format!("{:020}.checkpoint.parquet", 0)), &checkpoint, plain());
    fs::remove_file(log.join(format!("{:020}.json", 0))).unwrap();
    assert_eq!(read(folder.path()).0, expected());
    delta(folder.path(), &[(3, second)]);
    let said = read(folder.path()).1[0].problem.as_ref().unwrap().to_string();
    assert!(said.contains("lacks version 2"), "{said}");
}

#[test]
fn partition_columns_stand_in_the_log() {
    let folder = TempDir::new().unwrap();
    let fields: Vec<Field> = spark().into_iter().filter(|f| f.name() != "workspace_id").collect();
    let rows: Vec<Value> = records().into_iter().filter(|r| r["workspace_id"] == "42").collect();
    write(&folder.path().join("a.parquet"), &batch(fields, &rows), plain());
    let mut file = add("a.parquet");
    file["add"]["partitionValues"] = json!({"workspace_id": "42", "event_date": null});
    delta(folder.path(), &[(0, vec![protocol(), file])]);
    let wanted: Vec<String> = expected().into_iter().filter(|e| !e.contains("getTable")).collect();
    assert_eq!(read(folder.path()).0, wanted);
}

#[test]
fn what_a_delta_table_needs_and_this_reader_lacks_is_named() {
    let refused = |actions: Vec<Value>| {
        let folder = TempDir::new().unwrap();
        write(&folder.path().join("a.parquet"), &batch(spark(), &records()), plain());
        delta(folder.path(), &[(0, actions)]);
        let (events, summaries) = read(folder.path());
        assert!(events.is_empty());
        summaries[0].problem.as_ref().unwrap().to_string()
    };
    let mut vectors = add("a.parquet");
    vectors["add"]["deletionVector"] =
        json!({"storageType": "u", "pathOrInlineDv": "x", "sizeInBytes": 1, "cardinality": 1});
    assert!(refused(vec![protocol(), vectors]).contains("deletion vectors"));
    let mapping = json!({"metaData": {"id": "1", "configuration": {"delta.columnMapping.mode": "name"}}});
    assert!(refused(vec![protocol(), mapping, add("a.parquet")]).contains("column mapping"));
    let newer = json!({"protocol": {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["deletionVectors", "teleport"]}});
    assert!(refused(vec![newer, add("a.parquet")]).contains("the feature teleport"));
    assert!(refused(vec![protocol(), add("s3://elsewhere/a.parquet")]).contains("outside its folder"));
    assert!(refused(vec![protocol(), add("../a.parquet")]).contains("outside its folder"));
}

// CSV.

const COLUMNS: [&str; 12] = [
    "workspace_id",
    "event_time",
    "source_ip_address",
    "user_agent",
    "user_identity",
    "service_name",
    "action_name",
    "request_id",
    "request_params",
    "response",
    "audit_level",
    "event_id",
];

pub(super) fn csv_of(names: &[String], rows: &[Value], delimiter: char, escape: &str) -> String {
    let cell = |v: &Value| {
        let text = match v {
            Value::Null => return String::new(),
            Value::String(s) => s.clone(),
            other => other.to_string(),
        };
        let text = if escape == "\\\"" { text.replace('\\', "\\\\") } else { text };
        if text.contains(['"', '\n', delimiter]) {
            format!("\"{}\"", text.replace('"', escape))
        } else {
            text
        }
    };
    let line = |cells: Vec<String>| cells.join(&delimiter.to_string()) + "\n";
    let mut out = line(names.to_vec());
    rows.iter()
        .for_each(|r| out += &line(names.iter().map(|n| cell(r.get(n).unwrap_or(&Value::Null))).collect()));
    out
}

pub(super) fn columns() -> Vec<String> {
    COLUMNS.map(str::to_owned).into()
}

fn same_from_text(name: &str, bytes: impl AsRef<[u8]>) {
    let folder = TempDir::new().unwrap();
    let path: PathBuf = folder.path().join("a.csv");
    fs::write(&path, bytes).unwrap();
    let (events, summaries) = read(&path);
    assert_eq!((&summaries[0].problem, summaries[0].tally.samples()), (&None, &[][..]), "{name}");
    assert_eq!(events.join("\n"), expected().join("\n"), "{name}");
}

fn plain_text(v: &Value) -> String {
    match v {
        Value::Null => "null".to_owned(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

/// Members in the order of the table's structs.
fn ordered(key: &str, v: &Value) -> Vec<(String, Value)> {
    let names: Vec<String> = match key {
        "user_identity" => vec!["email".to_owned(), "subject_name".to_owned()],
        "response" => ["status_code", "error_message", "result"].map(str::to_owned).into(),
        _ => v.as_object().unwrap().keys().cloned().collect(),
    };
    names.into_iter().map(|n| (n.clone(), v[&n].clone())).collect()
}

fn join(items: Vec<String>, open: &str, close: &str) -> String {
    format!("{open}{}{close}", items.join(", "))
}

pub(super) fn spark_cast(key: &str, v: &Value) -> String {
    let each = |(k, v): (String, Value)| {
        if key == "request_params" { format!("{k} -> {}", plain_text(&v)) } else { plain_text(&v) }
    };
    join(ordered(key, v).into_iter().map(each).collect(), "{", "}")
}

fn python(v: &Value) -> String {
    match v {
        Value::Null => "None".to_owned(),
        Value::String(s) => {
            format!("'{}'", s.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
        }
        other => other.to_string(),
    }
}

pub(super) fn python_cell(key: &str, v: &Value) -> String {
    let items = ordered(key, v);
    if key == "request_params" {
        join(items.iter().map(|(k, v)| format!("('{k}', {})", python(v))).collect(), "[", "]")
    } else {
        join(items.iter().map(|(k, v)| format!("{k}={}", python(v))).collect(), "Row(", ")")
    }
}

pub(super) fn pairs_cell(key: &str, v: &Value) -> String {
    if key != "request_params" {
        return v.to_string();
    }
    Value::Array(ordered(key, v).into_iter().map(|(k, v)| json!([k, v])).collect()).to_string()
}

pub(super) fn dict_cell(key: &str, v: &Value) -> String {
    join(ordered(key, v).iter().map(|(k, v)| format!("'{k}': {}", python(v))).collect(), "{", "}")
}

#[test]
fn csv_of_every_dialect() {
    let rows = records();
    let json = nested_as(&rows, &|_, v| v.to_string());
    for (name, cell) in [
        ("JSON text", (&|_: &str, v: &Value| v.to_string()) as &dyn Fn(&str, &Value) -> String),
        ("pairs", &pairs_cell),
        ("Spark casts", &spark_cast),
        ("Python rows", &python_cell),
        ("Python dicts", &dict_cell),
    ] {
        let rows = nested_as(&rows, cell);
        for delimiter in [',', ';', '\t', '|'] {
            same_from_text(name, csv_of(&columns(), &rows, delimiter, "\"\""));
        }
    }
    let text = csv_of(&columns(), &json, ',', "\"\"");
    same_from_text("Spark's backslashes", csv_of(&columns(), &json, ',', "\\\""));
    same_from_text("Windows", text.replace('\n', "\r\n"));
    same_from_text("byte order mark", format!("\u{feff}{text}"));
    same_from_text("sep=", format!("sep=,\r\n{text}"));
    let utf16 = |unit: fn(u16) -> [u8; 2]| {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect::<Vec<u8>>()
    };
    same_from_text("UTF-16 LE", utf16(u16::to_le_bytes));
    same_from_text("UTF-16 BE", utf16(u16::to_be_bytes));
    same_from_text("no last line end", text.trim_end());
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, text.as_bytes()).unwrap();
    same_from_text("gz", gz.finish().unwrap());
    let camel_rows = renamed(&nested_as(&renamed_members(&rows), &|_, v| v.to_string()), &camel);
    let camel_names: Vec<String> = columns().iter().map(|c| camel(c)).collect();
    same_from_text("camel case", csv_of(&camel_names, &camel_rows, ',', "\"\""));
    let (fields, rows) = flattened("_");
    let names: Vec<String> = fields.iter().map(|f| f.name().clone()).collect();
    same_from_text("flattened", csv_of(&names, &rows, ',', "\"\""));
}

pub(super) fn renamed_members(rows: &[Value]) -> Vec<Value> {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        for key in ["user_identity", "response"] {
            row[key] = row[key].as_object().unwrap().iter().map(|(k, v)| (camel(k), v.clone())).collect();
        }
    }
    rows
}

#[test]
fn chunks_of_a_long_csv_lose_and_double_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    let mut text =
        String::from("event_time;service_name;action_name;user_identity;request_params;event_id\n");
    for i in 0..20_000 {
        let noise = "x\n;\"\"".repeat(i % 40);
        writeln!(text, "2026-07-01T09:11:56Z;jobs;runNow;u@example.com;\"{{a -> {noise}}}\";e{i:05}")
            .unwrap();
    }
    assert!(text.len() > 1 << 20);
    fs::write(&path, &text).unwrap();
    let (events, summaries) = read(&path);
    assert_eq!((summaries[0].tally.rows, summaries[0].tally.bad), (20_000, 0));
    let ids: std::collections::BTreeSet<_> =
        events.iter().filter_map(|e| e.lines().find(|l| l.contains("event_id"))).collect();
    assert_eq!(ids.len(), 20_000);
}

#[test]
fn offsets_are_those_of_the_file_behind_bytes_that_are_no_text() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    let mut text = b"event_time,service_name,action_name,user_identity,event_id\n".to_vec();
    let add = |text: &mut Vec<u8>, user: &[u8]| {
        text.extend_from_slice(b"2026-07-01T09:11:56Z,jobs,runNow,");
        text.extend_from_slice(user);
        text.extend_from_slice(b"@example.com,e\n");
    };
    add(&mut text, b"a\xff\xfe");
    add(&mut text, b"b\xe2\x80");
    let offset = text.len() as u64;
    text.extend_from_slice(b"damaged\n");
    // The character that stands for damage is none where the file holds it.
    add(&mut text, "\u{fffd}".as_bytes());
    fs::write(&path, text).unwrap();
    let tally = &read(&path).1[0].tally;
    assert_eq!((tally.rows, tally.bad, tally.lossy_utf8), (3, 1, 2));
    assert_eq!(tally.samples()[0].offset, offset);
}

#[test]
fn csv_that_lacks_a_column_names_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    let all = nested_as(&records(), &|_, v| v.to_string());
    for (missing, name) in
        [("event_time", "event_time"), ("action_name", "action_name"), ("user_identity", "user_identity")]
    {
        let names: Vec<String> = columns().into_iter().filter(|c| c != missing).collect();
        fs::write(&path, csv_of(&names, &all, ',', "\"\"")).unwrap();
        let (events, summaries) = read(&path);
        assert!(events.is_empty());
        let said = summaries[0].problem.as_ref().unwrap().to_string();
        assert!(said.starts_with(&format!("lacks the column {name}; its columns are ")), "{said}");
    }
    fs::write(&path, "a,b\n1,2\n").unwrap();
    assert_eq!(read(&path).1[0].kind, FileKind::Unknown);
}

fn single(text: &str) -> (Vec<String>, InputSummary) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, text).unwrap();
    let (events, mut summaries) = read(&path);
    (events, summaries.remove(0))
}

#[test]
fn log_analytics_and_sentinel() {
    let (events, summary) = single(
        "TimeGenerated [UTC],OperationName,Category,Identity,SourceIPAddress,LogId,ServiceName,UserAgent,ActionName,RequestId,Response,RequestParams,_ResourceId\n\
         \"7/13/2026, 9:11:56.000 AM\",Microsoft.Databricks/accounts/tokenLogin,accounts,\"{\"\"email\"\":\"\"etl@example.com\"\",\"\"subjectName\"\":null}\",203.0.113.7:0,log1,accounts,python,tokenLogin,r1,\"{\"\"statusCode\"\":200}\",\"{\"\"user\"\":\"\"etl@example.com\"\",\"\"tokenId\"\":\"\"5f1c\"\"}\",/subscriptions/s/resourcegroups/r/providers/microsoft.databricks/workspaces/Prod\n",
    );
    assert_eq!(summary.kind.name(), "log-analytics-csv");
    assert_eq!(summary.tally.first.unwrap().to_string(), "2026-07-13T09:11:56Z");
    for part in [
        "whole_seconds: true",
        "workspace: \"prod\"",
        "token_id: \"5f1c\"",
        "identity: \"etl@example.com\"",
        "event_id: \"log1\"",
    ] {
        assert!(events[0].contains(part), "{part} in {}", events[0]);
    }
    let (_, summary) = single(
        "TimeGenerated,EventTime,ServiceName,ActionName,UserEmail,WorkspaceId,ResponseStatusCode,RequestParams\n\
         2026-08-01T00:00:00Z,2026-07-01T09:11:56.509Z,jobs,runNow,u@example.com,42,200,{}\n",
    );
    assert_eq!(
        summary.tally.first.unwrap().to_string(),
        "2026-07-01T09:11:56.509Z",
        "not the time of ingestion"
    );
    let (_, summary) =
        single("TimeGenerated [Local Time],ServiceName,ActionName,Identity\n7/13/2026,a,b,c\n");
    assert!(summary.problem.unwrap().to_string().contains("not UTC"));
    let (_, summary) =
        single("TimeGenerated [UTC],ServiceName,ActionName,Identity\n\"1/7/2026, 09:11:56\",a,b,c\n");
    assert!(summary.tally.samples()[0].reason.contains("cannot be told apart"));
}

#[test]
fn access_logs_as_csv() {
    let (events, summary) = single(
        "Timestamp,Method,URL,Status,Token ID,User-Agent\n2026-07-01T09:11:56Z,GET,/api/2.1/jobs/list?limit=1,403,5f1c,curl/8\n",
    );
    assert_eq!(summary.kind.name(), "access-log-csv");
    for part in
        ["method: \"GET\"", "/api/2.1/jobs/list?limit=1", "token_id: \"5f1c\"", "Denied", "agent: \"curl/8\""]
    {
        assert!(events[0].contains(part), "{part} in {}", events[0]);
    }
    let (_, summary) = single("time,method,path,status\n2026-07-01T09:11:56Z,GET,/api,200\n");
    assert!(summary.problem.unwrap().to_string().starts_with("lacks the column token_id (or principal);"));
}

#[derive(Default)]
struct Queries(Vec<(String, String, Outcome)>);

impl EventSink for Queries {
    fn event(&mut self, event: &Event<'_>) {
        let Request::Action { service, action } = &event.request else { return };
        assert_eq!((service.as_ref(), action.as_ref()), ("queryHistory", "query"));
        assert!(event.params.token_id.is_empty());
        self.0.push((event.identity.to_string(), event.agent.to_string(), event.outcome));
    }
}

#[test]
fn query_history_names_a_principal_and_its_client() {
    let folder = TempDir::new().unwrap();
    let rows = [
        json!({"statement_id": "s1", "workspace_id": "42", "executed_by": "bi@example.com", "executed_as": "sp", "client_application": "Tableau", "start_time": "2026-07-01T09:11:56.509Z", "execution_status": "FINISHED"}),
        json!({"statement_id": "s2", "workspace_id": "42", "executed_by": "bi@example.com", "executed_as": "sp", "client_application": "Tableau", "start_time": "2026-07-01T09:11:57.509Z", "execution_status": "FAILED"}),
    ];
    let names: Vec<String> = rows[0].as_object().unwrap().keys().cloned().collect();
    let csv = folder.path().join("a.csv");
    fs::write(&csv, csv_of(&names, &rows, ',', "\"\"")).unwrap();
    let file = folder.path().join("a.parquet");
    let time = Field::new("start_time", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true);
    write(&file, &batch(with(names.iter().map(|n| text(n)).collect(), time), &rows), plain());
    for (path, kind) in [(csv, "query-history-csv"), (file, "query-history-parquet")] {
        let inputs = expand(&[path]).inputs;
        let (sinks, summaries) = read_logs(&inputs, &ReadOptions::default(), &Silent, Queries::default);
        assert_eq!(summaries[0].kind.name(), kind);
        let mut rows: Vec<_> = sinks.into_iter().flat_map(|s| s.0).collect();
        rows.sort_by_key(|r| r.2);
        let row = |outcome| ("bi@example.com".to_owned(), "Tableau".to_owned(), outcome);
        assert_eq!(rows, [row(Outcome::Succeeded), row(Outcome::Failed)]);
    }
}

#[test]
#[ignore = "writes small Parquet files for the fuzzer to start from: SCOPECAST_SEEDS=DIR cargo test -- --ignored seeds_for_the_fuzzer"]
fn seeds_for_the_fuzzer() {
    let folder = PathBuf::from(std::env::var("SCOPECAST_SEEDS").unwrap());
    let codecs = [
        ("plain", Compression::UNCOMPRESSED),
        ("snappy", Compression::SNAPPY),
        ("zstd", Compression::ZSTD(ZstdLevel::default())),
        ("gzip", Compression::GZIP(GzipLevel::default())),
        ("lz4", Compression::LZ4_RAW),
    ];
    for (name, codec) in codecs {
        let properties = WriterProperties::builder().set_compression(codec).build();
        write(&folder.join(name), &batch(spark(), &records()), properties);
    }
    write(&folder.join("text"), &batch(all_text(), &nested_as(&records(), &|_, v| v.to_string())), plain());
}
