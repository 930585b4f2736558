//! The `schedule` of a declared need -> words, dates or a cron expression. `timeline::schedule` works out what they mean.

use crate::context::bound::Bound;
use jiff::tz::TimeZone;

/// When a declared scope is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredSchedule {
    /// As written, for the report.
    pub text: String,
    pub spec: ScheduleSpec,
}

/// The ways to say when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleSpec {
    /// `yearly on 1 Oct`, `quarterly`.
    Words(String),
    /// Single dates or instants, ascending.
    Dates(Vec<Bound>),
    /// A cron expression: five fields, or Quartz with seconds first and perhaps a year last.
    Cron {
        /// The expression, fields parted by one blank.
        expr: String,
        /// The name of a time zone of the IANA database.
        tz: String,
    },
}

impl DeclaredSchedule {
    /// From text: a date, a cron expression (in UTC) or words.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err(
                "is empty; write words such as \"quarterly\", a list of dates, or { cron = .., tz = .. }"
                    .into(),
            );
        }
        if let Some(bound) = Bound::parse(text) {
            return Ok(Self::from_dates(vec![bound]));
        }
        if is_cron(text) {
            return Self::from_cron(text, "UTC");
        }
        Ok(Self { text: text.to_owned(), spec: ScheduleSpec::Words(text.to_owned()) })
    }

    pub fn from_dates(mut dates: Vec<Bound>) -> Self {
        dates.sort();
        dates.dedup();
        let written = |b: &Bound| if b.whole_day { b.time.day().to_string() } else { b.time.to_string() };
        let text = dates.iter().map(written).collect::<Vec<_>>().join(", ");
        Self { text, spec: ScheduleSpec::Dates(dates) }
    }

    /// From a cron expression and a time zone.
    pub fn from_cron(expr: &str, tz: &str) -> Result<Self, String> {
        if !is_cron(expr) {
            return Err(format!(
                "has \"{expr}\", which is no cron expression: it needs five fields (30 2 1 10 *), or six or seven with seconds \
                 first (0 30 2 1 10 ?)"
            ));
        }
        if TimeZone::get(tz).is_err() {
            return Err(format!(
                "names the time zone \"{tz}\", which is unknown; write one such as \"Europe/Berlin\" or \"UTC\""
            ));
        }
        let expr = expr.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self { text: format!("{expr} {tz}"), spec: ScheduleSpec::Cron { expr, tz: tz.to_owned() } })
    }
}

/// Whether the text has five to seven cron fields. The first two must be numeric, because schedules in words start with a
/// letter.
fn is_cron(text: &str) -> bool {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let of_cron = |f: &&str| f.bytes().all(|b| b.is_ascii_alphanumeric() || b"*/,-?#".contains(&b));
    let numeric = |f: &&str| f.bytes().all(|b| b.is_ascii_digit() || b"*/,-".contains(&b));
    (5..=7).contains(&fields.len()) && fields.iter().all(of_cron) && fields[..2].iter().all(numeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_dates_and_cron_are_told_apart() {
        let spec = |text: &str| DeclaredSchedule::from_text(text).unwrap().spec;
        for words in [
            "quarterly",
            "yearly on 1 Oct",
            "first Monday of each month at night",
            "2 days before quarter end always",
        ] {
            assert_eq!(spec(words), ScheduleSpec::Words(words.into()));
        }
        let cron = |expr: &str| ScheduleSpec::Cron { expr: expr.into(), tz: "UTC".into() };
        for expr in ["30 2 1 10 *", "0 30 2 1 10 ?", "0 0 12 ? JAN,APR,JUL,OCT MON#1 2026"] {
            assert_eq!(spec(expr), cron(expr));
        }
        assert_eq!(spec("2026-10-01"), ScheduleSpec::Dates(vec![Bound::parse("2026-10-01").unwrap()]));
        assert!(DeclaredSchedule::from_text(" ").is_err());
        assert!(DeclaredSchedule::from_cron("0 30 2 1 10 ?", "Europe/Berlin").is_ok());
        assert!(DeclaredSchedule::from_cron("0 30 2 1 10 ?", "Mars/Base").is_err());
        assert!(DeclaredSchedule::from_cron("quarterly", "UTC").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}") {
            let _ = (DeclaredSchedule::from_text(&text), DeclaredSchedule::from_cron(&text, &text));
        }
    }
}
