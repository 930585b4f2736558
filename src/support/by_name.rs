//! Enums as keys of maps, in the order of their names.

use serde::{Serialize, Serializer};
use std::cmp::Ordering;

/// An enum that is ordered and written by its name, so that a map of names and numbers reads alphabetically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ByName<T>(pub T);

impl<T: Copy + Into<&'static str>> ByName<T> {
    /// The name.
    pub fn name(self) -> &'static str {
        self.0.into()
    }
}

impl<T: Copy + Eq + Into<&'static str>> Ord for ByName<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl<T: Copy + Eq + Into<&'static str>> PartialOrd for ByName<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Copy + Into<&'static str>> Serialize for ByName<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}
