//! What a person sees.

use super::*;
use crate::report::sample;
use unicode_width::UnicodeWidthStr;

fn printed(report: &Report, options: RenderOptions) -> String {
    let mut out = Vec::new();
    TerminalWriter.write(report, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_sample_as_a_newcomer_sees_it() {
    insta::assert_snapshot!(printed(&sample::report(), RenderOptions::default()));
}

#[test]
fn no_line_is_wider_than_asked_but_for_words_of_a_command() {
    for width in [60, 80, 100] {
        for all in [false, true] {
            let options = RenderOptions { width, all, ..RenderOptions::default() };
            for line in printed(&sample::report(), options).lines() {
                // A token id within a path is longer than some lines, and a command must stay one.
                let is_command = line.starts_with("    ") && !line.starts_with("        ");
                assert!(line.width() <= width || is_command, "{width}: {line}");
            }
        }
    }
}

#[test]
fn colour_changes_no_text_and_is_the_only_escape() {
    let plain = printed(&sample::report(), RenderOptions { all: true, ..RenderOptions::default() });
    assert!(!plain.contains('\u{1b}') && !plain.contains('\u{202e}') && !plain.contains('\r'));
    assert!(!plain.contains(&sample::pasted_secret()));
    let coloured =
        printed(&sample::report(), RenderOptions { all: true, colour: true, ..RenderOptions::default() });
    assert_ne!(coloured, plain);
    let style = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    assert_eq!(style.replace_all(&coloured, ""), plain);
}

#[test]
fn nine_hundred_tokens_take_two_screens() {
    let text = printed(&sample::large(900, 60), RenderOptions::default());
    assert!(text.lines().count() <= 120, "{}", text.lines().count());
    assert!(text.contains("and more: "));
    assert!(
        printed(&sample::large(900, 60), RenderOptions { all: true, ..RenderOptions::default() })
            .lines()
            .count()
            > 900
    );
}

#[test]
fn nothing_found_is_said() {
    let mut report = sample::report();
    report.findings.clear();
    report.tokens.clear();
    report.summary = crate::report::model::Summary::of(&[], &[]);
    let text = printed(&report, RenderOptions::default());
    assert!(text.contains("No living personal access token was found"));
}

#[test]
fn links_are_there_only_where_they_are_understood() {
    let text = |links| printed(&sample::report(), RenderOptions { links, ..RenderOptions::default() });
    assert!(text(true).contains("\u{1b}]8;;https://docs.databricks.com/") && !text(false).contains('\u{1b}'));
    // A link takes no room on its line.
    let without = regex::Regex::new("\u{1b}\\]8;;[^\u{1b}]*\u{1b}\\\\").unwrap();
    assert_eq!(without.replace_all(&text(true), ""), text(false));
}
