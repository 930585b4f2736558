//! Cells that quote nothing: casts of Spark, and Trino.

use super::quoted::{Scan, is_key_byte};
use super::value::CellValue;
use memchr::memchr;

/// `{k -> v, k2 -> v2}`, `{k=v, k2=v2}` and, without keys, `{v, v2}`; older Spark writes square brackets.
pub(super) fn unquoted<'a>(
    cell: &'a str,
    names: &[&str],
    found: &mut impl FnMut(&str, CellValue<'a>),
) -> bool {
    let whole = cell.len() > 1 && cell.ends_with(['}', ']']);
    let body = cell[1..cell.len() - usize::from(whole)].trim_start();
    match key_at(body) {
        Some((key, arrow, rest)) => unquoted_pairs(key, arrow, rest, found),
        None if body.is_empty() => {}
        None => unquoted_positions(body, names, found),
    }
    whole
}

fn unquoted_pairs<'a>(
    mut key: &'a str,
    arrow: &str,
    mut rest: &'a str,
    found: &mut impl FnMut(&str, CellValue<'a>),
) {
    loop {
        let (value, next) = unquoted_value(rest, arrow);
        let bytes = value.as_bytes();
        let quoted = arrow == "=" && bytes.len() > 1 && bytes[0] == b'\'' && bytes[bytes.len() - 1] == b'\'';
        found(
            key,
            if quoted { CellValue::Quoted(&value[1..value.len() - 1]) } else { CellValue::bare(value) },
        );
        let Some((name, after)) = next else { return };
        (key, rest) = (name, after);
    }
}

/// The value at the start of `rest`, and the key and text after it.
fn unquoted_value<'a>(rest: &'a str, arrow: &str) -> (&'a str, Option<(&'a str, &'a str)>) {
    let mut from = 0;
    if arrow == "=" && rest.starts_with('\'') {
        let mut scan = Scan { text: rest, at: 0 };
        from = scan.quoted().map_or(0, |_| scan.at);
    }
    while let Some(comma) = memchr(b',', &rest.as_bytes()[from..]) {
        from += comma;
        match key_at(rest[from + 1..].trim_start_matches(' ')) {
            Some((key, found, after)) if found == arrow => return (&rest[..from], Some((key, after))),
            _ => from += 1,
        }
    }
    (rest, None)
}

/// `key -> rest` or `key=rest`.
fn key_at(text: &str) -> Option<(&str, &'static str, &str)> {
    let end = text.bytes().position(|b| !is_key_byte(b)).filter(|end| *end > 0)?;
    let (key, rest) = text.split_at(end);
    [" -> ", " ->", "="].iter().find_map(|arrow| {
        rest.strip_prefix(arrow).map(|rest| (key, if *arrow == "=" { "=" } else { "->" }, rest))
    })
}

/// Only the last two fields of the structs we read hold free text, and a call has either an error or a result. If the last but
/// one is null, the rest belongs to the last; otherwise the last comma separates them.
fn unquoted_positions<'a>(body: &'a str, names: &[&str], found: &mut impl FnMut(&str, CellValue<'a>)) {
    let mut rest = body;
    for (i, name) in names.iter().enumerate() {
        let comma = match names.len() - i {
            1 => None,
            2 if !rest.starts_with("null,") => rest.rfind(','),
            _ => rest.find(','),
        };
        let Some(comma) = comma else {
            return found(name, CellValue::bare(rest.trim()));
        };
        found(name, CellValue::bare(rest[..comma].trim()));
        rest = rest[comma + 1..].trim_start();
    }
}
