//! A report for strangers: principals, addresses, workspaces, token ids, comments and paths become keyed pseudonyms, in the
//! model itself, before anything is written, so that no writer can show a name.
//!
//! Every field is named here, without `..`: whoever adds one to the model must say what masking does to it.

mod key;
mod text;

pub use key::{KEY_VARIABLE, MaskKey, NameKind};
pub use text::Originals;

use super::model::*;
use crate::analysis::calibrate::{Calibration, Misfit};
use crate::analysis::provenance::Provenance;
use crate::analysis::replay::{EveryDate, ReplayReport, ReplayRow, ReplayedScope};
use crate::assess::{AnnotationLine, Assessment, Evidence, Finding, OperationUse, Priming, Remedy, Status};
use crate::context::inventory::DumpSummary;
use crate::ledger::Id;
use std::collections::BTreeSet;
use text::Sentences;

/// What stands for the beginning of a bad row: it may hold anything.
const BLANK: &str = "(masked)";
const NOTE: &str = "Names are masked: principals, addresses, workspaces, token ids, comments and paths are pseudonyms, the same in \
    every report made with this key. Commands name pseudonyms, so they cannot be run; take them from a report that is not masked.";

/// Every name that a run knows, whether the report shows it or not.
pub fn originals<'k>(key: &'k MaskKey, assessment: &Assessment<'_>, found: &Provenance<'_>) -> Originals<'k> {
    let mut names = Originals::new(key);
    let ledger = assessment.ledger;
    let principals: BTreeSet<Id> = ledger.rows.iter().map(|row| row.key.principal).collect();
    principals.into_iter().for_each(|id| names.add(NameKind::Principal, ledger.text(id)));
    for (id, facts) in &ledger.tokens {
        names.add(NameKind::Token, ledger.text(*id));
        names.add(NameKind::Principal, ledger.text(facts.principal));
    }
    let workspaces: BTreeSet<Id> = ledger.days.iter().map(|((workspace, _), _)| *workspace).collect();
    workspaces.into_iter().for_each(|id| names.add(NameKind::Workspace, ledger.text(id)));
    let addresses: BTreeSet<Id> = ledger.addresses.iter().map(|(key, _)| key.address).collect();
    addresses.into_iter().for_each(|id| names.add(NameKind::Address, ledger.text(id)));
    for (_, alias, principal) in &ledger.aliases {
        names.add(NameKind::Principal, ledger.text(*alias));
        names.add(NameKind::Principal, ledger.text(*principal));
    }
    for token in &assessment.roster.tokens {
        names.add(NameKind::Token, &token.id);
        names.add(NameKind::Principal, &token.principal);
        names.add(NameKind::Workspace, &token.workspace);
        names.add(NameKind::Text, &token.comment);
        if let Some(principal) = found.names.by_name(&token.principal) {
            names.add(NameKind::Principal, &principal.display);
        }
    }
    for known in found.inventory.tokens.values().flat_map(|k| &k.history) {
        [&known.owner, &known.created_by, &known.owner_id, &known.created_by_id]
            .into_iter()
            .flatten()
            .for_each(|name| names.add(NameKind::Principal, name));
        known.workspace.iter().for_each(|w| names.add(NameKind::Workspace, w));
        names.add(NameKind::Text, &known.comment);
    }
    found.inputs.iter().for_each(|i| names.add(NameKind::Input, &i.row.path));
    names.add(NameKind::Input, &assessment.annotations.source);
    for entry in &assessment.annotations.tokens {
        [&entry.workload, &entry.workload_owner, &entry.lifetime, &entry.migration]
            .into_iter()
            .flatten()
            .for_each(|text| names.add(NameKind::Text, text));
        let said = entry.needs.iter().flat_map(|n| [&n.reason, &n.ticket]);
        said.flatten().for_each(|text| names.add(NameKind::Text, text));
    }
    names
}

/// Masks a report.
pub fn mask(report: &mut Report, key: &MaskKey, originals: Originals<'_>) {
    let m = Masker { key, sentences: originals.sentences() };
    let Report {
        schema_version: _,
        run,
        inputs,
        summary: _,
        findings,
        tokens,
        coverage,
        replay,
        annotations,
        comparison: _,
    } = report;
    m.run(run);
    inputs.iter_mut().for_each(|i| m.input(i));
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    findings.iter_mut().for_each(|f| m.finding(f));
    tokens.iter_mut().for_each(|t| m.token(t));
    tokens.sort_by(|a, b| (&a.workspace_id, &a.token_id).cmp(&(&b.workspace_id, &b.token_id)));
    m.coverage(coverage);
    m.replay(replay);
    if let Some(AnnotationsRow { path, entries }) = annotations {
        m.name(NameKind::Input, path);
        for AnnotationEntryRow { line: _, entry: _, tokens } in entries {
            tokens.iter_mut().for_each(|t| m.name(NameKind::Token, t));
        }
    }
}

struct Masker<'k> {
    key: &'k MaskKey,
    sentences: Sentences<'k>,
}

impl Masker<'_> {
    fn name(&self, kind: NameKind, text: &mut String) {
        *text = self.key.pseudonym(kind, text.trim());
    }

    fn optional(&self, kind: NameKind, text: &mut Option<String>) {
        text.iter_mut().for_each(|t| self.name(kind, t));
    }

    fn sentence(&self, text: &mut String) {
        *text = self.sentences.masked(text);
    }

    fn run(&self, run: &mut Run) {
        let Run {
            as_of: _,
            as_of_from: _,
            run_id: _,
            tool_version: _,
            catalog_version: _,
            options,
            notes,
            masked,
        } = run;
        for (option, value) in options.iter_mut() {
            match *option {
                "only" => self.name(NameKind::Text, value),
                _ => self.sentence(value),
            }
        }
        notes.iter_mut().for_each(|n| self.sentence(n));
        notes.insert(0, NOTE.to_owned());
        *masked = Some(Masked { key_id: self.key.id() });
    }

    fn input(&self, input: &mut InputRow) {
        let InputRow {
            path,
            taken_as: _,
            compression: _,
            bytes: _,
            sha256: _,
            rows: _,
            bad_rows: _,
            lossy_rows: _,
            samples,
            first_time: _,
            last_time: _,
            problem,
        } = input;
        self.name(NameKind::Input, path);
        for BadSample { offset: _, reason, excerpt } in samples {
            self.sentence(reason);
            BLANK.clone_into(excerpt);
        }
        problem.iter_mut().for_each(|p| self.sentence(p));
    }

    fn finding(&self, finding: &mut Finding) {
        let Finding {
            finding_id,
            rule: _,
            severity: _,
            confidence: _,
            token_id,
            workspace_id,
            principal,
            scope: _,
            title,
            loss_odds: _,
            evidence,
            dates: _,
            reminder_goes_to,
            advice,
            remedy,
            status,
            priming,
            annotation,
        } = finding;
        // The public id is a plain hash, by which a name could be tried.
        self.name(NameKind::Finding, finding_id);
        self.sentence(title);
        self.sentence(advice);
        let Evidence { operations, more_operations: _, addresses, notes } = evidence;
        operations.iter_mut().for_each(|o| self.operation(o));
        addresses.iter_mut().for_each(|a| self.name(NameKind::Address, a));
        notes.iter_mut().for_each(|n| self.sentence(n));
        reminder_goes_to.iter_mut().for_each(|r| self.sentence(r));
        self.priming(priming);
        if let Some(AnnotationLine { file, line: _ }) = annotation {
            self.name(NameKind::Input, file);
        }
        if let Some(Remedy { scopes: _, previous: _, owner_command, admin_command, notes, terraform: _ }) =
            remedy
        {
            for command in [owner_command, admin_command] {
                self.command(command, token_id.as_deref());
            }
            notes.iter_mut().for_each(|n| self.sentence(n));
        }
        match status {
            Status::Open => {}
            Status::Accepted { reason, expires: _ } => self.name(NameKind::Text, reason),
        }
        self.optional(NameKind::Token, token_id);
        self.name(NameKind::Workspace, workspace_id);
        self.name(NameKind::Principal, principal);
    }

    fn operation(&self, used: &mut OperationUse) {
        let OperationUse { operation, count: _, first: _, last: _, tier: _, agents } = used;
        self.sentence(operation);
        agents.iter_mut().for_each(|a| self.sentence(a));
    }

    fn priming(&self, priming: &mut Option<Priming>) {
        let Some(priming) = priming else { return };
        let Priming { scope: _, operation, command, not_before: _, before: _, every_days: _, verified: _ } =
            priming;
        self.sentence(operation);
        command.iter_mut().for_each(|c| self.sentence(c));
    }

    fn replay(&self, replay: &mut ReplayReport) {
        let ReplayReport { lists, date, dates } = replay;
        let of_dates = dates.iter_mut().flat_map(|every| {
            let EveryDate {
                from: _,
                to: _,
                dates: _,
                refusing: _,
                worst,
                typical,
                typical_to: _,
                changes: _,
            } = every;
            [worst, typical]
        });
        for replayed in [lists, date].into_iter().chain(of_dates).flatten() {
            for token in &mut replayed.tokens {
                let ReplayRow {
                    token_id,
                    workspace_id,
                    principal,
                    gone: _,
                    refused: _,
                    cannot_say: _,
                    first_refusal: _,
                    scopes,
                } = token;
                self.name(NameKind::Token, token_id);
                self.name(NameKind::Workspace, workspace_id);
                self.name(NameKind::Principal, principal);
                for ReplayedScope { scope: _, refused: _, first: _, last: _, operations, addresses } in scopes
                {
                    operations.iter_mut().for_each(|o| self.operation(o));
                    addresses.iter_mut().for_each(|a| self.name(NameKind::Address, a));
                }
            }
        }
    }

    /// A command names scopes, which are public, and the token.
    fn command(&self, command: &mut String, token: Option<&str>) {
        if let Some(token) = token {
            *command = command.replace(token, &self.key.pseudonym(NameKind::Token, token));
        }
    }

    fn token(&self, token: &mut TokenRow) {
        let TokenRow {
            token_id,
            principal,
            principal_name,
            workspace_id,
            comment,
            state: _,
            gone: _,
            window: _,
            decided_by: _,
            created: _,
            expires: _,
            first_seen: _,
            last_seen: _,
            last_used_day: _,
            granted_scopes: _,
            inferred_scopes: _,
            backfill_scopes: _,
            needed_scopes: _,
            cross_check: _,
            profile: _,
            workload,
            advice,
            dates: _,
            lineage,
            scopes,
            unmapped_calls: _,
            silent_logins: _,
        } = token;
        self.name(NameKind::Token, token_id);
        self.name(NameKind::Principal, principal);
        self.optional(NameKind::Principal, principal_name);
        self.name(NameKind::Workspace, workspace_id);
        self.name(NameKind::Text, comment);
        let Workload { name, owner, lifetime, migration } = workload;
        [name, owner, lifetime, migration].into_iter().for_each(|text| self.optional(NameKind::Text, text));
        self.sentence(advice);
        self.lineage(lineage);
        for scope in scopes {
            let ScopeRow {
                scope: _,
                verdict: _,
                reason: _,
                confidence: _,
                sure: _,
                needed: _,
                declared: _,
                uses: _,
                first_used: _,
                last_used: _,
                loss_odds: _,
                loss_odds_since_start: _,
                likeliest_window_keeps: _,
                inherited,
                cadence: _,
                cadence_detail: _,
                occurrences: _,
                next_call: _,
                sweep: _,
                priming,
                days: _,
                operations,
            } = scope;
            self.priming(priming);
            if let Some(InheritedRow { tokens, uses: _, first_used: _, last_used: _, confidence: _ }) =
                inherited
            {
                tokens.iter_mut().for_each(|t| self.name(NameKind::Token, t));
            }
            for OperationRow { operation, count: _, tier: _, cadence: _ } in operations {
                self.sentence(operation);
            }
        }
    }

    fn lineage(&self, lineage: &mut LineageRow) {
        let LineageRow { predecessors, undecided, successor } = lineage;
        for PredecessorRow { token_id, confidence: _, declared: _, evidence, gone: _ } in predecessors {
            self.name(NameKind::Token, token_id);
            evidence.iter_mut().for_each(|e| self.sentence(e));
        }
        undecided.iter_mut().chain(successor).for_each(|t| self.name(NameKind::Token, t));
    }

    fn coverage(&self, coverage: &mut Coverage) {
        let Coverage {
            rows_read: _,
            bad_rows: _,
            duplicates: _,
            id_reused: _,
            truncated_rows: _,
            lossy_rows: _,
            rows_after_as_of: _,
            first_time: _,
            last_time: _,
            incomplete_inputs: _,
            skipped_files: _,
            formats: _,
            kinds: _,
            late_edge: _,
            mixed_days,
            workspaces,
            left_out: _,
            tiers: _,
            unmapped,
            unattributed,
            request_ids: _,
            run_ids: _,
            gone_tokens: _,
            inventories,
            problems,
            cross_check: _,
            calibrations,
        } = coverage;
        for workspace in workspaces.iter_mut() {
            let WorkspaceCoverage {
                workspace_id,
                rows: _,
                days: _,
                stray_rows: _,
                first_time: _,
                last_day: _,
                gaps: _,
                kinds: _,
                tokens: _,
                principals: _,
                links: _,
                login_density: _,
                per_request_logins: _,
                unanswered_logins: _,
                rows_by_day: _,
            } = workspace;
            self.name(NameKind::Workspace, workspace_id);
        }
        workspaces.sort_by(|a, b| a.workspace_id.cmp(&b.workspace_id));
        *mixed_days = std::mem::take(mixed_days)
            .into_iter()
            .map(|(mut workspace, days)| {
                self.name(NameKind::Workspace, &mut workspace);
                (workspace, days)
            })
            .collect();
        for UnmappedRow { action, events: _, nearest: _, example } in unmapped {
            self.sentence(action);
            if let Some(ExampleRow { time: _, workspace_id, principal, agent }) = example {
                self.name(NameKind::Workspace, workspace_id);
                self.name(NameKind::Principal, principal);
                self.sentence(agent);
            }
        }
        for UnattributedRow { workspace_id, principal, shared: _, without_token: _, tied: _, share: _ } in
            unattributed
        {
            self.name(NameKind::Workspace, workspace_id);
            self.name(NameKind::Principal, principal);
        }
        for inventory in inventories {
            let DumpSummary { source, kind: _, date: _, date_from: _, tokens: _, shows: _, covers } =
                inventory;
            self.name(NameKind::Input, source);
            covers.iter_mut().for_each(|w| self.name(NameKind::Workspace, w));
        }
        problems.iter_mut().for_each(|p| self.sentence(p));
        for calibration in calibrations {
            let Calibration {
                list: _,
                answer: _,
                tokens: _,
                deciding_tokens: _,
                published: _,
                never_logged: _,
                candidates: _,
                best: _,
                runners_up: _,
                misfits,
                option: _,
            } = calibration;
            for Misfit { token_id, workspace_id, missed: _, extra: _ } in misfits {
                self.name(NameKind::Token, token_id);
                self.name(NameKind::Workspace, workspace_id);
            }
        }
    }
}

#[cfg(test)]
mod tests;
