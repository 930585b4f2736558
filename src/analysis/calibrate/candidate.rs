//! The windows that are tried, and how well one does.

use crate::support::time::Day;
use serde::Serialize;
use std::cmp::Reverse;

/// The lengths tried, in days: shortest and longest.
pub(crate) const LENGTHS: (i32, i32) = (7, 90);
/// The longest lag tried, in days.
pub(super) const MOST_LAG: i32 = 14;
/// The length Databricks documents.
const DOCUMENTED: i32 = 30;

/// What a window is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Anchor {
    /// It ends `lag` days before the token's own enforcement date.
    Enforcement,
    /// It begins `lag` days after the token's creation.
    Creation,
    /// It ends `lag` days before the day of the token list.
    Listing,
    /// It ends on the same day for all tokens.
    Calendar,
}

impl Anchor {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// How well a window explains the published lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WindowFit {
    /// What it is tied to.
    pub anchor: Anchor,
    /// Its length in days.
    pub length_days: i32,
    /// For a calendar window: its end, the first day after it; for others `None`.
    pub end: Option<Day>,
    /// First and last end that do equally well without a break, for a calendar window.
    pub end_range: Option<(Day, Day)>,
    /// For other windows: the lag in days; first and last that do equally well.
    pub lag_range: Option<(i32, i32)>,
    /// Whether calls count that failed.
    pub counts_failed: bool,
    /// Published scopes with a call inside.
    pub explained: usize,
    /// Published scopes without one.
    pub missed: usize,
    /// Scopes with a call inside that were not published.
    pub extra: usize,
}

impl Default for WindowFit {
    fn default() -> Self {
        Self {
            anchor: Anchor::Calendar,
            length_days: 0,
            end: None,
            end_range: None,
            lag_range: None,
            counts_failed: false,
            explained: 0,
            missed: 0,
            extra: 0,
        }
    }
}

impl WindowFit {
    /// Differences between what is published and what lies inside.
    pub fn errors(&self) -> usize {
        self.missed + self.extra
    }

    /// How many days its equals lie apart.
    pub fn spread_days(&self) -> i32 {
        self.end_range.map(|(a, b)| b.0 - a.0).or_else(|| self.lag_range.map(|(a, b)| b - a)).unwrap_or(0)
    }

    /// Fewest differences first; of equals what assumes least: the documented length, no lag, failed calls not counted.
    pub(super) fn order(&self) -> impl Ord + use<> {
        let lag = self.lag_range.map_or(0, |(a, _)| a);
        let stretch = (self.length_days - DOCUMENTED).abs();
        (self.errors(), self.counts_failed, self.anchor, stretch, lag, Reverse(self.end))
    }

    /// The options that make judgement assume it.
    pub fn option(&self) -> Option<String> {
        let failed = if self.counts_failed { " --count-failed" } else { "" };
        match (self.anchor, self.end, self.lag_range) {
            (Anchor::Calendar, Some(end), _) => {
                Some(format!("--window-start {} --window-end {end}{failed}", end.plus(-self.length_days)))
            }
            (Anchor::Enforcement, _, Some((lag, _))) if self.length_days == DOCUMENTED => {
                Some(format!("--enforcement-lag {lag}{failed}"))
            }
            _ if self.counts_failed => Some("--count-failed".into()),
            _ => None,
        }
    }
}
