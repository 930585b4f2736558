//! A pack of 2,000 tokens over 400 days on disk, whole and by its largest parts. The promise: under three seconds.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use clap::Parser;
use divan::Bencher;
use scopecast::internals::args::ReportArgs;
use scopecast::internals::progress::Silent;
use scopecast::pipeline::{self, Hashes};
use scopecast::report::model::Report;
use scopecast::report::{self, Format, RenderOptions, pack};

const TOKENS: usize = 2000;

fn main() {
    divan::main();
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: ReportArgs,
}

/// The report on the sample workspace with its tokens, and the findings about them, again and again under new ids.
fn large() -> Report {
    let line = Line::parse_from(["report", "fixtures/workspace", "--as-of", "2026-09-12"]);
    let (mut report, _) = pipeline::run(&line.args.request().unwrap(), Hashes::Leave, &Silent).unwrap();
    let tokens = std::mem::take(&mut report.tokens);
    let findings = std::mem::take(&mut report.findings);
    for n in 0..TOKENS {
        let mut token = tokens[n % tokens.len()].clone();
        let own = findings.iter().filter(|f| f.token_id.as_ref() == Some(&token.token_id)).cloned();
        let id = format!("{n:064x}");
        report.findings.extend(own.map(|mut finding| {
            finding.finding_id = format!("{:016x}", report.tokens.len());
            finding.token_id = Some(id.clone());
            finding
        }));
        token.token_id = id;
        report.tokens.push(token);
    }
    report.tokens.sort_by(|a, b| (&a.workspace_id, &a.token_id).cmp(&(&b.workspace_id, &b.token_id)));
    report.findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    report
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn whole_pack(bencher: Bencher<'_, '_>) {
    let report = large();
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("pack");
    bencher.bench_local(|| pack::write(&report, &dir).unwrap());
}

#[divan::bench(sample_count = 5, sample_size = 1, args = [Format::Html, Format::Json, Format::Markdown, Format::Junit])]
fn one_format(bencher: Bencher<'_, '_>, format: Format) {
    let report = large();
    bencher.bench_local(|| {
        let mut out = Vec::new();
        report::write(format, &report, &RenderOptions::default(), &mut out).unwrap();
        out.len()
    });
}
