//! Ids shared by a login and its calls: the run of one command line, and the request id where logs carry the same on both.

use super::{Call, Credential};
use crate::hash::Map;
use crate::time::{Span, Time};

/// Whose run an id is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    One(u32),
    Many,
}

/// Run ids by (workspace, principal): exact when the login of exactly one token carries the id.
#[derive(Debug, Default)]
pub struct Runs(Map<(u32, u32, u32), Owner>);

impl Runs {
    /// Notes that this token logged in during the run.
    pub fn add(&mut self, workspace: u32, principal: u32, run: u32, credential: Credential) {
        let Some(token) = credential.token().filter(|_| run != 0) else { return };
        self.0
            .entry((workspace, principal, run))
            .and_modify(|o| {
                if *o != Owner::One(token) {
                    *o = Owner::Many;
                }
            })
            .or_insert(Owner::One(token));
    }

    /// The one token of this run.
    pub fn token(&self, workspace: u32, principal: u32, run: u32) -> Option<u32> {
        match self.0.get(&(workspace, principal, run)) {
            Some(Owner::One(token)) if run != 0 => Some(*token),
            _ => None,
        }
    }
}

/// Request ids by (workspace, principal). Whether a login and its call share one is not documented, so a fixed 1/64 of the
/// logins decides: when none of them joins, the rule is off and coverage says so.
#[derive(Debug, Default)]
pub struct Requests {
    owners: Map<(u32, u32, u32), (Owner, Time)>,
    tried: u64,
    joined: u64,
}

/// A shared request id farther apart than this is a coincidence of hashes.
const SAME_REQUEST: Span = Span::hours(1);

impl Requests {
    /// Notes a login's request id (its hash without the lowest bit; 0 is none). Only those of the sample are kept until one of
    /// them has joined a call; then every login has to be shown again.
    pub fn add(&mut self, workspace: u32, principal: u32, request: u32, time: Time, credential: Credential) {
        let Some(token) = credential.token().filter(|_| request != 0) else { return };
        if !self.is_on() {
            if !in_sample(request) {
                return;
            }
            self.tried += 1;
        }
        self.owners
            .entry((workspace, principal, request))
            .and_modify(|(o, _)| {
                if *o != Owner::One(token) {
                    *o = Owner::Many;
                }
            })
            .or_insert((Owner::One(token), time));
    }

    /// Tries a call of the sample; the rule is on once one joined.
    pub fn try_sample(&mut self, workspace: u32, principal: u32, call: &Call) {
        if in_sample(call.request()) && self.find(workspace, principal, call).is_some() {
            self.joined += 1;
        }
    }

    /// Whether a call of the sample joined: only then do request ids tie anything.
    pub fn is_on(&self) -> bool {
        self.joined > 0
    }

    /// The one token whose login carries the call's request id, when the rule is on.
    pub fn token(&self, workspace: u32, principal: u32, call: &Call) -> Option<u32> {
        if self.is_on() { self.find(workspace, principal, call) } else { None }
    }

    fn find(&self, workspace: u32, principal: u32, call: &Call) -> Option<u32> {
        let request = call.request();
        match self.owners.get(&(workspace, principal, request)) {
            Some((Owner::One(token), time))
                if request != 0 && call.time.since(*time).0.abs() <= SAME_REQUEST.0 =>
            {
                Some(*token)
            }
            _ => None,
        }
    }

    /// (logins of the sample, calls that joined one of them).
    pub fn sample(&self) -> (u64, u64) {
        (self.tried, self.joined)
    }
}

fn in_sample(request: u32) -> bool {
    request != 0 && (request >> 1).is_multiple_of(64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(request: u32) -> Call {
        Call { key: 0, action: 0, time: Time(0), run: 0, mark: request }
    }

    #[test]
    fn a_run_with_logins_of_two_tokens_names_none() {
        let mut runs = Runs::default();
        runs.add(1, 1, 7, Credential(5));
        assert_eq!(runs.token(1, 1, 7), Some(5));
        assert_eq!(runs.token(1, 2, 7), None);
        runs.add(1, 1, 7, Credential(5));
        assert_eq!(runs.token(1, 1, 7), Some(5));
        runs.add(1, 1, 7, Credential(6));
        assert_eq!(runs.token(1, 1, 7), None);
        runs.add(1, 1, 0, Credential(5));
        assert_eq!(runs.token(1, 1, 0), None);
    }

    #[test]
    fn request_ids_count_only_after_one_of_the_sample_joined() {
        let (sampled, plain) = (128 << 1, 129 << 1);
        let mut requests = Requests::default();
        let show = |requests: &mut Requests| {
            [sampled, plain].iter().for_each(|r| requests.add(1, 1, *r, Time(0), Credential(5)));
        };
        show(&mut requests);
        requests.try_sample(1, 1, &call(plain));
        assert!(!requests.is_on());
        show(&mut requests);
        assert_eq!((requests.token(1, 1, &call(plain)), requests.owners.len()), (None, 1));
        requests = Requests::default();
        show(&mut requests);
        requests.try_sample(1, 1, &call(sampled));
        assert!(requests.is_on());
        show(&mut requests);
        assert_eq!(requests.token(1, 1, &call(plain)), Some(5));
        assert_eq!(requests.sample(), (1, 1));
        let late = Call { time: Time(0).plus(Span::hours(2)), ..call(plain) };
        assert_eq!(requests.token(1, 1, &late), None);
    }
}
