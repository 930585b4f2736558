use super::candidate::LENGTHS;
use super::evidence::{ScopeEvidence, TokenEvidence, WindowEvidence};
use super::*;
use crate::support::time::Day;
use proptest::prelude::*;
use std::collections::BTreeSet;

const FROM: Day = Day(20_000);
const UNTIL: Day = Day(20_200);

/// Days since [`FROM`] on which a scope was called, succeeding and failing, and whether it was published.
type Scope = (BTreeSet<i32>, BTreeSet<i32>, bool);

fn evidence(tokens: &[Vec<Scope>]) -> WindowEvidence {
    let runs = |days: &BTreeSet<i32>| {
        // Runs of single days: what `evidence` would join, `is_seen` must not tell apart.
        days.iter().map(|d| (FROM.plus(*d), FROM.plus(*d))).collect::<Vec<_>>()
    };
    let scope = |(n, (good, failed, published)): (usize, &Scope)| ScopeEvidence {
        scope: format!("scope-{n}"),
        published: *published,
        runs: runs(good),
        runs_with_failed: runs(&good.union(failed).copied().collect()),
    };
    let token = |(n, scopes): (usize, &Vec<Scope>)| TokenEvidence {
        id: format!("token-{n}"),
        workspace: "1".into(),
        created: None,
        enforced: None,
        listed: None,
        log_from: FROM,
        until: UNTIL,
        scopes: scopes.iter().enumerate().map(scope).collect(),
        steady: Vec::new(),
    };
    WindowEvidence {
        tokens: tokens.iter().enumerate().map(token).collect(),
        never_logged: 0,
        last_end: Some(UNTIL),
        first_day: Some(FROM),
    }
}

/// Differences of one calendar window, counted scope by scope.
fn errors(tokens: &[Vec<Scope>], end: i32, length: i32, failed: bool) -> usize {
    let inside = |days: &BTreeSet<i32>| days.range(end - length..end).next().is_some();
    let differs = |(good, bad, published): &&Scope| (inside(good) || failed && inside(bad)) != *published;
    tokens.iter().flatten().filter(differs).count()
}

fn days() -> impl Strategy<Value = BTreeSet<i32>> {
    prop::collection::btree_set(0i32..200, 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_best_window_is_the_best_of_all_that_counting_finds(
        tokens in prop::collection::vec(prop::collection::vec((days(), days(), any::<bool>()), 1..3), 1..6),
    ) {
        let evidence = evidence(&tokens);
        let best = search::search(&evidence).unwrap().best;
        let mut least = usize::MAX;
        for failed in [false, true] {
            for length in LENGTHS.0..=LENGTHS.1 {
                for end in length..=UNTIL.0 - FROM.0 {
                    least = least.min(errors(&tokens, end, length, failed));
                }
            }
        }
        prop_assert_eq!(best.errors(), least);
        let end = best.end.unwrap().0 - FROM.0;
        prop_assert_eq!(errors(&tokens, end, best.length_days, best.counts_failed), least);
    }
}

/// One token for each day: used daily until it was published, and once elsewhere.
fn tokens_of_a_window(start: i32, end: i32, on: &[i32]) -> Vec<Vec<Scope>> {
    on.iter().map(|d| vec![(BTreeSet::from([*d]), BTreeSet::new(), start <= *d && *d < end)]).collect()
}

#[test]
fn calls_on_both_sides_of_each_boundary_find_the_window() {
    let tokens = tokens_of_a_window(100, 130, &[60, 99, 100, 115, 129, 130, 170]);
    let found = of(ListSource::BackfillScopes, &evidence(&tokens));
    assert_eq!((found.answer, found.deciding_tokens), (CalibrationAnswer::Found, 7));
    let best = found.best.unwrap();
    assert_eq!((best.length_days, best.end, best.errors()), (30, Some(FROM.plus(130)), 0));
    let (start, end) = (FROM.plus(100), FROM.plus(130));
    assert_eq!(found.option.unwrap(), format!("--window-start {start} --window-end {end}"));
    assert_eq!(found.misfits, []);
}

#[test]
fn a_few_calls_far_apart_date_nothing() {
    let far = of(ListSource::BackfillScopes, &evidence(&tokens_of_a_window(100, 130, &[20, 110, 180])));
    assert_eq!((far.answer, far.option), (CalibrationAnswer::Ambiguous, None));
    let few = of(ListSource::BackfillScopes, &evidence(&tokens_of_a_window(100, 130, &[99, 100])));
    assert_eq!((few.answer, few.option), (CalibrationAnswer::NotEnough, None));
}

#[test]
fn what_does_not_fit_is_named() {
    let mut tokens = tokens_of_a_window(100, 130, &[99, 100, 101, 128, 129, 130]);
    tokens.push(vec![(BTreeSet::from([10]), BTreeSet::new(), true)]);
    let found = of(ListSource::InferredScopes, &evidence(&tokens));
    assert_eq!(found.best.map(|b| b.errors()), Some(1));
    let misfit = &found.misfits[0];
    assert_eq!(
        (misfit.token_id.as_str(), misfit.missed.as_slice()),
        ("token-6", ["scope-0".to_owned()].as_slice())
    );
}

#[test]
fn failed_calls_count_where_only_they_explain_the_lists() {
    let tokens: Vec<Vec<Scope>> = tokens_of_a_window(100, 130, &[99, 100, 115, 129, 130])
        .into_iter()
        .enumerate()
        .map(|(n, mut scopes)| {
            if n == 2 {
                let (good, failed, _) = &mut scopes[0];
                std::mem::swap(good, failed);
            }
            scopes
        })
        .collect();
    let found = of(ListSource::BackfillScopes, &evidence(&tokens));
    assert!(found.best.is_some_and(|b| b.counts_failed && b.errors() == 0));
    assert!(found.option.is_some_and(|o| o.ends_with("--count-failed")));
}
