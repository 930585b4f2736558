//! Reads schedules in words: `weekly on monday`, `monthly on the last business day at 02:10`, `every 2 weeks from 2026-01-05`.
//!
//! Where the words leave the day open (`quarterly`), the call may come on any day of the calendar's quarter.

use super::{Lasts, Recurrence};
use crate::support::time::Day;
use crate::timeline::calendar::{
    CalendarRule, EVERY_DAY, MONDAY_TO_FRIDAY, Month, MonthDay, month_from_name, weekday_from_name,
};
use jiff::civil;

pub(super) const REMEDY: &str = "Write for example \"weekly on monday\", \"monthly on the last business day\", \"quarterly on the first day\", \
     \"yearly on 1 Oct\", \"every 2 months from 2026-02-01\", dates, or a cron expression";

const NO_START: &str = "it says not from which date to count (add \"from 2026-01-05\")";

/// What recurs.
#[derive(Clone, Copy)]
enum Every {
    Hour,
    Days(u16),
    Weeks(u16),
    Months(u16),
}

pub(super) fn parse(text: &str) -> Result<Recurrence, String> {
    let lower = text.to_ascii_lowercase();
    let mut words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || c == ',')
        .map(|w| w.trim_matches('.'))
        .filter(|w| !w.is_empty())
        .collect();
    let at = take_after(&mut words, &["at"], clock)?;
    let from = take_after(&mut words, &["from", "starting", "since"], |w| {
        Day::parse(w).ok_or_else(|| format!("\"{}\" is no date", super::shown(w)))
    })?;
    words.retain(|w| !matches!(*w, "the" | "on" | "of" | "in" | "each" | "and" | "a" | "day" | "calendar"));
    let (every, rest) = head(&words)?;
    let (rule, lasts) = match every {
        Every::Hour => return hourly(rest),
        Every::Days(1) => (in_full(CalendarRule::Weekdays(EVERY_DAY), rest)?, Lasts::Days(1)),
        Every::Days(every) => {
            (in_full(CalendarRule::EveryDays { every, anchor: start(from)? }, rest)?, Lasts::Days(1))
        }
        Every::Weeks(1) if rest.is_empty() && from.is_none() => (CalendarRule::Weekdays(1), Lasts::Days(7)),
        Every::Weeks(n) => (weeks(n, rest, from)?, Lasts::Days(1)),
        Every::Months(step) => months(step, rest, from)?,
    };
    if at.is_some() && lasts != Lasts::Days(1) {
        return Err("it has a time but no day".to_owned());
    }
    Ok(Recurrence::Days { rule, lasts, at })
}

/// The word after one of these, both taken out.
fn take_after<T>(
    words: &mut Vec<&str>,
    names: &[&str],
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    let Some(i) = words.iter().position(|w| names.contains(w)) else { return Ok(None) };
    let Some(word) = words.get(i + 1) else { return Err(format!("nothing follows \"{}\"", words[i])) };
    let value = read(word)?;
    words.drain(i..i + 2);
    Ok(Some(value))
}

fn clock(word: &str) -> Result<civil::Time, String> {
    let number = |w: &str| (1..=2).contains(&w.len()).then(|| w.parse().ok()).flatten();
    let parts: Option<Vec<i8>> = word.split(':').map(number).collect();
    let time = match parts.as_deref() {
        Some(&[h, m]) => civil::Time::new(h, m, 0, 0).ok(),
        Some(&[h, m, s]) => civil::Time::new(h, m, s, 0).ok(),
        _ => None,
    };
    time.ok_or_else(|| format!("\"{}\" is no time of day such as 02:10", super::shown(word)))
}

fn head<'a>(words: &'a [&'a str]) -> Result<(Every, &'a [&'a str]), String> {
    let Some((first, rest)) = words.split_first() else { return Err("it is empty".to_owned()) };
    Ok(match *first {
        "hourly" => (Every::Hour, rest),
        "daily" | "nightly" => (Every::Days(1), rest),
        "weekdays" => (Every::Weeks(1), words),
        "weekly" => (Every::Weeks(1), rest),
        "fortnightly" => (Every::Weeks(2), rest),
        "monthly" => (Every::Months(1), rest),
        "quarterly" => (Every::Months(3), rest),
        "half-yearly" | "semiannually" | "semi-annually" | "biannually" => (Every::Months(6), rest),
        "yearly" | "annually" => (Every::Months(12), rest),
        "biweekly" | "bimonthly" => return Err(format!("\"{first}\" may mean twice in one or once in two")),
        "every" => return every(rest),
        _ if weekday(first).is_some() => (Every::Weeks(1), words),
        // `last business day of the month`.
        _ => match words.split_last() {
            Some((&"month", spec)) => (Every::Months(1), spec),
            Some((&"quarter", spec)) => (Every::Months(3), spec),
            Some((&"year", spec)) => (Every::Months(12), spec),
            _ => return Err(format!("\"{}\" says not how often", super::shown(first))),
        },
    })
}

fn every<'a>(words: &'a [&'a str]) -> Result<(Every, &'a [&'a str]), String> {
    let (n, rest) = match words.split_first() {
        Some((&("other" | "second"), rest)) if rest.first().is_some_and(|w| unit(w).is_some()) => (2, rest),
        Some((w, rest)) => count(w).map_or((1, words), |n| (n, rest)),
        // `day` was taken as a filling word.
        None => return Ok((Every::Days(1), words)),
    };
    match rest.split_first().map(|(w, rest)| (unit(w), rest)) {
        Some((Some(every), rest)) => {
            let times = |m: u16| {
                m.checked_mul(n).filter(|m| (1..=1200).contains(m)).ok_or("the interval is too long")
            };
            Ok(match every {
                Every::Hour if n == 1 => (Every::Hour, rest),
                Every::Hour => return Err("hours are counted by cron expressions only".to_owned()),
                Every::Days(d) => (Every::Days(times(d)?), rest),
                Every::Weeks(w) => (Every::Weeks(times(w)?), rest),
                Every::Months(m) => (Every::Months(times(m)?), rest),
            })
        }
        _ if n == 1 && rest.first().is_some_and(|w| weekday(w).is_some() || *w == "business") => {
            Ok((Every::Weeks(1), rest))
        }
        _ if n == 1 && !rest.is_empty() => head(rest),
        _ => Err("it says not every how many of what".to_owned()),
    }
}

fn unit(word: &str) -> Option<Every> {
    Some(match word {
        "hour" | "hours" => Every::Hour,
        "days" => Every::Days(1),
        "week" | "weeks" => Every::Weeks(1),
        "month" | "months" => Every::Months(1),
        "quarter" | "quarters" => Every::Months(3),
        "year" | "years" => Every::Months(12),
        _ => return None,
    })
}

fn count(word: &str) -> Option<u16> {
    let words =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let spelled = words.iter().position(|w| *w == word).map(|i| i as u16 + 1);
    spelled.or_else(|| word.parse().ok()).filter(|n| (1..=1200).contains(n))
}

/// `monday`, `mon`, `mondays`, `weekday`, `weekdays`: a set of weekdays.
fn weekday(word: &str) -> Option<u8> {
    match word {
        "weekday" | "weekdays" | "mon-fri" | "monday-friday" => Some(MONDAY_TO_FRIDAY),
        _ => weekday_from_name(word.strip_suffix('s').filter(|w| w.ends_with("day")).unwrap_or(word))
            .map(|d| 1 << d),
    }
}

fn hourly(rest: &[&str]) -> Result<Recurrence, String> {
    in_full(Recurrence::Cron(super::Cron::parse("0 * * * *")?), rest)
}

fn in_full<T>(value: T, rest: &[&str]) -> Result<T, String> {
    match rest.first() {
        None => Ok(value),
        Some(word) => Err(format!("\"{}\" has no meaning there", super::shown(word))),
    }
}

fn start(from: Option<Day>) -> Result<Day, String> {
    from.ok_or_else(|| NO_START.to_owned())
}

fn weeks(n: u16, rest: &[&str], from: Option<Day>) -> Result<CalendarRule, String> {
    let mut set = 0u8;
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match *word {
            "to" | "through" if set.count_ones() == 1 => {
                let last = words.next().and_then(|w| weekday(w)).ok_or("no weekday follows \"to\"")?;
                let mut day = set;
                while day != last && last.count_ones() == 1 {
                    day = if day == 1 << 6 { 1 } else { day << 1 };
                    set |= day;
                }
            }
            "business" => set |= MONDAY_TO_FRIDAY,
            _ => set |= weekday(word).ok_or_else(|| format!("\"{}\" is no weekday", super::shown(word)))?,
        }
    }
    if n == 1 {
        return Ok(CalendarRule::Weekdays(if set == 0 { 1 << start(from)?.weekday() } else { set }));
    }
    let anchor = start(from)?;
    let anchor = match set.count_ones() {
        0 => anchor,
        1 => CalendarRule::Weekdays(set).on_or_after(anchor),
        _ => return Err("several weekdays every few weeks are too much for words".to_owned()),
    };
    Ok(CalendarRule::EveryDays { every: n.saturating_mul(7), anchor })
}

fn months(step: u16, rest: &[&str], from: Option<Day>) -> Result<(CalendarRule, Lasts), String> {
    let rest = match rest.split_last() {
        Some((&("month" | "quarter" | "year"), spec)) => spec,
        _ => rest,
    };
    let (on, month) = spec(rest)?;
    let phase = match (month, from) {
        (Some(month), None) if 12 % step == 0 => u16::from(month - 1) % step,
        (Some(_), None) => return Err("its month does not return every year".to_owned()),
        (None, Some(from)) => Month::of(from).0.rem_euclid(i32::from(step)) as u16,
        (Some(_), Some(_)) => return Err("it names a month and a date to count from".to_owned()),
        (None, None) if step == 12 && matches!(on, Some(MonthDay::Day(2..))) => {
            return Err("it names a day but no month".to_owned());
        }
        (None, None) if on.is_none() && 12 % step == 0 => 0,
        // The last day of a quarter is the last day of its last month.
        (None, None) if matches!(step, 1 | 3 | 6 | 12) => match on {
            Some(MonthDay::LastDay | MonthDay::LastBusinessDay | MonthDay::LastWeekday(_)) => step - 1,
            _ => 0,
        },
        (None, None) => return Err(NO_START.to_owned()),
    };
    let on_from = from.map(|d| MonthDay::Day(d.civil().2));
    Ok(match on.or(on_from) {
        Some(on) => (CalendarRule::Months { step, phase, on }, Lasts::Days(1)),
        None => {
            let months = if month.is_some() { 1 } else { i32::from(step) };
            (CalendarRule::Months { step, phase, on: MonthDay::Day(1) }, Lasts::Months(months))
        }
    })
}

/// `1`, `1st`, `first`, `last`, `last business`, `second monday`, `1 oct`, `oct 1st`, `first monday october`, `october`.
fn spec(words: &[&str]) -> Result<(Option<MonthDay>, Option<u8>), String> {
    let mut words = words.to_vec();
    let month = words
        .iter()
        .position(|w| month_from_name(w).is_some())
        .and_then(|i| month_from_name(words.remove(i)));
    let day = match *words.as_slice() {
        [] => None,
        ["last"] => Some(MonthDay::LastDay),
        ["last", "business" | "working" | "workday" | "weekday"] => Some(MonthDay::LastBusinessDay),
        ["first", "business" | "working" | "workday" | "weekday"] => Some(MonthDay::FirstBusinessDay),
        ["last", weekday] => weekday_from_name(weekday).map(MonthDay::LastWeekday),
        [nth] => number(nth, 31).map(MonthDay::Day),
        [nth, weekday] => number(nth, 4)
            .zip(weekday_from_name(weekday))
            .map(|(nth, weekday)| MonthDay::Weekday { nth, weekday }),
        _ => None,
    };
    if day.is_none() && !words.is_empty() {
        return Err(format!("\"{}\" names no day", super::shown(&words.join(" "))));
    }
    if let (Some(MonthDay::Day(day)), Some(month)) = (day, month)
        && Month::new(2024, month).first_day().plus(i32::from(day) - 1) > Month::new(2024, month).last_day()
    {
        return Err("that month has no such day".to_owned());
    }
    Ok((day, month))
}

fn number(word: &str, most: u8) -> Option<u8> {
    let spelled = ["first", "second", "third", "fourth"].iter().position(|w| *w == word).map(|i| i as u8 + 1);
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    spelled.or_else(|| digits.parse().ok()).filter(|n| (1..=most).contains(n))
}
