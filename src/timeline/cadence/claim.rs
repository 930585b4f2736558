//! How much the number of occurrences supports a cadence.

use serde::Serialize;
use strum::{EnumIter, IntoStaticStr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
#[serde(into = "&'static str")]
pub enum Claim {
    Once,
    /// Several, and no rule.
    Irregular,
    /// Two or three that fit a rule.
    Possible,
    /// Four or more that fit a rule.
    Claimed,
}

impl Claim {
    /// The word in tables and reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
