//! Throughput of the table decoders on one core: Parquet with and without the request parameters, and CSV.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use arrow::array::TimestampMicrosecondArray;
use arrow::array::{ArrayRef, Int32Array, MapBuilder, RecordBatch, StringArray, StringBuilder, StructArray};
use arrow::datatypes::{DataType, Field};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use parquet::arrow::ArrowWriter;
use scopecast::internals::decode::{
    Chunk, DecodeOptions, Decoder, Head, Hints, LogFormat, Recognised, Tally, table, text,
};
use scopecast::internals::event::{Event, EventSink};
use std::path::Path;
use std::sync::Arc;

const ROWS: usize = 20_000;

fn main() {
    divan::main();
}

#[derive(Default)]
struct Sum(usize);

impl EventSink for Sum {
    fn event(&mut self, event: &Event<'_>) {
        self.0 += event.agent.len() + event.workspace.len() + event.params.token_id.len();
        black_box(event);
    }
}

/// Rows of SQL, of which one in `logins` is a token login.
fn batch(logins: usize) -> RecordBatch {
    let text = |f: &dyn Fn(usize) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values((0..ROWS).map(f)))
    };
    let login = |i: usize| i.is_multiple_of(logins);
    let mut params = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for i in 0..ROWS {
        let pairs = if login(i) {
            [("user", "etl@example.com".to_owned()), ("tokenId", format!("{i:064x}"))]
        } else {
            [("commandId", format!("{i:032x}")), ("commandText", format!("select {i} from t ").repeat(60))]
        };
        for (key, value) in pairs {
            params.keys().append_value(key);
            params.values().append_value(value);
        }
        params.append(true).unwrap();
    }
    let identity = StructArray::from(vec![(
        Arc::new(Field::new("email", DataType::Utf8, true)),
        text(&|i| format!("u{}@example.com", i % 50)),
    )]);
    let response = StructArray::from(vec![(
        Arc::new(Field::new("status_code", DataType::Int32, true)),
        Arc::new(Int32Array::from(vec![200; ROWS])) as ArrayRef,
    )]);
    let times = (0..ROWS as i64).map(|i| 1_782_897_116_509_000 + i * 137_000);
    RecordBatch::try_from_iter([
        ("workspace_id", text(&|_| "1234567890123456".to_owned())),
        ("event_time", Arc::new(TimestampMicrosecondArray::from_iter_values(times)) as ArrayRef),
        ("source_ip_address", text(&|i| format!("203.0.113.{}", i % 200))),
        ("user_agent", text(&|i| format!("PyDatabricksSqlConnector/4.0.{}", i % 9))),
        ("user_identity", Arc::new(identity)),
        ("service_name", text(&|i| if login(i) { "accounts" } else { "databrickssql" }.to_owned())),
        ("action_name", text(&|i| if login(i) { "tokenLogin" } else { "commandSubmit" }.to_owned())),
        ("request_params", Arc::new(params.finish())),
        ("response", Arc::new(response)),
        ("event_id", text(&|i| format!("{i:032x}"))),
    ])
    .unwrap()
}

fn parquet(bencher: Bencher<'_, '_>, logins: usize) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let rows = batch(logins);
    let mut writer = ArrowWriter::try_new(file.reopen().unwrap(), rows.schema(), None).unwrap();
    writer.write(&rows).unwrap();
    writer.close().unwrap();
    let Decoder::Table(decoder) = table(LogFormat::Parquet, file.path(), &Hints::default()).unwrap().1 else {
        return;
    };
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let (mut sink, mut tally) = (Sum::default(), Tally::default());
        (0..decoder.parts()).for_each(|part| decoder.decode(part, &mut sink, &mut tally).unwrap());
        assert_eq!(tally.rows as usize, ROWS);
        sink.0
    });
}

/// All rows are logins: every row's request parameters are read.
#[divan::bench]
fn parquet_every_row_needs_params(bencher: Bencher<'_, '_>) {
    parquet(bencher, 1);
}

/// One login in ten rows.
#[divan::bench]
fn parquet_few_rows_need_params(bencher: Bencher<'_, '_>) {
    parquet(bencher, 10);
}

/// One login in the whole group: the rest of the request parameters is skipped.
#[divan::bench]
fn parquet_one_row_needs_params(bencher: Bencher<'_, '_>) {
    parquet(bencher, ROWS);
}

#[divan::bench]
fn csv(bencher: Bencher<'_, '_>) {
    let mut all = String::from(
        "event_time,workspace_id,user_agent,user_identity,service_name,action_name,request_params,event_id\n",
    );
    for i in 0..ROWS {
        let sql = format!("select {i} from t ").repeat(60);
        let (action, params) = match i % 3 {
            0 => (
                "accounts,tokenLogin",
                format!("{{\"\"user\"\":\"\"etl@example.com\"\",\"\"tokenId\"\":\"\"{i:064x}\"\"}}"),
            ),
            _ => ("databrickssql,commandSubmit", format!("{{\"\"commandText\"\":\"\"{sql}\"\"}}")),
        };
        all += &format!(
            "2026-07-01T09:11:56.509Z,1,python/3,\"{{\"\"email\"\":\"\"u@example.com\"\"}}\",{action},\"{params}\",e{i}\n"
        );
    }
    let head = Head { bytes: &all.as_bytes()[..1 << 16], end: false, path: Path::new("x"), fields: &[] };
    let recognised = Recognised::assumed(LogFormat::SystemTableCsv, &head).unwrap();
    let Decoder::Text(decoder) = text(recognised, &DecodeOptions::default()).unwrap() else {
        return;
    };
    bencher.counter(divan::counter::BytesCount::of_str(&all)).counter(ItemsCount::new(ROWS)).bench_local(
        || {
            let (mut sink, mut tally) = (Sum::default(), Tally::default());
            let cut = decoder.cutter().cut(all.as_bytes(), true);
            let bytes = &all.as_bytes()[cut.skip..cut.skip + cut.take];
            decoder.decode(Chunk { bytes, offset: 0, hints: &Hints::default() }, &mut sink, &mut tally);
            assert_eq!(tally.rows as usize, ROWS);
            sink.0
        },
    );
}
