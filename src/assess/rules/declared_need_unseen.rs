//! A declared need that no row of the history shows: the verdict rests on the declaration alone.

use super::{Rule, RuleText};
use crate::assess::assessment::{Assessment, TokenAssessment};
use crate::assess::builder::{AboutEntry, FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::context::annotations::DeclaredNeed;
use crate::support::time::Time;
use crate::timeline::declared;
use crate::timeline::log_view::LogView;
use crate::timeline::verdict::Verdict;

pub(super) struct DeclaredNeedUnseen;

impl Rule for DeclaredNeedUnseen {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::DeclaredNeedUnseen,
            one: "declared need never seen",
            several: "declared needs never seen",
            summary: "A declared need that the history never shows",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for assessed in &assessment.tokens {
            let Some((log, from)) = seen_since(assessed) else { continue };
            for (scope, (history, judgement)) in &assessed.scopes {
                let unseen = history.firm.is_empty()
                    && history.refused.is_empty()
                    && history.possible.is_empty()
                    && history.carried.is_empty();
                if !unseen {
                    continue;
                }
                let visible =
                    assessment.catalog.scope(*scope).is_some_and(|s| s.observability.is_observable());
                let name = assessment.catalog.scope_name(*scope);
                let kept = judgement.verdict == Verdict::Kept;
                // Of several declarations the one that the history should have shown most often.
                let due =
                    history.declared.iter().map(|need| (runs(need, log, from, assessment.given.as_of), need));
                if let Some((runs, need)) =
                    due.max_by_key(|(runs, need)| (*runs, std::cmp::Reverse(need.line)))
                {
                    findings.push(finding(
                        assessment,
                        assessed,
                        name,
                        need,
                        &Sight { from, runs, visible, kept },
                    ));
                }
            }
        }
    }
}

/// What the history could have shown.
struct Sight {
    from: Time,
    runs: usize,
    visible: bool,
    kept: bool,
}

fn finding(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    scope: &str,
    need: &DeclaredNeed,
    sight: &Sight,
) -> Finding {
    let since = sight.from.day();
    let schedule = need.schedule.as_ref().map(|s| format!(" ({})", s.text)).unwrap_or_default();
    let title = match sight.runs {
        0 => format!("{scope} is declared as needed{schedule}, and no row since {since} shows it in use"),
        1 => format!(
            "{scope} is declared as needed{schedule}; one run was due since {since}, and no row shows it"
        ),
        n => format!(
            "{scope} is declared as needed{schedule}; {n} runs were due since {since}, and no row shows one"
        ),
    };
    let mut notes = Vec::new();
    if !sight.visible {
        notes.push("no call of this scope is known to leave an audit row, so this proves nothing".to_owned());
    }
    if sight.kept {
        notes.push("the token keeps the scope, so nothing is at stake now".to_owned());
    }
    notes.extend(need.reason.iter().map(|r| format!("declared because: {r}")));
    let advice = match sight.runs {
        0 => format!(
            "Nothing to do if the declaration is right: only it stands for {scope}. Check the name of the scope and the token."
        ),
        _ => format!(
            "Ask its owner whether the work still runs, with this token and this scope; else take the declaration of {scope} out."
        ),
    };
    let text = FindingText { title, advice, notes };
    let grade = if !sight.visible {
        (Severity::Info, Confidence::Low)
    } else if sight.kept {
        (Severity::Info, Confidence::Medium)
    } else {
        (Severity::Low, Confidence::Medium)
    };
    let about = AboutEntry {
        line: need.line,
        assessed: Some(assessed),
        scope: Some(scope),
        what: scope,
        ..AboutEntry::default()
    };
    FindingBuilder::new(RuleId::DeclaredNeedUnseen, grade, text).of_annotation(assessment, &about)
}

/// From when on the log could have shown a use by this token.
pub(super) fn seen_since<'c>(assessed: &'c TokenAssessment<'_>) -> Option<(&'c LogView, Time)> {
    let log = assessed.log.filter(|l| l.rows > 0)?;
    let from = log.from?;
    Some((log, assessed.token.created.map_or(from, |c| c.max(from))))
}

/// How many declared runs lie in what the log shows.
fn runs(need: &DeclaredNeed, log: &LogView, from: Time, as_of: Time) -> usize {
    declared::due(need, from, as_of).iter().filter(|e| !log.has_gap(e.earliest, e.latest)).count()
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    let declared = story()
        .daily("2025-09-01", "2026-09-11", 'a', "jobs/runNow")
        .annotated("[[token]]\nmatch = \"aaaa\"\n[[token.need]]\nscope = \"unity-catalog\"\nschedule = \"yearly on 1 Oct\"\n");
    Example {
        fires: declared.clone(),
        says: "low: unity-catalog is declared as needed (yearly on 1 Oct); one run was due since 2025-09-01, and no row shows it",
        near_miss: declared.call("2025-10-01", 'a', "unityCatalog/updatePermissions"),
    }
}
