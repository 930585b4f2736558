//! Reading inputs: what is recognised, what is counted, what is refused, and that threads change nothing.

use scopecast::internals::decode::{DecodeOptions, FileKind, LogFormat};
use scopecast::internals::event::{Event, EventSink, Request};
use scopecast::internals::progress::Silent;
use scopecast::internals::read::{InputSummary, ReadOptions, ReadStatus, read_logs};
use scopecast::internals::source::{Input, InputOrigin, expand};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Every event as one line.
#[derive(Default)]
struct Lines(Vec<String>);

impl EventSink for Lines {
    fn event(&mut self, e: &Event<'_>) {
        let what = match &e.request {
            Request::Action { service, action } => format!("{service}/{action}"),
            Request::Http { method, path, token_id } => format!("{method} {path} {token_id}"),
        };
        let slack = if e.whole_seconds { "~" } else { "" };
        self.0.push(format!("{}{slack} {} {} {what} {:?}", e.time, e.workspace, e.identity, e.outcome));
    }
}

fn read_with(inputs: &[Input], options: &ReadOptions) -> (Vec<String>, Vec<InputSummary>) {
    let (sinks, summaries) = read_logs(inputs, options, &Silent, Lines::default);
    let mut lines: Vec<String> = sinks.into_iter().flat_map(|s| s.0).collect();
    lines.sort();
    (lines, summaries)
}

fn read_bytes(bytes: impl Into<Vec<u8>>) -> (Vec<String>, InputSummary) {
    let (lines, mut summaries) =
        read_with(&[Input::at(InputOrigin::Memory(bytes.into()))], &ReadOptions::default());
    (lines, summaries.remove(0))
}

fn broken(name: &str) -> InputSummary {
    broken_with(name, &ReadOptions::default())
}

fn broken_with(name: &str, options: &ReadOptions) -> InputSummary {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/broken").join(name);
    let (lines, mut summaries) = read_with(&expand(&[path]).inputs, options);
    assert_eq!(lines.len() as u64, summaries[0].tally.rows, "{name}");
    summaries.remove(0)
}

/// ReadStatus, rows, refused rows, and the first message.
fn told(s: &InputSummary) -> (ReadStatus, u64, u64, String) {
    let sample = s.tally.samples().first().map(|b| format!("byte {}: {}: {}", b.offset, b.reason, b.excerpt));
    let message = s.problem.as_ref().map(ToString::to_string).or(sample).unwrap_or_default();
    (s.status(), s.tally.rows, s.tally.bad, message)
}

fn row(i: usize) -> String {
    format!(
        r#"{{"timestamp":{},"workspaceId":"1234567890123456","userIdentity":{{"email":"etl@example.com"}},"serviceName":"jobs","actionName":"runNow","requestId":"r-{i}","requestParams":{{"job_id":"{i}"}},"response":{{"statusCode":200}}}}"#,
        1_782_897_116_509_u64 + i as u64
    )
}

#[test]
fn broken_files_say_what_is_wrong_and_give_what_is_good() {
    let s = broken("three-bad-lines.json");
    assert_eq!(
        told(&s),
        (
            ReadStatus::Incomplete,
            4,
            3,
            r#"byte 341: has a line break inside a string: {"timestamp":1782897116509,"serviceName":"jobs","actio"#
                .to_owned()
        )
    );
    let reasons: Vec<_> = s.tally.samples().iter().map(|b| &*b.reason).collect();
    assert_eq!(reasons, ["has a line break inside a string", "is not valid JSON", "has no time"]);

    let s = broken("text.log");
    assert_eq!((s.status(), s.kind), (ReadStatus::Unusable, FileKind::Unknown));
    assert!(
        told(&s).3.starts_with("is in no known format. Known are system.access.audit as JSON"),
        "{:?}",
        told(&s)
    );

    let s = broken("truncated.json.gz");
    let (status, rows, bad, message) = told(&s);
    assert_eq!((status, bad), (ReadStatus::Incomplete, 0));
    assert!(rows > 100 && rows < 400, "{rows}");
    assert!(message.starts_with("the compressed data is damaged or cut off"), "{message}");

    assert_eq!(told(&broken("empty.json")).0, ReadStatus::Empty);
    assert_eq!(
        told(&broken("records-not-a-list.json")),
        (
            ReadStatus::Unusable,
            0,
            1,
            r#"byte 0: wraps records that are not a list: {"records":""}"#.to_owned()
        )
    );
}

#[test]
fn hostile_records_are_refused_alone() {
    let (status, rows, bad, message) = told(&broken("raw-newline.json"));
    assert_eq!((status, rows, bad), (ReadStatus::Incomplete, 2, 2));
    assert!(message.starts_with("byte 341: has a line break inside a string: "), "{message}");

    let s = broken("not-utf8.json");
    assert_eq!((s.status(), s.tally.rows, s.tally.lossy_utf8), (ReadStatus::Complete, 3, 1));

    assert_eq!(told(&broken("nul-bytes.json")).1, 2);
    let (_, rows, bad, message) = told(&broken("deep.json"));
    assert_eq!((rows, bad), (2, 1));
    assert!(message.starts_with("byte 341: is nested too deeply: "), "{message}");

    let s = broken("no-time.json");
    assert_eq!((s.status(), s.tally.rows, s.tally.bad, s.tally.first), (ReadStatus::Unusable, 0, 4, None));

    let (_, rows, bad, message) = told(&broken("terminal.json"));
    assert_eq!((rows, bad), (1, 1));
    assert_eq!(message, r#"byte 341: is not valid JSON: {"\u{1b}[31mred\u{1b}[0m":dapi…}"#);

    let (_, rows, bad, message) = told(&broken("array.json"));
    assert_eq!((rows, bad), (3, 1));
    assert!(message.contains("is no audit or access-log record"), "{message}");
    assert_eq!(told(&broken("broken-in-array.json")).1, 2);
}

#[test]
fn of_a_key_that_comes_twice_the_last_value_counts_and_case_matters() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/broken/duplicate-keys.json");
    let (lines, _) = read_with(&expand(&[path]).inputs, &ReadOptions::default());
    assert_eq!(lines, ["2026-07-01T09:11:56.509Z 1234567890123456 etl@example.com jobs/delete Succeeded"]);
}

#[test]
fn a_record_over_the_limit_is_refused_with_its_place_and_the_rest_is_read() {
    let mut options = ReadOptions::default();
    options.limits.record = 1000;
    // Memory and packed files come as a stream.
    for end in ["\n", ""] {
        let long = format!(r#"{{"timestamp":1782897116509,"x":"{}"}}"#, "y".repeat(2 << 20));
        let text = format!("{}\n{long}\n{}\n{}{end}", row(0), row(1), row(2));
        let (lines, s) = read_with(&[Input::at(InputOrigin::Memory(text.clone().into()))], &options);
        assert_eq!((lines.len(), s[0].status()), (3, ReadStatus::Incomplete), "{:?}", s[0]);
        let expected = format!(
            "the record at byte {} is longer than 1000 bytes. Raise --max-record, or export with one record per line.",
            row(0).len() + 1
        );
        assert_eq!(told(&s[0]).3, expected);

        let list = format!("[{},{long},{},{}]", row(0), row(1), row(2));
        let (lines, s) = read_with(&[Input::at(InputOrigin::Memory(list.into()))], &options);
        assert_eq!((lines.len(), s[0].status()), (3, ReadStatus::Incomplete), "{:?}", s[0]);

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("long.json");
        fs::write(&path, text).unwrap();
        let (lines, s) = read_with(&expand(&[path]).inputs, &options);
        assert_eq!((lines.len(), told(&s[0]).3), (3, expected));
    }
}

#[test]
fn one_story_in_every_wrapping() {
    let rows: Vec<String> = (0..5000).map(row).collect();
    let (expected, s) = read_bytes(rows.join("\n"));
    assert_eq!(
        (expected.len(), s.status(), s.kind),
        (5000, ReadStatus::Complete, FileKind::Log(LogFormat::DeliveryJson))
    );
    let pretty = |text: &str| {
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(text).unwrap()).unwrap()
    };
    let list = format!("[{}]", rows.join(","));
    let wrapped = format!(r#"{{"records":{list},"count":5000,"next":null}}"#);
    let hub: String = rows.chunks(10).map(|r| format!("{{\"records\":[{}]}}\n", r.join(","))).collect();
    let utf16: Vec<u8> =
        format!("\u{feff}{}", rows.join("\r\n")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("newline at the end", format!("{}\n", rows.join("\r\n")).into_bytes()),
        ("byte order mark", format!("\u{feff}{}", rows.join("\n")).into_bytes()),
        ("list on one line", list.clone().into_bytes()),
        ("list, a record a line", format!("[\n{}\n]\n", rows.join(",\n")).into_bytes()),
        ("pretty list", pretty(&list).into_bytes()),
        ("wrapped", wrapped.clone().into_bytes()),
        ("wrapped, pretty", pretty(&wrapped).into_bytes()),
        ("wrapped, many", hub.into_bytes()),
        ("one behind the other", rows.concat().into_bytes()),
        (
            "pretty, one behind the other",
            rows.iter().map(|r| pretty(r)).collect::<Vec<_>>().join("\n").into_bytes(),
        ),
        ("UTF-16", utf16),
        ("gzip", gzip(&[rows.join("\n").as_bytes()])),
        (
            "gzip of two members",
            gzip(&[rows[..2500].join("\n").as_bytes(), b"\n", rows[2500..].join("\n").as_bytes()]),
        ),
        ("zstd", zstd::encode_all(rows.join("\n").as_bytes(), 3).unwrap()),
        ("bzip2", bzip2(list.as_bytes())),
    ] {
        let (lines, s) = read_bytes(bytes);
        assert_eq!(
            (s.tally.rows, s.tally.bad, s.status()),
            (5000, 0, ReadStatus::Complete),
            "{name}: {:?}",
            s.tally.samples()
        );
        assert_eq!(lines, expected, "{name}");
    }
}

fn gzip(members: &[&[u8]]) -> Vec<u8> {
    let member = |bytes: &&[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    members.iter().flat_map(member).collect()
}

/// One member, as small as can be.
fn gzip_best(parts: &[&[u8]]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    parts.iter().for_each(|p| packer.write_all(p).unwrap());
    packer.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn threads_and_ranges_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for i in 0..9000 {
        text += &if i % 1000 == 7 { format!("broken {i}") } else { row(i) };
        text += if i % 3 == 0 { "\r\n" } else { "\n" };
    }
    fs::write(dir.path().join("plain.json"), &text).unwrap();
    fs::write(dir.path().join("packed.json"), gzip(&[text.as_bytes()])).unwrap();
    fs::write(
        dir.path().join("list.json"),
        format!("[{}]", (0..3000).map(row).collect::<Vec<_>>().join(",\n")),
    )
    .unwrap();
    let inputs = expand(&[dir.path().to_owned()]).inputs;
    let results: Vec<_> = [1, 2, 16]
        .map(|n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| read_with(&inputs, &ReadOptions::default()))
        })
        .into();
    let (lines, summaries) = &results[0];
    assert_eq!(lines.len(), 2 * 8991 + 3000);
    assert_eq!(summaries[1].tally, summaries[2].tally, "packed and plain");
    assert_eq!(
        summaries[1].tally.samples()[0].offset,
        (0..7).map(|i| row(i).len() as u64 + 1 + u64::from(i % 3 == 0)).sum::<u64>()
    );
    assert!(results.iter().all(|r| r == &results[0]));
}

#[test]
fn every_shape_gives_the_same_event() {
    let system = r#"{"workspace_id":"42","event_time":"2026-07-01T09:11:56.509Z","source_ip_address":"203.0.113.7","user_agent":"x","user_identity":{"email":"etl@example.com"},"service_name":"jobs","action_name":"runNow","request_params":{"job_id":"1"},"response":{"status_code":403,"error_message":"no"},"event_id":"e"}"#;
    let text = r#"{"workspace_id":"42","event_time":"2026-07-01 09:11:56.509","source_ip_address":"203.0.113.7","user_agent":"x","user_identity":"{\"email\":\"etl@example.com\"}","service_name":"jobs","action_name":"runNow","request_params":"{\"job_id\":\"1\"}","response":"{\"status_code\":\"403\",\"error_message\":\"no\"}","event_id":"e"}"#;
    let delivery = r#"{"workspaceId":42,"timestamp":1782897116509,"userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"runNow","response":{"statusCode":403}}"#;
    let sentinel = r#"{"TimeGenerated":"2026-07-09T00:00:00Z","EventTime":"2026-07-01T09:11:56.509Z","WorkspaceId":"42","ServiceName":"jobs","ActionName":"runNow","UserEmail":"etl@example.com","ResponseStatusCode":"403"}"#;
    for (json, format) in [
        (system, LogFormat::SystemTableJson),
        (text, LogFormat::SystemTableJson),
        (delivery, LogFormat::DeliveryJson),
        (sentinel, LogFormat::AzureJson),
    ] {
        let (lines, s) = read_bytes(json);
        assert_eq!(lines, ["2026-07-01T09:11:56.509Z 42 etl@example.com jobs/runNow Denied"], "{json}");
        assert_eq!(s.kind, FileKind::Log(format));
    }
    let azure = r#"{"resourceId":"/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.DATABRICKS/WORKSPACES/MyWs","identity":"{\"email\":\"etl@example.com\"}","operationName":"Microsoft.Databricks/jobs/runNow","time":"2026-07-01T09:11:56Z","category":"jobs","properties":{"serviceName":"jobs","actionName":"runNow","logId":"e","response":"{\"statusCode\":403}","requestParams":"{}"}}"#;
    let (lines, s) = read_bytes(azure);
    assert_eq!(lines, ["2026-07-01T09:11:56Z~ myws etl@example.com jobs/runNow Denied"]);
    assert_eq!(s.kind, FileKind::Log(LogFormat::AzureJson));
}

#[test]
fn account_rows_belong_to_the_workspace_they_name() {
    let (lines, _) = read_bytes(
        r#"{"event_time":"2026-07-01T09:11:56Z","workspace_id":"0","service_name":"unityCatalog","action_name":"getTable","request_params":{"workspace_id":"77"}}
{"event_time":"2026-07-01T09:11:57Z","workspace_id":"0","service_name":"accounts","action_name":"login","request_params":{"workspace_id":"0"}}
{"event_time":"2026-07-01T09:11:58Z","workspace_id":"42","service_name":"accounts","action_name":"login","request_params":{"workspace_id":"77"}}
{"event_time":"2026-07-01T09:11:59Z","workspace_id":"42","service_name":"jobs","action_name":"list","request_params":{"workspace_id":"77"}}"#,
    );
    assert_eq!(lines[0], "2026-07-01T09:11:56Z 77  unityCatalog/getTable Succeeded");
    assert_eq!(lines[1], "2026-07-01T09:11:57Z 0  accounts/login Succeeded");
    assert_eq!(lines[2], "2026-07-01T09:11:58Z 77  accounts/login Succeeded");
    assert_eq!(
        lines[3], "2026-07-01T09:11:59Z 42  jobs/list Succeeded",
        "another workspace is only spoken of"
    );
}

#[test]
fn access_logs_are_read_under_usual_and_mapped_names() {
    let usual = r#"{"@timestamp":"2026-07-01T09:11:56.5Z","http_method":"GET","url":"/api/2.1/jobs/list","status_code":"200","token_id":"ab","user":"u@example.com"}"#;
    let (lines, s) = read_bytes(usual);
    assert_eq!(lines, ["2026-07-01T09:11:56.500Z  u@example.com GET /api/2.1/jobs/list ab Succeeded"]);
    assert_eq!(s.kind, FileKind::Log(LogFormat::AccessLogJson));

    let own = r#"{"when":1782897116.5,"req":{"m":"POST","p":"/api/2.1/jobs/run-now"},"res":{"code":403},"auth":{"pat":{"id":"cd"}}}"#;
    assert_eq!(read_bytes(own).1.status(), ReadStatus::Unusable);
    let fields = [
        ("time", "when"),
        ("method", "req.m"),
        ("path", "req.p"),
        ("status", "res.code"),
        ("token_id", "auth.pat.id"),
    ];
    let fields = fields.map(|(name, key)| (name.to_owned(), key.to_owned())).to_vec();
    let options = ReadOptions { decode: DecodeOptions { fields }, ..ReadOptions::default() };
    let (lines, _) = read_with(&[Input::at(InputOrigin::Memory(own.into()))], &options);
    assert_eq!(lines, ["2026-07-01T09:11:56.500Z   POST /api/2.1/jobs/run-now cd Denied"]);
}

#[test]
fn a_folder_may_hold_everything() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let no_workspace = row(1).replace(r#""workspaceId":"1234567890123456","#, "");
    write("workspaceId=99/date=2026-07-01/auditlogs_1.json", &no_workspace);
    write("workspaceId=99/date=2026-07-01/_SUCCESS", "");
    write(".hidden.json", &row(2));
    write(
        "tokens.json",
        r#"[{"token_id":"5f","comment":"airflow","creation_time":1765000000000,"expiry_time":-1}]"#,
    );
    write("tokens-rest.txt", "{\"token_infos\": [\n {\"token_id\":\"5f\"}]}");
    write("users.json", r#"[{"id":"1","userName":"etl@example.com","displayName":"ETL"}]"#);
    write("jobs.json", r#"[{"job_id":1,"settings":{"name":"close","schedule":{}}}]"#);
    write(
        "errors.log",
        "10:01 boom\n{\"error_code\":403,\"message\":\"Provided access token does not have required scopes: files [ReqId: x]\"}\n",
    );
    write("annotations.toml", "[[token]]\n");
    write("report.json", "{\n \"schema_version\": 1,\n \"run\": {}, \"findings\": []}");
    write("notes.txt", "remember the milk");
    write("a.zip", "PK\u{3}\u{4}...");
    let expanded = expand(&[dir.path().to_owned()]);
    assert_eq!(expanded.skipped, 2);
    let (lines, summaries) = read_with(&expanded.inputs, &ReadOptions::default());
    assert_eq!(lines, ["2026-07-01T09:11:56.510Z 99 etl@example.com jobs/runNow Succeeded"]);
    let kinds: Vec<_> = summaries
        .iter()
        .map(|s| (Path::new(&s.path).file_name().unwrap().to_str().unwrap(), s.kind.name(), s.status()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("a.zip", "unknown", ReadStatus::Unusable),
            ("annotations.toml", "annotations", ReadStatus::Complete),
            ("errors.log", "denials", ReadStatus::Complete),
            ("jobs.json", "jobs", ReadStatus::Complete),
            ("notes.txt", "unknown", ReadStatus::Unusable),
            ("report.json", "report", ReadStatus::Complete),
            ("tokens-rest.txt", "inventory", ReadStatus::Complete),
            ("tokens.json", "inventory", ReadStatus::Complete),
            ("users.json", "names", ReadStatus::Complete),
            ("auditlogs_1.json", "delivery-json", ReadStatus::Complete),
        ]
    );
    assert!(summaries[0].problem.as_ref().unwrap().to_string().contains("zip archive. Unpack it"));
    let tokens = expanded.inputs[7].read_all(1 << 20).unwrap();
    assert!(tokens.starts_with(b"[{\"token_id\""));
}

#[test]
fn what_cannot_be_opened_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("good.json"), row(0)).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("gone"), dir.path().join("dangling")).unwrap();
        fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"\xff\x1b[31m.json")), row(1)).unwrap();
    }
    let missing = dir.path().join("no-such-file.json");
    let none = dir.path().join("*.parquet");
    let expanded = expand(&[
        dir.path().to_owned(),
        missing,
        none,
        dir.path().join("good.json"),
        dir.path().join("g*.json"),
    ]);
    let (lines, summaries) = read_with(&expanded.inputs, &ReadOptions::default());
    assert_eq!(lines.len(), if cfg!(unix) { 2 } else { 1 });
    let problems: Vec<_> = summaries
        .iter()
        .filter_map(|s| {
            Some((PathBuf::from(&s.path).file_name()?.to_str()?.to_owned(), s.problem.as_ref()?.to_string()))
        })
        .collect();
    let of = |name: &str| &problems.iter().find(|(n, _)| n == name).unwrap().1;
    assert!(of("no-such-file.json").contains("there is no such file or folder"));
    assert!(of("*.parquet").contains("no file matches the pattern"));
    if cfg!(unix) {
        assert!(of("loop").contains("the link leads back to"));
        assert!(of("dangling").contains("No such file"));
        assert!(summaries.iter().any(|s| s.path.ends_with("\u{fffd}\\u{1b}[31m.json")));
        assert_eq!(summaries.len(), 7);
    }
}

#[test]
fn a_bomb_is_refused_after_the_limit() {
    let mut options = ReadOptions::default();
    options.limits.unpacked = 4 << 20;
    let spaces = vec![b' '; 1 << 20];
    let first = format!("{}\n", row(0));
    let mut members: Vec<&[u8]> = vec![first.as_bytes()];
    members.resize(30, &spaces);
    let (lines, s) = read_with(&[Input::at(InputOrigin::Memory(gzip_best(&members)))], &options);
    assert!(lines.len() <= 1);
    assert_eq!(
        told(&s[0]).3,
        "decompresses to more than 4194304 bytes from very little, as a bomb would. Raise --max-decompressed if it is genuine."
    );
}
