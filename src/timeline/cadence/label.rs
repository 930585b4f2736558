//! Names a cadence: stable words for outputs, English for people, and how sure it is.

use super::claim::Claim;
use super::rule_fit::RuleFit;
use crate::catalog::confidence::Confidence;
use crate::support::time::Span;
use crate::timeline::calendar::{CalendarRule, EVERY_DAY, MONDAY_TO_FRIDAY, MonthDay};
use crate::timeline::occurrences::UseDay;
use serde::Serialize;
use strum::{EnumIter, IntoStaticStr};

/// The kind of a cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
#[serde(into = "&'static str")]
#[allow(missing_docs, reason = "the names say it")]
pub enum CadenceLabel {
    Hourly,
    Daily,
    Weekdays,
    Weekly,
    EveryNDays,
    MonthlyDay,
    MonthlyWeekday,
    MonthlyFirstBusinessDay,
    MonthlyLastBusinessDay,
    MonthlyLastDay,
    EveryTwoMonths,
    Quarterly,
    HalfYearly,
    Yearly,
    Irregular,
    Once,
}

impl CadenceLabel {
    /// The word in tables and reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    pub fn text(self) -> &'static str {
        match self {
            Self::Hourly => "hourly or more often",
            Self::Weekdays => "Monday to Friday",
            Self::EveryNDays => "every few days",
            Self::MonthlyDay => "monthly on a day",
            Self::MonthlyWeekday => "monthly on a weekday",
            Self::MonthlyFirstBusinessDay => "monthly on the first business day",
            Self::MonthlyLastBusinessDay => "monthly on the last business day",
            Self::MonthlyLastDay => "monthly on the last day",
            Self::EveryTwoMonths => "every two months",
            other => other.as_str(),
        }
    }
}

pub(super) fn of(fit: &RuleFit, days: &[UseDay]) -> CadenceLabel {
    match fit.rule {
        CalendarRule::Weekdays(_) if is_hourly(days, fit) => CadenceLabel::Hourly,
        CalendarRule::Weekdays(set) if set & EVERY_DAY == EVERY_DAY => CadenceLabel::Daily,
        CalendarRule::Weekdays(MONDAY_TO_FRIDAY) => CadenceLabel::Weekdays,
        CalendarRule::Weekdays(_) => CadenceLabel::Weekly,
        CalendarRule::EveryDays { .. } => CadenceLabel::EveryNDays,
        CalendarRule::Months { step: 1, on, .. } => match on {
            MonthDay::Day(_) => CadenceLabel::MonthlyDay,
            MonthDay::LastDay => CadenceLabel::MonthlyLastDay,
            MonthDay::Weekday { .. } | MonthDay::LastWeekday(_) => CadenceLabel::MonthlyWeekday,
            MonthDay::FirstBusinessDay => CadenceLabel::MonthlyFirstBusinessDay,
            MonthDay::LastBusinessDay => CadenceLabel::MonthlyLastBusinessDay,
        },
        CalendarRule::Months { step: 2, .. } => CadenceLabel::EveryTwoMonths,
        CalendarRule::Months { step: 3, .. } => CadenceLabel::Quarterly,
        CalendarRule::Months { step: 6, .. } => CadenceLabel::HalfYearly,
        CalendarRule::Months { .. } => CadenceLabel::Yearly,
    }
}

/// On most days since the rule holds, calls from early to late, enough for one each hour.
fn is_hourly(days: &[UseDay], fit: &RuleFit) -> bool {
    let CalendarRule::Weekdays(set) = fit.rule else { return false };
    let since = fit.origin.join(fit.since, 0);
    let late = &days[days.partition_point(|d| d.first < since)..];
    let full = late.iter().filter(|d| d.count >= 18 && d.last.since(d.first) >= Span::hours(20)).count();
    set.count_ones() >= 5 && full * 2 > late.len()
}

/// Low: two occurrences, or a cadence that lapsed. Medium: three, or several misses or extra occurrences. High: neither.
pub(super) fn confidence(fit: &RuleFit, claim: Claim, lapsed: bool) -> Confidence {
    let errors = fit.misses + fit.extras;
    match claim {
        _ if lapsed => Confidence::Low,
        Claim::Claimed if errors * 7 <= fit.hits && fit.exact * 4 >= fit.hits * 3 => Confidence::High,
        Claim::Claimed => Confidence::Medium,
        Claim::Possible if fit.hits >= 3 && errors == 0 => Confidence::Medium,
        _ => Confidence::Low,
    }
}
