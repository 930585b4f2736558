//! What the keys of records and of their cells mean: from the bytes of a name to a field, mostly without a call or a loop.

use super::field::{EventField, ObjectRole};
use super::formats::{JSON_KINDS, JsonKind};
use super::json_walk::JsonKey;

/// The keys of one kind of object, found by their first bytes and their length.
pub(super) struct KeyTable {
    /// One more than the index in `entries`, or 0 for none.
    slots: [u8; KeyTable::SLOTS],
    entries: [KnownKey; KeyTable::MOST],
}

#[derive(Clone, Copy)]
struct KnownKey {
    start: u128,
    name: &'static [u8],
    field: EventField,
}

impl KeyTable {
    const SLOTS: usize = 512;
    const MOST: usize = 128;

    #[inline(always)]
    const fn slot(start: u128, len: usize) -> usize {
        let mixed = (start as u64) ^ ((start >> 64) as u64).rotate_left(23) ^ len as u64;
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize % Self::SLOTS
    }

    /// The keys of all formats.
    const fn of_formats(kinds: &[JsonKind]) -> Self {
        let mut keys = Self::empty();
        let (mut i, mut count) = (0, 0);
        while i < kinds.len() {
            count = keys.add(kinds[i].keys, count);
            i += 1;
        }
        keys
    }

    const fn of(table: &[(&'static str, EventField)]) -> Self {
        let mut keys = Self::empty();
        keys.add(table, 0);
        keys
    }

    const fn empty() -> Self {
        let none = KnownKey { start: 0, name: b"", field: EventField::Time };
        Self { slots: [0; Self::SLOTS], entries: [none; Self::MOST] }
    }

    /// Adds keys after the first `count`; gives the new count.
    const fn add(&mut self, table: &[(&'static str, EventField)], mut count: usize) -> usize {
        let mut i = 0;
        while i < table.len() {
            let (name, field) = table[i];
            let name = name.as_bytes();
            let start = JsonKey::start(name);
            let mut at = Self::slot(start, name.len());
            while self.slots[at] != 0 {
                at = (at + 1) % Self::SLOTS;
            }
            self.entries[count] = KnownKey { start, name, field };
            count += 1;
            self.slots[at] = count as u8;
            i += 1;
        }
        count
    }

    #[inline(always)]
    pub(super) fn get(&self, key: JsonKey<'_>) -> Option<EventField> {
        let mut at = Self::slot(key.start, key.name.len());
        loop {
            let known = &self.entries[self.slots[at].checked_sub(1)? as usize];
            let same = known.start == key.start && known.name.len() == key.name.len();
            if same && (key.name.len() <= JsonKey::START || known.name == key.name) {
                return Some(known.field);
            }
            at = (at + 1) % Self::SLOTS;
        }
    }
}

static RECORD: KeyTable = KeyTable::of_formats(JSON_KINDS);
static IDENTITY: KeyTable = KeyTable::of(&[("email", EventField::Email)]);
static RESPONSE: KeyTable = KeyTable::of(&[
    ("status_code", EventField::Status),
    ("statusCode", EventField::Status),
    ("error_message", EventField::Error),
    ("errorMessage", EventField::Error),
]);
const PARAMS_KEYS: [(&str, EventField); 10] = [
    ("user", EventField::User),
    ("tokenId", EventField::TokenId),
    ("authenticationMethod", EventField::AuthenticationMethod),
    ("authentication_method", EventField::AuthenticationMethod),
    ("tokenHash", EventField::TokenHash),
    ("tokenExpirationTime", EventField::TokenExpiration),
    ("path", EventField::DeniedPath),
    ("workspace_id", EventField::ParamsWorkspace),
    ("orgId", EventField::ParamsOrg),
    ("TRUNCATED", EventField::Truncated),
];
static PARAMS: KeyTable = KeyTable::of(&PARAMS_KEYS);

impl ObjectRole {
    pub(super) fn keys(self) -> &'static KeyTable {
        match self {
            Self::Record => &RECORD,
            Self::Identity => &IDENTITY,
            Self::Response => &RESPONSE,
            Self::Params => &PARAMS,
        }
    }

    /// What a key of such an object means.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn field(self, key: &str) -> Option<EventField> {
        self.keys().get(JsonKey::of(key.as_bytes()))
    }
}

/// What a key of a record, or a column of a table, means.
pub fn field(key: &str) -> Option<EventField> {
    RECORD.get(JsonKey::of(key.as_bytes()))
}

/// What a key inside a cell means.
pub(super) fn field_inside(cell: EventField, key: &str) -> Option<EventField> {
    cell.inside()?.keys().get(JsonKey::of(key.as_bytes()))
}

/// What a key of the request parameters means.
pub fn params_field(key: &str) -> Option<EventField> {
    PARAMS.get(JsonKey::of(key.as_bytes()))
}

/// The request parameters that are read.
pub fn params_names() -> impl Iterator<Item = &'static str> {
    PARAMS_KEYS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_only_it() {
        for (key, field) in JSON_KINDS.iter().flat_map(|kind| kind.keys).copied() {
            assert_eq!(super::field(key), Some(field), "{key}");
            assert_eq!(super::field(&format!("{key}x")), None);
        }
        assert_eq!(super::params_field("authenticationMethod"), Some(EventField::AuthenticationMethod));
        assert_eq!(super::params_field("authenticationMethoX"), None, "the same as far as a number tells");
        assert_eq!(super::field(""), None);
        assert_eq!(super::field("Service_name"), None);
    }
}
