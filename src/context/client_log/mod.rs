//! A client's error log, in plain text or JSON -> the refusals in it: when, where, and which request.

mod logged_record;
mod time_in_text;

use crate::input::denial::{Denial, DeniedCredential, LocatedDenial, find};
use crate::support::secret::blank_secrets;
use crate::support::text::text_of;
use crate::support::time::Time;
use logged_record::LoggedRecord;
use std::collections::BTreeSet;

/// A refusal for lack of a scope that a client logged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientDenial {
    /// The display name of the log.
    pub source: String,
    /// The line it stands on, counted from 1.
    pub line: u64,
    /// When it was written down; `None` when the record has no time with a date.
    pub time: Option<Time>,
    /// Whether that time names its zone. If not, it was read as UTC and may be off by hours.
    pub zoned: bool,
    /// The required scopes in lower case; any one of them is enough. Empty when the message is cut off before the first.
    pub scopes: Vec<String>,
    /// What kind of credential was refused.
    pub credential: DeniedCredential,
    /// The id of the refused request. It may identify an audit row.
    pub request_id: Option<String>,
    /// The workspace's host in lower case, if the record names it.
    pub host: Option<String>,
    /// The path of the refused call, if the record has its URL.
    pub path: Option<String>,
    /// The token's id, if a JSON record has it.
    pub token_id: Option<String>,
}

/// All refusals in a log, in order. One request id with the same scopes counts once, however often it was logged.
pub fn read_log(source: &str, bytes: &[u8]) -> Vec<ClientDenial> {
    let text = text_of(bytes);
    let mut denials = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut at, mut counted, mut line) = (0, 0, 1);
    while let Some(found) = find(&text, at) {
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..found.start]).count() as u64;
        let earlier = at;
        (counted, at) = (found.start, found.end.max(found.start + 1));
        let again = found
            .denial
            .request_id
            .is_some_and(|id| !seen.insert((id.to_owned(), lower(&found.denial.scopes))));
        if !again {
            denials.push(client_denial(source, line, &text, &found, earlier));
        }
    }
    denials
}

fn lower(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|scope| blank_secrets(&scope.to_ascii_lowercase()).into_owned()).collect()
}

fn client_denial(
    source: &str,
    line: u64,
    text: &str,
    found: &LocatedDenial<'_>,
    earlier: usize,
) -> ClientDenial {
    let record = LoggedRecord::around(text, found, earlier);
    let Denial { scopes, credential, request_id } = &found.denial;
    let (time, zoned) = record.time().map_or((None, false), |(time, zoned)| (Some(time), zoned));
    let (host, path) = record.address();
    let clean = |text: &str| blank_secrets(text).into_owned();
    ClientDenial {
        source: source.to_owned(),
        line,
        time,
        zoned,
        scopes: lower(scopes),
        credential: *credential,
        request_id: request_id.map(clean),
        host: host.map(|h| clean(&h.to_ascii_lowercase())),
        path: path.map(clean),
        token_id: record.token_id().map(clean),
    }
}

#[cfg(test)]
mod tests;
