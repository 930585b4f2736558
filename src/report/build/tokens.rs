//! A token with its verdicts and analyses -> its row.

use super::super::model::{LineageRow, ScopeRow, TokenRow, WindowRow, Workload};
use super::{lineage_rows, scopes};
use crate::analysis::scope_use::TokenAnalysis;
use crate::assess::{
    Assessment, Dates, DecidedBy, Profile, RuleId, TokenAssessment, advice, dates, needed_scopes,
};
use crate::attribute::Token;
use crate::context::annotations::Entry;
use crate::context::principals::PrincipalNames;
use crate::support::hash::Set;
use crate::support::secret::blank_secrets;

/// Facts about a token that need no verdict.
pub(super) fn base(token: &Token, names: &PrincipalNames) -> TokenRow {
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
        dates: Dates::default(),
        lineage: LineageRow::default(),
        scopes: Vec::new(),
        unmapped_calls: 0,
        silent_logins: 0,
    }
}

/// A token that is gone: neither scopes nor dates.
pub(super) fn gone(
    assessment: &Assessment<'_>,
    index: usize,
    token: &Token,
    names: &PrincipalNames,
) -> TokenRow {
    TokenRow { lineage: lineage_rows::of_token(assessment, index), ..base(token, names) }
}

/// A judged token. `rules` holds rule and token id of every finding.
pub(super) fn judged(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    analysis: TokenAnalysis,
    rules: &Set<(RuleId, &str)>,
    names: &PrincipalNames,
) -> TokenRow {
    let has = |rule: RuleId| rules.contains(&(rule, assessed.token.id.as_str()));
    let window = assessed.enforcement.window();
    let TokenAnalysis { cross_check, scopes: mut uses, .. } = analysis;
    let mut scopes: Vec<ScopeRow> = assessed
        .scopes
        .iter()
        .filter_map(|(scope, (history, judgement))| {
            let found = uses.remove(scope)?;
            Some(scopes::row(assessment, assessed, *scope, history, judgement, found))
        })
        .collect();
    scopes.sort_by(|a, b| a.scope.cmp(&b.scope));
    let of_entries =
        |pick: fn(&Entry) -> Option<&String>| assessed.entries.iter().find_map(|e| pick(e)).cloned();
    TokenRow {
        window: WindowRow {
            start: window.map(|w| w.start.time),
            end: window.map(|w| w.end.time),
            known: window.is_some(),
            source: window.map(|w| w.source),
        },
        decided_by: DecidedBy::of(&assessed.enforcement),
        cross_check,
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
        lineage: lineage_rows::of_token(assessment, assessed.index),
        scopes,
        unmapped_calls: assessment.attribution.unmapped_of[assessed.index]
            .iter()
            .map(|u| u.count.events)
            .sum(),
        silent_logins: assessment.attribution.silent[assessed.index].iter().map(|s| s.count.events).sum(),
        ..base(assessed.token, names)
    }
}
