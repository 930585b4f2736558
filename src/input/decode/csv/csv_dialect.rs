//! Splits one CSV record into cells without copying: the place of each, and whether it has escapes. Only the few cells that are
//! needed are copied, so long unneeded ones cost one search.

use memchr::{memchr, memchr_iter, memchr2, memchr3, memmem, memrchr};
use std::borrow::Cow;

/// How a file separates and quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CsvDialect {
    pub(super) delimiter: u8,
    /// A quote inside quotes is written `\"`, as Spark does, and not `""`.
    pub(super) backslash: bool,
}

/// A cell without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellSpan {
    from: usize,
    to: usize,
    escaped: bool,
}

impl CellSpan {
    /// The text of the cell, unescaped.
    pub(super) fn text<'t>(&self, record: &'t str, dialect: CsvDialect) -> Cow<'t, str> {
        let raw = record.get(self.from..self.to).unwrap_or_default();
        if self.escaped { Cow::Owned(dialect.unescape(raw)) } else { Cow::Borrowed(raw) }
    }
}

impl CsvDialect {
    /// Finds the cells of the first record in `bytes`, and its length with the line end. `None` if the record is not complete;
    /// `end` says that nothing follows.
    pub(super) fn split(self, bytes: &[u8], end: bool, cells: &mut Vec<CellSpan>) -> Option<usize> {
        cells.clear();
        let mut at = 0;
        loop {
            let cell = match bytes.get(at) {
                Some(b'"') => self.quoted(bytes, at + 1).or(end.then_some(CellSpan {
                    from: at + 1,
                    to: bytes.len(),
                    escaped: true,
                }))?,
                _ => CellSpan { from: at, to: at, escaped: false },
            };
            let rest = bytes.get(cell.to.max(at)..).unwrap_or_default();
            let Some(stop) = memchr2(self.delimiter, b'\n', rest) else {
                if !end {
                    return None;
                }
                cells.push(if cell.from == at {
                    CellSpan { to: trim_end(bytes, at, bytes.len()), ..cell }
                } else {
                    cell
                });
                return Some(bytes.len());
            };
            let stop = cell.to.max(at) + stop;
            let line_ends = bytes[stop] == b'\n';
            let bare = cell.from == at;
            cells.push(if bare {
                CellSpan { to: if line_ends { trim_end(bytes, at, stop) } else { stop }, ..cell }
            } else {
                cell
            });
            at = stop + 1;
            if line_ends {
                return Some(at);
            }
        }
    }

    fn quoted(self, bytes: &[u8], from: usize) -> Option<CellSpan> {
        let mut at = from;
        let mut escaped = false;
        loop {
            let rest = bytes.get(at..)?;
            at += if self.backslash { memchr2(b'"', b'\\', rest)? } else { memchr(b'"', rest)? };
            match (bytes[at], bytes.get(at + 1)) {
                (b'\\', Some(_)) | (b'"', Some(b'"')) => {
                    escaped = true;
                    at += 2;
                }
                (b'\\', None) => return None,
                _ => return Some(CellSpan { from, to: at, escaped }),
            }
        }
    }

    fn unescape(self, raw: &str) -> String {
        let mut out = String::with_capacity(raw.len());
        let mut rest = raw;
        let mark = if self.backslash { b'\\' } else { b'"' };
        while let Some(at) = memchr2(mark, b'"', rest.as_bytes()) {
            let (before, after) = rest.split_at(at);
            out.push_str(before);
            let doubled = matches!(
                (after.as_bytes()[0], after.as_bytes().get(1)),
                (b'"', Some(b'"')) | (b'\\', Some(b'"' | b'\\'))
            );
            let skip = usize::from(doubled);
            out.push_str(&after[skip..=skip]);
            rest = &after[skip + 1..];
        }
        out.push_str(rest);
        out
    }

    /// The length of the complete records at the start of `bytes`.
    pub(super) fn complete(self, bytes: &[u8]) -> usize {
        if self.backslash {
            let (mut at, mut cells) = (0, Vec::new());
            while let Some(n) = self.split(&bytes[at..], false, &mut cells) {
                at += n;
            }
            return at;
        }
        // A line end with an even number of quotes before it is outside quotes.
        let Some(mut at) = memrchr(b'\n', bytes) else { return 0 };
        let mut quotes = memchr_iter(b'"', &bytes[..at]).count();
        while quotes % 2 == 1 {
            let Some(before) = memrchr(b'\n', &bytes[..at]) else { return 0 };
            quotes -= memchr_iter(b'"', &bytes[before..at]).count();
            at = before;
        }
        at + 1
    }

    /// From the first line, and from the first cells that hold JSON text.
    pub(super) fn of(head: &[u8], score: impl Fn(Self) -> usize) -> Self {
        let opens_a_cell = |at: usize| at == 0 || b",;\t|\n".contains(&head[at - 1]);
        let spark = ["\"{\\\"", "\"[[\\\"", "\"[{\\\""];
        let spark = spark.iter().any(|mark| memmem::find_iter(head, mark.as_bytes()).any(opens_a_cell));
        let dialects = b",;\t|".map(|delimiter| Self { delimiter, backslash: spark });
        let mut best = dialects[0];
        let mut most = score(best);
        for dialect in &dialects[1..] {
            let n = score(*dialect);
            if n > most {
                (best, most) = (*dialect, n);
            }
        }
        best
    }
}

fn trim_end(bytes: &[u8], from: usize, to: usize) -> usize {
    if to > from && bytes[to - 1] == b'\r' { to - 1 } else { to }
}

/// The length of what may come before the header: a byte order mark, and the `sep=;` of spreadsheets.
pub(super) fn preamble(bytes: &[u8]) -> usize {
    let mark = if bytes.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let rest = &bytes[mark..];
    if rest.get(..4).is_some_and(|b| b.eq_ignore_ascii_case(b"sep=")) {
        return mark + memchr3(b'\n', b'\n', b'\n', rest).map_or(rest.len(), |n| n + 1);
    }
    mark
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RFC: CsvDialect = CsvDialect { delimiter: b',', backslash: false };
    const SPARK: CsvDialect = CsvDialect { delimiter: b',', backslash: true };

    fn all(text: &str, dialect: CsvDialect) -> Vec<Vec<String>> {
        let (mut at, mut cells, mut rows) = (0, Vec::new(), Vec::new());
        while at < text.len() {
            let n = dialect.split(&text.as_bytes()[at..], true, &mut cells).unwrap();
            rows.push(cells.iter().map(|c| c.text(&text[at..], dialect).into_owned()).collect());
            at += n;
        }
        rows
    }

    #[test]
    fn records_keep_quotes_newlines_and_empty_cells() {
        assert_eq!(
            all("a,\"b \"\"x\"\"\n,c\",,d\r\n\"\",e\n", RFC),
            [vec!["a", "b \"x\"\n,c", "", "d"], vec!["", "e"]]
        );
        assert_eq!(all("\"{\\\"a\\\":\\\"x\\\\\\\"y\\\"}\",2", SPARK), [[r#"{"a":"x\"y"}"#, "2"]]);
        assert_eq!(all("a,\"never closed\nb", RFC), [["a", "never closed\nb"]]);
    }

    #[test]
    fn cuts_stand_outside_quotes() {
        assert_eq!(RFC.complete(b"a,b\n1,\"x\ny\"\n2,\"z\nz\n"), b"a,b\n1,\"x\ny\"\n".len());
        assert_eq!(RFC.complete(b"a,\"b\nc\n"), 0);
        assert_eq!(SPARK.complete(b"a,\"b\\\"\n\"\nc,\"d\n"), b"a,\"b\\\"\n\"\n".len());
        assert_eq!(preamble("\u{feff}sep=;\r\na;b".as_bytes()), 10);
    }

    proptest! {
        #[test]
        fn the_csv_crate_reads_the_same(rows in prop::collection::vec(prop::collection::vec("[a-z,;\"\n\r{}:]{0,9}", 3), 1..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(&all(&text, RFC), &rows);
            prop_assert_eq!(RFC.complete(text.as_bytes()), text.len());
        }

        #[test]
        fn nothing_panics_and_every_byte_is_taken(text in "(\\PC|[,\"\\\\\n\r]){0,40}") {
            for dialect in [RFC, SPARK] {
                all(&text, dialect);
                prop_assert!(dialect.complete(text.as_bytes()) <= text.len());
            }
        }
    }
}
