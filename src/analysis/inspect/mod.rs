//! What was read, not yet judged -> what it is, whether it is whole, how calls can be tied to tokens, and what a scan of it
//! will be able to say.

mod capabilities;
mod join_keys;

pub(crate) use capabilities::Capability;
pub(crate) use join_keys::JoinKey;

use crate::analysis::coverage::{Coverage, ReadInputs};
use crate::assess::Assessment;
use crate::assess::readiness::InputRow;
use crate::support::time::Time;
use serde::Serialize;

/// Version of the JSON form.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// What the inputs are and what they are good for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Inspection {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    pub tool_version: &'static str,
    pub catalog_version: String,
    /// Rows at or after this moment were left out: the option, else the end of the last day in the logs. `None` when nothing
    /// usable was read.
    pub as_of: Option<Time>,
    /// What was read, in order of path.
    pub inputs: Vec<InputRow>,
    /// What it adds up to.
    pub coverage: Coverage,
    /// How many tokens the logs and the token lists know.
    pub tokens: TokenCounts,
    /// The ways to tie a call to a token, best first.
    pub keys: Vec<JoinKey>,
    /// What a scan will be able to say.
    #[serde(rename = "abilities")]
    pub capabilities: Vec<Capability>,
}

/// How many tokens the logs and the token lists know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct TokenCounts {
    /// Known at all.
    pub known: usize,
    /// Seen to sign in or to call.
    pub in_logs: usize,
    /// In a token list.
    pub in_lists: usize,
    /// In both.
    pub in_both: usize,
    /// Gone: expired, revoked, or no longer listed.
    pub gone: usize,
}

impl Inspection {
    /// Looks at everything before it is judged. Without a moment of as-of nothing usable was read.
    pub(crate) fn of(assessment: &Assessment<'_>, read: &ReadInputs<'_>, as_of: Option<Time>) -> Self {
        let inputs: Vec<InputRow> = read.inputs.iter().map(|i| i.row.clone()).collect();
        let coverage = Coverage::of(assessment, read);
        let keys = join_keys::of(assessment, &coverage);
        let capabilities = match as_of {
            Some(_) => capabilities::of(assessment, &coverage, read.inputs),
            None => Vec::new(),
        };
        Self {
            schema_version: SCHEMA_VERSION,
            tool_version: env!("CARGO_PKG_VERSION"),
            catalog_version: assessment.catalog.version().to_owned(),
            as_of,
            inputs,
            tokens: TokenCounts::of(assessment),
            coverage,
            keys,
            capabilities,
        }
    }
}

impl TokenCounts {
    fn of(assessment: &Assessment<'_>) -> Self {
        let count = |is: fn(&crate::attribute::Token) -> bool| {
            assessment.roster.tokens.iter().filter(|t| is(t)).count()
        };
        Self {
            known: assessment.roster.tokens.len(),
            in_logs: count(|t| t.logins.is_some()),
            in_lists: count(|t| t.in_inventory),
            in_both: count(|t| t.logins.is_some() && t.in_inventory),
            gone: count(|t| t.gone.is_some()),
        }
    }
}
