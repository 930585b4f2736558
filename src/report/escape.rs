//! Hostile text -> text that is inert where it is printed: one function per place.
//!
//! Logs, comments and names come from anywhere. [`visible`] comes first everywhere: it blanks secrets and makes every
//! character that moves, hides or reorders others visible as `<U+202E>`; the other functions add what their format asks.

use crate::support::secret::blank_secrets;
use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text on one line, without secrets, every control, format or bidirectional character shown by its number. Tabs and
/// line ends become blanks.
pub fn visible(text: &str) -> Cow<'_, str> {
    let text = blank_secrets(text);
    if !text.chars().any(|c| is_blank(c) || is_unseen(c)) {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if is_blank(c) {
            clean.push(' ');
        } else if is_unseen(c) {
            // Writing to a string cannot fail.
            let _ = write!(clean, "<U+{:04X}>", c as u32);
        } else {
            clean.push(c);
        }
    }
    Cow::Owned(clean)
}

const fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Controls, and what has no shape of its own but changes how its neighbours look.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
                | '\u{e000}'..='\u{f8ff}'
        )
}

/// JSON text that says the same without any character that moves, hides or reorders others: each is written as `\\u202e`.
pub fn json(text: &str) -> Cow<'_, str> {
    // Line ends and blanks between values are the writer's own; within strings they are escaped already.
    let is_told = |c: char| is_unseen(c) && !matches!(c, '\n' | '\r' | '\t');
    // Reports have millions of bytes, nearly all of them plain.
    let is_plain = |b: u8| matches!(b, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    let (mut clean, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(n) = text.as_bytes()[at..].iter().position(|b| !is_plain(*b)) {
        at += n;
        let Some(c) = text[at..].chars().next() else { break };
        let end = at + c.len_utf8();
        if is_told(c) {
            clean.push_str(&text[copied..at]);
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(clean, "\\u{unit:04x}");
            }
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[copied..]);
    Cow::Owned(clean)
}

/// The beginning of a text that fills at most `columns` columns of a terminal, with `…` where it was cut. Stacked
/// combining marks are cut as well.
pub fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    let most_chars = columns * 3;
    if text.width() <= columns && text.chars().count() <= most_chars {
        return Cow::Borrowed(text);
    }
    let mut used = 0;
    let kept: String = text
        .chars()
        .take(most_chars)
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used < columns
        })
        .collect();
    Cow::Owned(kept.trim_end().to_owned() + "…")
}

/// A field of a CSV file that no spreadsheet takes for a formula. Quotes are the CSV writer's work.
pub fn csv(text: &str) -> Cow<'_, str> {
    let text = visible(text);
    match text.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%') => {
            Cow::Owned(format!("'{text}"))
        }
        _ => text,
    }
}

/// Text within a line or a table cell of Markdown: no link, no mention, no tag, no emphasis, no reference to an issue.
pub fn markdown(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + 8);
    for c in visible(text).chars() {
        match c {
            '&' => clean.push_str("&amp;"),
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            // A mention or an issue number notifies people; a character reference does not.
            '@' => clean.push_str("&#64;"),
            '#' => clean.push_str("&#35;"),
            // Bare addresses become links by themselves.
            ':' => clean.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' | '+'
            | '=' => {
                clean.push('\\');
                clean.push(c);
            }
            _ => clean.push(c),
        }
    }
    // `www.` at the start of a word becomes a link, and a list or a rule starts a line.
    let clean = clean.replace("www.", "www&#46;");
    match clean.chars().next() {
        Some('-') => format!("\\{clean}"),
        Some(c) if c.is_ascii_digit() => clean.replacen(". ", "\\. ", 1),
        _ => clean,
    }
}

/// Text as inline code of Markdown, also within a table cell.
pub fn markdown_code(text: &str) -> String {
    let text = visible(text).replace('`', "'").replace('|', "\\|");
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

/// Text or an attribute value of HTML or XML. Characters that XML 1.0 cannot hold are already made visible.
pub fn xml(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + 8);
    for c in visible(text).chars() {
        match c {
            '&' => clean.push_str("&amp;"),
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            '"' => clean.push_str("&quot;"),
            '\'' => clean.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => clean.push('\u{fffd}'),
            _ => clean.push(c),
        }
    }
    clean
}

/// A text value of an iCalendar file, before its lines are folded.
pub fn ics(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + 8);
    for c in visible(text).chars() {
        if matches!(c, '\\' | ';' | ',') {
            clean.push('\\');
        }
        clean.push(c);
    }
    clean
}

/// A label value of an OpenMetrics file.
pub fn openmetrics(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// A comment of a shell script or a single-quoted word's content.
pub fn shell_comment(text: &str) -> String {
    visible(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_moves_or_hides_text_becomes_visible() {
        assert_eq!(visible("\u{1b}[31mred"), "<U+001B>[31mred");
        assert_eq!(visible("abc\u{202e}fdp.exe"), "abc<U+202E>fdp.exe");
        assert_eq!(visible("two\nlines\tand\u{2028}three"), "two lines and three");
        assert_eq!(visible("zero\u{200b}width\u{feff}"), "zero<U+200B>width<U+FEFF>");
        assert!(matches!(visible("größer 日本 e\u{301} 🙂"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_says_the_same_with_nothing_unseen() {
        let text = serde_json::to_string("a\u{202e}b\u{e0041}c\u{9b}\n größer").unwrap();
        assert_eq!(json(&text), r#""a\u202eb\udb40\udc41c\u009b\n größer""#);
        let read: String = serde_json::from_str(&json(&text)).unwrap();
        assert_eq!(read, "a\u{202e}b\u{e0041}c\u{9b}\n größer");
    }

    #[test]
    fn no_spreadsheet_runs_a_field() {
        for (given, safe) in [
            ("=cmd()|'/C calc'!A0", "'=cmd()|'/C calc'!A0"),
            ("+1", "'+1"),
            ("-2", "'-2"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "' =1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(csv(given), safe);
        }
    }

    #[test]
    fn markdown_stays_text() {
        assert_eq!(markdown("[x](javascript:alert(1))"), "\\[x\\]\\(javascript&#58;alert\\(1\\)\\)");
        assert_eq!(markdown("<img src=x> @all #1 a|b"), "&lt;img src\\=x&gt; &#64;all &#35;1 a\\|b");
        assert_eq!(markdown("see www.example.com"), "see www&#46;example.com");
        assert_eq!(markdown("- item"), "\\- item");
        assert_eq!(markdown("1. item"), "1\\. item");
        assert_eq!(markdown_code("a`b|c"), "`a'b\\|c`");
    }

    #[test]
    fn long_text_is_cut_by_columns_not_characters() {
        assert_eq!(clip("short", 10), "short");
        assert_eq!(clip("a long comment", 8), "a long…");
        assert_eq!(clip("日本語日本語", 5), "日本…");
        assert!(clip(&"a\u{301}".repeat(5000), 10).chars().count() <= 31);
    }

    proptest! {
        #[test]
        fn nothing_unseen_survives(text in "\\PC{0,20}[\u{0}-\u{9f}\u{2000}-\u{206f}\u{e0000}-\u{e007f}]{0,10}") {
            let clean = visible(&text);
            prop_assert!(!clean.chars().any(|c| is_unseen(c) || is_blank(c)));
            let twice = visible(&clean).into_owned();
            prop_assert_eq!(twice, clean.into_owned());
        }

        #[test]
        fn xml_holds_no_markup(text in ".{0,40}") {
            prop_assert!(!xml(&text).contains(['<', '>', '"', '\'']));
        }

        #[test]
        fn clipped_text_fits(text in ".{0,60}", columns in 2usize..40) {
            prop_assert!(clip(&visible(&text), columns).width() <= columns);
        }
    }
}
