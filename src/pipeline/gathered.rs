//! Inputs -> everything that was read, and from there to assessed tokens.

use super::request::{InputOptions, JudgementOptions, RunRequest};
use super::side_inputs::SideInputs;
use super::{as_of, logs};
use crate::analysis::provenance::Provenance;
use crate::assess::readiness::{InputReport, nothing_read};
use crate::assess::{AsOfSource, Assessment};
use crate::attribute::lineage::Lineage;
use crate::attribute::{Roster, attribute};
use crate::catalog::Catalog;
use crate::context::annotations::{Annotations, Matches};
use crate::context::client_log::ClientDenial;
use crate::context::inventory::Inventory;
use crate::context::jobs::Jobs;
use crate::context::principals::PrincipalNames;
use crate::error::Error;
use crate::input::source::expand;
use crate::ledger::{Ledger, store};
use crate::support::hash::Map;
use crate::support::progress::Progress;
use crate::support::time::{Span, Time};
use crate::timeline::log_view;
use rayon::prelude::*;

/// Everything that was read, before anything is judged.
pub(crate) struct Gathered {
    /// The catalog with the user's tables on top.
    pub catalog: Catalog,
    /// What those tables changed, as sentences.
    pub overlay_notes: Vec<String>,
    /// Facts of all logs.
    pub ledger: Ledger,
    /// All token lists as one.
    pub inventory: Inventory,
    /// Names of principals.
    pub names: PrincipalNames,
    /// The annotations, with the schedules of the jobs that they name.
    pub annotations: Annotations,
    /// Jobs that start on a schedule or a trigger.
    pub jobs: Jobs,
    /// Refusals found in client logs.
    pub denials: Vec<ClientDenial>,
    /// What became of each input.
    pub inputs: Vec<InputReport>,
    /// Files passed over because they are no input.
    pub skipped: u64,
    /// Problems of inventories, annotations and client logs, as sentences.
    pub problems: Vec<String>,
}

impl Gathered {
    /// Reads everything that the options name.
    ///
    /// # Errors
    /// Wrong usage, or a named file that cannot be read.
    pub(crate) fn read(options: &InputOptions, progress: &dyn Progress) -> Result<Self, Error> {
        let (catalog, overlay_notes) = Catalog::with_overlays(&options.catalog)?;
        let mut side = SideInputs::default();
        side.read_named(options)?;
        if let Some(dir) = options.ledger.as_deref().filter(|dir| store::has_lost_manifest(dir)) {
            return Err(Error::Usage(format!(
                "{} holds the data files of a ledger, but no manifest.json that says which of them belong to it. Restore a copy of the \
                 folder, or ingest the logs into a new one.",
                dir.display()
            )));
        }
        // A ledger that an engine wrote is a table, or a folder of them.
        let table = options.ledger.as_ref().filter(|path| path.exists() && !store::is_ledger(path));
        let expanded = expand(&options.logs.iter().chain(table).cloned().collect::<Vec<_>>());
        let how = logs::read_options(options);
        let recognised = side.read_denials_first(&expanded.inputs, &how);
        let stored = options.ledger.as_deref().filter(|_| table.is_none()).map(store::load).transpose()?;
        let (ledger, summaries) =
            logs::read(&how, &catalog, &expanded.inputs, recognised, &side.denials, progress)?;
        let ledger = match (stored, &options.ledger) {
            (Some(stored), Some(dir)) => {
                side.named.push(InputReport::of_ledger(dir, &stored));
                stored.ledger
            }
            _ => ledger,
        };
        let inputs = side.read_found(options, &expanded.inputs, summaries)?;
        let ledger = logs::with_tables(ledger, std::mem::take(&mut side.tables))?;
        let mut inventory = Inventory::merge(side.dumps);
        inventory.name_owners(&side.names);
        let mut annotations = side.annotations.unwrap_or_default();
        if let Some(jobs) = &side.jobs {
            annotations.look_up_jobs(jobs);
        }
        Ok(Self {
            catalog,
            overlay_notes: overlay_notes.iter().map(ToString::to_string).collect(),
            ledger,
            inventory,
            names: side.names,
            annotations,
            jobs: side.jobs.unwrap_or_default(),
            denials: side.denials,
            inputs,
            skipped: expanded.skipped,
            problems: side.problems,
        })
    }

    /// Hashes every input as it is stored, which is another pass over the files.
    pub(crate) fn take_hashes(&mut self) {
        self.inputs.par_iter_mut().with_max_len(1).for_each(InputReport::take_hash);
    }

    /// Judges every token, and passes the judged tokens and where they come from to `then`.
    ///
    /// # Errors
    /// When nothing usable was read.
    pub(crate) fn judge<T>(
        self,
        request: &RunRequest,
        then: impl FnOnce(&Assessment<'_>, &Provenance<'_>) -> T,
    ) -> Result<T, Error> {
        let as_of = as_of::as_of(&request.judgement, &self.ledger, &self.inventory)
            .ok_or_else(|| nothing_read(&self.inputs, self.skipped))?;
        // Attribution, then timelines and verdicts.
        Ok(self.attribute(request, as_of, |assessment, provenance| then(&assessment.judge(), provenance)))
    }

    /// The moment up to which there is anything to look at, and where it comes from. `None` when nothing usable was read.
    pub(crate) fn until(&self, options: &JudgementOptions) -> Option<(Time, AsOfSource)> {
        as_of::end(options, &self.ledger, &self.inventory)
    }

    /// Ties every row before as-of to a token or a principal, and passes that to `then`; no token is judged yet.
    pub(crate) fn attribute<T>(
        self,
        request: &RunRequest,
        (as_of, as_of_from): (Time, AsOfSource),
        then: impl FnOnce(Assessment<'_>, &Provenance<'_>) -> T,
    ) -> T {
        let (ledger, later) = self.ledger.before(as_of);
        // Refusals at or after as-of are left out like other rows. A refusal without a time stays in.
        let (mut denials, mut problems) = (self.denials, self.problems);
        let all = denials.len();
        denials.retain(|d| d.time.is_none_or(|t| t < as_of));
        if denials.len() < all {
            problems.push(format!(
                "Left out: {} of {all} refusals in client logs are of as-of or later.",
                all - denials.len()
            ));
        }
        let mut workspaces = self.annotations.workspaces.clone();
        workspaces.extend(
            request.inputs.workspaces.iter().map(|(name, id)| (name.to_ascii_lowercase(), id.clone())),
        );
        let roster = Roster::new(&ledger, &self.inventory, &workspaces, as_of);
        let attribution = attribute(&ledger, &ledger.rows, &self.catalog, &roster, &denials);
        let logs = log_view::views(&ledger, as_of);
        let given = request.judgement.assumptions(as_of);
        let assessment = Assessment {
            ledger: &ledger,
            rows: &ledger.rows,
            catalog: &self.catalog,
            roster: &roster,
            attribution: &attribution,
            logs: &logs,
            annotations: &self.annotations,
            given: &given,
            max_lifetime: Span::days(i64::from(request.judgement.max_lifetime_days)),
            jobs: &self.jobs,
            problems: Vec::new(),
            matches: Matches::default(),
            lineage: Lineage::default(),
            tokens: Vec::new(),
            reads: Map::default(),
        };
        let provenance = Provenance {
            options: request.shown(),
            selection: &request.selection,
            as_of_from,
            later,
            skipped: self.skipped,
            inputs: &self.inputs,
            inventory: &self.inventory,
            problems: &problems,
            names: &self.names,
            overlay_notes: self.overlay_notes,
        };
        then(assessment, &provenance)
    }
}
