//! What the command line says about itself: help of every subcommand, versions, completions, manual pages.

use super::common::scopecast;
use clap::{Command, CommandFactory};
use scopecast::cli::Cli;

/// The words that lead to every subcommand, from the command line itself.
fn ways(command: &Command, before: &[String], all: &mut Vec<Vec<String>>) {
    all.push(before.to_vec());
    for inner in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let way = [before, &[inner.get_name().to_owned()]].concat();
        ways(inner, &way, all);
    }
}

fn all_ways() -> Vec<Vec<String>> {
    let mut all = Vec::new();
    ways(&Cli::command(), &[], &mut all);
    all
}

#[test]
fn the_help_of_every_subcommand() {
    let mut text = String::new();
    for way in all_ways() {
        let out = scopecast(way.iter().map(String::as_str).chain(["--help"])).exits(0);
        assert!(out.lines().all(|l| l.chars().count() <= 100), "{way:?}:\n{out}");
        text += &format!("$ scopecast {} --help\n{out}\n", way.join(" "));
    }
    insta::with_settings!({snapshot_path => "snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("help", text);
    });
}

#[test]
fn every_option_says_what_it_is() {
    fn check(command: &Command) {
        for arg in command.get_arguments() {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.len() > 5, "{} {}", command.get_name(), arg.get_id());
        }
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command());
}

#[test]
fn the_version_names_the_catalog_too() {
    let out = scopecast(["--version"]).exits(0);
    let pattern =
        regex::Regex::new(r"^scopecast \d+\.\d+\.\d+ \(catalog \d{4}\.\d{2}-[0-9a-f]{8}\)\n$").unwrap();
    assert!(pattern.is_match(&out), "{out}");
}

#[test]
fn completions_know_every_subcommand_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = scopecast(["completions", shell]).exits(0);
        for way in all_ways() {
            assert!(way.last().is_none_or(|word| script.contains(word)), "{shell} {way:?}");
        }
        assert!(script.contains("enforced-on"), "{shell}");
    }
    assert_eq!(scopecast(["completions", "cmd"]).run().code, 2);
}

#[test]
fn there_is_a_page_for_every_subcommand() {
    let dir = tempfile::tempdir().unwrap();
    let pages = dir.path().join("man1");
    scopecast(["man"]).arg(&pages).exits(0);
    for way in all_ways() {
        let name = [&["scopecast".to_owned()], &way[..]].concat().join("-");
        let page = std::fs::read_to_string(pages.join(format!("{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    assert!(scopecast(["man"]).exits(0).contains(".TH scopecast 1"));
}
