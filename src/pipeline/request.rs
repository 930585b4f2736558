//! What a run is asked to do, checked and in plain types: the options of any front end become this.

use crate::analysis::previous_report::PreviousReport;
use crate::analysis::selection::Selection;
use crate::context::bound::Bound;
use crate::context::inventory::DatedFile;
use crate::input::source::Limits;
use crate::report::mask::MaskKey;
use crate::support::time::{Day, Span, Time};
use crate::timeline::enforcement::Assumptions;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Everything a run needs to know before it reads.
pub struct RunRequest {
    /// What to read.
    pub inputs: InputOptions,
    /// How to judge it.
    pub judgement: JudgementOptions,
    /// Which tokens to report on.
    pub selection: Selection,
    /// Names become pseudonyms made with this key.
    pub mask_key: Option<MaskKey>,
    /// The earlier report to compare with.
    pub baseline: Option<PreviousReport>,
}

/// What to read, and within which limits.
#[derive(Clone, Debug)]
pub struct InputOptions {
    /// Files, folders, patterns, or `-` for standard input.
    pub logs: Vec<PathBuf>,
    /// Token lists, each with the day it was made where that is known.
    pub token_lists: Vec<DatedFile>,
    /// What people know and logs cannot show.
    pub annotations: Option<PathBuf>,
    /// A ledger folder, or a ledger table, that is read instead of logs.
    pub ledger: Option<PathBuf>,
    /// Client logs with 403 messages.
    pub denials: Vec<PathBuf>,
    /// Lists of jobs.
    pub jobs: Vec<PathBuf>,
    /// Tables laid over the built-in catalog; later ones win.
    pub catalog: Vec<PathBuf>,
    /// Fields of HTTP access logs and the keys that hold them.
    pub field: Vec<(String, String)>,
    /// Names of Azure workspaces, in any case, and their numeric ids.
    pub workspaces: Vec<(String, String)>,
    /// Limits of one record, of one unpacked input, and of the whole run.
    pub limits: Limits,
}

/// How to judge what was read.
#[derive(Clone, Copy, Debug)]
pub struct JudgementOptions {
    /// Everything at or after this moment is left out; found from the inputs where it is not given.
    pub as_of: Option<Time>,
    /// Tokens created before this day existed when auto-scoping began.
    pub ga_date: Day,
    /// The day of enforcement for tokens whose own is not known.
    pub enforced_on: Option<Bound>,
    /// Start of the observation window of tokens whose own is not known.
    pub window_start: Option<Bound>,
    /// Its end, not included.
    pub window_end: Option<Bound>,
    /// Days from the end of the window to enforcement.
    pub enforcement_lag_days: u16,
    /// Whether calls that failed for other reasons than a missing scope count as use.
    pub count_failed: bool,
    /// Odds of loss, in percent, from which a scope of a token with an unknown window is a finding.
    pub risk_floor_percent: f64,
    /// The longest lifetime that the workspace allows for new tokens.
    pub max_lifetime_days: u32,
    /// Whether to look for the tokens that others took over from.
    pub lineage: bool,
}

impl JudgementOptions {
    /// The same at a given as-of.
    pub fn assumptions(&self, as_of: Time) -> Assumptions {
        Assumptions {
            as_of,
            ga: self.ga_date,
            enforced_on: self.enforced_on,
            window_start: self.window_start,
            window_end: self.window_end,
            lag: Span::days(i64::from(self.enforcement_lag_days)),
            count_failed: self.count_failed,
            risk_floor: self.risk_floor_percent / 100.0,
            lineage: self.lineage,
        }
    }
}

impl RunRequest {
    /// The options that shape judgement, by the name under which a report shows them.
    pub fn shown(&self) -> BTreeMap<&'static str, String> {
        let judgement = &self.judgement;
        let mut options: BTreeMap<&'static str, String> = BTreeMap::from([
            ("enforcement_lag_days", judgement.enforcement_lag_days.to_string()),
            ("ga_date", judgement.ga_date.to_string()),
            ("count_failed", judgement.count_failed.to_string()),
            ("lineage", judgement.lineage.to_string()),
            ("risk_floor_percent", judgement.risk_floor_percent.to_string()),
            ("max_lifetime_days", judgement.max_lifetime_days.to_string()),
        ]);
        for (name, bound) in [
            ("enforced_on", judgement.enforced_on),
            ("window_start", judgement.window_start),
            ("window_end", judgement.window_end),
        ] {
            options.extend(bound.map(|b| (name, b.time.to_string())));
        }
        options.extend(self.selection.shown().map(|only| ("only", only)));
        options
    }
}
