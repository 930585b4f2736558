//! A verification in sentences.

use super::section::Section;
use crate::analysis::verify::{Prediction, PredictionOutcome, Score, Unforeseen, Verification};
use crate::support::format::count;
use crate::timeline::verdict::Verdict;
use std::collections::BTreeMap;

/// The scores, then each prediction and each refusal that decides.
pub(crate) fn sections(v: &Verification) -> Vec<Section> {
    let mut overview = vec![score("All", &v.total)];
    overview.extend(v.by_verdict.iter().map(|(verdict, outcomes)| by_verdict(verdict, outcomes)));
    if v.untied_refusals > 0 {
        let n = count(v.untied_refusals, "refusal that names a scope", "refusals that name a scope");
        overview.push(format!("{n} could not be tied to one token and count for none."));
    }
    if v.unnamed_refusals > 0 {
        let n = count(v.unnamed_refusals, "refusal", "refusals");
        overview
            .push(format!("{n} in access logs name no scope; without a predicted loss they count for none."));
    }
    overview.extend(v.notes.iter().map(|n| format!("Mind: {n}.")));
    let mut sections = vec![Section::new("Scores", overview)];
    let mut add = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            sections.push(Section::new(title, lines));
        }
    };
    let losses = |keep: fn(PredictionOutcome) -> bool| -> Vec<String> {
        v.predictions
            .iter()
            .filter(|p| p.verdict == Verdict::Lost && keep(p.outcome))
            .map(prediction)
            .collect()
    };
    add("Predicted losses that came true", losses(PredictionOutcome::is_true));
    add("Predicted losses that did not come true", losses(|o| o == PredictionOutcome::Passed));
    add("Losses prevented in time", losses(|o| o == PredictionOutcome::Prevented));
    add("Still ahead", losses(|o| o == PredictionOutcome::Pending));
    add("Nobody can say", losses(|o| o == PredictionOutcome::CannotSay));
    add("Refusals that were not predicted", v.unforeseen.iter().map(unforeseen).collect());
    add("By scope", v.by_scope.iter().map(|(name, s)| score(name, s)).collect());
    add("By tier of the evidence", v.by_tier.iter().map(|(name, s)| score(name, s)).collect());
    sections
}

fn score(name: &str, s: &Score) -> String {
    let share = |share: Option<f64>| match share {
        Some(share) => format!("{:.0} %", share * 100.0),
        None => "nothing to say".into(),
    };
    let mut parts = Vec::new();
    for (n, outcome) in [
        (s.denied, PredictionOutcome::Denied),
        (s.narrowed, PredictionOutcome::Narrowed),
        (s.absent, PredictionOutcome::Absent),
        (s.passed, PredictionOutcome::Passed),
        (s.prevented, PredictionOutcome::Prevented),
        (s.pending, PredictionOutcome::Pending),
        (s.cannot_say, PredictionOutcome::CannotSay),
    ] {
        if n > 0 {
            parts.push(format!("{n} {}", outcome.text()));
        }
    }
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    let unforeseen = match s.unforeseen {
        0 => String::new(),
        n => format!("; {} not predicted", count(n, "refused scope", "refused scopes")),
    };
    format!(
        "{name}: {}{parts}{unforeseen}. Precision {}, recall {}.",
        count(s.predicted, "predicted loss", "predicted losses"),
        share(s.precision),
        share(s.recall)
    )
}

fn by_verdict(verdict: &str, outcomes: &BTreeMap<&'static str, u64>) -> String {
    let all: u64 = outcomes.values().sum();
    let parts: Vec<String> =
        outcomes.iter().map(|(name, n)| format!("{n} {}", name.replace('-', " "))).collect();
    format!("Of {} called {verdict}: {}.", count(all, "scope", "scopes"), parts.join(", "))
}

fn prediction(p: &Prediction) -> String {
    let short: String = p.token_id.chars().take(12).collect();
    format!("token {short}, {} ({}): {}: {}.", p.scope, p.reason, p.outcome.text(), p.why)
}

fn unforeseen(u: &Unforeseen) -> String {
    let short: String = u.token_id.chars().take(12).collect();
    let called =
        if u.operations.is_empty() { String::new() } else { format!(" on {}", u.operations.join(", ")) };
    format!(
        "token {short}, {}: refused {}{called}, first on {} ({}). The report said {}.",
        u.scope,
        count(u.count, "time", "times"),
        u.first.day(),
        u.tier,
        u.report_said
    )
}
