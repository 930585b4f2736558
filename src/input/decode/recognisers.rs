//! What a file is, from its first bytes. Only `annotations.toml` is recognised by its name.

use super::head::Head;
use super::recognised::{Guess, Recognised};
use super::{csv, recognise_json};
use crate::input::file_kind::{FileKind, LogFormat};

/// The recognisers, most specific first: the first yes is taken. A client's errors come last, because any text may
/// quote them.
const RECOGNISERS: &[fn(&Head<'_>) -> Guess] =
    &[annotations, parquet, recognise_json::json, csv::recognise, denials];

/// Asks the recognisers in turn.
pub fn guess(head: &Head<'_>) -> Guess {
    let mut more = false;
    for ask in RECOGNISERS {
        match ask(head) {
            Guess::Yes(yes) if !more || yes.kind != FileKind::Denials => return Guess::Yes(yes),
            Guess::No | Guess::Yes(_) => {}
            Guess::More => more = true,
        }
    }
    if more { Guess::More } else { Guess::No }
}

fn yes(kind: FileKind) -> Guess {
    Guess::Yes(Recognised::without_opening(kind))
}

fn annotations(head: &Head<'_>) -> Guess {
    if head.path.file_name().is_some_and(|n| n == "annotations.toml") {
        yes(FileKind::Annotations)
    } else {
        Guess::No
    }
}

/// By magic bytes. Which table it holds is seen when it is opened.
fn parquet(head: &Head<'_>) -> Guess {
    match head.bytes {
        [b'P', b'A', b'R', b'1', ..] => yes(FileKind::Log(LogFormat::Parquet)),
        short if !head.end && b"PAR1".starts_with(short) => Guess::More,
        _ => Guess::No,
    }
}

/// By what the platform says about a missing scope, in any text.
fn denials(head: &Head<'_>) -> Guess {
    const WORDINGS: [&[u8]; 3] =
        [b"have required scopes", b"invalid scope, required scopes", b"missing the required scopes"];
    let lower = head.bytes.to_ascii_lowercase();
    if WORDINGS.iter().any(|w| memchr::memmem::find(&lower, w).is_some()) {
        yes(FileKind::Denials)
    } else if head.end {
        Guess::No
    } else {
        Guess::More
    }
}
