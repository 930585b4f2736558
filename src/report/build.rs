//! Judged tokens, findings and analyses -> the report: every row and every order. Nothing is worked out here.

mod annotation_links;
mod lineage_rows;
mod run;
mod scopes;
mod tokens;

use super::build_coverage;
use super::model::*;
use crate::analysis::Analyses;
use crate::analysis::provenance::Provenance;
use crate::analysis::replay::ReplayReport;
use crate::analysis::scope_use::TokenAnalysis;
use crate::assess::{Assessment, Finding};
use crate::ledger::Id;
use crate::ledger::link::Link;
use crate::support::hash::Set;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

const MOST_UNMAPPED: usize = 50;
const MOST_PRINCIPALS: usize = 50;

/// A report that holds only a replay: tokens without their scopes, and no findings.
pub fn replay_only(assessment: &Assessment<'_>, provenance: &Provenance<'_>, replay: ReplayReport) -> Report {
    let inputs: Vec<InputRow> = provenance.inputs.iter().map(|i| i.row.clone()).collect();
    let covered = assessment
        .roster
        .tokens
        .iter()
        .filter(|t| provenance.selection.covers(&t.workspace, &t.principal, Some(&t.id)));
    Report {
        schema_version: SCHEMA_VERSION,
        summary: Summary::default(),
        run: run::run(assessment, provenance, &inputs),
        findings: Vec::new(),
        tokens: covered.map(|t| tokens::base(t, provenance.names)).collect(),
        coverage: coverage(assessment, provenance, &inputs),
        inputs,
        replay,
        annotations: None,
        comparison: None,
    }
}

/// Lays out the whole report.
pub fn report(
    assessment: &Assessment<'_>,
    findings: Vec<Finding>,
    analyses: Analyses,
    provenance: &Provenance<'_>,
) -> Report {
    let Analyses { tokens: analysed, cross_check, replay, calibrations } = analyses;
    let tokens = token_rows(assessment, &findings, analysed, provenance);
    let selection = provenance.selection;
    let findings: Vec<Finding> = findings
        .into_iter()
        .filter(|f| selection.covers(&f.workspace_id, &f.principal, f.token_id.as_deref()))
        .collect();
    let inputs: Vec<InputRow> = provenance.inputs.iter().map(|i| i.row.clone()).collect();
    let coverage = Coverage { cross_check, calibrations, ..coverage(assessment, provenance, &inputs) };
    Report {
        schema_version: SCHEMA_VERSION,
        summary: Summary::of(&tokens, &findings),
        run: run::run(assessment, provenance, &inputs),
        inputs,
        findings,
        tokens,
        coverage,
        replay,
        annotations: annotation_links::annotations(assessment),
        comparison: None,
    }
}

/// Every covered token, in order of the roster: the judged ones, and those that are gone.
fn token_rows(
    assessment: &Assessment<'_>,
    findings: &[Finding],
    analysed: Vec<TokenAnalysis>,
    provenance: &Provenance<'_>,
) -> Vec<TokenRow> {
    let rules: Set<(&str, &str)> =
        findings.iter().filter_map(|f| Some((f.rule, f.token_id.as_deref()?))).collect();
    let mut judged = assessment.tokens.iter().peekable();
    let mut analysed = analysed.into_iter().peekable();
    let mut covered = Vec::new();
    for (index, token) in assessment.roster.tokens.iter().enumerate() {
        let assessed = judged.next_if(|c| c.index == index);
        let analysis = analysed.next_if(|a| a.index == index);
        if provenance.selection.covers(&token.workspace, &token.principal, Some(&token.id)) {
            covered.push((index, token, assessed.zip(analysis)));
        }
    }
    let row = |(index, token, judged)| match judged {
        Some((assessed, analysis)) => {
            tokens::judged(assessment, assessed, analysis, &rules, provenance.names)
        }
        None => tokens::gone(assessment, index, token, provenance.names),
    };
    covered.into_par_iter().map(row).collect()
}

/// What was read and what could not be seen.
pub fn coverage(assessment: &Assessment<'_>, found: &Provenance<'_>, inputs: &[InputRow]) -> Coverage {
    let t = &assessment.ledger.tally;
    Coverage {
        rows_read: inputs.iter().map(|i| i.rows).sum(),
        bad_rows: inputs.iter().map(|i| i.bad_rows).sum(),
        duplicates: t.duplicates,
        id_reused: t.id_reused,
        truncated_rows: t.truncated,
        lossy_rows: inputs.iter().map(|i| i.lossy_rows).sum(),
        mixed_days: mixed_days(assessment),
        rows_after_as_of: found.later,
        first_time: t.first,
        last_time: t.last,
        incomplete_inputs: found.inputs.iter().filter(|i| !i.is_complete()).count(),
        skipped_files: found.skipped,
        formats: build_coverage::formats(inputs),
        kinds: build_coverage::kinds(assessment),
        late_edge: build_coverage::late_edge(t.last, assessment.given.as_of),
        workspaces: workspaces(assessment),
        left_out: assessment.attribution.left_out.iter().map(|(reason, n)| (word(reason), *n)).collect(),
        tiers: assessment.attribution.tiers.iter().map(|(tier, n)| (tier.name().to_owned(), *n)).collect(),
        unmapped: unmapped(assessment),
        unattributed: unattributed(assessment),
        request_ids: t.request_sample,
        run_ids: t.runs,
        gone_tokens: assessment.roster.tokens.iter().filter(|t| t.gone.is_some()).count(),
        inventories: found.inventory.dumps.clone(),
        problems: found.problems.iter().cloned().chain(assessment.problems.iter().cloned()).collect(),
        ..Coverage::default()
    }
}

fn mixed_days(assessment: &Assessment<'_>) -> BTreeMap<String, Vec<crate::support::time::Day>> {
    let mut days: BTreeMap<String, Vec<crate::support::time::Day>> = BTreeMap::new();
    for (workspace, day) in &assessment.ledger.mixed {
        days.entry(assessment.ledger.text(*workspace).to_owned()).or_default().push(*day);
    }
    days
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn workspaces(assessment: &Assessment<'_>) -> Vec<WorkspaceCoverage> {
    let mut unanswered: BTreeMap<Id, u64> = BTreeMap::new();
    for row in assessment.rows.iter().filter(|r| r.key.link == Link::Unanswered) {
        *unanswered.entry(row.key.workspace).or_default() += row.outcomes.succeeded().events;
    }
    let seen = build_coverage::Seen::of(assessment);
    let of = |(workspace, log): (&Id, &crate::timeline::log::LogView)| {
        let density = assessment.attribution.density.get(workspace);
        WorkspaceCoverage {
            workspace_id: assessment.ledger.text(*workspace).to_owned(),
            rows: log.rows,
            days: log.days,
            stray_rows: log.stray,
            first_time: log.from,
            last_day: log.last_day,
            gaps: log.gaps.clone(),
            kinds: assessment.attribution.kinds.get(workspace).cloned().unwrap_or_default(),
            tokens: seen.tokens.get(workspace).copied().unwrap_or(0),
            principals: seen.principals.get(workspace).copied().unwrap_or(0),
            links: density.map(|d| d.links.iter().map(|(l, n)| (l.name(), *n)).collect()).unwrap_or_default(),
            login_density: density.and_then(crate::attribute::Density::share),
            per_request_logins: density.is_some_and(crate::attribute::Density::is_per_request),
            unanswered_logins: unanswered.get(workspace).copied().unwrap_or(0),
            rows_by_day: assessment
                .ledger
                .days
                .iter()
                .filter(|((w, _), _)| w == workspace)
                .map(|((_, day), count)| (*day, count.rows))
                .collect(),
        }
    };
    assessment.logs.iter().map(of).collect()
}

fn unmapped(assessment: &Assessment<'_>) -> Vec<UnmappedRow> {
    let mut examples = build_coverage::examples(assessment);
    let mut rows: Vec<UnmappedRow> = assessment
        .attribution
        .unmapped
        .iter()
        .map(|(id, events)| {
            let action = assessment.ledger.text(*id).to_owned();
            let nearest = action
                .split_once('/')
                .filter(|_| !action.contains(' '))
                .and_then(|(service, name)| assessment.catalog.nearest_action(service, name))
                .map(|a| format!("{}/{}", a.service, a.action));
            UnmappedRow { action, events: *events, nearest, example: examples.remove(id) }
        })
        .collect();
    rows.sort_by(|a, b| (Reverse(a.events), &a.action).cmp(&(Reverse(b.events), &b.action)));
    rows.truncate(MOST_UNMAPPED);
    rows
}

fn unattributed(assessment: &Assessment<'_>) -> Vec<UnattributedRow> {
    let mut rows: Vec<UnattributedRow> = assessment
        .attribution
        .principals
        .iter()
        .map(|((workspace, principal), p)| UnattributedRow {
            workspace_id: assessment.ledger.text(*workspace).to_owned(),
            principal: assessment.ledger.text(*principal).to_owned(),
            shared: p.shared.iter().map(|u| u.count.events).sum(),
            without_token: p.without_token,
            tied: p.tied,
            share: 0.0,
        })
        .filter(|r| r.shared + r.without_token > 0)
        .map(|r| {
            let not_tied = r.shared + r.without_token;
            UnattributedRow { share: not_tied as f64 / (not_tied + r.tied) as f64, ..r }
        })
        .collect();
    rows.sort_by(|a, b| {
        let key = |r: &UnattributedRow| {
            (Reverse(r.shared + r.without_token), r.workspace_id.clone(), r.principal.clone())
        };
        key(a).cmp(&key(b))
    });
    rows.truncate(MOST_PRINCIPALS);
    rows
}
