//! README stays true: every command in it runs, every command it names exists, and its table of assumptions is the data's.

use super::common::{fixture, scopecast};
use clap::CommandFactory;
use scopecast::cli::Cli;
use scopecast_story::{Day, Format, Size, Story};
use std::fs;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../README.md");
const ASSUMPTIONS: &str = include_str!("../../data/assumptions.csv");

/// The lines of fenced blocks in one of these languages, continued lines joined.
fn fenced(languages: &[&str]) -> Vec<String> {
    let (mut lines, mut inside, mut open) = (Vec::<String>::new(), false, false);
    for line in README.lines() {
        if let Some(language) = line.strip_prefix("```") {
            (inside, open) = (!open && languages.contains(&language), !open);
        } else if inside {
            match lines.last_mut().filter(|l| l.ends_with('\\')) {
                Some(last) => *last = format!("{} {}", last.trim_end_matches('\\').trim_end(), line.trim()),
                None => lines.push(line.trim().to_owned()),
            }
        }
    }
    lines
}

/// The commands that start scopecast, as a shell runs them.
fn commands() -> Vec<String> {
    let lines = fenced(&["sh", "yaml"]);
    let command = |line: &String| {
        let line = line.trim_start_matches("- ").trim_start_matches("run: ");
        let own = line.strip_prefix("cargo run --release -- ").map(|rest| format!("scopecast {rest}"));
        own.or_else(|| line.starts_with("scopecast ").then(|| line.to_owned()))
    };
    lines.iter().filter_map(command).collect()
}

#[cfg(unix)]
/// A folder in which everything that README speaks of exists. New names of inputs go here.
fn prepare(folder: &Path) {
    let story = Story::new(1, Day::parse("2026-09-12").unwrap(), Size::Small);
    for logs in ["logs", "new-logs"] {
        story.write(&folder.join(logs), Format::System, true).unwrap();
    }
    let copies = [
        ("tokens-2026-11-23.json", "workspace/tokens.json"),
        ("tokens.json", "workspace/tokens.json"),
        ("annotations.toml", "workspace/annotations.toml"),
        ("client.log", "workspace/client-errors.log"),
        ("own-actions.csv", "catalog/own-actions.csv"),
    ];
    for (name, from) in copies {
        fs::copy(fixture(from), folder.join(name)).unwrap();
    }
    // What an engine made.
    fs::create_dir(folder.join("ledger-table")).unwrap();
    let table = ["ingest", "logs/audit", "--table", "ledger-table/part-0.parquet"];
    assert_eq!(scopecast(table).in_folder(folder).run().code, 0);
    // The report of the quarter before.
    let before =
        ["scan", "logs", "--tokens", "tokens.json", "--as-of", "2026-06-12", "--out", "reports/2026-q3"];
    assert_eq!(scopecast(before).in_folder(folder).run().code, 0);
    std::os::unix::fs::symlink(fixture(""), folder.join("fixtures")).unwrap();
}

#[cfg(unix)]
#[test]
fn every_command_runs() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path());
    let all = commands();
    assert!(all.len() >= 5, "{all:?}");
    let binaries = Path::new(env!("CARGO_BIN_EXE_scopecast")).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(binaries.to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    // In order, for a later one may use what an earlier one wrote.
    for command in all {
        let ran = Command::new("sh")
            .args(["-c", &command])
            .current_dir(dir.path())
            .env("PATH", path.as_ref().unwrap())
            .env("HOME", dir.path())
            .output()
            .unwrap();
        let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        let code = ran.status.code();
        let fine = code == Some(0) || code == Some(1) && command.contains("--fail-on");
        assert!(fine, "{command}\ncode {code:?}\n{out}{err}");
    }
}

#[test]
fn every_command_and_option_named_anywhere_exists() {
    let mut cli = Cli::command();
    cli.build();
    let names: Vec<_> = cli.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let word = regex::Regex::new(r"(?m)(?:`|^\$ )scopecast ([a-z]+)").unwrap();
    for found in word.captures_iter(README) {
        assert!(names.contains(&found[1].to_owned()), "there is no scopecast {}", &found[1]);
    }
    let known = options(&cli);
    let option = regex::Regex::new(r"`(--[a-z][a-z-]+)").unwrap();
    for found in option.captures_iter(README) {
        assert!(known.iter().any(|(name, _)| *name == found[1]), "there is no option {}", &found[1]);
    }
}

/// The options of all subcommands with their defaults.
fn options(command: &clap::Command) -> Vec<(String, Option<String>)> {
    let own = command.get_arguments().filter_map(|a| {
        let default = a.get_default_values().first().map(|d| d.to_string_lossy().into_owned());
        Some((format!("--{}", a.get_long()?), default))
    });
    own.chain(command.get_subcommands().flat_map(options)).collect()
}

fn assumptions() -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(ASSUMPTIONS.as_bytes()).records().map(Result::unwrap).collect()
}

#[test]
fn every_assumption_is_an_option_with_the_default_it_says_or_says_that_it_is_none() {
    let cli = Cli::command();
    let known = options(&cli);
    for row in assumptions() {
        assert!(row.iter().enumerate().all(|(n, cell)| n == 1 || !cell.is_empty()), "{row:?}");
        if row[1].is_empty() {
            continue;
        }
        let found = known.iter().find(|(name, _)| *name == row[1]);
        let (_, default) = found.unwrap_or_else(|| panic!("there is no option {}", &row[1]));
        if let Some(default) = default.as_ref().filter(|d| *d != "false") {
            assert_eq!(*default, row[2], "{}", &row[1]);
        }
    }
}

#[test]
fn the_export_is_what_the_command_prints() {
    let printed = scopecast(["sql", "--dialect", "databricks", "--export"]).exits(0);
    assert!(README.contains(&format!("```sql\n{printed}```")), "README lacks:\n{printed}");
}

#[test]
fn the_table_of_assumptions_is_that_of_the_data() {
    for row in assumptions() {
        let option = if row[1].is_empty() { "none" } else { &format!("`{}`", &row[1]) };
        let line = format!("| {} | {option} | {} | {} | {} |", &row[0], &row[2], &row[3], &row[4]);
        assert!(README.lines().any(|l| l == line), "README lacks this line:\n{line}");
    }
}
