//! Turns the days a scope was used on into occurrences.

use crate::time::{Day, Time};

/// All uses of one scope by one token on one UTC day: when within the day, beyond the first and the last, is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseDay {
    /// The day.
    pub day: Day,
    /// The first use.
    pub first: Time,
    /// The last use.
    pub last: Time,
    /// How many.
    pub count: u64,
}

/// The times that decide every window of a day or longer: first and last of each day.
pub fn use_times(days: &[UseDay]) -> Vec<Time> {
    days.iter().flat_map(|d| [d.first, d.last]).collect()
}
