//! Parts of a finding -> sentences, the same in every format.

use super::finding::{Dates, KeepAliveCall, NextCall, OperationUse};
use crate::support::format::{count, days, moment};
use crate::support::time::Time;
use std::fmt;

/// The day or days on which a call is expected.
impl fmt::Display for NextCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&days(self.earliest.day(), self.latest.day()))
    }
}

impl Dates {
    /// The dates that are set, each with its name, in order of time.
    pub fn named(&self) -> Vec<(&'static str, String)> {
        let mut named: Vec<(Time, &'static str, String)> = Vec::new();
        let mut add = |time: Option<Time>, name| named.extend(time.map(|t| (t, name, moment(t))));
        add(self.reminder, "reminder mail");
        add(self.enforced, "enforcement");
        add(self.idle_revocation, "revoked if unused");
        add(self.expiry, "expires");
        named.extend(self.last_safe_day.map(|day| (day.start(), "last safe day to act", day.to_string())));
        match (self.window_start, self.window_end) {
            (Some(start), Some(end)) => {
                named.push((start, "observed", format!("{} to {}", moment(start), moment(end))));
            }
            (Some(start), None) => named.push((start, "observed from", moment(start))),
            (None, Some(end)) => named.push((end, "observed until", moment(end))),
            (None, None) => {}
        }
        if let Some(next) = self.next_call {
            named.push((next.earliest, "next call", next.to_string()));
        }
        named.sort();
        named.into_iter().map(|(_, name, text)| (name, text)).collect()
    }
}

impl KeepAliveCall {
    /// What to call and when, with the caveat that its effect is not verified.
    pub fn sentence(&self) -> String {
        let call = match &self.command {
            Some(command) => format!("`{command}` ({})", self.operation),
            None => format!("`{}`", self.operation),
        };
        let when = match (self.not_before, self.before, self.every_days) {
            (Some(from), Some(before), _) => format!("between {} and {}", moment(from), moment(before)),
            (None, Some(before), _) => format!("before {}", moment(before)),
            (_, None, Some(days)) => format!("at least every {days} days"),
            (_, None, None) => "inside the window".to_owned(),
        };
        format!(
            "A harmless read with this token {when}, such as {call}, may be enough to keep {}. Nobody has verified that Databricks \
             counts it, nor that it keeps more than {}:read.",
            self.scope, self.scope
        )
    }
}

impl OperationUse {
    /// What was called, how often, when, and how that is tied to the token.
    pub fn sentence(&self) -> String {
        let mut text = format!("{}: {}, ", self.operation, count(self.count, "time", "times"));
        let when = match self.first.day() == self.last.day() {
            true => format!("on {}", self.last.day()),
            false => format!("{} to {}", self.first.day(), self.last.day()),
        };
        text.push_str(&format!("{when}; {} ({})", self.tier.sentence(), self.tier.name()));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_stand_in_order_of_time() {
        let time = |text| Time::parse(text);
        let dates = Dates {
            window_start: time("2026-08-21"),
            window_end: time("2026-09-20"),
            reminder: time("2026-09-13"),
            enforced: time("2026-09-20"),
            ..Dates::default()
        }
        .named();
        let names: Vec<_> = dates.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["observed", "reminder mail", "enforcement"]);
    }
}
