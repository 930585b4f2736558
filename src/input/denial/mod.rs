//! A message -> whether it says that a token lacks a scope, which scope, and for what kind of credential.

use serde::Serialize;

/// Bytes after the scopes that are searched for a request id.
const TAIL: usize = 600;
/// A longer list of names is not a list of scopes.
const MAX_SCOPES: usize = 32;
const MAX_NAME: usize = 100;

/// A refusal for lack of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial<'a> {
    /// The scopes as written; any one of them is enough. Empty when the message is cut off before the first.
    pub scopes: Vec<&'a str>,
    pub credential: DeniedCredential,
    /// The id of the refused request.
    pub request_id: Option<&'a str>,
}

/// What kind of credential a denial is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeniedCredential {
    /// A personal access token, by name or by the client's `auth_type=pat`.
    Pat,
    /// An OAuth token.
    OAuth,
    /// "access token": usual for personal access tokens, but also possible for others.
    Unknown,
}

/// The refusal that a message reports, if it does. Messages without the words "required scope" cost one search for a rare
/// letter.
pub fn scopes_named(message: &str) -> Option<Denial<'_>> {
    find(message, 0).map(|found| found.denial)
}

/// A denial and its place in the text.
#[derive(Debug)]
pub(crate) struct LocatedDenial<'a> {
    pub(crate) denial: Denial<'a>,
    /// Where the sentence starts.
    pub(crate) start: usize,
    /// The end of the last scope.
    pub(crate) end: usize,
}

/// The first denial at or after `from`.
pub(crate) fn find(text: &str, from: usize) -> Option<LocatedDenial<'_>> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let q = at + memchr::memchr2(b'q', b'Q', bytes.get(at..)?)?;
        at = q + 1;
        let Some(words) = q.checked_sub(2) else { continue };
        if !starts_with(bytes, words, b"required scope") {
            continue;
        }
        let Some((start, credential)) = subject(bytes, from, words) else { continue };
        let mut end = words + b"required scope".len();
        if matches!(bytes.get(end), Some(b's' | b'S')) {
            end += 1;
        }
        let (scopes, end) = scopes_at(text, end);
        let tail = tail_of(text, end);
        let credential = match credential {
            DeniedCredential::Unknown => client_credential(tail),
            known => known,
        };
        return Some(LocatedDenial {
            denial: Denial { scopes, credential, request_id: request_id(tail) },
            start,
            end,
        });
    }
}

/// The words before "required scopes" decide: a provided token that lacks them, or an invalid scope, is a denial. An API key
/// of another product is none.
fn subject(bytes: &[u8], from: usize, words: usize) -> Option<(usize, DeniedCredential)> {
    let mut before = Backwards { bytes, floor: from, at: words };
    if before.took(b"scope,") {
        return before.took(b"invalid").then_some((before.at, DeniedCredential::Unknown));
    }
    before.took(b"the");
    if before.took(b"missing") {
        let yours = before.took(b"is") && before.took(b"token") && before.took(b"your");
        return yours.then_some((before.at, DeniedCredential::Unknown));
    }
    if !(before.took(b"have") && before.took(b"not") && before.took(b"does")) {
        return None;
    }
    if before.took(b"pat") {
        return before.took(b"provided").then_some((before.at, DeniedCredential::Pat));
    }
    if !before.took(b"token") {
        return None;
    }
    let credential = if before.took(b"oauth") {
        DeniedCredential::OAuth
    } else if before.took(b"pat") {
        DeniedCredential::Pat
    } else if before.took(b"access") {
        if before.took(b"personal") {
            DeniedCredential::Pat
        } else if before.took(b"oauth") {
            DeniedCredential::OAuth
        } else {
            DeniedCredential::Unknown
        }
    } else {
        DeniedCredential::Unknown
    };
    before.took(b"provided").then_some((before.at, credential))
}

/// Compares words backwards, ignoring case and whitespace.
struct Backwards<'a> {
    bytes: &'a [u8],
    floor: usize,
    at: usize,
}

impl Backwards<'_> {
    fn took(&mut self, word: &[u8]) -> bool {
        let mut end = self.at;
        while end > self.floor && self.bytes[end - 1].is_ascii_whitespace() {
            end -= 1;
        }
        let Some(start) = end.checked_sub(word.len()).filter(|s| *s >= self.floor) else { return false };
        let whole_word = start == 0 || !self.bytes[start - 1].is_ascii_alphanumeric();
        // Behind a JSON escape such as \n the letter belongs to the escape.
        let escaped = start >= 2 && self.bytes[start - 2] == b'\\' && b"nrt".contains(&self.bytes[start - 1]);
        if (whole_word || escaped) && starts_with(self.bytes, start, word) {
            self.at = start;
            return true;
        }
        false
    }
}

fn starts_with(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// The comma-separated names after a colon, and where they end.
fn scopes_at(text: &str, from: usize) -> (Vec<&str>, usize) {
    let bytes = text.as_bytes();
    let blanks = |at: usize| at + bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let mut at = blanks(from);
    if bytes.get(at) != Some(&b':') {
        return (Vec::new(), from);
    }
    at = blanks(at + 1);
    if bytes.get(at) == Some(&b'[') && !starts_with(bytes, at + 1, b"reqid") {
        at += 1;
    }
    let mut scopes = Vec::new();
    let mut end = at;
    while scopes.len() < MAX_SCOPES {
        at = blanks(at);
        while matches!(bytes.get(at), Some(b'\'' | b'`')) {
            at += 1;
        }
        let len = bytes[at..].iter().take_while(|b| is_name_byte(**b)).count();
        // A full stop behind the last name ends the sentence; one inside belongs to the name.
        let name = text[at..at + len].trim_end_matches(['.', ':', '-']);
        if name.is_empty() || name.len() > MAX_NAME || !name.as_bytes()[0].is_ascii_alphabetic() {
            break;
        }
        scopes.push(name);
        end = at + name.len();
        at += len;
        while matches!(bytes.get(at), Some(b'\'' | b'`')) {
            at += 1;
        }
        at = blanks(at);
        if name.len() < len || bytes.get(at) != Some(&b',') {
            break;
        }
        at += 1;
    }
    (scopes, end)
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'_')
}

/// The text after a denial that may belong to it: of limited length, and not beyond the next denial.
fn tail_of(text: &str, from: usize) -> &str {
    let end = text.floor_char_boundary(from.saturating_add(TAIL).min(text.len()));
    let tail = &text[from..end];
    let next = (1..tail.len()).find(|n| starts_with(tail.as_bytes(), *n, b"required scope"));
    &tail[..next.map_or(tail.len(), |n| tail.floor_char_boundary(n))]
}

/// `[ReqId: ..]`, in any case.
fn request_id(tail: &str) -> Option<&str> {
    let bytes = tail.as_bytes();
    let open = memchr::memchr_iter(b'[', bytes).find(|at| starts_with(bytes, at + 1, b"reqid"))?;
    let id = tail[open + 6..].trim_start().strip_prefix(':')?.trim_start();
    let end = id.bytes().take_while(|b| is_name_byte(*b)).count();
    (1..=128).contains(&end).then(|| &id[..end])
}

/// `auth_type=..` in the configuration that the Python SDK adds to its errors.
fn client_credential(tail: &str) -> DeniedCredential {
    let Some((_, kind)) = tail.split_once("auth_type=") else { return DeniedCredential::Unknown };
    let end = kind.bytes().take_while(|b| is_name_byte(*b)).count();
    match kind[..end].trim_end_matches('.') {
        "pat" => DeniedCredential::Pat,
        "" | "runtime" | "metadata-service" => DeniedCredential::Unknown,
        _ => DeniedCredential::OAuth,
    }
}

#[cfg(test)]
mod tests;
