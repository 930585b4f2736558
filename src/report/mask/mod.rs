//! A report for strangers: principals, addresses, workspaces, token ids, comments and paths become keyed pseudonyms, in the
//! model itself, before anything is written, so that no writer can show a name.
//!
//! Every field is named here, without `..`: whoever adds one to the model must say what masking does to it.

mod mask_coverage;
mod mask_findings;
mod mask_key;
mod mask_replay;
mod mask_tokens;
mod sentences;

pub use mask_key::MaskKey;
pub(crate) use mask_key::NameKind;
pub(crate) use sentences::Originals;

use super::model::{AnnotationEntryRow, AnnotationsRow, BadSample, InputRow, Masked, Report, Run};
use crate::analysis::provenance::Provenance;
use crate::assess::{Assessment, KeepAliveCall, OperationUse};
use crate::ledger::Id;
use sentences::Sentences;
use std::collections::BTreeSet;

/// Replaces the excerpt of a bad row, which may hold anything.
const BLANK: &str = "(masked)";
const NOTE: &str = "Names are masked: principals, addresses, workspaces, token ids, comments and paths are pseudonyms, the same in \
    every report made with this key. Commands name pseudonyms, so they cannot be run; take them from a report that is not masked.";

/// Every name that a run knows, whether the report shows it or not.
pub(crate) fn originals<'k>(
    key: &'k MaskKey,
    assessment: &Assessment<'_>,
    provenance: &Provenance<'_>,
) -> Originals<'k> {
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
        if let Some(principal) = provenance.names.by_name(&token.principal) {
            names.add(NameKind::Principal, &principal.display);
        }
    }
    for known in provenance.inventory.tokens.values().flat_map(|k| &k.history) {
        [&known.owner, &known.created_by, &known.owner_id, &known.created_by_id]
            .into_iter()
            .flatten()
            .for_each(|name| names.add(NameKind::Principal, name));
        known.workspace.iter().for_each(|w| names.add(NameKind::Workspace, w));
        names.add(NameKind::Text, &known.comment);
    }
    provenance.inputs.iter().for_each(|i| names.add(NameKind::Input, &i.row.path));
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

/// Replaces every name in a report by its pseudonym.
pub(crate) fn mask(report: &mut Report, key: &MaskKey, originals: Originals<'_>) {
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

    fn operation(&self, used: &mut OperationUse) {
        let OperationUse { operation, count: _, first: _, last: _, tier: _, agents } = used;
        self.sentence(operation);
        agents.iter_mut().for_each(|a| self.sentence(a));
    }

    fn keep_alive(&self, keep_alive: &mut Option<KeepAliveCall>) {
        let Some(keep_alive) = keep_alive else { return };
        let KeepAliveCall {
            scope: _,
            operation,
            command,
            not_before: _,
            before: _,
            every_days: _,
            verified: _,
        } = keep_alive;
        self.sentence(operation);
        command.iter_mut().for_each(|c| self.sentence(c));
    }
}

#[cfg(test)]
mod tests;
