//! One value of a token record, from JSON or from a CSV cell -> an id, a moment or a list of scopes.

use crate::support::secret::blank_secrets;
use crate::support::time::{Time, epoch, written};
use serde_json::Value;

/// Floats hold whole numbers exactly only below this.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A text without blanks around it; numbers are written out. Empty means absent.
pub(super) fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(s) => blank_secrets(s.trim()).into_owned(),
        Value::Number(n) => n.to_string(),
        Value::Bool(b) => b.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Whether a cell says "nothing": the ways in which data frames write a missing value.
pub(super) fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(s) => {
            matches!(s.trim(), "" | "null" | "NULL" | "None" | "nan" | "NaN" | "NaT" | "<NA>" | "\\N" | "-")
        }
        _ => false,
    }
}

/// A number that names something: a JSON number, a quoted one, or a float that a data frame made of it.
pub(super) fn id(value: &Value) -> Result<Option<String>, String> {
    if is_absent(value) {
        return Ok(None);
    }
    let Some(text) = text(value) else { return Err("is no id".into()) };
    let looks_float =
        text.contains(['.', 'e', 'E']) && text.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    match text.parse::<f64>() {
        Ok(number) if looks_float && number.fract() == 0.0 && number.abs() < EXACT => {
            Ok(Some(format!("{number:.0}")))
        }
        Ok(_) if looks_float => Err(format!("is {text}, whose last digits were lost; export it as text")),
        _ => Ok(Some(text)),
    }
}

/// A moment: epoch seconds, milliseconds, microseconds or nanoseconds told apart by size, ISO text, or a date as a report
/// writes it. -1, 0 and "never" mean none.
pub(super) fn time(value: &Value) -> Result<Option<Time>, String> {
    if is_absent(value) {
        return Ok(None);
    }
    let Some(text) = text(value) else { return Err("is no time".into()) };
    let never = [
        "never",
        "no expiration",
        "no expiry",
        "none",
        "indefinite",
        "does not expire",
        "not used",
        "unused",
    ];
    if never.iter().any(|n| text.eq_ignore_ascii_case(n)) {
        return Ok(None);
    }
    if let Some(number) = whole_number(&text) {
        return match number {
            -1 | 0 => Ok(None),
            n => epoch::of_whole(n).map(Some).ok_or_else(|| format!("is {text}, which is no epoch time")),
        };
    }
    Time::parse(&text).or_else(|| written::date(&text)).map(Some).ok_or_else(|| {
        format!("is \"{}\", which cannot be read as a time; write it as 2026-07-01", short(&text))
    })
}

fn whole_number(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let float: f64 = text.parse().ok()?;
        (float.is_finite() && float.abs() < 9e18).then_some(float as i64)
    })
}

/// A list of scopes: a JSON array, or its text as Python, Spark, JSON or a person writes it. `None` when absent; an empty
/// list is kept as such.
pub(super) fn list(value: &Value) -> Result<Option<Vec<String>>, String> {
    match value {
        Value::Array(items) => {
            let mut scopes = Vec::new();
            for item in items {
                match item {
                    Value::String(s) if !s.trim().is_empty() => {
                        scopes.push(blank_secrets(s.trim()).into_owned())
                    }
                    _ => return Err("holds something that is no text".into()),
                }
            }
            Ok(Some(tidy(scopes)))
        }
        _ if is_absent(value) => Ok(None),
        Value::String(text) => Ok(Some(tidy(list_in_text(text)))),
        _ => Err("is no list".into()),
    }
}

fn list_in_text(text: &str) -> Vec<String> {
    let text = blank_secrets(text.trim());
    if text.eq_ignore_ascii_case("all apis") {
        return vec!["all-apis".into()];
    }
    let inner = text.trim_start_matches(['[', '{', '(']).trim_end_matches([']', '}', ')']);
    inner
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'))
        .map(|item| item.trim_matches(['\'', '"', '\\', '`']))
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn tidy(mut scopes: Vec<String>) -> Vec<String> {
    scopes.sort();
    scopes.dedup();
    scopes
}

/// At most the first 40 characters of a text that goes into a message.
pub(super) fn short(text: &str) -> String {
    let mut cut: String =
        text.chars().take(40).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::time::Day;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn one_moment_in_every_spelling() {
        let expected = Some(Time(1_765_000_000_000_000));
        for value in [
            json!(1_765_000_000_000_i64),
            json!("1765000000000"),
            json!(1_765_000_000_000.0),
            json!("1.765e12"),
            json!(1_765_000_000),
            json!("1765000000"),
            json!(1_765_000_000_000_000_i64),
            json!("2025-12-06T05:46:40Z"),
            json!("2025-12-06 05:46:40"),
            json!("Dec 6, 2025, 05:46:40 AM"),
        ] {
            assert_eq!(time(&value), Ok(expected), "{value}");
        }
        let day = Ok(Some(Day::parse("2026-07-31").unwrap().start()));
        for text in ["Jul 31, 2026", "31 July 2026", "7/31/2026", "31/07/2026", "2026-07-31"] {
            assert_eq!(time(&json!(text)), day, "{text}");
        }
        for none in [
            json!(-1),
            json!(0),
            json!(null),
            json!("Never"),
            json!(""),
            json!("-1"),
            json!("nan"),
            json!("NaT"),
        ] {
            assert_eq!(time(&none), Ok(None), "{none}");
        }
        for bad in [json!("soon"), json!("5/6/2026"), json!({}), json!("2026-02-30")] {
            assert!(time(&bad).is_err(), "{bad}");
        }
        let last = time(&json!(i64::MAX)).unwrap().unwrap();
        assert_eq!(last.to_string(), "2262-04-11T23:47:16.854775Z", "nanoseconds");
    }

    #[test]
    fn a_list_in_every_spelling() {
        let expected = Ok(Some(vec!["jobs".to_owned(), "sql".to_owned()]));
        for value in [
            json!(["sql", "jobs"]),
            json!("['sql', 'jobs']"),
            json!(r#"["sql","jobs"]"#),
            json!("['sql' 'jobs']"),
            json!("[sql, jobs]"),
            json!("sql; jobs"),
            json!("sql,jobs,sql"),
        ] {
            assert_eq!(list(&value), expected, "{value}");
        }
        assert_eq!(list(&json!([])), Ok(Some(vec![])));
        assert_eq!(list(&json!("[]")), Ok(Some(vec![])));
        assert_eq!(list(&json!(null)), Ok(None));
        assert_eq!(list(&json!("")), Ok(None));
        assert_eq!(list(&json!("All APIs")), Ok(Some(vec!["all-apis".into()])));
        assert!(list(&json!([1])).is_err());
        assert!(list(&json!({})).is_err());
    }

    #[test]
    fn an_id_that_lost_digits_is_refused() {
        assert_eq!(id(&json!(1_234_567_890_123_456_i64)), Ok(Some("1234567890123456".into())));
        assert_eq!(id(&json!("1234567890123456.0")), Ok(Some("1234567890123456".into())));
        assert_eq!(id(&json!(4242.0)), Ok(Some("4242".into())));
        assert_eq!(id(&json!("adb-name")), Ok(Some("adb-name".into())));
        assert!(id(&json!("7.123456789012345e18")).is_err());
        assert_eq!(id(&json!("nan")), Ok(None));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}") {
            let value = json!(text);
            let _ = (time(&value), id(&value), list(&value));
        }
    }
}
