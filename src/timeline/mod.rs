//! Uses of one scope by one token over time: when they recur, when the next is due, and how many windows miss them.

pub mod cadence;
pub mod calendar;
pub mod declared;
pub mod enforcement;
pub mod history;
pub mod judge;
pub mod log_view;
pub mod loss_odds;
pub mod occurrences;
pub mod outlook;
pub mod reason;
pub mod schedule;
#[cfg(test)]
mod story_tests;
pub mod verdict;
#[cfg(test)]
mod verdict_tests;
pub mod window;
