//! Throughput of the decoders on one core, over generated rows in memory: `cargo bench --bench decode`.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use scopecast::internals::decode::{
    Chunk, DecodeOptions, Decoder, Head, Hints, LogFormat, Recognised, Tally, text,
};
use scopecast::internals::event::{Event, EventSink};
use std::fmt::Write;
use std::path::Path;

const ROWS: usize = 10_000;

fn main() {
    divan::main();
}

/// Looks at every field, as a ledger would.
#[derive(Default)]
struct Sum(usize);

impl EventSink for Sum {
    fn event(&mut self, event: &Event<'_>) {
        self.0 +=
            event.agent.len() + event.identity.len() + event.workspace.len() + event.params.token_id.len();
        black_box(event);
    }
}

/// What differs from row to row; one in three is a token login.
struct Seed {
    time: i64,
    user: usize,
    login: bool,
}

fn seeds() -> impl Iterator<Item = Seed> {
    (0..ROWS).map(|i| Seed {
        time: 1_782_897_116_509 + i as i64 * 137,
        user: i * 7919 % 2000,
        login: i % 3 == 0,
    })
}

impl Seed {
    fn iso(&self) -> String {
        scopecast::internals::time::Time(self.time * 1000).to_string()
    }

    fn service(&self) -> (&'static str, &'static str) {
        if self.login { ("accounts", "tokenLogin") } else { ("jobs", "runNow") }
    }

    fn params(&self) -> String {
        let user = self.user;
        if self.login {
            format!(
                r#"{{"user":"etl-{user}@example.com","tokenId":"{user:064x}","authenticationMethod":"API_EXT_PAT_TOKEN"}}"#
            )
        } else {
            format!(
                r#"{{"job_id":"{user}","notebook_params":"{{\"day\":\"2026-07-01\",\"source\":\"s3://bucket/landing/{user}\"}}","runId":"{user}99","idempotency_token":"a-{user}","jobTriggerType":"manual","jobTaskType":"notebook","jobClusterType":"new","commandText":"{sql}"}}"#,
                sql = "select a, b, c from catalog.schema.table where day = current_date() and region in ('eu', 'us') ".repeat(3),
            )
        }
    }

    fn agent(&self) -> String {
        format!(
            "cli/1.1.0 databricks-sdk-go/0.120.0 go/1.25.1 os/linux cmd/jobs_list cmd-exec-id/{:08x}-0f5e-4b9e-9a53-2f1f0a1b2c3d auth/pat",
            self.time as u32
        )
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn system_table(text_cells: bool) -> String {
    let cell = |json: String| if text_cells { quoted(&json) } else { json };
    seeds().fold(String::new(), |mut out, s| {
        let (service, action) = s.service();
        let time = s.iso();
        let identity = cell(format!(r#"{{"email":"etl-{}@example.com","subject_name":null}}"#, s.user));
        let status = if text_cells { "\"200\"" } else { "200" };
        let response = cell(format!(r#"{{"status_code":{status},"error_message":null,"result":null}}"#));
        let params = cell(s.params());
        let metadata = cell(r#"{"run_by":null,"run_as":null,"acting_resource":null}"#.to_owned());
        let _ = writeln!(
            out,
            r#"{{"account_id":"0d1e2f30-1111-2222-3333-444455556666","workspace_id":"1234567890123456","version":"2.0","event_time":"{time}","event_date":"2026-07-01","source_ip_address":"203.0.113.7","user_agent":"{agent}","session_id":null,"user_identity":{identity},"service_name":"{service}","action_name":"{action}","request_id":"46e37143-0000-4000-8000-{id:012x}","request_params":{params},"response":{response},"audit_level":"WORKSPACE_LEVEL","event_id":"3dd93080-0000-3000-8000-{id:012x}","identity_metadata":{metadata}}}"#,
            agent = s.agent(),
            id = s.time,
        );
        out
    })
}

fn delivery() -> String {
    seeds().fold(String::new(), |mut out, s| {
        let (service, action) = s.service();
        let _ = writeln!(
            out,
            r#"{{"version":"2.0","auditLevel":"WORKSPACE_LEVEL","timestamp":{time},"accountId":"0d1e2f30-1111-2222-3333-444455556666","workspaceId":"1234567890123456","sourceIPAddress":"203.0.113.7","userAgent":"{agent}","sessionId":null,"userIdentity":{{"email":"etl-{user}@example.com"}},"serviceName":"{service}","actionName":"{action}","requestId":"46e37143-0000-4000-8000-{time:012x}","requestParams":{params},"response":{{"statusCode":200,"errorMessage":null,"result":"{{\"run_id\":9}}"}}}}"#,
            time = s.time,
            agent = s.agent(),
            user = s.user,
            params = s.params(),
        );
        out
    })
}

fn azure() -> String {
    seeds().fold(String::new(), |mut out, s| {
        let (service, action) = s.service();
        let identity = quoted(&format!(r#"{{"email":"etl-{}@example.com","subjectName":null}}"#, s.user));
        let _ = writeln!(
            out,
            r#"{{"resourceId":"/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.DATABRICKS/WORKSPACES/W","operationVersion":"1.0.0","identity":{identity},"operationName":"Microsoft.Databricks/{service}/{action}","time":"{time}Z","category":"{service}","properties":{{"sourceIPAddress":"203.0.113.7:0","logId":"87e1a69e-444a-434e-a0be-{id:012x}","serviceName":"{service}","userAgent":"{agent}","response":"{{\"statusCode\":200}}","sessionId":null,"actionName":"{action}","requestId":"0018d88c-2f52-4000-8000-{id:012x}","requestParams":{params}}},"Host":"0520-070249-abcdefgh-10-139-96-0"}}"#,
            time = &s.iso()[..19],
            id = s.time,
            agent = s.agent(),
            params = quoted(&s.params()),
        );
        out
    })
}

fn access_log() -> String {
    seeds().fold(String::new(), |mut out, s| {
        let _ = writeln!(
            out,
            r#"{{"time":"{time}","client_ip":"10.0.0.{ip}","method":"GET","path":"/api/2.1/jobs/get?job_id={user}","status":200,"bytes":5120,"duration_ms":17,"token_id":"{user:064x}","principal":"etl-{user}@example.com","user_agent":"{agent}"}}"#,
            time = s.iso(),
            ip = s.user % 200,
            user = s.user,
            agent = s.agent(),
        );
        out
    })
}

fn run(bencher: Bencher<'_, '_>, format: LogFormat, data: &str) {
    const CHUNK: usize = 512 << 10;
    let head = Head {
        bytes: &data.as_bytes()[..data.len().min(64 << 10)],
        end: false,
        path: Path::new("-"),
        fields: &[],
    };
    let recognised = Recognised::assumed(format, &head).unwrap();
    let Ok(Decoder::Text(decoder)) = text(recognised, &DecodeOptions::default()) else { return };
    let hints = Hints::default();
    let decode = || {
        let (mut sum, mut tally, mut rest) = (Sum::default(), Tally::default(), data.as_bytes());
        while !rest.is_empty() {
            let end =
                rest[..rest.len().min(CHUNK)].iter().rposition(|b| *b == b'\n').map_or(rest.len(), |n| n + 1);
            let (bytes, left) = rest.split_at(end);
            decoder.decode(Chunk { bytes, offset: 0, hints: &hints }, &mut sum, &mut tally);
            rest = left;
        }
        (tally, sum.0)
    };
    let tally = decode().0;
    assert_eq!((tally.rows, tally.bad), (ROWS as u64, 0));
    bencher.counter(BytesCount::new(data.len())).counter(ItemsCount::new(ROWS)).bench_local(decode);
}

#[divan::bench]
fn system_table_objects(bencher: Bencher<'_, '_>) {
    run(bencher, LogFormat::SystemTableJson, &system_table(false));
}

#[divan::bench]
fn system_table_text_cells(bencher: Bencher<'_, '_>) {
    run(bencher, LogFormat::SystemTableJson, &system_table(true));
}

#[divan::bench]
fn delivery_lines(bencher: Bencher<'_, '_>) {
    run(bencher, LogFormat::DeliveryJson, &delivery());
}

#[divan::bench]
fn azure_diagnostics(bencher: Bencher<'_, '_>) {
    run(bencher, LogFormat::AzureJson, &azure());
}

#[divan::bench]
fn access_log_lines(bencher: Bencher<'_, '_>) {
    run(bencher, LogFormat::AccessLogJson, &access_log());
}
