//! Every N days, whatever the calendar says: from the interval that occurs most.

use super::rule_fit::{RuleCandidate, Tolerance};
use crate::support::time::Day;
use crate::timeline::calendar::CalendarRule;
use crate::timeline::occurrences::Occurrence;

pub(super) fn propose(occurrences: &[Occurrence], enter: &mut dyn FnMut(RuleCandidate, &[Occurrence])) {
    if occurrences.len() < 4 {
        return;
    }
    let mut counts = [0u32; 401];
    for pair in occurrences.windows(2) {
        if let Some(n) = counts.get_mut((pair[1].day - pair[0].day) as usize) {
            *n += 1;
        }
    }
    let Some((every, n)) =
        (2..counts.len()).map(|d| (d, counts[d])).max_by_key(|&(d, n)| (n, std::cmp::Reverse(d)))
    else {
        return;
    };
    // Seven days are a week, which another family covers. A rule needs an interval that most pairs have.
    if every == 7 || n < 3 || (n as usize) * 5 < (occurrences.len() - 1) * 3 {
        return;
    }
    let every = every as i32;
    let mut rests = vec![0u32; every as usize];
    for occurrence in occurrences {
        rests[occurrence.day.rem_euclid(every) as usize] += 1;
    }
    let rest = rests
        .iter()
        .enumerate()
        .max_by_key(|(i, n)| (**n, std::cmp::Reverse(*i)))
        .map_or(0, |(i, _)| i as i32);
    let near = i32::from(every >= 5);
    let reach = Tolerance { before: near, after: near, burst: near, longest: 3 };
    // Beyond a month, the calendar explains most intervals better.
    let prior = if every > 35 { 0.9 } else { 0.3 };
    let rule = CalendarRule::EveryDays { every: every as u16, anchor: Day(rest) };
    enter(RuleCandidate { rule, reach, prior }, &reach.merge(occurrences));
}
