//! The options that all reporting commands share, as typed -> the checked request of a run.

use super::values::FailOn;
use crate::analysis::previous_report::PreviousReport;
use crate::analysis::selection::{Only, Selection};
use crate::context::bound::Bound;
use crate::context::inventory::DatedFile;
use crate::error::Error;
use crate::input::source::Limits;
use crate::pipeline::{InputOptions, JudgementOptions, RunRequest};
use crate::report::mask::MaskKey;
use crate::support::memory;
use crate::support::time::{Day, Time};
use clap::Args;
use std::path::PathBuf;

/// What to read and how to judge it; shared by every command that reports.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Exported logs: files, folders, globs, or - for standard input; recognised by content
    #[arg(value_name = "LOGS")]
    pub logs: Vec<PathBuf>,

    /// A token list (`databricks token-management list -o json`), perhaps with the day it was made; repeatable
    #[arg(long, value_name = "FILE[@DATE]", help_heading = "Input")]
    pub tokens: Vec<String>,

    /// What people know and logs cannot show: windows, workloads, declared needs, accepted findings
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub annotations: Option<PathBuf>,

    /// A ledger that `scopecast ingest` wrote, instead of logs
    #[arg(long, value_name = "DIR", help_heading = "Input")]
    pub ledger: Option<PathBuf>,

    /// Client logs with 403 messages that name scopes; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub denials: Vec<PathBuf>,

    /// A list of jobs (`databricks jobs list -o json`): the schedules of jobs that annotations name; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub jobs: Vec<PathBuf>,

    /// Tables laid over the built-in catalog, later ones winning; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub catalog: Vec<PathBuf>,

    /// The key that holds a field of an HTTP access log, such as --field path=request.uri; repeatable
    #[arg(long, value_name = "NAME=KEY", value_parser = pair, help_heading = "Input")]
    pub field: Vec<(String, String)>,

    /// The numeric id of an Azure workspace that logs know by name; repeatable
    #[arg(long, value_name = "NAME=ID", value_parser = pair, help_heading = "Input")]
    pub workspace: Vec<(String, String)>,

    /// Leave out everything at or after this UTC date or instant [default: the end of the last complete day in the logs]
    #[arg(long, value_name = "DATE", value_parser = moment, help_heading = "Judgement")]
    pub as_of: Option<Time>,

    /// The date on which scopes are enforced, as Databricks' reminder mail names it, for tokens whose own date is not known
    #[arg(long, value_name = "DATE", value_parser = bound, help_heading = "Judgement")]
    pub enforced_on: Option<Bound>,

    /// Start of the observation window of tokens whose own is not known
    #[arg(long, value_name = "DATE", value_parser = bound, help_heading = "Judgement")]
    pub window_start: Option<Bound>,

    /// End of the observation window of tokens whose own is not known (not included)
    #[arg(long, value_name = "DATE", value_parser = bound, help_heading = "Judgement")]
    pub window_end: Option<Bound>,

    /// Days between the end of the window and enforcement; nobody has stated it
    #[arg(long, value_name = "DAYS", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=365), help_heading = "Judgement")]
    pub enforcement_lag: u16,

    /// Tokens created before this day existed when auto-scoping began
    #[arg(long, value_name = "DATE", default_value = "2026-06-18", value_parser = day, help_heading = "Judgement")]
    pub ga_date: Day,

    /// Count calls that failed for other reasons than a missing scope as use; whether Databricks does is not known
    #[arg(long, help_heading = "Judgement")]
    pub count_failed: bool,

    /// Odds, in percent, from which a scope of a token with an unknown window is a finding
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0, value_parser = percent, help_heading = "Judgement")]
    pub risk_floor: f64,

    /// The longest lifetime new tokens may have in your workspace
    #[arg(long, value_name = "DAYS", default_value_t = 730, value_parser = clap::value_parser!(u32).range(1..=36500), help_heading = "Judgement")]
    pub max_lifetime_days: u32,

    /// Do not look for the tokens that others took over from; annotations still say so with `succeeds`
    #[arg(long, help_heading = "Judgement")]
    pub no_lineage: bool,

    /// Report only on these: workspace=ID, principal=NAME or token=ID (or the start of it); repeatable
    #[arg(long, value_name = "WHAT=VALUE", value_parser = only, help_heading = "Report")]
    pub only: Vec<Only>,

    /// Exit with 1 when an open finding is at least this bad; new-...: one that the report of --baseline does not have, or not so bad
    #[arg(long, value_name = "SEVERITY", help_heading = "Report")]
    pub fail_on: Option<FailOn>,

    /// An earlier report.json or pack: say what changed since
    #[arg(long, value_name = "OLD", help_heading = "Report")]
    pub baseline: Option<PathBuf>,

    /// Replace principals, addresses, workspaces, token ids, comments and paths by keyed pseudonyms
    #[arg(long, help_heading = "Report")]
    pub mask: bool,

    /// The key of --mask, at least 16 bytes [default: the environment variable SCOPECAST_MASK_KEY]
    #[arg(long, value_name = "FILE", requires = "mask", help_heading = "Report")]
    pub mask_key: Option<PathBuf>,

    /// Threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "General")]
    pub threads: Option<u16>,

    /// The most memory a run may take, such as 3GiB; what needs more is refused before the system ends it [default: three
    /// quarters of the machine or container]
    #[arg(long, value_name = "SIZE", value_parser = memory::parse, help_heading = "General")]
    pub memory: Option<u64>,

    /// The longest record, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20, help_heading = "General")]
    pub max_record: usize,

    /// Unpacked bytes of one input above which an absurd compression ratio counts as a bomb
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 30, help_heading = "General")]
    pub max_decompressed: u64,
}

impl ReportArgs {
    /// What was typed, checked: what to read and how to judge it. Neither a mask key nor a baseline is read.
    ///
    /// # Errors
    /// The first contradiction, with its remedy.
    pub fn request(&self) -> Result<RunRequest, Error> {
        self.check()?;
        Ok(RunRequest {
            inputs: self.inputs(),
            judgement: JudgementOptions {
                as_of: self.as_of,
                ga_date: self.ga_date,
                enforced_on: self.enforced_on,
                window_start: self.window_start,
                window_end: self.window_end,
                enforcement_lag_days: self.enforcement_lag,
                count_failed: self.count_failed,
                risk_floor_percent: self.risk_floor,
                max_lifetime_days: self.max_lifetime_days,
                lineage: !self.no_lineage,
            },
            selection: Selection(self.only.clone()),
            mask_key: None,
            baseline: None,
        })
    }

    fn inputs(&self) -> InputOptions {
        InputOptions {
            logs: self.logs.clone(),
            token_lists: self.tokens.iter().map(|t| DatedFile::parse(t)).collect(),
            annotations: self.annotations.clone(),
            ledger: self.ledger.clone(),
            denials: self.denials.clone(),
            jobs: self.jobs.clone(),
            catalog: self.catalog.clone(),
            field: self.field.clone(),
            workspaces: self.workspace.clone(),
            limits: Limits {
                record: self.max_record,
                unpacked: self.max_decompressed,
                memory: self.memory.unwrap_or_else(memory::default_limit),
                ..Limits::default()
            },
        }
    }

    /// The same, with the key to mask with and the earlier report to compare with, where they are asked for.
    ///
    /// # Errors
    /// Without a usable key, when the earlier report cannot be read, or the first contradiction.
    pub fn report_request(&self) -> Result<RunRequest, Error> {
        let mask_key = self.mask.then(|| MaskKey::read(self.mask_key.as_deref())).transpose()?;
        let baseline = self.baseline.as_deref().map(PreviousReport::read).transpose()?;
        Ok(RunRequest { mask_key, baseline, ..self.request()? })
    }

    /// Refuses options that a command shares by its grammar and cannot heed.
    ///
    /// # Errors
    /// When one of them is set.
    pub fn refuse(&self, command: &str, options: &[&str]) -> Result<(), Error> {
        let is_set = |option: &str| match option {
            "--mask" => self.mask,
            "--baseline" => self.baseline.is_some(),
            "--fail-on" => self.fail_on.is_some(),
            "--only" => !self.only.is_empty(),
            _ => false,
        };
        match options.iter().find(|o| is_set(o)) {
            Some(option) => Err(Error::Usage(format!(
                "{command} knows no {option}: it is an option of scan. Leave it out."
            ))),
            None => Ok(()),
        }
    }

    /// Refuses options that contradict each other.
    fn check(&self) -> Result<(), Error> {
        if let (Some(start), Some(end)) = (self.window_start, self.window_end)
            && start.time >= end.time
        {
            return Err(Error::Usage("--window-start is not before --window-end. Swap them.".into()));
        }
        if matches!(self.fail_on, Some(FailOn::New(_))) && self.baseline.is_none() {
            return Err(Error::Usage(
                "--fail-on new-... asks what is new, so it needs an earlier report: name it with --baseline."
                    .into(),
            ));
        }
        if self.logs.is_empty() && self.tokens.is_empty() && self.ledger.is_none() {
            return Err(Error::Usage(
                "nothing to read. Name logs (files, folders, globs, or - for standard input), a ledger with --ledger, or a token \
                 list with --tokens."
                    .into(),
            ));
        }
        let stdin = self.logs.iter().filter(|p| p.as_os_str() == "-").count();
        if stdin > 1 {
            return Err(Error::Usage("standard input (-) is named twice. Name it once.".into()));
        }
        Ok(())
    }
}

pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write it as NAME=VALUE".into()),
    }
}

fn only(text: &str) -> Result<Only, String> {
    let (what, value) = pair(text)?;
    match what.as_str() {
        "workspace" => Ok(Only::Workspace(value)),
        "principal" => Ok(Only::Principal(value.to_ascii_lowercase())),
        "token" => Ok(Only::Token(value)),
        _ => Err("write workspace=ID, principal=NAME or token=ID".into()),
    }
}

fn moment(text: &str) -> Result<Time, String> {
    Time::parse(text.trim()).ok_or_else(|| {
        "write a UTC date such as 2026-09-12, or an instant such as 2026-09-12T06:00:00Z".into()
    })
}

/// A date or an instant.
///
/// # Errors
/// How to write one.
pub(crate) fn bound(text: &str) -> Result<Bound, String> {
    Bound::parse(text).ok_or_else(|| {
        "write a UTC date such as 2026-09-20, or an instant such as 2026-09-20T10:00:00Z".into()
    })
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text.trim()).ok_or_else(|| "write a date such as 2026-06-18".into())
}

fn percent(text: &str) -> Result<f64, String> {
    text.trim_end_matches('%')
        .parse()
        .ok()
        .filter(|p| (0.0..=100.0).contains(p))
        .ok_or_else(|| "write a number from 0 to 100".into())
}
