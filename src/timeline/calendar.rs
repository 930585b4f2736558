//! Calendar rules as plain day numbers: which day of a month a rule names, and the next day it falls on.

use crate::support::time::{Day, Time};
use std::fmt;

/// Every day of the week, as a set of weekdays (bit 0 is Monday).
pub const EVERY_DAY: u8 = 0b111_1111;
/// Monday to Friday.
pub const MONDAY_TO_FRIDAY: u8 = 0b001_1111;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// When a call is expected: at some moment from the earliest to the latest, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expected {
    /// Not before.
    pub earliest: Time,
    /// The single best guess.
    pub likely: Time,
    /// Not after.
    pub latest: Time,
}

/// A month: months since January of year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

/// A day that every month has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MonthDay {
    /// The day of this number, the last day in months that are shorter.
    Day(u8),
    /// The last day.
    LastDay,
    /// The first to fourth Monday (0) to Sunday (6).
    Weekday {
        /// 1 to 4.
        nth: u8,
        /// Monday is 0.
        weekday: u8,
    },
    /// The last Monday (0) to Sunday (6).
    LastWeekday(u8),
    /// The first day from Monday to Friday.
    FirstBusinessDay,
    /// The last day from Monday to Friday.
    LastBusinessDay,
}

/// A recurring day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CalendarRule {
    /// These days of every week, as a set (bit 0 is Monday); not empty.
    Weekdays(u8),
    /// Every so many days.
    EveryDays {
        /// At least 1.
        every: u16,
        /// A day it falls on.
        anchor: Day,
    },
    /// One day of every month, second month, quarter ...
    Months {
        /// Months from one to the next, at least 1.
        step: u16,
        /// The months whose number leaves this rest, when divided by the step.
        phase: u16,
        /// Which day of the month.
        on: MonthDay,
    },
}

impl Month {
    /// January is 1.
    pub const fn new(year: i32, month: u8) -> Self {
        Self(year * 12 + month as i32 - 1)
    }

    pub fn of(day: Day) -> Self {
        let (year, month, _) = day.civil();
        Self::new(year, month)
    }

    /// January is 1.
    pub const fn number(self) -> u8 {
        self.0.rem_euclid(12) as u8 + 1
    }

    pub const fn first_day(self) -> Day {
        Day::from_civil(self.0.div_euclid(12), self.number(), 1)
    }

    pub const fn last_day(self) -> Day {
        Self(self.0 + 1).first_day().plus(-1)
    }
}

impl MonthDay {
    /// The day this names in a month.
    pub const fn in_month(self, month: Month) -> Day {
        match self {
            Self::Day(n @ 0..=28) => month.first_day().plus(if n == 0 { 0 } else { n as i32 - 1 }),
            Self::Day(n) => {
                let (day, last) = (month.first_day().plus(n as i32 - 1), month.last_day());
                if day.0 > last.0 { last } else { day }
            }
            Self::LastDay => month.last_day(),
            Self::Weekday { nth, weekday } => {
                let first = month.first_day();
                first.plus(
                    days_until(first.weekday(), weekday) + 7 * (if nth == 0 { 0 } else { nth as i32 - 1 }),
                )
            }
            Self::LastWeekday(weekday) => {
                let last = month.last_day();
                last.plus(-days_until(weekday, last.weekday()))
            }
            Self::FirstBusinessDay => {
                let first = month.first_day();
                first.plus(match first.weekday() {
                    5 => 2,
                    6 => 1,
                    _ => 0,
                })
            }
            Self::LastBusinessDay => {
                let last = month.last_day();
                last.plus(match last.weekday() {
                    5 => -1,
                    6 => -2,
                    _ => 0,
                })
            }
        }
    }
}

const fn days_until(from: u8, to: u8) -> i32 {
    (to as i32 - from as i32).rem_euclid(7)
}

impl CalendarRule {
    /// The first day of the rule at or after `day`.
    pub fn on_or_after(self, day: Day) -> Day {
        match self {
            Self::Weekdays(set) => {
                let set = u32::from(set & EVERY_DAY);
                let from_today = (set | set << 7) >> day.weekday();
                day.plus(if set == 0 { i32::MAX / 4 } else { from_today.trailing_zeros() as i32 })
            }
            Self::EveryDays { every, anchor } => {
                day.plus((anchor.0 - day.0).rem_euclid(i32::from(every.max(1))))
            }
            Self::Months { step, phase, on } => {
                let step = i32::from(step.max(1));
                // A month earlier, for a named day never lies outside its month: the first that is not before `day` wins.
                let month = Month::of(day).0;
                let mut month = month + (i32::from(phase) - month).rem_euclid(step);
                let named = on.in_month(Month(month));
                if named >= day {
                    return named;
                }
                month += step;
                on.in_month(Month(month))
            }
        }
    }

    /// The mean number of days from one to the next.
    pub fn mean_days(self) -> f64 {
        match self {
            Self::Weekdays(set) => 7.0 / f64::from((set & EVERY_DAY).count_ones().max(1)),
            Self::EveryDays { every, .. } => f64::from(every),
            Self::Months { step, .. } => 30.436_875 * f64::from(step),
        }
    }
}

/// The English name of a weekday; Monday is 0.
pub fn weekday_name(weekday: u8) -> &'static str {
    WEEKDAYS[usize::from(weekday % 7)]
}

/// The English name of a month; January is 1.
pub fn month_name(month: u8) -> &'static str {
    MONTHS[usize::from((month + 11) % 12)]
}

/// The weekday an English name or its first letters (at least three, or two) mean; Monday is 0.
pub fn weekday_from_name(name: &str) -> Option<u8> {
    from_name(&WEEKDAYS, name)
}

/// The month an English name or its first letters (at least three) mean; January is 1.
pub fn month_from_name(name: &str) -> Option<u8> {
    from_name(&MONTHS, name).map(|m| m + 1)
}

fn from_name(names: &[&str], name: &str) -> Option<u8> {
    let fits = |full: &&str| full.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    (name.len() >= 3).then(|| names.iter().position(fits)).flatten().map(|n| n as u8)
}

/// `1st`, `2nd`, `3rd`, `4th`.
pub fn ordinal(n: u8) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

impl fmt::Display for MonthDay {
    /// `the 1st`, `the last business day`, `the second Monday`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(n) => write!(f, "the {}", ordinal(*n)),
            Self::LastDay => write!(f, "the last day"),
            Self::Weekday { nth, weekday } => {
                let nth = ["first", "second", "third", "fourth"][usize::from(nth.clamp(&1, &4) - 1)];
                write!(f, "the {nth} {}", weekday_name(*weekday))
            }
            Self::LastWeekday(weekday) => write!(f, "the last {}", weekday_name(*weekday)),
            Self::FirstBusinessDay => write!(f, "the first business day"),
            Self::LastBusinessDay => write!(f, "the last business day"),
        }
    }
}

impl fmt::Display for CalendarRule {
    /// `weekly on Monday`, `monthly on the 1st`, `yearly on 1 October`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Weekdays(set) if set & EVERY_DAY == EVERY_DAY => write!(f, "daily"),
            Self::Weekdays(MONDAY_TO_FRIDAY) => write!(f, "Monday to Friday"),
            Self::Weekdays(set) => {
                let days: Vec<_> = (0..7).filter(|d| set >> d & 1 == 1).map(weekday_name).collect();
                match days.split_last() {
                    Some((last, [])) => write!(f, "weekly on {last}"),
                    Some((last, rest)) => write!(f, "weekly on {} and {last}", rest.join(", ")),
                    None => write!(f, "never"),
                }
            }
            Self::EveryDays { every, .. } => write!(f, "every {every} days"),
            Self::Months { step, phase, on } => {
                let months: Vec<_> = (0..12u16)
                    .filter(|m| 12 % step.max(1) == 0 && m % step.max(1) == phase)
                    .map(|m| month_name(m as u8 + 1))
                    .collect();
                match step {
                    1 => write!(f, "monthly on {on}"),
                    12 => write!(f, "yearly on {on} of {}", months.join(", ")),
                    3 => write!(f, "quarterly on {on} of {}", months.join(", ")),
                    6 => write!(f, "half-yearly on {on} of {}", months.join(", ")),
                    _ if months.is_empty() => write!(f, "every {step} months on {on}"),
                    _ => write!(f, "every {step} months on {on} of {}", months.join(", ")),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn names_days_of_months_at_the_edges() {
        let feb = Month::new(2024, 2);
        for (on, expected) in [
            (MonthDay::Day(1), "2024-02-01"),
            (MonthDay::Day(31), "2024-02-29"),
            (MonthDay::LastDay, "2024-02-29"),
            (MonthDay::Weekday { nth: 1, weekday: 3 }, "2024-02-01"),
            (MonthDay::Weekday { nth: 4, weekday: 2 }, "2024-02-28"),
            (MonthDay::LastWeekday(3), "2024-02-29"),
            (MonthDay::LastWeekday(4), "2024-02-23"),
        ] {
            assert_eq!(on.in_month(feb), day(expected), "{on}");
        }
        assert_eq!(MonthDay::FirstBusinessDay.in_month(Month::new(2026, 8)), day("2026-08-03"));
        assert_eq!(MonthDay::LastBusinessDay.in_month(Month::new(2026, 5)), day("2026-05-29"));
        assert_eq!(MonthDay::LastBusinessDay.in_month(Month::new(2026, 2)), day("2026-02-27"));
    }

    #[test]
    fn reads_names() {
        assert_eq!(weekday_from_name("sun"), Some(6));
        assert_eq!(weekday_from_name("tuesday"), Some(1));
        assert_eq!(weekday_from_name("mo"), None);
        assert_eq!(weekday_from_name("montag"), None);
        assert_eq!(month_from_name("Sept"), Some(9));
        assert_eq!(
            CalendarRule::Months { step: 12, phase: 9, on: MonthDay::Day(1) }.to_string(),
            "yearly on the 1st of October"
        );
    }

    fn month_day() -> impl Strategy<Value = MonthDay> {
        prop_oneof![
            (1u8..32).prop_map(MonthDay::Day),
            Just(MonthDay::LastDay),
            (1u8..5, 0u8..7).prop_map(|(nth, weekday)| MonthDay::Weekday { nth, weekday }),
            (0u8..7).prop_map(MonthDay::LastWeekday),
            Just(MonthDay::FirstBusinessDay),
            Just(MonthDay::LastBusinessDay),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]
        #[test]
        fn the_next_day_of_a_rule_is_the_nearest_one(from in -1000i32..40_000, step in 1u16..13, phase in 0u16..12, on in month_day(), set in 1u8..128) {
            let phase = phase % step;
            for rule in [
                CalendarRule::Months { step, phase, on },
                CalendarRule::Weekdays(set),
                CalendarRule::EveryDays { every: step, anchor: Day(i32::from(phase) + 500) },
            ] {
                let fits = |d: Day| match rule {
                    CalendarRule::Months { .. } => Month::of(d).0.rem_euclid(i32::from(step)) == i32::from(phase) && on.in_month(Month::of(d)) == d,
                    CalendarRule::Weekdays(_) => set >> d.weekday() & 1 == 1,
                    CalendarRule::EveryDays { .. } => (d.0 - 500 - i32::from(phase)) % i32::from(step) == 0,
                };
                let brute = (from..).map(Day).find(|d| fits(*d)).unwrap();
                prop_assert_eq!(rule.on_or_after(Day(from)), brute);
            }
        }
    }
}
