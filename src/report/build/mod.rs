//! Judged tokens, findings and analyses -> the report: every row and every order. What needs history or calls was worked out before.

mod annotation_links;
mod lineage_rows;
mod run;
mod scopes;
mod tokens;

use super::model::*;
use crate::analysis::Analyses;
use crate::analysis::provenance::Provenance;
use crate::analysis::replay::ReplayReport;
use crate::analysis::scope_use::TokenAnalysis;
use crate::assess::{Assessment, Finding, RuleId};
use crate::support::hash::Set;
use rayon::prelude::*;

/// A report that holds only a replay: tokens without their scopes, and no findings.
pub(crate) fn replay_only(
    assessment: &Assessment<'_>,
    provenance: &Provenance<'_>,
    replay: ReplayReport,
) -> Report {
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
        coverage: Coverage::of(assessment, &provenance.read()),
        inputs,
        replay,
        annotations: None,
        comparison: None,
    }
}

/// Lays out the whole report.
pub(crate) fn report(
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
    let coverage = Coverage { cross_check, calibrations, ..Coverage::of(assessment, &provenance.read()) };
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
    let rules: Set<(RuleId, &str)> =
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
