//! Uses of one scope by one token over time: when they recur, when the next is due, and how many windows miss them.

pub mod cadence;
pub mod calendar;
pub mod declared;
pub mod history;
pub mod log;
pub mod occurrences;
pub mod outlook;
pub mod replay;
pub mod schedule;
pub mod standing;
pub mod sweep;
pub mod verdict;
pub mod window;
