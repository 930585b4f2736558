//! A pack of 2,000 tokens over 400 days on disk, whole and by its largest parts. The promise: under three seconds.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use divan::Bencher;
use scopecast::report::{self, Format, RenderOptions, pack, sample};

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn whole_pack(bencher: Bencher<'_, '_>) {
    let report = sample::large(2000, 400);
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("pack");
    bencher.bench_local(|| pack::write(&report, &dir).unwrap());
}

#[divan::bench(sample_count = 5, sample_size = 1, args = [Format::Html, Format::Json, Format::Markdown, Format::Junit])]
fn one_format(bencher: Bencher<'_, '_>, format: Format) {
    let report = sample::large(2000, 400);
    bencher.bench_local(|| {
        let mut out = Vec::new();
        report::write(format, &report, &RenderOptions::default(), &mut out).unwrap();
        out.len()
    });
}
