//! Turns a declared schedule (words, dates, cron) into the calls it foretells.

mod cron;
mod date_list;
mod in_words;

use super::calendar::{CalendarRule, Expected};
use crate::support::time::{Day, Span, Time};
use cron::Cron;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// The longest text, in bytes, that is read as a schedule.
const LONGEST: usize = 4096;

/// A schedule someone declared, in its time zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    plan: Recurrence,
    zone: TimeZone,
}

#[derive(Clone, Debug, PartialEq)]
enum Recurrence {
    /// Days of a rule.
    Days {
        rule: CalendarRule,
        lasts: Lasts,
        at: Option<civil::Time>,
    },
    /// Moments or whole days, in order.
    Dates(Vec<When>),
    Cron(Cron),
}

/// How long after the day of a rule the call may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lasts {
    Days(i32),
    Months(i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Day(Day),
    Local(civil::DateTime),
    At(Time),
}

/// A schedule that cannot be read: a sentence that ends in what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("cannot read the schedule \"{}\": {why}. {remedy}.", shown(text))]
    Unreadable { text: String, why: String, remedy: &'static str },
    #[error("the time zone \"{}\" is not in the time zone database. Write an IANA name such as Europe/Berlin or UTC.", shown(.0))]
    Zone(String),
}

fn shown(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_default).collect()
}

impl Schedule {
    /// Reads `monthly on the last business day at 02:10`, `2026-03-31, 2026-06-30`, `10 2 1 */3 *` or `0 10 2 L * ?`, in a
    /// time zone of the IANA database, UTC by default.
    pub fn parse(text: &str, zone: Option<&str>) -> Result<Self, ScheduleError> {
        let zone = match zone.map(str::trim) {
            None | Some("") => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|_| ScheduleError::Zone(name.to_owned()))?,
        };
        let text = text.trim();
        let plan = if text.len() > LONGEST {
            Err((format!("it is longer than {LONGEST} bytes"), in_words::REMEDY))
        } else if date_list::looks_like(text) {
            date_list::parse(text).map(Recurrence::Dates).map_err(|why| (why, date_list::REMEDY))
        } else if cron::looks_like(text) {
            Cron::parse(text).map(Recurrence::Cron).map_err(|why| (why, cron::REMEDY))
        } else {
            in_words::parse(text).map_err(|why| (why, in_words::REMEDY))
        };
        let plan =
            plan.map_err(|(why, remedy)| ScheduleError::Unreadable { text: text.to_owned(), why, remedy })?;
        Ok(Self { plan, zone })
    }

    /// The next call after a moment. A range that has begun already is cut to what is left of it.
    pub fn next_after(&self, after: Time) -> Option<Expected> {
        self.from(after).next().map(|e| {
            let earliest = e.earliest.max(Time(after.0.saturating_add(1)));
            Expected { earliest, likely: e.likely.max(earliest), latest: e.latest }
        })
    }

    /// The calls that may come in `[from, to)`, in order.
    pub fn between(&self, from: Time, to: Time) -> impl Iterator<Item = Expected> {
        self.from(Time(from.0.saturating_sub(1))).take_while(move |e| e.earliest < to)
    }

    /// The ranges that end after a moment, whole.
    fn from(&self, after: Time) -> Box<dyn Iterator<Item = Expected> + '_> {
        let after = Time(after.0.clamp(FIRST, LAST));
        let still = move |e: &Expected| e.latest > after;
        let today = self.local(after).date();
        match &self.plan {
            Recurrence::Days { rule, lasts, at } => {
                let mut day = Day::from_date(today).plus(
                    match lasts {
                        Lasts::Days(n) => -n,
                        Lasts::Months(n) => -31 * n,
                    } - 1,
                );
                let ranges = std::iter::from_fn(move || {
                    let start = rule.on_or_after(day);
                    day = start.plus(1);
                    (start <= LAST_DAY).then(|| match at {
                        Some(time) => self.moment(start.date().to_datetime(*time)),
                        None => self.range(start, lasts.end(start)),
                    })
                });
                Box::new(ranges.skip_while(move |e| !still(e)))
            }
            Recurrence::Dates(dates) => {
                let mut ranges: Vec<_> = dates
                    .iter()
                    .map(|when| match when {
                        When::Day(day) => self.range(*day, day.plus(1)),
                        When::Local(local) => self.moment(*local),
                        When::At(t) => exactly(*t),
                    })
                    .filter(still)
                    .collect();
                ranges.sort_unstable();
                ranges.dedup();
                Box::new(ranges.into_iter())
            }
            Recurrence::Cron(cron) => {
                // The hour that daylight saving repeats may lie on either side of `after`.
                let mut local = Some(self.local(after).saturating_sub(jiff::SignedDuration::from_hours(1)));
                let ranges = std::iter::from_fn(move || {
                    let found = cron.at_or_after(local?)?;
                    local = found.checked_add(jiff::SignedDuration::from_secs(1)).ok();
                    Some(self.moment(found))
                });
                // Times that daylight saving skips fall together.
                let mut last = None;
                let ranges = ranges.filter(move |e| last.replace(e.earliest) != Some(e.earliest));
                Box::new(ranges.skip_while(move |e| e.earliest <= after))
            }
        }
    }

    fn local(&self, time: Time) -> civil::DateTime {
        self.zone.to_datetime(time.into())
    }

    /// From the start of one local day to the start of another.
    fn range(&self, first: Day, end: Day) -> Expected {
        let start = |d: Day| self.moment(d.date().to_datetime(civil::Time::midnight())).earliest;
        let (earliest, latest) = (start(first), start(end).minus(Span(1)));
        let latest = latest.max(earliest);
        Expected { earliest, likely: Time(earliest.0 + (latest.0 - earliest.0) / 2), latest }
    }

    /// A local time: one moment, or what daylight saving makes of it: both moments of a repeated time; of a skipped one, from
    /// the moment of the change to the time as if nothing had changed.
    fn moment(&self, local: civil::DateTime) -> Expected {
        let at = |offset: jiff::tz::Offset| offset.to_timestamp(local).map_or(Time(LAST), Time::from);
        match self.zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => exactly(at(offset)),
            AmbiguousOffset::Fold { before, after } => {
                Expected { earliest: at(before), likely: at(before), latest: at(after) }
            }
            AmbiguousOffset::Gap { before, after } => {
                let change = self.zone.following(at(after).into()).next().map(|t| Time::from(t.timestamp()));
                let latest = at(before);
                Expected { earliest: change.unwrap_or(latest).min(latest), likely: latest, latest }
            }
        }
    }
}

/// A week after the beginning of the year 1, and a year before the end of 9999: room for every zone and range.
const FIRST: i64 = -62_135_000_000_000_000;
const LAST: i64 = 253_370_000_000_000_000;
const LAST_DAY: Day = Time(LAST).day();

fn exactly(t: Time) -> Expected {
    Expected { earliest: t, likely: t, latest: t }
}

impl Lasts {
    fn end(self, start: Day) -> Day {
        match self {
            Self::Days(n) => start.plus(n),
            Self::Months(n) => super::calendar::Month(super::calendar::Month::of(start).0 + n).first_day(),
        }
    }
}

#[cfg(test)]
mod schedule_tests;
