//! `scan --explain`: the whole chain behind a verdict, from rows to remedy.

use super::common::scopecast;

const AS_OF: &str = "2026-09-12";

fn scan(target: &str) -> super::common::Ran {
    scopecast(["scan", "fixtures/workspace", "--as-of", AS_OF, "--explain", target]).run()
}

#[track_caller]
fn explained(target: &str) -> String {
    let ran = scan(target);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn a_dated_loss_is_told_from_rows_to_remedy() {
    insta::assert_snapshot!(explained("ea3febad/unity-catalog"), @"");
}

#[test]
fn odds_are_told_with_every_stretch_that_counts() {
    insta::assert_snapshot!(explained("d32a50e9/unity-catalog"), @"");
}

#[test]
fn a_whole_token_has_all_its_scopes_and_a_gone_one_says_why() {
    let whole = explained("ea3febad");
    for words in ["\njobs: kept", "\nunity-catalog: lost", "\nThe token as a whole"] {
        assert!(whole.contains(words), "{words}\n{whole}");
    }
    let gone = explained("ff46266e");
    assert!(gone.contains("it can lose nothing more, so it is not judged"), "{gone}");
}

#[test]
fn what_matches_nothing_or_several_is_told_with_a_remedy() {
    for (target, words) in [
        ("zzz", "no token's id starts so"),
        ("", "no token's id starts so"),
        ("ea3febad/nosuch", "It has jobs, unity-catalog"),
        ("e", "Give more of the id"),
    ] {
        let ran = scan(target);
        assert_eq!(ran.code, 2, "{target}: {}", ran.stdout);
        assert!(ran.stderr.contains(words), "{target}: {}", ran.stderr);
    }
}
