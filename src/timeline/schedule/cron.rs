//! Reads cron expressions of five fields (unix) and of six or seven (Quartz, as Databricks jobs have them), and finds the
//! local times they name.

use crate::support::time::Day;
use crate::timeline::calendar::{Month, MonthDay};
use jiff::civil::{Date, DateTime};

pub(super) const REMEDY: &str =
    "Write five fields (minute hour day month weekday) or Quartz's six or seven (second first, year last)";

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
/// A cron expression without a year that names nothing in so many months names nothing at all: 29 February falls on every
/// weekday within 40 years.
const HORIZON: i32 = 41 * 12;
const FIRST_YEAR: u32 = 1970;
const LAST_YEAR: u32 = 2199;

/// Sets of numbers as bits; what depends on the month as terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    seconds: u64,
    minutes: u64,
    hours: u64,
    months: u64,
    days: CronDays,
    weekdays: CronDays,
    years: Option<Vec<u32>>,
}

/// The days of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct CronDays {
    /// Days of the month, or weekdays from Monday (0).
    bits: u64,
    terms: Vec<Term>,
    /// The field begins with `*` or is `?`: it does not choose by itself.
    open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Term {
    /// `L-3`.
    BeforeLast(i32),
    /// `15W`.
    NearestWeekday(u8),
    Is(MonthDay),
    /// `MON#5`, in months that have one.
    Fifth(u8),
}

/// The numbers a field may hold, and its names from the least one on.
#[derive(Clone, Copy)]
struct CronField {
    what: &'static str,
    least: u32,
    most: u32,
    /// Where `*` and `5/2` end.
    end: u32,
    names: &'static [&'static str],
}

const fn numbers(what: &'static str, least: u32, most: u32) -> CronField {
    CronField { what, least, most, end: most, names: &[] }
}

const DAY: CronField = numbers("day of the month", 1, 31);
const MONTH: CronField = CronField { what: "month", least: 1, most: 12, end: 12, names: &MONTHS };
const UNIX_WEEKDAY: CronField = CronField { what: "weekday", least: 0, most: 7, end: 6, names: &WEEKDAYS };
const QUARTZ_WEEKDAY: CronField = CronField { what: "weekday", least: 1, most: 7, end: 7, names: &WEEKDAYS };
const YEAR: CronField = numbers("year", FIRST_YEAR, LAST_YEAR);

/// Whether the text is cron: several fields, the first of digits and signs only, or `@daily` and its like.
pub(super) fn looks_like(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or("");
    let is_field = |f: &str| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit() || b"*/,-?".contains(&b));
    text.starts_with('@') || is_field(first) && text.split_whitespace().count() > 2
}

impl Cron {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let upper = text.to_ascii_uppercase();
        let text = match upper.as_str() {
            "@YEARLY" | "@ANNUALLY" => "0 0 1 1 *",
            "@MONTHLY" => "0 0 1 * *",
            "@WEEKLY" => "0 0 * * 0",
            "@DAILY" | "@MIDNIGHT" => "0 0 * * *",
            "@HOURLY" => "0 * * * *",
            other => other,
        };
        let fields: Vec<_> = text.split_whitespace().collect();
        let (second, [minute, hour, day, month, weekday], year) = match *fields.as_slice() {
            [a, b, c, d, e] => (None, [a, b, c, d, e], None),
            [s, a, b, c, d, e] => (Some(s), [a, b, c, d, e], None),
            [s, a, b, c, d, e, y] => (Some(s), [a, b, c, d, e], Some(y)),
            _ => return Err(format!("it has {} fields", fields.len())),
        };
        let quartz = second.is_some();
        let cron = Self {
            seconds: second.map_or(Ok(1), |s| numbers("second", 0, 59).bits(s))?,
            minutes: numbers("minute", 0, 59).bits(minute)?,
            hours: numbers("hour", 0, 23).bits(hour)?,
            months: MONTH.bits(month)?,
            days: days(day)?,
            weekdays: weekdays(weekday, quartz)?,
            years: match year {
                None | Some("*" | "?") => None,
                Some(year) => Some(YEAR.set(year)?),
            },
        };
        if quartz && !cron.days.open && !cron.weekdays.open {
            return Err(
                "it chooses both a day of the month and a weekday, and Quartz wants ? in one of them"
                    .to_owned(),
            );
        }
        Ok(cron)
    }

    /// The first local time named, at or after one.
    pub(super) fn at_or_after(&self, from: DateTime) -> Option<DateTime> {
        let from = if from.subsec_nanosecond() > 0 {
            let whole = from.with().subsec_nanosecond(0).build().ok()?;
            whole.checked_add(jiff::SignedDuration::from_secs(1)).ok()?
        } else {
            from
        };
        let first = Day::from_date(from.date());
        let month = Month::of(first);
        let skipped = self.years.as_ref().map_or(Some(0), |years| {
            let now = month.0.div_euclid(12);
            years.iter().find(|&&y| y as i32 >= now).map(|&y| (y as i32 * 12 - month.0).max(0))
        })?;
        for month in (month.0 + skipped..=month.0 + skipped + HORIZON).map(Month) {
            if !self.names_month(month) {
                continue;
            }
            let mut day = month.first_day().max(first);
            while day <= month.last_day() {
                let least =
                    if day == first { (from.hour(), from.minute(), from.second()) } else { (0, 0, 0) };
                if self.names_day(day, month)
                    && let Some(time) = self.time_from(least)
                {
                    return Some(Date::to_datetime(day.date(), time));
                }
                day = day.plus(1);
            }
        }
        None
    }

    fn names_month(&self, month: Month) -> bool {
        let year = month.0.div_euclid(12);
        has(self.months, i32::from(month.number()))
            && self.years.as_ref().is_none_or(|years| years.binary_search(&(year.max(0) as u32)).is_ok())
    }

    fn names_day(&self, day: Day, month: Month) -> bool {
        let number = day.0 - month.first_day().0 + 1;
        let by_day = has(self.days.bits, number) || self.days.terms.iter().any(|t| t.is(day, month));
        let by_weekday = has(self.weekdays.bits, i32::from(day.weekday()))
            || self.weekdays.terms.iter().any(|t| t.is(day, month));
        // Where both fields choose, cron takes either.
        if self.days.open || self.weekdays.open { by_day && by_weekday } else { by_day || by_weekday }
    }

    /// The first time of day named, at or after one.
    fn time_from(&self, (hour, minute, second): (i8, i8, i8)) -> Option<jiff::civil::Time> {
        let built = |h: u32, m: u32, s: u32| jiff::civil::Time::new(h as i8, m as i8, s as i8, 0).ok();
        let (hour, minute, second) = (hour as u32, minute as u32, second as u32);
        let (first_minute, first_second) = (from(self.minutes, 0)?, from(self.seconds, 0)?);
        if has(self.hours, hour as i32) {
            if has(self.minutes, minute as i32)
                && let Some(s) = from(self.seconds, second)
            {
                return built(hour, minute, s);
            }
            if let Some(m) = from(self.minutes, minute + 1) {
                return built(hour, m, first_second);
            }
        }
        built(from(self.hours, hour + 1)?, first_minute, first_second)
    }
}

impl Term {
    fn is(self, day: Day, month: Month) -> bool {
        let last = month.last_day();
        match self {
            Self::BeforeLast(n) => last.plus(-n) == day,
            Self::NearestWeekday(n) => {
                let named = month.first_day().plus(i32::from(n) - 1);
                let nearest = match named.weekday() {
                    5 if n == 1 => named.plus(2),
                    5 => named.plus(-1),
                    6 if named == last => named.plus(-2),
                    6 => named.plus(1),
                    _ => named,
                };
                named <= last && nearest == day
            }
            Self::Is(on) => on.in_month(month) == day,
            Self::Fifth(weekday) => day.weekday() == weekday && day.plus(-28) >= month.first_day(),
        }
    }
}

fn has(bits: u64, n: i32) -> bool {
    (0..64).contains(&n) && bits >> n & 1 == 1
}

/// The least member from `n` on.
fn from(bits: u64, n: u32) -> Option<u32> {
    let rest = bits.checked_shr(n)?;
    (rest != 0).then(|| n + rest.trailing_zeros())
}

fn days(field: &str) -> Result<CronDays, String> {
    let mut days = CronDays { open: field.starts_with(['*', '?']), ..CronDays::default() };
    for part in field.split(',') {
        match part {
            "?" => days.bits = u64::MAX,
            "L" => days.terms.push(Term::Is(MonthDay::LastDay)),
            "LW" | "WL" => days.terms.push(Term::Is(MonthDay::LastBusinessDay)),
            _ => {
                if let Some(n) = part.strip_prefix("L-") {
                    days.terms
                        .push(Term::BeforeLast(numbers("days before the last", 0, 30).number(n)? as i32));
                } else if let Some(n) = part.strip_suffix('W') {
                    days.terms.push(Term::NearestWeekday(DAY.number(n)? as u8));
                } else {
                    days.bits |= DAY.bits(part)?;
                }
            }
        }
    }
    Ok(days)
}

fn weekdays(field: &str, quartz: bool) -> Result<CronDays, String> {
    let mut days = CronDays { open: field.starts_with(['*', '?']), ..CronDays::default() };
    let kind = if quartz { QUARTZ_WEEKDAY } else { UNIX_WEEKDAY };
    // Sunday is 1 in Quartz, 0 and 7 in unix cron, and 6 here.
    let from_monday = |n: u32| ((n + if quartz { 5 } else { 6 }) % 7) as u8;
    for part in field.split(',') {
        if part == "?" {
            days.bits = u64::MAX;
        } else if part == "L" && quartz {
            days.bits |= 1 << 5;
        } else if let Some((weekday, nth)) = part.split_once('#') {
            let weekday = from_monday(kind.number(weekday)?);
            days.terms.push(match numbers("occurrence in the month", 1, 5).number(nth)? as u8 {
                5 => Term::Fifth(weekday),
                nth => Term::Is(MonthDay::Weekday { nth, weekday }),
            });
        } else if let Some(weekday) = part.strip_suffix('L') {
            days.terms.push(Term::Is(MonthDay::LastWeekday(from_monday(kind.number(weekday)?))));
        } else {
            days.bits |= kind.set(part)?.into_iter().fold(0, |bits, n| bits | 1 << from_monday(n));
        }
    }
    Ok(days)
}

impl CronField {
    fn bits(self, text: &str) -> Result<u64, String> {
        Ok(self.set(text)?.into_iter().fold(0, |bits, n| bits | 1 << n))
    }

    /// `*`, `5`, `1-5`, `FRI-MON`, `*/10`, `5/10`, and lists of these; sorted.
    fn set(self, text: &str) -> Result<Vec<u32>, String> {
        let mut set = vec![];
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, numbers("step", 1, self.most.max(1)).number(step)?),
                None => (part, 0),
            };
            let (first, last) = match range.split_once('-') {
                _ if range == "*" || range == "?" => (self.least, self.end),
                Some((a, b)) => (self.number(a)?, self.number(b)?),
                None if step > 0 => (self.number(range)?, self.end),
                None => (self.number(range)?, self.number(range)?),
            };
            let size = self.most - self.least + 1;
            let length = if last >= first { last - first } else { last + size - first };
            set.extend(
                (0..=length)
                    .step_by(step.max(1) as usize)
                    .map(|i| self.least + (first - self.least + i) % size),
            );
        }
        set.sort_unstable();
        set.dedup();
        Ok(set)
    }

    fn number(self, text: &str) -> Result<u32, String> {
        if let Some(i) = self.names.iter().position(|n| *n == text) {
            return Ok(i as u32 + self.least);
        }
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|n| plain && (self.least..=self.most).contains(n));
        number.ok_or_else(|| {
            format!("\"{}\" is no {} from {} to {}", super::shown(text), self.what, self.least, self.most)
        })
    }
}
