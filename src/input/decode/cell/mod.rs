//! A table cell that holds a map or struct as text (JSON, Python, Spark, DuckDB, Trino ...) -> its keys and values. Values are
//! unescaped only if they are needed: most are SQL text.

mod open;
mod quoted;
#[cfg(test)]
mod tests;
mod unquoted;
mod value;

pub(super) use open::Opened;
use value::CellValue;

use quoted::Scan;
use unquoted::unquoted;

/// Gives every key and value of `cell` to `found`, in order, and says whether the cell was complete. A cell without keys
/// (`{etl@example.com, null}`) is a struct: its values get the keys in `names`, by position.
///
/// Spark's casts quote nothing, so a value ends where `, key -> ` begins. Text that contains just that is read as another key.
fn visit<'a>(cell: &'a str, names: &[&str], mut found: impl FnMut(&str, CellValue<'a>)) -> bool {
    let cell = cell.trim();
    let mut scan = Scan { text: cell, at: 0 };
    match scan.peek() {
        None => true,
        Some(b'{') => {
            scan.at += 1;
            match scan.past_space() {
                Some(b'"' | b'\'') if scan.key_follows() => scan.entries(&mut found),
                _ => unquoted(cell, names, &mut found),
            }
        }
        Some(b'[') => {
            scan.at += 1;
            match scan.past_space() {
                Some(b'[' | b'(' | b'{') => scan.pairs(&mut found),
                Some(b'"' | b'\'') => scan.positions(names, &mut found),
                _ => unquoted(cell, names, &mut found),
            }
        }
        _ => {
            scan.word();
            scan.eat(b'(')
                && if scan.argument_follows() {
                    scan.arguments(&mut found)
                } else {
                    scan.positions(names, &mut found)
                }
        }
    }
}

/// Whether a cell is a map or struct as text, rather than plain text (`etl@example.com`).
fn is_nested(cell: &str) -> bool {
    let cell = cell.trim_start();
    cell.starts_with(['{', '[', '(']) || cell.starts_with("Row(")
}
