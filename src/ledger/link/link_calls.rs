//! Links the calls of one key in one pass, which keeps the last login and the last one by another credential.

use super::{Call, DAY, Link, Login, LoginCredential, NEAR};
use crate::support::time::Time;

/// The link of a call, and the token it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallLink {
    pub link: Link,
    /// The token, if the link names one.
    pub token: Option<u32>,
}

/// Links the calls of one key. Both slices are in order of time; logins at the same time are in the order of their credentials.
/// `emit` receives each call with its link.
pub fn link_calls<'a>(calls: &'a [Call], logins: &[Login], mut emit: impl FnMut(&'a Call, CallLink)) {
    let has_tokens = logins.iter().any(|l| l.credential.token().is_some());
    if !has_tokens {
        calls.iter().for_each(|c| emit(c, CallLink { link: Link::None, token: None }));
        return;
    }
    let mut next = 0;
    // The last login, and the last one before it by another credential.
    let mut last: Option<(Time, LoginCredential)> = None;
    let mut other: Option<Time> = None;
    for call in calls {
        let near = call.near();
        while let Some(login) = logins.get(next).filter(|l| l.time <= call.time.plus(near)) {
            if let Some((time, credential)) = last
                && credential != login.credential
            {
                other = Some(time);
            }
            last = Some((login.time, login.credential));
            next += 1;
        }
        emit(call, judge(call.time, near.0, last, other));
    }
}

fn judge(t: Time, near: i64, last: Option<(Time, LoginCredential)>, other: Option<Time>) -> CallLink {
    let age = |login: Time| t.since(login).0;
    let Some((time, credential)) = last else {
        return CallLink { link: Link::Stale, token: None };
    };
    let close = age(time) <= near;
    let doubt = other.map(age);
    let link = match (credential.token(), doubt) {
        (_, Some(d)) if close && d <= near => Link::Several,
        (Some(_), None) if close => Link::Sole,
        (Some(_), Some(d)) if close && d > DAY.0 => Link::Sole,
        (Some(_), Some(_)) if close => Link::Near,
        (Some(_), None) if age(time) <= DAY.0 => Link::Recent,
        (Some(_), Some(d)) if age(time) <= DAY.0 && d > DAY.0 => Link::Recent,
        _ => Link::Stale,
    };
    let token = credential.token().filter(|_| matches!(link, Link::Sole | Link::Near | Link::Recent));
    CallLink { link, token }
}

/// Whether there is a call within ten seconds of a login. `calls` are those of the login's key, in order of time.
pub fn answered(login: Time, whole_seconds: bool, calls: &[Call]) -> bool {
    let near = if whole_seconds { super::NEAR_WHOLE_SECONDS } else { NEAR };
    let from = calls.partition_point(|c| c.time < login.minus(near));
    calls.get(from).is_some_and(|c| c.time <= login.plus(near))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::time::Span;
    use proptest::prelude::*;

    const A: u32 = 1;
    const B: u32 = 2;

    fn at(seconds: i64) -> Time {
        Time(1_780_000_000_000_000).plus(Span::seconds(seconds))
    }

    fn login(seconds: i64, credential: u32) -> Login {
        Login { key: 0, time: at(seconds), credential: LoginCredential(credential) }
    }

    fn call(seconds: i64) -> Call {
        Call { key: 0, action: 0, time: at(seconds), run: 0, mark: 0 }
    }

    fn links(calls: &[i64], logins: &[Login]) -> Vec<(Link, Option<u32>)> {
        let calls: Vec<_> = calls.iter().map(|&s| call(s)).collect();
        let mut found = Vec::new();
        link_calls(&calls, logins, |_, f| found.push((f.link, f.token)));
        found
    }

    #[test]
    fn a_login_just_before_or_just_after_is_sole() {
        assert_eq!(links(&[-10, 0, 10], &[login(0, A)]), [(Link::Sole, Some(A)); 3]);
        assert_eq!(links(&[-11], &[login(0, A)]), [(Link::Stale, None)]);
        assert_eq!(links(&[11], &[login(0, A)]), [(Link::Recent, Some(A))]);
    }

    #[test]
    fn whole_second_times_get_a_second_more() {
        let c = Call { mark: 1, ..call(11) };
        let mut found = None;
        link_calls(&[c], &[login(0, A)], |_, f| found = Some(f.link));
        assert_eq!(found, Some(Link::Sole));
    }

    #[test]
    fn a_login_before_midnight_stands_for_a_call_after_it() {
        assert_eq!(links(&[7 * 60], &[login(0, A)]), [(Link::Recent, Some(A))]);
    }

    #[test]
    fn two_tokens_within_ten_seconds_are_several_and_name_none() {
        assert_eq!(links(&[5], &[login(0, A), login(3, B)]), [(Link::Several, None)]);
    }

    #[test]
    fn another_token_within_the_day_makes_it_near_and_a_day_later_sole_again() {
        assert_eq!(links(&[60], &[login(0, A), login(60, B)]), [(Link::Near, Some(B))]);
        let day = 86_400;
        assert_eq!(links(&[day], &[login(0, A), login(day, B)]), [(Link::Near, Some(B))]);
        assert_eq!(links(&[day + 1], &[login(0, A), login(day + 1, B)]), [(Link::Sole, Some(B))]);
    }

    #[test]
    fn a_cached_login_is_recent_only_while_no_other_token_was_near() {
        assert_eq!(
            links(&[200, 400], &[login(0, A), login(301, B)]),
            [(Link::Recent, Some(A)), (Link::Stale, None)]
        );
    }

    #[test]
    fn another_kind_of_login_casts_doubt_and_links_nothing() {
        let other = u32::MAX;
        assert_eq!(links(&[60], &[login(0, A), login(55, other)]), [(Link::Stale, None)]);
        assert_eq!(links(&[60], &[login(0, other), login(60, A)]), [(Link::Near, Some(A))]);
        assert_eq!(links(&[60], &[login(0, other)]), [(Link::None, None)]);
    }

    #[test]
    fn a_login_is_answered_by_a_call_within_ten_seconds() {
        let calls = [call(100), call(200)];
        assert!(answered(at(90), false, &calls) && answered(at(210), false, &calls));
        assert!(
            !answered(at(89), false, &calls)
                && !answered(at(150), false, &calls)
                && !answered(at(211), false, &calls)
        );
    }

    /// The definition, written down case by case.
    fn by_definition(t: Time, logins: &[Login]) -> (Link, Option<u32>) {
        let seen: Vec<_> = logins.iter().filter(|l| l.time <= t.plus(NEAR)).collect();
        if !logins.iter().any(|l| l.credential != LoginCredential::OTHER) {
            return (Link::None, None);
        }
        let Some(p) = seen.last() else { return (Link::Stale, None) };
        let p2 = seen.iter().rev().find(|l| l.credential != p.credential);
        let age = |l: &Login| t.since(l.time).0;
        let (near, day) = (NEAR.0, DAY.0);
        let token = p.credential.token();
        if age(p) <= near && p2.is_some_and(|q| age(q) <= near) {
            (Link::Several, None)
        } else if age(p) <= near && token.is_some() && p2.is_none_or(|q| age(q) > day) {
            (Link::Sole, token)
        } else if age(p) <= near && token.is_some() {
            (Link::Near, token)
        } else if age(p) <= day && token.is_some() && p2.is_none_or(|q| age(q) > day) {
            (Link::Recent, token)
        } else {
            (Link::Stale, None)
        }
    }

    proptest! {
        #[test]
        fn one_merge_finds_what_the_definition_says(
            mut logins in prop::collection::vec((0i64..200_000, prop::sample::select(vec![A, B, u32::MAX])), 0..12),
            mut calls in prop::collection::vec(0i64..200_000, 1..20),
        ) {
            logins.sort();
            calls.sort();
            let logins: Vec<_> = logins.into_iter().map(|(s, c)| login(s, c)).collect();
            let want: Vec<_> = calls.iter().map(|&s| by_definition(at(s), &logins)).collect();
            prop_assert_eq!(links(&calls, &logins), want);
        }
    }
}
