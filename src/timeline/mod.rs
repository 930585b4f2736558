//! Uses of one scope by one token over time: when they recur, when the next is due, and how many windows miss them.

pub mod cadence;
pub mod calendar;
pub(crate) mod declared;
pub(crate) mod enforcement;
pub(crate) mod history;
pub(crate) mod judge;
pub(crate) mod log_view;
pub mod loss_odds;
pub mod occurrences;
pub(crate) mod outlook;
pub(crate) mod reason;
pub mod schedule;
#[cfg(test)]
mod story_tests;
pub(crate) mod verdict;
#[cfg(test)]
mod verdict_tests;
pub(crate) mod window;
