//! Whether auto-scoping concerns a token, and what decides which scopes are left to it.

use super::window::{Phase, Window, WindowSource};
use crate::attribute::Token;
use crate::context::annotations::Entry;
use crate::context::bound::Bound;
use crate::context::inventory::TokenState;
use crate::support::time::{Day, Span, Time};

/// Tokens with at least this lifetime are narrowed by default: 30 days, inclusive.
pub(crate) const LONG_LIVED: Span = Span::days(30);

/// What the options say about windows and about how to judge.
#[derive(Clone, Copy, Debug)]
pub struct Assumptions {
    /// Everything at or after this moment is left out of judgement.
    pub as_of: Time,
    /// Tokens created before this day are existing ones.
    pub ga: Day,
    /// `--enforced-on`.
    pub enforced_on: Option<Bound>,
    /// `--window-start`.
    pub window_start: Option<Bound>,
    /// `--window-end`.
    pub window_end: Option<Bound>,
    /// How long before enforcement the window ends.
    pub lag: Span,
    /// Whether failed calls count as use.
    pub count_failed: bool,
    /// Findings need at least these odds.
    pub risk_floor: f64,
    /// Whether to look for the tokens that others took over from; declared ones count anyway.
    pub lineage: bool,
}

/// Which scopes a token keeps, or what will decide that.
#[derive(Clone, Debug, PartialEq)]
pub enum Enforcement {
    /// Not narrowed: it is short-lived, and no state says otherwise.
    NotNarrowed,
    /// Not narrowed: it uses an API that no scope covers.
    ApiNotCovered,
    /// Not narrowed: it is switched off, and it holds all APIs.
    HoldsAll,
    /// It holds these scopes and no others.
    Granted(Vec<String>),
    /// The platform will leave these, by its own reading of the token's history.
    Platform {
        scopes: Vec<String>,
        /// From when, if that is known.
        window: Option<Window>,
    },
    /// A window with dates decides.
    Dated {
        window: Window,
        phase: Phase,
        /// What the platform has inferred so far; kept.
        so_far: Vec<String>,
    },
    /// A window decides, but its dates are not known.
    Undated {
        /// What the platform has inferred so far; kept.
        so_far: Vec<String>,
    },
    /// It is narrowed, but the list of what it holds is not there.
    NotReported,
}

impl Enforcement {
    pub fn of(token: &Token, entries: &[&Entry], given: &Assumptions) -> Self {
        let granted = token.scopes.clone().filter(|s| !s.is_empty());
        let holds_all = granted.as_ref().is_none_or(|s| s.iter().any(|s| s == "all-apis"));
        let so_far = token.inferred.clone().unwrap_or_default();
        match &token.state {
            Some(TokenState::ApiNotCovered) => return Self::ApiNotCovered,
            Some(TokenState::UserSelected | TokenState::Completed) => {
                let inferred = token.inferred.clone().filter(|s| !s.is_empty());
                let listed = match token.state {
                    Some(TokenState::Completed) => granted.or(inferred),
                    _ => granted,
                };
                return match listed {
                    Some(s) if s.iter().any(|s| s == "all-apis") => Self::HoldsAll,
                    Some(scopes) => Self::Granted(scopes),
                    None => Self::NotReported,
                };
            }
            Some(TokenState::Disabled) if holds_all => return Self::HoldsAll,
            Some(TokenState::Disabled) => return Self::Granted(granted.unwrap_or_default()),
            Some(TokenState::Running | TokenState::Backfilled) => {}
            // No state: scopes other than all APIs were chosen by hand, and a short life means no narrowing.
            None | Some(TokenState::Other(_)) if !holds_all => {
                return Self::Granted(granted.unwrap_or_default());
            }
            None | Some(TokenState::Other(_))
                if token.backfill.as_ref().is_none_or(Vec::is_empty) && is_short(token) =>
            {
                return Self::NotNarrowed;
            }
            None | Some(TokenState::Other(_)) => {}
        }
        let window = window(token, entries, given);
        let backfilled = matches!(token.state, Some(TokenState::Backfilled));
        let backfill = token.backfill.clone().filter(|s| backfilled || !s.is_empty());
        if let Some(scopes) = backfill {
            return Self::Platform { scopes, window };
        }
        let Some(window) = window else { return Self::Undated { so_far } };
        let phase = window.phase(given.as_of);
        // The platform's own list of an ended window, if the token list is not older than its end.
        let listed_after = token.listed.is_some_and(|day| day.start() >= window.end.time);
        match token.inferred.clone().filter(|_| phase == Phase::Over && listed_after) {
            Some(scopes) => Self::Platform { scopes, window: Some(window) },
            None => Self::Dated { window, phase, so_far },
        }
    }

    /// The window, where one is known.
    pub fn window(&self) -> Option<&Window> {
        match self {
            Self::Platform { window, .. } => window.as_ref(),
            Self::Dated { window, .. } => Some(window),
            _ => None,
        }
    }

    /// Since when it is narrowed, if it is by `as_of`: from then on a login no longer proves that its call went through.
    pub fn narrowed_from(&self, as_of: Time) -> Option<Time> {
        match self {
            Self::Granted(_) => Some(Time(i64::MIN)),
            _ => self.window().map(|w| w.enforced.time).filter(|t| *t <= as_of),
        }
    }
}

fn is_short(token: &Token) -> bool {
    token.created.zip(token.expires).is_some_and(|(created, expires)| expires.since(created) < LONG_LIVED)
}

/// The first window that applies: the token's annotation, its creation, or what the options say for all others.
fn window(token: &Token, entries: &[&Entry], given: &Assumptions) -> Option<Window> {
    let annotated = entries.iter().find_map(|e| {
        Window::between(e.window_start, e.window_end, WindowSource::Annotation)
            .map(|w| Window { enforced: e.enforced_on.unwrap_or(w.enforced), ..w })
            .or_else(|| e.enforced_on.map(|on| Window::enforced_on(on, given.lag, WindowSource::Annotation)))
    });
    annotated.or_else(|| from_creation(token, given)).or_else(|| {
        Window::between(given.window_start, given.window_end, WindowSource::Option)
            .map(|w| Window { enforced: given.enforced_on.unwrap_or(w.enforced), ..w })
            .or_else(|| given.enforced_on.map(|on| Window::enforced_on(on, given.lag, WindowSource::Option)))
    })
}

fn from_creation(token: &Token, given: &Assumptions) -> Option<Window> {
    let created = token.created.filter(|c| c.day() >= given.ga)?;
    match token.state {
        // Still running after its 30 days: then the window did not start with its creation.
        Some(TokenState::Running) => {
            let window = Window::from_creation(created, WindowSource::Creation);
            (window.phase(given.as_of) == Phase::Open).then_some(window)
        }
        None | Some(TokenState::Other(_)) => {
            Some(Window::from_creation(created, WindowSource::CreationAssumed))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Assumptions {
        Assumptions {
            as_of: Time::parse("2026-09-12").unwrap(),
            ga: Day::parse("2026-06-18").unwrap(),
            enforced_on: None,
            window_start: None,
            window_end: None,
            lag: Span(0),
            count_failed: false,
            risk_floor: 0.01,
            lineage: true,
        }
    }

    fn token(state: Option<TokenState>, created: &str, scopes: Option<&[&str]>) -> Token {
        let list = |s: &[&str]| s.iter().map(|s| (*s).to_owned()).collect();
        Token { state, created: Time::parse(created), scopes: scopes.map(list), ..Token::default() }
    }

    fn of(token: &Token) -> Enforcement {
        Enforcement::of(token, &[], &given())
    }

    #[test]
    fn a_list_without_scopes_never_reads_as_holding_nothing() {
        for state in [None, Some(TokenState::Running), Some(TokenState::Other("NEW".into()))] {
            assert_eq!(of(&token(state, "2025-01-01", None)), Enforcement::Undated { so_far: vec![] });
        }
        assert_eq!(of(&token(Some(TokenState::Disabled), "2025-01-01", None)), Enforcement::HoldsAll);
        assert_eq!(of(&token(Some(TokenState::Completed), "2025-01-01", None)), Enforcement::NotReported);
        assert_eq!(of(&token(Some(TokenState::UserSelected), "2025-01-01", None)), Enforcement::NotReported);
        let inferred = Token {
            inferred: Some(vec!["jobs".into()]),
            ..token(Some(TokenState::Completed), "2025-01-01", None)
        };
        assert_eq!(of(&inferred), Enforcement::Granted(vec!["jobs".into()]));
    }

    #[test]
    fn new_tokens_are_watched_from_their_creation_and_short_ones_not_at_all() {
        let new = token(Some(TokenState::Running), "2026-09-01T10:00:00Z", None);
        let Enforcement::Dated { window, phase: Phase::Open, .. } = of(&new) else {
            panic!("{:?}", of(&new))
        };
        assert_eq!(
            (window.end.time.to_string().as_str(), window.source),
            ("2026-10-01T10:00:00Z", WindowSource::Creation)
        );
        let assumed = of(&token(None, "2026-07-01", None));
        assert!(matches!(
            assumed,
            Enforcement::Dated {
                window: Window { source: WindowSource::CreationAssumed, .. },
                phase: Phase::Over,
                ..
            }
        ));
        let late = of(&token(Some(TokenState::Running), "2026-07-01", None));
        assert_eq!(late, Enforcement::Undated { so_far: vec![] });
        let days = |n| Time::parse("2026-07-01").map(|t| t.plus(Span::days(n)));
        let short = Token { expires: days(29), ..token(None, "2026-07-01", None) };
        assert_eq!(of(&short), Enforcement::NotNarrowed);
        let long = Token { expires: days(30), ..token(None, "2026-07-01", None) };
        assert!(matches!(of(&long), Enforcement::Dated { .. }));
    }

    #[test]
    fn chosen_scopes_count_as_granted_and_backfilled_ones_as_the_platforms() {
        let by_hand = token(None, "2025-01-01", Some(&["sql"]));
        assert_eq!(of(&by_hand), Enforcement::Granted(vec!["sql".into()]));
        let backfilled = Token { backfill: Some(vec!["jobs".into()]), ..token(None, "2025-01-01", None) };
        assert_eq!(of(&backfilled), Enforcement::Platform { scopes: vec!["jobs".into()], window: None });
        let unseen = token(Some(TokenState::Backfilled), "2025-01-01", None);
        assert_eq!(of(&unseen), Enforcement::Undated { so_far: vec![] });
        assert_eq!(
            of(&token(Some(TokenState::ApiNotCovered), "2025-01-01", None)),
            Enforcement::ApiNotCovered
        );
    }

    #[test]
    fn the_reminders_date_counts_for_all_that_are_still_to_be_narrowed() {
        let on = Bound::parse("2026-09-20");
        let dated = Enforcement::of(
            &token(None, "2025-01-01", None),
            &[],
            &Assumptions { enforced_on: on, ..given() },
        );
        let Enforcement::Dated { window, phase: Phase::Open, .. } = dated else { panic!("{dated:?}") };
        assert_eq!(window.start.time.to_string(), "2026-08-21T00:00:00Z");
        let new = token(Some(TokenState::Running), "2026-09-01", None);
        let own = Enforcement::of(&new, &[], &Assumptions { enforced_on: on, ..given() });
        assert_eq!(own.window().map(|w| w.source), Some(WindowSource::Creation));
    }
}
