//! Judged tokens and findings become the report: the one place where its numbers and orders are made.

use super::lineage;
use super::model::*;
use super::rhythm::{CadenceRow, OperationCadence, SweepRow};
use crate::analysis::calibrate::calibrate;
use crate::analysis::coverage::ReadInputs;
use crate::analysis::cross_check::{self, cross_check};
use crate::assess::readiness::InputReport;
use crate::assess::{
    AsOfSource, Assessment, DecidedBy, Finding, NextCall, Profile, RuleId, TokenAssessment, advice,
    by_operation, dates, needed_scopes, operation_cadences, priming,
};
use crate::attribute::{Token, Use};
use crate::catalog::ScopeId;
use crate::command::args::{Only, ReportArgs};
use crate::context::inventory::Inventory;
use crate::context::principals::PrincipalNames;
use crate::error::Error;
use crate::support::hash::{Set, hex};
use crate::support::secret::blank_secrets;
use crate::timeline::cadence::Cadence;
use crate::timeline::history::ScopeHistory;
use crate::timeline::verdict::{Judgement, Verdict};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What the report needs to know beside the judged assessment.
pub struct Found<'a> {
    /// Options.
    pub args: &'a ReportArgs,
    /// Where as-of comes from.
    pub as_of_from: AsOfSource,
    /// Events at or after as-of.
    pub later: u64,
    /// Files passed over.
    pub skipped: u64,
    /// Inputs.
    pub inputs: &'a [InputReport],
    /// Token lists.
    pub inventory: &'a Inventory,
    /// Names of principals.
    pub names: &'a PrincipalNames,
    /// Problems of inventories, annotations and client logs.
    pub problems: &'a [String],
    /// What user tables changed in the catalog.
    pub overlay_notes: Vec<String>,
}

impl Found<'_> {
    /// What coverage is made of.
    pub fn read(&self) -> ReadInputs<'_> {
        ReadInputs {
            inputs: self.inputs,
            skipped: self.skipped,
            later: self.later,
            inventory: self.inventory,
            problems: self.problems,
        }
    }
}

/// The report with nothing in it but its replay section, for one date or for every date; tokens without their scopes.
pub fn replay_only(
    assessment: &Assessment<'_>,
    found: &Found<'_>,
    enforced: Option<crate::context::bound::Bound>,
) -> Report {
    let wanted = |workspace: &str, principal: &str, token: Option<&str>| {
        is_wanted(&found.args.only, workspace, principal, token)
    };
    let inputs: Vec<InputRow> = found.inputs.iter().map(|i| i.row.clone()).collect();
    let all = assessment.roster.tokens.iter().filter(|t| wanted(&t.workspace, &t.principal, Some(&t.id)));
    Report {
        schema_version: SCHEMA_VERSION,
        summary: Summary::default(),
        run: run(assessment, found, &inputs),
        findings: Vec::new(),
        tokens: all.map(|t| base(t, found.names)).collect(),
        coverage: Coverage::of(assessment, &found.read()),
        inputs,
        replay: super::replay::build::section(assessment, enforced, &wanted),
        annotations: None,
        comparison: None,
    }
}

/// Puts the report together.
///
/// # Errors
/// When rows cannot be related to each other, which is a defect.
pub fn report(
    assessment: &Assessment<'_>,
    findings: Vec<Finding>,
    found: &Found<'_>,
) -> Result<Report, Error> {
    let mut checks = cross_check(assessment)?.into_iter();
    let wanted = |workspace: &str, principal: &str, token: Option<&str>| {
        is_wanted(&found.args.only, workspace, principal, token)
    };
    let mut cases = assessment.tokens.iter().peekable();
    let mut all = Vec::new();
    for (index, token) in assessment.roster.tokens.iter().enumerate() {
        let assessed = cases.next_if(|c| c.index == index);
        let check = assessed.and_then(|_| checks.next()).flatten();
        if wanted(&token.workspace, &token.principal, Some(&token.id)) {
            all.push((index, token, assessed, check));
        }
    }
    let rules: Set<(RuleId, &str)> =
        findings.iter().filter_map(|f| Some((f.rule, f.token_id.as_deref()?))).collect();
    let row = |(index, token, assessed, check)| match assessed {
        Some(assessed) => {
            TokenRow { cross_check: check, ..judged(assessment, assessed, &rules, found.names) }
        }
        None => gone(assessment, index, token, found.names),
    };
    let (tokens, replay) = rayon::join(
        || all.into_par_iter().map(row).collect::<Vec<TokenRow>>(),
        || super::replay::build::section(assessment, None, &wanted),
    );
    drop(rules);
    let findings: Vec<Finding> = findings
        .into_iter()
        .filter(|f| wanted(&f.workspace_id, &f.principal, f.token_id.as_deref()))
        .collect();
    let inputs: Vec<InputRow> = found.inputs.iter().map(|i| i.row.clone()).collect();
    let coverage = Coverage {
        cross_check: cross_check::totals(tokens.iter().filter_map(|t| t.cross_check.as_ref()))?,
        calibrations: calibrate(assessment)?,
        ..Coverage::of(assessment, &found.read())
    };
    let run = run(assessment, found, &inputs);
    Ok(Report {
        schema_version: SCHEMA_VERSION,
        summary: Summary::of(&tokens, &findings),
        run,
        inputs,
        findings,
        tokens,
        coverage,
        replay,
        annotations: super::anchors::annotations(assessment),
        comparison: None,
    })
}

pub(crate) fn is_wanted(only: &[Only], workspace: &str, principal: &str, token: Option<&str>) -> bool {
    let meets = |o: &Only| match o {
        Only::Workspace(w) => w.eq_ignore_ascii_case(workspace),
        Only::Principal(p) => p == principal,
        Only::Token(t) => token.is_some_and(|id| id.starts_with(t.as_str())),
    };
    only.is_empty() || only.iter().any(meets)
}

fn run(assessment: &Assessment<'_>, found: &Found<'_>, inputs: &[InputRow]) -> Run {
    let args = found.args;
    let mut options: BTreeMap<&'static str, String> = BTreeMap::from([
        ("enforcement_lag_days", args.enforcement_lag.to_string()),
        ("ga_date", args.ga_date.to_string()),
        ("count_failed", args.count_failed.to_string()),
        ("lineage", (!args.no_lineage).to_string()),
        ("risk_floor_percent", args.risk_floor.to_string()),
        ("max_lifetime_days", args.max_lifetime_days.to_string()),
    ]);
    for (name, bound) in [
        ("enforced_on", args.enforced_on),
        ("window_start", args.window_start),
        ("window_end", args.window_end),
    ] {
        options.extend(bound.map(|b| (name, b.time.to_string())));
    }
    if !args.only.is_empty() {
        let mut only: Vec<String> = args.only.iter().map(Only::to_string).collect();
        only.sort();
        options.insert("only", only.join(" "));
    }
    let mut hash = Sha256::new();
    let mut feed = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    feed(env!("CARGO_PKG_VERSION"));
    feed(assessment.catalog.version());
    feed(&assessment.given.as_of.to_string());
    options.iter().for_each(|(name, value)| [*name, value].into_iter().for_each(&mut feed));
    for i in inputs {
        feed(&format!("{} {} {:?} {:?}", i.path, i.rows, i.bytes, i.last_time));
    }
    let run_id = hex(&hash.finalize()[..8]);
    Run {
        as_of: assessment.given.as_of,
        as_of_from: found.as_of_from,
        run_id,
        tool_version: env!("CARGO_PKG_VERSION"),
        catalog_version: assessment.catalog.version().to_owned(),
        options,
        notes: found.overlay_notes.clone(),
        masked: None,
    }
}

fn base(token: &Token, names: &PrincipalNames) -> TokenRow {
    let seen = token.logins;
    TokenRow {
        token_id: blank_secrets(&token.id).into_owned(),
        principal: token.principal.clone(),
        principal_name: names.by_name(&token.principal).map(|p| p.display.clone()).filter(|d| !d.is_empty()),
        workspace_id: token.workspace.clone(),
        comment: blank_secrets(&token.comment).into_owned(),
        state: token.state.as_ref().map(|s| s.as_str().to_owned()),
        gone: token.gone,
        window: WindowRow::default(),
        decided_by: DecidedBy::Gone,
        created: token.created,
        expires: token.expires,
        first_seen: seen.map(|l| l.first),
        last_seen: seen.map(|l| l.last),
        last_used_day: token.last_used_day,
        granted_scopes: token.scopes.clone(),
        inferred_scopes: token.inferred.clone(),
        backfill_scopes: token.backfill.clone(),
        needed_scopes: Vec::new(),
        cross_check: None,
        profile: Profile::Unknown,
        workload: Workload::default(),
        advice: String::new(),
        dates: crate::assess::Dates::default(),
        lineage: LineageRow::default(),
        scopes: Vec::new(),
        unmapped_calls: 0,
        silent_logins: 0,
    }
}

fn gone(assessment: &Assessment<'_>, index: usize, token: &Token, names: &PrincipalNames) -> TokenRow {
    TokenRow { lineage: lineage::of_token(assessment, index), ..base(token, names) }
}

/// `rules` are the findings there are, by rule and token.
fn judged(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    rules: &Set<(RuleId, &str)>,
    names: &PrincipalNames,
) -> TokenRow {
    let has = |rule: RuleId| rules.contains(&(rule, assessed.token.id.as_str()));
    let window = assessed.enforcement.window();
    let mut scopes: Vec<ScopeRow> = assessed
        .scopes
        .iter()
        .map(|(scope, (history, judgement))| scope_row(assessment, assessed, *scope, history, judgement))
        .collect();
    scopes.sort_by(|a, b| a.scope.cmp(&b.scope));
    let of_entries = |pick: fn(&crate::context::annotations::Entry) -> Option<&String>| {
        assessed.entries.iter().find_map(|e| pick(e)).cloned()
    };
    TokenRow {
        window: WindowRow {
            start: window.map(|w| w.start.time),
            end: window.map(|w| w.end.time),
            known: window.is_some(),
            source: window.map(|w| w.source),
        },
        decided_by: DecidedBy::of(&assessed.enforcement),
        needed_scopes: needed_scopes(assessed, assessment.catalog),
        profile: assessed.profile,
        workload: Workload {
            name: of_entries(|e| e.workload.as_ref()),
            owner: of_entries(|e| e.workload_owner.as_ref()),
            lifetime: of_entries(|e| e.lifetime.as_ref()),
            migration: of_entries(|e| e.migration.as_ref()),
        },
        advice: advice(&assessed.enforcement, assessed.profile, has).to_owned(),
        dates: dates(assessment, assessed),
        lineage: lineage::of_token(assessment, assessed.index),
        scopes,
        unmapped_calls: assessment.attribution.unmapped_of[assessed.index]
            .iter()
            .map(|u| u.count.events)
            .sum(),
        silent_logins: assessment.attribution.silent[assessed.index].iter().map(|s| s.count.events).sum(),
        ..base(assessed.token, names)
    }
}

fn scope_row(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    scope: ScopeId,
    history: &ScopeHistory<'_>,
    j: &Judgement,
) -> ScopeRow {
    let span = history.span();
    let days = if history.days.is_empty() { &history.possible_days } else { &history.days };
    let cadence = j.cadence.as_ref();
    ScopeRow {
        scope: assessment.catalog.scope_name(scope).to_owned(),
        verdict: j.verdict,
        reason: j.reason,
        confidence: j.confidence,
        sure: history.is_sure(),
        needed: history.is_needed(),
        declared: !history.declared.is_empty(),
        uses: history.uses(),
        first_used: span.map(|s| s.0),
        last_used: span.map(|s| s.1),
        loss_odds: j.odds.map(|o| o.share()),
        loss_odds_since_start: j.odds_since_start.map(|o| o.share()),
        likeliest_window_keeps: j.likeliest_keeps,
        inherited: lineage::of_scope(assessment, history),
        cadence: cadence.map(Cadence::text),
        occurrences: cadence.map_or(0, |c| c.occurrences),
        cadence_detail: cadence.map(CadenceRow::of),
        sweep: SweepRow::of(history, cadence, assessed.log, assessment.given.as_of),
        priming: (history.is_needed() && j.verdict != Verdict::Kept)
            .then(|| priming(assessment, assessed, scope))
            .flatten(),
        next_call: j.next.map(NextCall::from),
        days: days.iter().map(|d| (d.day, d.count)).collect(),
        operations: operations(assessment, assessed, history, cadence),
    }
}

fn operations(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    history: &ScopeHistory<'_>,
    whole: Option<&Cadence>,
) -> Vec<OperationRow> {
    let cadences: BTreeMap<String, Cadence> =
        operation_cadences(assessment, assessed, history, whole).into_iter().collect();
    let firm: Vec<&Use> = history.firm.iter().chain(&history.refused).copied().collect();
    let uses = if firm.is_empty() { &history.possible } else { &firm };
    by_operation(assessment, uses.iter().map(|u| (*u, u.count)))
        .into_iter()
        .map(|(operation, calls)| OperationRow {
            cadence: cadences.get(&operation).map(OperationCadence::of),
            operation,
            count: calls.count.events,
            tier: calls.tier,
        })
        .collect()
}
