//! A need that names a job, and the lists of jobs -> the job's schedule as the schedule of the need.
//!
//! A scheduled job runs inside Databricks and needs no personal access token to start, so the list alone says nothing about
//! any token. Only a person knows that a task of the job calls back with a token; the annotation says so, the list says when.

use super::{Annotations, DeclaredNeed};
use crate::context::declared_schedule::DeclaredSchedule;
use crate::context::jobs::{Job, Jobs, Trigger};

/// The job a need names, and what the lists of jobs make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedJob {
    /// Its id or name, as written.
    pub asked: String,
    pub found: JobLookup,
}

/// What the lists of jobs say about a named job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobLookup {
    /// No list was given.
    NoList,
    /// No job that starts by itself has that id or name.
    Nothing,
    /// Several jobs have that name: these ids.
    Several(Vec<String>),
    /// Exactly one job has that id or name.
    One {
        job_id: String,
        /// Its name, or empty.
        name: String,
        /// Whether it is paused, and so starts at no time.
        paused: bool,
        /// Whether its trigger says when it starts.
        dated: bool,
    },
}

impl NamedJob {
    /// A job as an annotation names it, before any list was seen.
    pub(super) fn asked(asked: String) -> Self {
        Self { asked, found: JobLookup::NoList }
    }
}

impl Annotations {
    /// Looks up the jobs that needs name. A need whose job is found once, and not paused, takes over the job's schedule.
    pub fn look_up_jobs(&mut self, jobs: &Jobs) {
        for need in self.tokens.iter_mut().flat_map(|e| &mut e.needs) {
            tie(need, jobs);
        }
    }
}

fn tie(need: &mut DeclaredNeed, jobs: &Jobs) {
    let Some(tie) = &mut need.job else { return };
    let by_id = jobs.scheduled.iter().filter(|j| j.job_id == tie.asked);
    let by_name = jobs.scheduled.iter().filter(|j| j.name.trim().eq_ignore_ascii_case(tie.asked.trim()));
    let mut met: Vec<&Job> = by_id.collect();
    if met.is_empty() {
        met = by_name.collect();
    }
    tie.found = match met.as_slice() {
        [] => JobLookup::Nothing,
        [job] => {
            let schedule = schedule(&job.trigger);
            let dated = schedule.is_some();
            need.schedule = schedule.filter(|_| !job.paused);
            JobLookup::One { job_id: job.job_id.clone(), name: job.name.clone(), paused: job.paused, dated }
        }
        several => JobLookup::Several(several.iter().map(|j| j.job_id.clone()).collect()),
    };
}

/// When a trigger starts its job, where it says so: every so many days have no known first day.
fn schedule(trigger: &Trigger) -> Option<DeclaredSchedule> {
    let words = match trigger {
        Trigger::Cron(schedule) => return Some(schedule.clone()),
        Trigger::Continuous => "hourly",
        Trigger::Periodic { interval, unit } => match (interval, unit.to_ascii_uppercase().as_str()) {
            (1..=24, "HOURS") | (1, "DAYS") => "daily",
            (1, "WEEKS") | (7, "DAYS") => "weekly",
            _ => return None,
        },
        Trigger::Event => return None,
    };
    DeclaredSchedule::from_text(words).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[
      {"job_id":11,"settings":{"name":"Close","schedule":{"quartz_cron_expression":"0 30 2 1 1/3 ?","timezone_id":"Europe/Berlin"}}},
      {"job_id":12,"settings":{"name":"load","schedule":{"quartz_cron_expression":"0 0 3 * * ?","timezone_id":"UTC","pause_status":"PAUSED"}}},
      {"job_id":13,"settings":{"name":"twin","trigger":{"periodic":{"interval":1,"unit":"WEEKS"}}}},
      {"job_id":14,"settings":{"name":"twin","trigger":{"periodic":{"interval":5,"unit":"DAYS"}}}}]"#;

    fn tied(job: &str) -> DeclaredNeed {
        let text = format!("[[token]]\nmatch = \"a\"\n[[token.need]]\nscope = \"sql\"\njob = {job}\n");
        let mut read = Annotations::parse("annotations.toml", &text).unwrap();
        read.look_up_jobs(&Jobs::parse("jobs.json", LIST.as_bytes()));
        read.tokens.remove(0).needs.remove(0)
    }

    #[test]
    fn a_job_is_found_by_id_or_name_and_gives_its_schedule() {
        for job in ["11", "\"11\"", "\"close\""] {
            let need = tied(job);
            assert_eq!(need.schedule.unwrap().text, "0 30 2 1 1/3 ? Europe/Berlin", "{job}");
        }
        assert_eq!(tied("13").schedule.unwrap().text, "weekly");
        assert_eq!(tied("14").schedule, None, "nothing says which of the five days it is");
    }

    #[test]
    fn a_paused_job_an_unknown_one_and_one_of_two_give_none() {
        let paused = tied("\"load\"");
        assert_eq!(paused.schedule, None);
        assert!(matches!(paused.job.unwrap().found, JobLookup::One { paused: true, dated: true, .. }));
        assert_eq!(tied("\"gone\"").job.unwrap().found, JobLookup::Nothing);
        assert_eq!(tied("\"twin\"").job.unwrap().found, JobLookup::Several(vec!["13".into(), "14".into()]));
    }
}
