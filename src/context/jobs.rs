//! `databricks jobs list -o json` -> each job's schedule, and the principal it runs as.

use crate::context::declared_schedule::DeclaredSchedule;
use crate::support::json_records::{PAGES_MISSING, json_records};
use crate::support::problem::{Position, Problem};
use crate::support::secret::blank_secrets;
use crate::support::text::text_of;
use serde_json::Value;

/// The jobs of one list.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    /// Jobs that start by themselves, by id.
    pub scheduled: Vec<Job>,
    /// Jobs of the list that never start by themselves.
    pub unscheduled: usize,
    /// What had to be skipped or corrected while reading.
    pub problems: Vec<Problem>,
}

/// A job that starts by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub job_id: String,
    /// Its name, or empty.
    pub name: String,
    pub trigger: Trigger,
    pub paused: bool,
    /// The principal it runs as, in lower case.
    pub run_as: Option<String>,
    /// Who made it, in lower case.
    pub creator: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A Quartz cron expression with a time zone.
    Cron(DeclaredSchedule),
    /// Every `interval` units.
    Periodic {
        interval: u64,
        /// `HOURS`, `DAYS` or `WEEKS`, as written.
        unit: String,
    },
    Continuous,
    /// An event at no fixed time: a file arrives, a table changes.
    Event,
}

impl Jobs {
    /// Reads a list of jobs, bare or wrapped in `jobs`.
    pub fn parse(source: &str, bytes: &[u8]) -> Self {
        let found = json_records(&text_of(bytes), &["jobs"]);
        let mut jobs = Self::default();
        let wrong = |at: Position, what: String| Problem::new(source, at, blank_secrets(&what));
        jobs.problems.extend(found.broken.into_iter().map(|(at, what)| wrong(at, what)));
        if found.more {
            jobs.problems.push(wrong(Position::Whole, PAGES_MISSING.to_owned()));
        }
        let mut any = false;
        for (at, record) in found.records {
            match job(&record) {
                Ok(job) => {
                    any = true;
                    match job {
                        Some(job) => jobs.scheduled.push(job),
                        None => jobs.unscheduled += 1,
                    }
                }
                Err(what) => jobs.problems.push(wrong(at, what)),
            }
        }
        if !any {
            let what = "no job found. Export them: databricks jobs list -o json".to_owned();
            jobs.problems.push(wrong(Position::Whole, what));
        }
        jobs.sort();
        jobs
    }

    /// Adds the jobs of another list; the order of lists does not matter.
    pub fn merge(&mut self, other: Self) {
        self.scheduled.extend(other.scheduled);
        self.unscheduled += other.unscheduled;
        self.problems.extend(other.problems);
        self.sort();
    }

    fn sort(&mut self) {
        let key =
            |j: &Job| (j.job_id.len(), j.job_id.clone(), j.name.clone(), j.run_as.clone(), j.creator.clone());
        self.scheduled.sort_by_cached_key(key);
        self.scheduled.dedup();
    }
}

fn job(record: &Value) -> Result<Option<Job>, String> {
    let job_id = match &record["job_id"] {
        Value::Number(n) => n.to_string(),
        Value::String(s) if !s.trim().is_empty() => blank_secrets(s.trim()).into_owned(),
        _ => return Err("has no job id; it was left out".into()),
    };
    let text = |value: &Value| {
        let text = blank_secrets(value.as_str()?.trim()).into_owned();
        (!text.is_empty()).then_some(text)
    };
    let settings = &record["settings"];
    let paused = |of: &Value| of["pause_status"].as_str().is_some_and(|s| s.eq_ignore_ascii_case("paused"));
    let (schedule, trigger, continuous) =
        (&settings["schedule"], &settings["trigger"], &settings["continuous"]);
    let (trigger, paused) = if schedule.is_object() {
        let cron = text(&schedule["quartz_cron_expression"]).unwrap_or_default();
        let zone = text(&schedule["timezone_id"]).unwrap_or_else(|| "UTC".into());
        let cron = DeclaredSchedule::from_cron(&cron, &zone)
            .map_err(|why| format!("the schedule of job {job_id} {why}"))?;
        (Trigger::Cron(cron), paused(schedule))
    } else if trigger.is_object() {
        let periodic = &trigger["periodic"];
        let every = match (periodic["interval"].as_u64(), text(&periodic["unit"])) {
            (Some(interval), Some(unit)) => Trigger::Periodic { interval, unit },
            _ => Trigger::Event,
        };
        (every, paused(trigger))
    } else if continuous.is_object() {
        (Trigger::Continuous, paused(continuous))
    } else {
        return Ok(None);
    };
    let run_as = &settings["run_as"];
    let run_as = [&run_as["service_principal_name"], &run_as["user_name"], &record["run_as_user_name"]];
    let lower = |name: String| name.to_ascii_lowercase();
    Ok(Some(Job {
        job_id,
        name: text(&settings["name"]).unwrap_or_default(),
        trigger,
        paused,
        run_as: run_as.into_iter().find_map(text).map(lower),
        creator: text(&record["creator_user_name"]).map(lower),
    }))
}

/// Whether the start of a file looks like a list of jobs.
pub fn looks_like_jobs(prefix: &[u8]) -> bool {
    let text = text_of(prefix);
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    text.trim_start().starts_with(['{', '['])
        && has("job_id")
        && has("settings")
        && !["serviceName", "service_name", "actionName", "action_name"].iter().any(|key| has(key))
}
