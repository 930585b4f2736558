//! Parses the command line, runs the subcommand, and is the only place that ends the process.

use clap::Parser;
use scopecast::cli::Cli;
use scopecast::exit::Exit;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = BufWriter::new(io::stdout().lock());
    let ran = cli.run(&mut out).and_then(|exit| {
        out.flush()?;
        Ok(exit)
    });
    let exit = ran.unwrap_or_else(|error| {
        let exit = error.exit();
        if exit != Exit::Clean {
            let _ = writeln!(io::stderr(), "scopecast: {error}");
        }
        exit
    });
    ExitCode::from(exit as u8)
}
