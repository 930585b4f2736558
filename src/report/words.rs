//! Numbers, shares, moments and days as text.

pub use crate::support::format::*;
