//! Logs: whatever the bytes, nothing panics, and however they arrive, the same rows come out.

use scopecast::internals::args::ReportArgs;
use scopecast::internals::decode::{
    self, Chunk, DecodeOptions, Decoder, FileKind, Guess, Head, Hints, LogFormat, Recognised, Tally,
    TextDecoder,
};
use scopecast::internals::event::{Event, EventSink};
use scopecast::internals::progress::Silent;
use scopecast::internals::read::{ReadOptions, read_logs};
use scopecast::internals::source::{Input, InputOrigin, Limits};
use scopecast::report::{self, RenderOptions};
use std::path::Path;

/// Events as text, in the order they came.
#[derive(Debug, Default, PartialEq, Eq)]
struct Events(Vec<String>);

impl EventSink for Events {
    fn event(&mut self, event: &Event<'_>) {
        self.0.push(format!("{event:?}"));
    }
}

fn head<'a>(bytes: &'a [u8], fields: &'a [(String, String)]) -> Head<'a> {
    Head { bytes, end: true, path: Path::new("-"), fields }
}

/// Hands the bytes over in steps, as a stream does, and decodes every cut on its own.
fn rows(decoder: &dyn TextDecoder, bytes: &[u8], step: usize) -> (Events, Tally) {
    let (mut events, mut tally, hints) = (Events::default(), Tally::default(), Hints::default());
    let mut cutter = decoder.cutter();
    let (mut pending, mut fed, mut offset) = (Vec::new(), 0, 0);
    loop {
        let next = bytes.len().min(fed + step);
        pending.extend_from_slice(&bytes[fed..next]);
        let end = next == fed;
        fed = next;
        let cut = cutter.cut(&pending, end);
        assert!(cut.skip + cut.take <= pending.len(), "a cut behind the end");
        let chunk = &pending[cut.skip..cut.skip + cut.take];
        if !chunk.is_empty() {
            let chunk = Chunk { bytes: chunk, offset: offset + cut.skip as u64, hints: &hints };
            decoder.decode(chunk, &mut events, &mut tally);
        }
        offset += (cut.skip + cut.take) as u64;
        pending.drain(..cut.skip + cut.take);
        if end {
            return (events, tally);
        }
    }
}

/// The first byte says how the rest arrives.
fn in_any_steps(format: LogFormat, bytes: &[u8], options: &DecodeOptions) {
    let Some((step, bytes)) = bytes.split_first() else { return };
    let Ok(recognised) = Recognised::assumed(format, &head(bytes, &options.fields)) else { return };
    let Ok(Decoder::Text(decoder)) = decode::text(recognised, options) else { return };
    let (whole, tally) = rows(&*decoder, bytes, bytes.len().max(1));
    assert_eq!(tally.rows, whole.0.len() as u64);
    let (parts, in_parts) = rows(&*decoder, bytes, usize::from(*step) + 1);
    // Where a damaged record ends is a guess that may differ with what is in sight, so only undamaged logs must agree.
    if tally.bad == 0 {
        assert_eq!(whole, parts, "the steps change the rows");
        assert_eq!((tally.rows, tally.bad), (in_parts.rows, in_parts.bad));
        assert_eq!((tally.first, tally.last), (in_parts.first, in_parts.last));
    }
}

pub(super) fn json(bytes: &[u8]) {
    in_any_steps(LogFormat::SystemTableJson, bytes, &DecodeOptions::default());
    #[cfg(fuzzing)]
    decode::json_oracle::compare(bytes);
}

pub(super) fn csv(bytes: &[u8]) {
    in_any_steps(LogFormat::SystemTableCsv, bytes, &DecodeOptions::default());
}

pub(super) fn access_log(bytes: &[u8]) {
    let pair = |name: &str, key: &str| (name.to_owned(), key.to_owned());
    let options =
        DecodeOptions { fields: vec![pair("path", "request.uri"), pair("token_id", "auth.token.id")] };
    in_any_steps(LogFormat::AccessLogJson, bytes, &options);
    in_any_steps(LogFormat::AccessLogCsv, bytes, &options);
}

/// At the end of a file there is an answer, and the same bytes give the same one again.
pub(super) fn guess(bytes: &[u8]) {
    let all = decode::guess(&head(bytes, &[]));
    assert!(!matches!(all, Guess::More), "no answer at the end");
    let half = Head { end: false, ..head(&bytes[..bytes.len() / 2], &[]) };
    decode::guess(&half);
    if let Guess::Yes(recognised) = all
        && matches!(recognised.kind, FileKind::Log(_))
    {
        let _ = decode::text(recognised, &DecodeOptions::default());
    }
}

/// Anything packed or in a wide encoding, through the reader of streams.
pub(super) fn packed(bytes: &[u8]) {
    let limits = Limits { record: 1 << 16, unpacked: 1 << 20, ratio: 100, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let input = Input::at(InputOrigin::Memory(bytes.to_vec()));
    let (sinks, summaries) = read_logs(&[input], &options, &Silent, Events::default);
    assert_eq!(summaries.len(), 1);
    let rows: usize = sinks.iter().map(|s| s.0.len()).sum();
    assert_eq!(rows as u64, summaries[0].tally.rows);
}

pub(super) fn parquet(bytes: &[u8]) {
    let path = super::file("log.parquet", bytes);
    let Ok((_, Decoder::Table(table))) = decode::table(LogFormat::Parquet, &path, &Hints::default()) else {
        return;
    };
    let (mut events, mut tally) = (Events::default(), Tally::default());
    for part in 0..table.parts().min(8) {
        table.part_bytes(part);
        let _ = table.decode(part, &mut events, &mut tally);
    }
    assert_eq!(tally.rows, events.0.len() as u64);
}

/// The whole way: a file among the logs becomes a report, and every writer takes it.
pub(super) fn report(bytes: &[u8]) {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: ReportArgs,
    }
    let path = super::file("log", bytes);
    let line = ["report", "--as-of", "2026-09-12", "--enforced-on", "2026-09-20"].map(std::ffi::OsStr::new);
    let line = <Line as clap::Parser>::try_parse_from(line.into_iter().chain([path.as_os_str()]));
    let request = line.expect("a fixed command line").args.request().expect("a fixed command line");
    let Ok((report, _)) = scopecast::pipeline::run(&request, scopecast::pipeline::Hashes::Leave, &Silent)
    else {
        return;
    };
    for format in report::Format::ALL {
        let mut out = Vec::new();
        let options = RenderOptions { all: true, ..RenderOptions::default() };
        report::write(*format, &report, &options, &mut out).expect("memory takes everything");
        let text = String::from_utf8(out).expect("reports are UTF-8");
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{format:?} lets a control through");
    }
}
