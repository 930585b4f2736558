//! What became of one prediction.

use super::refusals::{Facts, ScopeFacts};
use crate::analysis::previous_report::{PreviousReport, PreviousScope, PreviousToken};
use crate::assess::{Assessment, DecidedBy};
use crate::attribute::Token;
use crate::catalog::{Access, Held, Need, meets};
use crate::context::inventory::TokenState;
use crate::support::time::{Span, Time};
use crate::timeline::verdict::Verdict;
use serde::Serialize;

/// An expected call counts as absent once this much time has passed.
const GRACE: Span = Span::days(1);

/// What the newer logs show.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::EnumIter, strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum PredictionOutcome {
    /// A refusal names the scope, or, after a predicted loss, an endpoint that needs it was refused.
    Denied,
    /// A newer token list shows that the token was narrowed without it.
    Narrowed,
    /// The expected call did not come after enforcement.
    Absent,
    /// It was called with success after enforcement.
    Passed,
    /// A newer token list shows that it was given the scope, or a call came while its window was open.
    Prevented,
    /// The date, or the expected call, still lies ahead.
    Pending,
    /// The token is gone, or the logs cannot tell.
    CannotSay,
}

impl PredictionOutcome {
    pub fn name(self) -> &'static str {
        self.into()
    }

    pub const fn text(self) -> &'static str {
        match self {
            Self::Denied => "refused",
            Self::Narrowed => "narrowed without it",
            Self::Absent => "the expected call did not come",
            Self::Passed => "called with success",
            Self::Prevented => "prevented in time",
            Self::Pending => "still ahead",
            Self::CannotSay => "cannot say",
        }
    }

    /// Whether a predicted loss came true.
    pub const fn is_true(self) -> bool {
        matches!(self, Self::Denied | Self::Narrowed | Self::Absent)
    }
}

/// A verdict of the report, and what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Prediction {
    pub token_id: String,
    pub workspace_id: String,
    pub scope: String,
    pub verdict: Verdict,
    pub reason: String,
    /// The best tier that tied its calls to the token then.
    pub tier: String,
    pub outcome: PredictionOutcome,
    /// When, where a moment decides.
    pub at: Option<Time>,
    /// How that is known; a sentence without a full stop.
    pub why: String,
}

impl Prediction {
    /// Whether it is listed: predicted losses, and whatever was refused.
    pub(super) fn is_told(&self) -> bool {
        self.verdict == Verdict::Lost || self.outcome == PredictionOutcome::Denied
    }
}

/// Every verdict of every token that the report judged, in its order.
pub(super) fn predictions(
    previous: &PreviousReport,
    assessment: &Assessment<'_>,
    facts: &Facts,
    to: Time,
) -> Vec<Prediction> {
    let mut all = Vec::new();
    for token in previous.tokens.iter().filter(|t| t.gone.is_none()) {
        let place = facts.places.get(&token.token_id).copied();
        for scope in &token.scopes {
            let asked = AskedScope { previous, assessment, token, scope, place, to };
            let none = ScopeFacts::default();
            let now = place.and_then(|p| facts.scope(p, &scope.scope)).unwrap_or(&none);
            let (outcome, at, why) = asked.outcome(now);
            all.push(Prediction {
                token_id: token.token_id.clone(),
                workspace_id: token.workspace_id.clone(),
                scope: scope.scope.clone(),
                verdict: scope.verdict,
                reason: scope.reason.clone(),
                tier: scope.tier().to_owned(),
                outcome,
                at,
                why,
            });
        }
    }
    all
}

struct AskedScope<'a> {
    previous: &'a PreviousReport,
    assessment: &'a Assessment<'a>,
    token: &'a PreviousToken,
    scope: &'a PreviousScope,
    place: Option<usize>,
    to: Time,
}

type OutcomeAndWhy = (PredictionOutcome, Option<Time>, String);

impl AskedScope<'_> {
    fn outcome(&self, now: &ScopeFacts) -> OutcomeAndWhy {
        let is_loss = self.scope.verdict == Verdict::Lost;
        let from = self.previous.run.as_of;
        if let Some(c) = now.refused {
            let times = if c.events == 1 { "once".to_owned() } else { format!("{} times", c.events) };
            return (
                PredictionOutcome::Denied,
                Some(c.first),
                format!("refused {times}, first on {}", c.first.max(from).day()),
            );
        }
        let enforced = self.enforced();
        if let Some(c) = now.unnamed.filter(|c| is_loss && enforced.is_some_and(|t| c.last >= t)) {
            let why = "an endpoint that needs it was refused; access logs name no scope".to_owned();
            return (PredictionOutcome::Denied, Some(c.first), why);
        }
        let token = self.place.map(|p| &self.assessment.roster.tokens[p]);
        if is_loss && let Some(answer) = token.and_then(|t| self.listed(t)) {
            return answer;
        }
        if let Some(gone) = token.and_then(|t| t.gone) {
            return (PredictionOutcome::CannotSay, None, gone.sentence());
        }
        if !is_loss {
            return match now.passed.last() {
                Some(c) => (
                    PredictionOutcome::Passed,
                    Some(c.last),
                    format!("called with success, last on {}", c.last.day()),
                ),
                None => (PredictionOutcome::CannotSay, None, "not called since".into()),
            };
        }
        let Some(enforced) = enforced else {
            return (PredictionOutcome::Pending, None, "the date of enforcement is not known".into());
        };
        if self.token.decided_by() == Some(DecidedBy::WindowOpen)
            && let Some(c) = now.passed.iter().find(|c| c.last >= from && c.first < enforced)
        {
            let why = format!("called on {}, while the window was open after all", c.first.day());
            return (PredictionOutcome::Prevented, Some(c.first), why);
        }
        if let Some(c) = now.passed.iter().find(|c| c.last >= enforced) {
            let why = format!("called with success on {}, after {}", c.last.day(), enforced.day());
            return (PredictionOutcome::Passed, Some(c.last), why);
        }
        if enforced >= self.to {
            return (
                PredictionOutcome::Pending,
                None,
                format!("enforcement is on {}, after the logs end", enforced.day()),
            );
        }
        self.absent(now, enforced)
    }

    fn was_granted(&self) -> bool {
        self.token.decided_by() == Some(DecidedBy::Granted)
    }

    /// From when on the scope was to be missing. A date given to the day leaves that day open.
    fn enforced(&self) -> Option<Time> {
        if self.was_granted() {
            return Some(self.previous.run.as_of);
        }
        let given = self.token.dates.enforced?;
        let is_date = given == given.day().start();
        Some(if is_date { given.day().end() } else { given }.max(self.previous.run.as_of))
    }

    /// What a newer token list says.
    fn listed(&self, token: &Token) -> Option<OutcomeAndWhy> {
        let is_newer = token.listed.is_some_and(|day| day.start() >= self.previous.run.as_of);
        let granted = token.scopes.as_ref().filter(|s| is_newer && !s.is_empty())?;
        if granted.iter().any(|s| s == "all-apis") {
            return None;
        }
        let need = Need::of(self.assessment.catalog.scope_named(&self.scope.scope)?, Access::Write);
        let day = token.listed.map(|d| d.to_string()).unwrap_or_default();
        match meets(self.assessment.catalog, granted, &need) {
            Held::Yes => {
                Some((PredictionOutcome::Prevented, None, format!("the token list of {day} grants it")))
            }
            Held::No if !self.was_granted() && token.state != Some(TokenState::Running) => Some((
                PredictionOutcome::Narrowed,
                None,
                format!("the token list of {day} does not grant it"),
            )),
            _ => None,
        }
    }

    fn absent(&self, now: &ScopeFacts, enforced: Time) -> OutcomeAndWhy {
        let Some(next) = self.scope.next_call.filter(|n| n.earliest >= enforced) else {
            return (
                PredictionOutcome::CannotSay,
                None,
                "no call was expected on a date after enforcement".into(),
            );
        };
        if next.latest.plus(GRACE) > self.to {
            return (
                PredictionOutcome::Pending,
                None,
                format!("its next call is expected on {}", next.earliest.day()),
            );
        }
        if now.any.is_some_and(|c| c.last >= enforced) {
            let why = "called, but perhaps by another token of the principal, or under another scope";
            return (PredictionOutcome::CannotSay, None, why.into());
        }
        let log = self
            .assessment
            .ledger
            .names
            .find(&self.token.workspace_id)
            .and_then(|w| self.assessment.logs.get(&w));
        let sees = log.is_some_and(|l| {
            l.from.is_some_and(|f| f.day() <= next.earliest.day())
                && !l.has_gap(next.earliest, next.latest.plus(GRACE))
        });
        if !sees {
            return (
                PredictionOutcome::CannotSay,
                None,
                "the logs do not cover the day of the expected call".into(),
            );
        }
        (
            PredictionOutcome::Absent,
            Some(next.latest),
            format!("the call expected on {} did not come", next.earliest.day()),
        )
    }
}
