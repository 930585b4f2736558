//! What keys of records and of their cells mean: from the bytes of a name to a field, without a call or a loop for most.

use super::fields::{Field, Place};
use super::json_walk::Key;
use super::{access_log, azure, delivery, query_history, system_table};

/// The keys of one place, found by their first bytes and their length.
pub(super) struct Keys {
    /// One more than the place in `entries`, or 0.
    slots: [u8; Keys::SLOTS],
    entries: [Entry; Keys::MOST],
}

#[derive(Clone, Copy)]
struct Entry {
    start: u128,
    name: &'static [u8],
    field: Field,
}

impl Keys {
    const SLOTS: usize = 512;
    const MOST: usize = 128;

    #[inline(always)]
    const fn slot(start: u128, len: usize) -> usize {
        let mixed = (start as u64) ^ ((start >> 64) as u64).rotate_left(23) ^ len as u64;
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize % Self::SLOTS
    }

    const fn new(tables: &[&[(&'static str, Field)]]) -> Self {
        let none = Entry { start: 0, name: b"", field: Field::Time };
        let mut keys = Self { slots: [0; Self::SLOTS], entries: [none; Self::MOST] };
        let (mut t, mut count) = (0, 0);
        while t < tables.len() {
            let mut i = 0;
            while i < tables[t].len() {
                let (name, field) = tables[t][i];
                let name = name.as_bytes();
                let start = Key::start(name);
                let mut at = Self::slot(start, name.len());
                while keys.slots[at] != 0 {
                    at = (at + 1) % Self::SLOTS;
                }
                keys.entries[count] = Entry { start, name, field };
                count += 1;
                keys.slots[at] = count as u8;
                i += 1;
            }
            t += 1;
        }
        keys
    }

    #[inline(always)]
    pub(super) fn get(&self, key: Key<'_>) -> Option<Field> {
        let mut at = Self::slot(key.start, key.name.len());
        loop {
            let known = &self.entries[self.slots[at].checked_sub(1)? as usize];
            let same = known.start == key.start && known.name.len() == key.name.len();
            if same && (key.name.len() <= Key::START || known.name == key.name) {
                return Some(known.field);
            }
            at = (at + 1) % Self::SLOTS;
        }
    }
}

static RECORD: Keys =
    Keys::new(&[system_table::KEYS, delivery::KEYS, azure::KEYS, access_log::KEYS, query_history::KEYS]);
static IDENTITY: Keys = Keys::new(&[&[("email", Field::Email)]]);
static RESPONSE: Keys = Keys::new(&[&[
    ("status_code", Field::Status),
    ("statusCode", Field::Status),
    ("error_message", Field::Error),
    ("errorMessage", Field::Error),
]]);
const PARAMS_KEYS: [(&str, Field); 10] = [
    ("user", Field::User),
    ("tokenId", Field::TokenId),
    ("authenticationMethod", Field::AuthenticationMethod),
    ("authentication_method", Field::AuthenticationMethod),
    ("tokenHash", Field::TokenHash),
    ("tokenExpirationTime", Field::TokenExpiration),
    ("path", Field::DeniedPath),
    ("workspace_id", Field::ParamsWorkspace),
    ("orgId", Field::ParamsOrg),
    ("TRUNCATED", Field::Truncated),
];
static PARAMS: Keys = Keys::new(&[&PARAMS_KEYS]);

impl Place {
    pub(super) fn keys(self) -> &'static Keys {
        match self {
            Self::Record => &RECORD,
            Self::Identity => &IDENTITY,
            Self::Response => &RESPONSE,
            Self::Params => &PARAMS,
        }
    }

    /// What a key means here.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn field(self, key: &str) -> Option<Field> {
        self.keys().get(Key::of(key.as_bytes()))
    }
}

/// What a key of a record, or a column of a table, means.
pub fn field(key: &str) -> Option<Field> {
    RECORD.get(Key::of(key.as_bytes()))
}

/// What a key of the request parameters means.
pub fn params_field(key: &str) -> Option<Field> {
    PARAMS.get(Key::of(key.as_bytes()))
}

/// The request parameters that anything asks for.
pub fn params_names() -> impl Iterator<Item = &'static str> {
    PARAMS_KEYS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_only_it() {
        for (key, field) in [system_table::KEYS, delivery::KEYS, azure::KEYS, access_log::KEYS].concat() {
            assert_eq!(super::field(key), Some(field), "{key}");
            assert_eq!(super::field(&format!("{key}x")), None);
        }
        assert_eq!(super::params_field("authenticationMethod"), Some(Field::AuthenticationMethod));
        assert_eq!(super::params_field("authenticationMethoX"), None, "the same as far as a number tells");
        assert_eq!(super::field(""), None);
        assert_eq!(super::field("Service_name"), None);
    }
}
