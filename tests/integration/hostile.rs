//! Input that is broken, or made to break a reader: for each case the exit code, what was read and the exact message, through
//! the real binary. Nothing here may crash, hang, fill the memory or pass in silence.

use super::common::{Ran, fixture, scopecast};
use serde_json::Value;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

const AS_OF: &str = "2026-07-03";

fn scan(path: &Path, more: &[&str]) -> Ran {
    let run = scopecast(["scan", "--as-of", AS_OF, "--format", "json"]).arg(path);
    more.iter().fold(run, |run, arg| run.arg(arg)).run()
}

/// Exit code, rows and refused rows, and the first message, on one line.
fn told(path: &Path, more: &[&str]) -> String {
    let ran = scan(path, more);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    let code = ran.code;
    if code == 4 {
        let line = ran.stderr.lines().find(|l| l.starts_with("  ")).unwrap_or(&ran.stderr);
        return format!("exit {code}: {}", line.trim().replace(path.to_str().unwrap_or("?"), "FILE"));
    }
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr));
    let inputs = report["inputs"].as_array().unwrap();
    let sum = |key: &str| inputs.iter().map(|i| i[key].as_u64().unwrap()).sum::<u64>();
    let problem = inputs.iter().find_map(|i| i["problem"].as_str().map(str::to_owned));
    let sample = inputs.iter().find_map(|i| i["samples"].get(0)).map(|s| {
        format!("byte {} {}: {}", s["offset"], s["reason"].as_str().unwrap(), s["excerpt"].as_str().unwrap())
    });
    let said = problem.into_iter().chain(sample).next().unwrap_or_else(|| "nothing to say".into());
    format!("exit {code}: {} rows, {} bad; {}", sum("rows"), sum("bad_rows"), clip(&said))
}

fn clip(text: &str) -> String {
    if text.chars().count() > 170 { text.chars().take(169).chain(['…']).collect() } else { text.to_owned() }
}

fn row_with(fields: &str) -> String {
    format!(
        r#"{{"workspaceId":"1","userIdentity":{{"email":"etl@example.com"}},"serviceName":"jobs","actionName":"runNow","response":{{"statusCode":200}},{fields}}}"#
    )
}

fn row(n: u64) -> String {
    row_with(&format!(r#""timestamp":{},"requestParams":{{"job_id":"{n}"}}"#, 1_782_897_116_509 + n))
}

/// A good row, the hostile one, a good row.
fn between(hostile: &str) -> Vec<u8> {
    format!("{}\n{hostile}\n{}\n", row(1), row(2)).into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A tar archive with one file, as far as its header goes.
fn tar(text: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 512];
    bytes[..8].copy_from_slice(b"log.json");
    bytes[257..262].copy_from_slice(b"ustar");
    bytes.extend_from_slice(text);
    bytes.resize(bytes.len().next_multiple_of(512) + 1024, 0);
    bytes
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Every case that is a file of given bytes.
fn files() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let good = row(1) + "\n";
    let long = format!(r#"{{"timestamp":1782897116509,"x":"{}"}}"#, "y".repeat(3 << 20));
    let deep = |open: &str| {
        row_with(&format!(r#""timestamp":1782897116509,"requestParams":{{"a":{}"#, open.repeat(100_000)))
    };
    let header = "event_time,service_name,action_name,user_identity,request_params\n";
    let csv = |line: &str| {
        format!("{header}2026-07-01T09:11:56Z,jobs,runNow,etl@example.com,{{}}\n{line}\n2026-07-01T09:11:57Z,jobs,runNow,etl@example.com,{{}}\n")
            .into_bytes()
    };
    vec![
        ("empty", Vec::new(), &[]),
        ("blanks only", b" \n\t\r\n".to_vec(), &[]),
        ("prose", b"these are not the logs you are looking for\n".to_vec(), &[]),
        ("random bytes", (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect(), &[]),
        ("zip", b"PK\x03\x04........".to_vec(), &[]),
        ("7z", b"7z\xbc\xaf\x27\x1c....".to_vec(), &[]),
        ("xz", b"\xfd7zXZ\0......".to_vec(), &[]),
        ("tar", tar(good.as_bytes()), &[]),
        ("tar.gz", gzip(&tar(good.as_bytes())), &[]),
        ("gzip cut off", gzip(between(&"x".repeat(9000)).as_slice())[..60].to_vec(), &[]),
        ("gzip with rubbish behind", [gzip(good.as_bytes()), b"rubbish".to_vec()].concat(), &[]),
        (
            "gzip bomb",
            gzip(&[good.as_bytes(), &vec![b' '; 32 << 20]].concat()),
            &["--max-decompressed", "1048576"],
        ),
        ("gzip bomb that is genuine", gzip(&[good.as_bytes(), &vec![b' '; 8 << 20]].concat()), &[]),
        ("parquet in gzip", gzip(b"PAR1............PAR1"), &[]),
        ("parquet cut off", b"PAR1............".to_vec(), &[]),
        ("one long line", between(&long), &["--max-record", "100000"]),
        (
            "a list of one long record",
            format!("[{},{long},{}]", row(1), row(2)).into_bytes(),
            &["--max-record", "100000"],
        ),
        ("depth bomb of objects", between(&deep(r#"{"a":"#)), &[]),
        ("depth bomb of lists", between(&deep("[")), &[]),
        (
            "text in text in text",
            between(&row_with(r#""timestamp":1782897116509,"userIdentity":"\"{\\\"email\\\":\\\"x\\\"}\"""#)),
            &[],
        ),
        ("NUL bytes", between("\0\0\0\0"), &[]),
        (
            "NUL in a value",
            between(&row_with("\"timestamp\":1782897116509,\"requestId\":\"a\\u0000b\"")),
            &[],
        ),
        (
            "no UTF-8 in a value",
            {
                let mut bytes = between(&row_with(r#""timestamp":1782897116509,"requestId":"a?b""#));
                let at = bytes.iter().position(|b| *b == b'?').unwrap();
                bytes[at] = 0xff;
                bytes
            },
            &[],
        ),
        ("a lone surrogate", between(&row_with(r#""timestamp":1782897116509,"requestId":"\ud800""#)), &[]),
        ("a key twice", between(&row_with(r#""timestamp":1782897116509,"actionName":"delete""#)), &[]),
        (
            "huge numbers",
            between(&row_with(
                r#""timestamp":1782897116509,"workspaceId":99999999999999999999999999,"response":{"statusCode":1e400}"#,
            )),
            &[],
        ),
        ("a time beyond all numbers", between(&row_with(r#""timestamp":1e400"#)), &[]),
        ("a time of 20 digits", between(&row_with(r#""timestamp":99999999999999999999"#)), &[]),
        ("the largest number as time", between(&row_with(r#""timestamp":9223372036854775807"#)), &[]),
        ("the smallest number as time", between(&row_with(r#""timestamp":-9223372036854775808"#)), &[]),
        ("the first day of all", between(&row_with(r#""timestamp":"0001-01-01T00:00:00Z""#)), &[]),
        ("the last day of all", between(&row_with(r#""timestamp":"9999-12-31T23:59:59.999999Z""#)), &[]),
        ("30 February", between(&row_with(r#""timestamp":"2026-02-30T00:00:00Z""#)), &[]),
        ("a negative epoch", between(&row_with(r#""timestamp":-1782897116509"#)), &[]),
        ("an epoch of seconds", between(&row_with(r#""timestamp":1782897116"#)), &[]),
        ("an epoch of nanoseconds", between(&row_with(r#""timestamp":1782897116509000000"#)), &[]),
        ("an epoch of 0", between(&row_with(r#""timestamp":0"#)), &[]),
        ("time null", between(&row_with(r#""timestamp":null"#)), &[]),
        ("time an object", between(&row_with(r#""timestamp":{"a":1}"#)), &[]),
        (
            "a line break inside a string",
            between(&row_with("\"timestamp\":1782897116509,\"requestId\":\"a\nb\"")),
            &[],
        ),
        ("half a record", between(r#"{"timestamp":1782897116509,"serviceName":"jobs","actio"#), &[]),
        ("brackets that do not match", between(r#"{"timestamp":1782897116509]}"#), &[]),
        ("terminal escapes", between("{\"\u{1b}]0;pwned\u{7}\u{1b}[31m\u{202e}\":1}"), &[]),
        ("markup", between("<script>alert(1)</script>"), &[]),
        ("a pasted token", between(r#"{"token":"dapi0123456789abcdef0123456789abcdef"}"#), &[]),
        ("records that are no list", br#"{"records":""}"#.to_vec(), &[]),
        ("a list of anything", b"[1,\"two\",null,[3]]".to_vec(), &[]),
        ("CSV with a quote left open", csv("2026-07-01T09:11:56Z,jobs,runNow,\"etl,{}"), &[]),
        ("CSV with too few cells", csv("2026-07-01T09:11:56Z,jobs"), &[]),
        ("CSV with too many cells", csv("2026-07-01T09:11:56Z,jobs,runNow,etl@example.com,{},,,,"), &[]),
        ("CSV with formulas", csv("=cmd|' /C calc'!A0,jobs,runNow,etl@example.com,{}"), &[]),
        (
            "CSV without action",
            b"event_time,service_name,user_identity\n2026-07-01T09:11:56Z,jobs,etl\n".to_vec(),
            &[],
        ),
        (
            "CSV without identity",
            b"event_time,service_name,action_name,user_agent\n2026-07-01T09:11:56Z,jobs,runNow,x\n".to_vec(),
            &[],
        ),
        ("CSV of a header alone", header.as_bytes().to_vec(), &[]),
        (
            "UTF-16 of an odd length",
            {
                let mut b = utf16(&(row(1) + "\n"));
                b.push(b'{');
                b
            },
            &[],
        ),
        (
            "UTF-16 of half a pair",
            {
                let mut b = utf16(&row(1));
                b.extend(0xd800_u16.to_le_bytes());
                b
            },
            &[],
        ),
    ]
}

#[test]
fn every_hostile_file_gets_its_message_and_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let mut table = String::new();
    for (name, bytes, options) in files() {
        fs::write(&path, bytes).unwrap();
        table += &format!("{name}: {}\n", told(&path, options));
    }
    assert!(!table.contains("0123456789abcdef") && !table.contains('\u{1b}'));
    insta::assert_snapshot!(table, @r##"
    empty: exit 4: FILE: is empty. Export it again, or leave it out.
    blanks only: exit 4: FILE: is empty. Export it again, or leave it out.
    prose: exit 4: FILE: is in no known format. Known are system.access.audit as JSON, CSV, Parquet or Delta, log delivery of AWS and GCP, Azure diagnostic settings and Log Analytics, HTTP access logs, system.query.history, token inventories, user and job lists, and client errors. Leave it out, or export it in one of these.
    random bytes: exit 4: FILE: is in no known format. Known are system.access.audit as JSON, CSV, Parquet or Delta, log delivery of AWS and GCP, Azure diagnostic settings and Log Analytics, HTTP access logs, system.query.history, token inventories, user and job lists, and client errors. Leave it out, or export it in one of these.
    zip: exit 4: FILE: is a zip archive. Unpack it and pass the folder.
    7z: exit 4: FILE: is a 7z archive. Unpack it and pass the folder.
    xz: exit 4: FILE: is compressed with xz, which is not supported. Pack it with gzip or zstd instead.
    tar: exit 4: FILE: is a tar archive. Unpack it and pass the folder.
    tar.gz: exit 4: FILE: is a tar archive. Unpack it and pass the folder.
    gzip cut off: exit 4: FILE: the compressed data is damaged or cut off (incomplete deflate stream); what stands before was read. Fetch the file again.
    gzip with rubbish behind: exit 3: 1 rows, 0 bad; the compressed data is damaged or cut off (unexpected end of file); what stands before was read. Fetch the file again.
    gzip bomb: exit 3: 1 rows, 0 bad; decompresses to more than 1048576 bytes from very little, as a bomb would. Raise --max-decompressed if it is genuine.
    gzip bomb that is genuine: exit 0: 1 rows, 0 bad; nothing to say
    parquet in gzip: exit 4: FILE: is a Parquet file inside a stream. Unpack it into a file: its index stands at the end.
    parquet cut off: exit 4: FILE: is a Parquet file that is cut off or damaged, for its directory at the end cannot be read (Parquet error: Invalid Parquet file. Corrupt footer). Fetch the file again.
    one long line: exit 3: 2 rows, 0 bad; the record at byte 193 is longer than 100000 bytes. Raise --max-record, or export with one record per line.
    a list of one long record: exit 3: 2 rows, 0 bad; the record at byte 193 is longer than 100000 bytes. Raise --max-record, or export with one record per line.
    depth bomb of objects: exit 3: 2 rows, 1 bad; byte 193 is nested too deeply: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"runNow","response":{"s…
    depth bomb of lists: exit 3: 2 rows, 1 bad; byte 193 is nested too deeply: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"runNow","response":{"s…
    text in text in text: exit 0: 3 rows, 0 bad; nothing to say
    NUL bytes: exit 3: 2 rows, 1 bad; byte 193 is not valid JSON: \0\0\0\0
    NUL in a value: exit 0: 3 rows, 0 bad; nothing to say
    no UTF-8 in a value: exit 0: 3 rows, 0 bad; nothing to say
    a lone surrogate: exit 0: 3 rows, 0 bad; nothing to say
    a key twice: exit 0: 3 rows, 0 bad; nothing to say
    huge numbers: exit 0: 3 rows, 0 bad; nothing to say
    a time beyond all numbers: exit 3: 2 rows, 1 bad; byte 193 has a time that cannot be read: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"runNow","response":{"s…
    a time of 20 digits: exit 3: 2 rows, 1 bad; byte 193 has a time that no log can have: before 2000 or after 2099: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"run…
    the largest number as time: exit 3: 2 rows, 1 bad; byte 193 has a time that no log can have: before 2000 or after 2099: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"run…
    the smallest number as time: exit 3: 2 rows, 1 bad; byte 193 has a time that no log can have: before 2000 or after 2099: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"run…
    the first day of all: exit 3: 2 rows, 1 bad; byte 193 has a time that no log can have: before 2000 or after 2099: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"run…
    the last day of all: exit 3: 2 rows, 1 bad; byte 193 has a time that no log can have: before 2000 or after 2099: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"run…
    30 February: exit 3: 2 rows, 1 bad; byte 193 has a time that cannot be read: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"runNow","response":{"s…
    a negative epoch: exit 3: 2 rows, 1 bad; byte 193 has a time that no log can have: before 2000 or after 2099: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"run…
    an epoch of seconds: exit 0: 3 rows, 0 bad; nothing to say
    an epoch of nanoseconds: exit 0: 3 rows, 0 bad; nothing to say
    an epoch of 0: exit 3: 2 rows, 1 bad; byte 193 has a time that cannot be read: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"runNow","response":{"s…
    time null: exit 3: 2 rows, 1 bad; byte 193 has no time: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"runNow","response":{"s…
    time an object: exit 3: 2 rows, 1 bad; byte 193 has a time that cannot be read: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"runNow","response":{"s…
    a line break inside a string: exit 3: 2 rows, 2 bad; byte 193 has a line break inside a string: {"workspaceId":"1","userIdentity":{"email":"etl@example.com"},"serviceName":"jobs","actionName":"runNow","response":{"s…
    half a record: exit 3: 2 rows, 1 bad; byte 193 has a line break inside a string: {"timestamp":1782897116509,"serviceName":"jobs","actio
    brackets that do not match: exit 3: 2 rows, 1 bad; byte 193 is not valid JSON: {"timestamp":1782897116509]}
    terminal escapes: exit 3: 2 rows, 1 bad; byte 193 is no audit or access-log record: {"\u{1b}]0;pwned\u{7}\u{1b}[31m\u{202e}":1}
    markup: exit 3: 2 rows, 1 bad; byte 193 is not valid JSON: <script>alert(1)</script>
    a pasted token: exit 3: 2 rows, 1 bad; byte 193 is no audit or access-log record: {"token":"dapi…"}
    records that are no list: exit 4: FILE: has 1 bad record, the first at byte 0: wraps records that are not a list
    a list of anything: exit 4: FILE: is in no known format. Known are system.access.audit as JSON, CSV, Parquet or Delta, log delivery of AWS and GCP, Azure diagnostic settings and Log Analytics, HTTP access logs, system.query.history, token inventories, user and job lists, and client errors. Leave it out, or export it in one of these.
    CSV with a quote left open: exit 3: 1 rows, 1 bad; byte 117 has more or fewer cells than the header: 2026-07-01T09:11:56Z,jobs,runNow,"etl,{}\n2026-07-01T09:11:57Z,jobs,runNow,etl@example.com,{}
    CSV with too few cells: exit 3: 2 rows, 1 bad; byte 117 has more or fewer cells than the header: 2026-07-01T09:11:56Z,jobs
    CSV with too many cells: exit 3: 2 rows, 1 bad; byte 117 has more or fewer cells than the header: 2026-07-01T09:11:56Z,jobs,runNow,etl@example.com,{},,,,
    CSV with formulas: exit 3: 2 rows, 1 bad; byte 117 has a time that cannot be read: =cmd|' /C calc'!A0,jobs,runNow,etl@example.com,{}
    CSV without action: exit 4: FILE: lacks the column action_name; its columns are event_time, service_name, user_identity. Export the table again with it.
    CSV without identity: exit 4: FILE: lacks the column user_identity; its columns are event_time, service_name, action_name, user_agent. Export the table again with it.
    CSV of a header alone: exit 4: FILE: taken as system-table-csv, without a row that could be used
    UTF-16 of an odd length: exit 3: 1 rows, 1 bad; byte 193 is not valid JSON: �
    UTF-16 of half a pair: exit 3: 1 rows, 1 bad; byte 192 is not valid JSON: �
    "##);
}

#[test]
fn every_broken_fixture_gets_its_message_and_exit_code() {
    let mut names: Vec<PathBuf> =
        fs::read_dir(fixture("broken")).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    let line = |p: &PathBuf| format!("{}: {}\n", p.file_name().unwrap().to_str().unwrap(), told(p, &[]));
    insta::assert_snapshot!(names.iter().map(line).collect::<String>(), @r#"
    array.json: exit 3: 3 rows, 1 bad; byte 837 is no audit or access-log record: {\n  "timestamp": "never"\n }
    broken-in-array.json: exit 3: 2 rows, 1 bad; byte 342 is not valid JSON: {"version":"2.0","auditLevel":"WORKSPACE_LEVEL","timestamp":1782897117509,"workspaceId":"1234567890123456","sourceIPAdd…
    deep.json: exit 3: 2 rows, 1 bad; byte 341 is nested too deeply: {"timestamp":1,"requestParams":{"a":[{"a":[{"a":[{"a":[{"a":[{"a":[{"a":[{"a":[{"a":[{"a":[{"a":[{"a":[{"a":[{"a":[{"a"…
    duplicate-keys.json: exit 0: 1 rows, 0 bad; nothing to say
    empty.json: exit 4: FILE: is empty. Export it again, or leave it out.
    no-time.json: exit 4: FILE: has 4 bad records, the first at byte 0: has a time that cannot be read
    not-utf8.json: exit 0: 3 rows, 0 bad; nothing to say
    nul-bytes.json: exit 3: 2 rows, 1 bad; byte 341 is not valid JSON: \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\…
    one-long-record.json: exit 0: 3 rows, 0 bad; nothing to say
    raw-newline.json: exit 3: 2 rows, 2 bad; byte 341 has a line break inside a string: {"version":"2.0","auditLevel":"WORKSPACE_LEVEL","timestamp":1782897117509,"workspaceId":"1234567890123456","sourceIPAdd…
    records-not-a-list.json: exit 4: FILE: has 1 bad record, the first at byte 0: wraps records that are not a list
    terminal.json: exit 3: 1 rows, 1 bad; byte 341 is not valid JSON: {"\u{1b}[31mred\u{1b}[0m":dapi…}
    text.log: exit 4: FILE: is in no known format. Known are system.access.audit as JSON, CSV, Parquet or Delta, log delivery of AWS and GCP, Azure diagnostic settings and Log Analytics, HTTP access logs, system.query.history, token inventories, user and job lists, and client errors. Leave it out, or export it in one of these.
    three-bad-lines.json: exit 3: 4 rows, 3 bad; byte 341 has a line break inside a string: {"timestamp":1782897116509,"serviceName":"jobs","actio
    truncated.json.gz: exit 3: 246 rows, 0 bad; the compressed data is damaged or cut off (incomplete deflate stream); what stands before was read. Fetch the file again.
    "#);
}

/// A line of 1 GB is looked for in steps and given up at the limit: a file of holes costs no disk.
#[test]
fn a_line_of_a_gigabyte_is_refused_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let mut file = File::create(&path).unwrap();
    write!(file, "{}\n{{\"timestamp\":1782897116509,\"serviceName\":\"jobs\",\"actionName\":\"", row(1))
        .unwrap();
    file.set_len(1 << 30).unwrap();
    insta::assert_snapshot!(told(&path, &["--max-record", "1048576"]), @"exit 3: 1 rows, 0 bad; the record at byte 193 is longer than 1048576 bytes. Raise --max-record, or export with one record per line.");
}

/// Packed, the same line comes as a stream: what does not end is dropped piece by piece, and the rows behind it are read.
#[test]
fn a_packed_line_without_end_is_dropped_piece_by_piece() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let mut packer = zstd::Encoder::new(File::create(&path).unwrap(), 1).unwrap();
    write!(packer, "{}\n{{\"timestamp\":1,\"x\":\"", row(1)).unwrap();
    (0..64).for_each(|_| packer.write_all(&vec![b'y'; 1 << 20]).unwrap());
    write!(packer, "\"}}\n{}\n", row(2)).unwrap();
    packer.finish().unwrap();
    insta::assert_snapshot!(told(&path, &["--max-record", "1048576"]), @"exit 3: 2 rows, 0 bad; the record at byte 193 is longer than 1048576 bytes. Raise --max-record, or export with one record per line.");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_opened_or_would_never_end_is_named() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let mut table = String::new();
    fs::create_dir(at("loop")).unwrap();
    fs::write(at("loop/good.json"), row(1)).unwrap();
    symlink(at("loop"), at("loop/again")).unwrap();
    symlink(at("gone"), at("loop/dangling")).unwrap();
    table +=
        &format!("symlink loop: {}\n", told(&at("loop"), &[]).replace(dir.path().to_str().unwrap(), "DIR"));
    symlink(at("self"), at("self")).unwrap();
    table += &format!("link to itself: {}\n", told(&at("self"), &[]));
    // Opens for nobody, not even for root.
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    table += &format!("unreadable: {}\n", told(&at("socket"), &[]));
    let name = std::ffi::OsStr::from_bytes(b"\xff\x1b[31m.json");
    fs::create_dir(at("names")).unwrap();
    fs::write(at("names").join(name), row(1) + "\nbroken\n").unwrap();
    let ran = scan(&at("names"), &[]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let shown = report["inputs"][0]["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    table += &format!(
        "a name that is no UTF-8: exit {}: {} rows; {shown}\n",
        ran.code, report["coverage"]["rows_read"]
    );
    fs::write(at("locked"), row(1)).unwrap();
    fs::set_permissions(at("locked"), fs::Permissions::from_mode(0o0)).unwrap();
    if File::open(at("locked")).is_err() {
        let said = told(&at("locked"), &[]);
        assert_eq!(
            said,
            "exit 4: FILE: cannot be read: Permission denied (os error 13). Check its permissions and that it is complete."
        );
    }
    insta::assert_snapshot!(table, @r#"
    symlink loop: exit 3: 1 rows, 0 bad; cannot be read: the link leads back to DIR/loop. Check its permissions and that it is complete.
    link to itself: exit 4: FILE: cannot be read: there is no such file or folder. Check its permissions and that it is complete.
    unreadable: exit 4: FILE: cannot be read: No such device or address (os error 6). Check its permissions and that it is complete.
    a name that is no UTF-8: exit 3: 1 rows; �\u{1b}[31m.json
    "#);
}

/// A log that its writer is not done with: what stands there when it is opened is read, and half a line is told, not lost.
#[test]
fn a_file_that_grows_while_it_is_read_is_read_as_far_as_it_went() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let lines: String = (0..20_000).map(|n| row(n) + "\n").collect();
    fs::write(&path, &lines).unwrap();
    let done = AtomicBool::new(false);
    let ran = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            let more = row(99_999) + "\n";
            while !done.load(Ordering::Relaxed) {
                // Half a line at a time.
                file.write_all(&more.as_bytes()[..40]).unwrap();
                file.write_all(&more.as_bytes()[40..]).unwrap();
            }
        });
        let ran = scan(&path, &[]);
        done.store(true, Ordering::Relaxed);
        ran
    });
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let number = |key: &str| report["coverage"][key].as_u64().unwrap();
    assert!(number("rows_read") >= 20_000 && number("bad_rows") <= 1, "{}", report["coverage"]);
    assert_eq!(ran.code, if number("bad_rows") == 0 { 0 } else { 3 });
}

/// The same text on standard input, which can be read only once and has no size.
#[test]
fn standard_input_is_as_robust_as_a_file() {
    let run = |bytes: Vec<u8>| {
        let ran = scopecast(["scan", "-", "--as-of", AS_OF, "--format", "json", "--max-record", "100000"])
            .stdin(bytes)
            .run();
        let line = ran.stderr.lines().find(|l| l.starts_with("  ")).map(|l| l.trim().to_owned());
        let report: Option<Value> = serde_json::from_str(&ran.stdout).ok();
        let seen =
            report.map(|r| format!("{} rows, {} bad", r["coverage"]["rows_read"], r["coverage"]["bad_rows"]));
        format!("exit {}: {}\n", ran.code, seen.or(line).unwrap_or_default())
    };
    let long = format!(r#"{{"timestamp":1782897116509,"x":"{}"}}"#, "y".repeat(3 << 20));
    let table = [
        Vec::new(),
        between("not json"),
        between(&long),
        gzip(&between("x")),
        tar(b"x"),
        b"PAR1....".to_vec(),
    ]
    .map(run)
    .concat();
    insta::assert_snapshot!(table, @r#"
    exit 4: -: is empty. Export it again, or leave it out.
    exit 3: 2 rows, 1 bad
    exit 3: 2 rows, 0 bad
    exit 3: 2 rows, 1 bad
    exit 4: -: is a tar archive. Unpack it and pass the folder.
    exit 4: -: is a Parquet file inside a stream. Unpack it into a file: its index stands at the end.
    "#);
}
