//! The value of `--tokens FILE[@DATE]` -> path and date; and the date in a file's name.

use crate::support::time::Day;

/// A file and the date the user says it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedFile {
    /// The path, without the date.
    pub path: String,
    /// The date behind the last `@`, when it is one.
    pub date: Option<Day>,
}

impl DatedFile {
    /// Splits an option's value: only a trailing `@YYYY-MM-DD` is a date, any other `@` belongs to the path.
    pub fn parse(value: &str) -> Self {
        match value.rsplit_once('@').map(|(path, date)| (path, Day::parse(date))) {
            Some((path, Some(day))) if !path.is_empty() => Self { path: path.to_owned(), date: Some(day) },
            _ => Self { path: value.to_owned(), date: None },
        }
    }
}

/// The date in the last part of a path, written `2026-09-12`, `2026_09_12` or `20260912`; the last one if there are several.
pub fn date_in_name(path: &str) -> Option<Day> {
    let name = path.rsplit(['/', '\\']).next()?.as_bytes();
    (0..name.len()).rev().find_map(|start| {
        let digit_before = start > 0 && name[start - 1].is_ascii_digit();
        let spelled = |len: usize| {
            let end_ok = !name.get(start + len).is_some_and(u8::is_ascii_digit);
            name.get(start..start + len)
                .filter(|_| end_ok && !digit_before)
                .and_then(|b| std::str::from_utf8(b).ok())
        };
        let dashed = spelled(10).and_then(|text| Day::parse(&text.replace('_', "-")));
        dashed.or_else(|| spelled(8).and_then(compact))
    })
}

fn compact(text: &str) -> Option<Day> {
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..8)?);
    Day::parse(&format!("{year}-{month}-{day}")).filter(|d| *d >= Day(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_trailing_date_is_one() {
        let day = Day::parse("2026-09-12");
        let split = |value: &str| {
            let dated = DatedFile::parse(value);
            (dated.path, dated.date)
        };
        assert_eq!(split("tokens.json@2026-09-12"), ("tokens.json".into(), day));
        assert_eq!(split("a@b.json@2026-09-12"), ("a@b.json".into(), day));
        for whole in
            ["tokens.json", "me@example.com", "tokens@2026-13-01", "t@2026-09-12.json", "@2026-09-12", "t@"]
        {
            assert_eq!(split(whole), (whole.into(), None));
        }
    }

    #[test]
    fn a_date_in_the_name_is_found() {
        let day = Day::parse("2026-09-12");
        for name in
            ["tokens-2026-09-12.json", "2026_09_12", "x/20260912_tokens.csv", "2025-01-01_2026-09-12.json"]
        {
            assert_eq!(date_in_name(name), day, "{name}");
        }
        for name in [
            "2026-09-12/tokens.json",
            "tokens.json",
            "12026-09-12",
            "120260912",
            "2026-09-123",
            "99999999",
            "",
        ] {
            assert_eq!(date_in_name(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_value_is_survived(text in "\\PC{0,40}") {
            let dated = DatedFile::parse(&text);
            prop_assert!(text.starts_with(&dated.path));
            let _ = date_in_name(&text);
        }
    }
}
