//! Finds the login that shares an id with a call: the run id of a command line, or the request id in logs that give both the
//! same.

use super::DAY;
use crate::support::time::{Span, Time};

/// A run id ties a call to a login at most this far away. A link must depend only on what is within a day, so that a ledger can
/// close its days; and ids are kept as short hashes, which repeat within a year.
pub const SAME_RUN: Span = DAY;
/// A request id that occurs farther apart than this is a coincidence of hashes.
pub const SAME_REQUEST: Span = Span::seconds(60);

/// A login that carries an id: (workspace, principal, hash of the id, time, token).
pub type CarriedId = (u32, u32, u32, Time, u32);

/// Logins of tokens, sorted by the id they carry.
#[derive(Debug)]
pub struct LoginsById {
    within: Span,
    /// In order, without repetitions.
    carriers: Vec<CarriedId>,
    /// One bit for the hash of each id: most calls carry an id that no login has, and this rules them out without a search.
    bits: Vec<u64>,
}

impl LoginsById {
    /// Takes logins in any order, and skips those without an id (0).
    pub fn of(carriers: impl Iterator<Item = CarriedId>, within: Span) -> Self {
        let mut carriers: Vec<_> = carriers.filter(|c| c.2 != 0).collect();
        carriers.sort_unstable();
        carriers.dedup();
        let words = (carriers.len() / 4 + 1).next_power_of_two().min(1 << 18);
        let mut by_id = Self { within, bits: vec![0; words], carriers: Vec::new() };
        for carrier in &carriers {
            let (word, bit) = by_id.bit(carrier.2);
            by_id.bits[word] |= bit;
        }
        Self { carriers, ..by_id }
    }

    fn bit(&self, id: u32) -> (usize, u64) {
        let mixed = id.wrapping_mul(0x9e37_79b1);
        ((mixed >> 6) as usize & (self.bits.len() - 1), 1 << (mixed & 63))
    }

    /// The token whose logins near this time carry the id; `None` if there is no login, or logins of two tokens.
    pub fn token(&self, workspace: u32, principal: u32, id: u32, time: Time) -> Option<u32> {
        let (word, bit) = self.bit(id);
        if id == 0 || self.bits[word] & bit == 0 {
            return None;
        }
        let key = (workspace, principal, id);
        let from = self.carriers.partition_point(|c| (c.0, c.1, c.2) < key);
        let carriers = self.carriers[from..].iter().take_while(|c| (c.0, c.1, c.2) == key);
        let near = carriers.filter(|c| time.since(c.3).0.abs() <= self.within.0);
        let mut tokens = near.map(|c| c.4);
        let token = tokens.next()?;
        tokens.all(|t| t == token).then_some(token)
    }
}

/// Whether a request id belongs to the sample of 1/64 that shows whether logins and calls share request ids.
pub fn in_sample(request: u32) -> bool {
    request != 0 && (request >> 1).is_multiple_of(64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_logins_of_two_tokens_names_none() {
        let one = LoginsById::of(
            [(1, 1, 7, Time(0), 5), (1, 1, 7, Time(9), 5), (1, 1, 0, Time(0), 5)].into_iter(),
            SAME_RUN,
        );
        assert_eq!(one.token(1, 1, 7, Time(3)), Some(5));
        assert_eq!(one.token(1, 2, 7, Time(3)), None);
        assert_eq!(one.token(1, 1, 0, Time(3)), None);
        let two = LoginsById::of([(1, 1, 7, Time(0), 5), (1, 1, 7, Time(9), 6)].into_iter(), SAME_RUN);
        assert_eq!(two.token(1, 1, 7, Time(3)), None);
    }

    #[test]
    fn an_id_far_from_its_login_is_a_coincidence() {
        let ties = LoginsById::of([(1, 1, 7, Time(0), 5)].into_iter(), SAME_REQUEST);
        let at = |seconds| Time(0).plus(Span::seconds(seconds));
        assert_eq!(ties.token(1, 1, 7, at(60)), Some(5));
        assert_eq!(ties.token(1, 1, 7, at(-60)), Some(5));
        assert_eq!(ties.token(1, 1, 7, at(61)), None);
    }

    #[test]
    fn another_token_counts_only_where_it_is_near() {
        let day = Span::hours(24).0;
        let ties = LoginsById::of([(1, 1, 7, Time(0), 5), (1, 1, 7, Time(3 * day), 6)].into_iter(), SAME_RUN);
        assert_eq!(ties.token(1, 1, 7, Time(day)), Some(5));
        assert_eq!(ties.token(1, 1, 7, Time(2 * day)), Some(6));
        assert_eq!(ties.token(1, 1, 7, Time(day + day / 2)), None);
    }
}
