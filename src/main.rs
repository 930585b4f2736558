//! Parses the command line, runs the subcommand, and is the only place that ends the process.

use clap::Parser;
use scopecast::cli::Cli;
use scopecast::error::Exit;
use scopecast::internals::catch_panic;
use scopecast::internals::temp_path;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    catch_panic::mute();
    let cli = Cli::parse();
    // Where there is no such signal the system ends the process, as ever.
    let _ = ctrlc::set_handler(interrupted);
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

/// Runs on a thread of its own while the others are still at work.
#[expect(clippy::exit, reason = "there is nobody left to return to")]
fn interrupted() {
    temp_path::remove_all();
    let _ = writeln!(
        io::stderr(),
        "\nscopecast: interrupted. Nothing half-written is left; start it again to get a report."
    );
    std::process::exit(Exit::Interrupted as i32);
}
