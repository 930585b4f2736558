//! Patterns, in the syntax that Rust, Java and RE2 share, for what this program parses by hand. Tests compare both.

use crate::input::user_agent::{FEATURE_STORE, PLATFORM_ANYWHERE, PLATFORM_SEGMENT};

/// ASCII blanks.
pub(super) const BLANK: &str = r"[ \t\n\f\r]";

/// Agents that never use a token from outside, whatever credential they name.
pub(super) fn no_client() -> String {
    let any = |marks: &[&str]| marks.iter().map(|m| regex::escape(m)).collect::<Vec<_>>().join("|");
    let (anywhere, segment) = (any(&PLATFORM_ANYWHERE), any(&PLATFORM_SEGMENT));
    format!(r"^Mozilla/|^Delta-Sharing-|{anywhere}|(^| )({segment})|(^| ){FEATURE_STORE}(/| |\z)")
}

/// An agent that names how it signed in.
pub(super) const SIGNS_IN: &str = "(^| )auth/[^ ]";
/// An agent that may have signed in with a token.
pub(super) const BY_TOKEN: &str = r"(^| )auth/([pP][aA][tT]|[bB][aA][sS][iI][cC])( |\z)";

/// An error about missing scopes: the credential it names (group 1), and the text after "required scopes" (group 2).
pub(super) fn refusal() -> String {
    let b = BLANK;
    format!(
        r"(?is)^(?:.*?(?:[^0-9A-Za-z]|\\[nrt]))??(?:invalid{b}+scope,{b}*|your{b}+token{b}+is{b}+missing(?:{b}+the)?{b}*|provided{b}+(pat|(?:(?:oauth|pat|(?:personal{b}+|oauth{b}+)?access){b}+)?token){b}+does{b}+not{b}+have(?:{b}+the)?{b}*)required scopes?(.*)$"
    )
}

/// The text after the colon.
pub(super) fn behind_colon() -> String {
    format!(r"(?s)^{BLANK}*:{BLANK}*(.*)$")
}

const NAME: &str = r"[A-Za-z](?:[A-Za-z0-9.:_-]*[A-Za-z0-9_])?";

/// Names of scopes at the start of a text, with commas and quotes.
pub(super) fn list() -> String {
    let (b, quotes) = (BLANK, r"[\x27`]*");
    format!("^{b}*{quotes}{NAME}(?:{quotes}{b}*,{b}*{quotes}{NAME})*")
}

/// Characters between the names of such a list.
pub(super) const BETWEEN: &str = r"[ \t\n\f\r\x27`]+";
/// The first name that is too long to be a scope, and everything after it.
pub(super) const TOO_LONG: &str = "(^|,)[^,]{101}.*$";
/// The start of the next refusal, and everything after it.
pub(super) const NEXT: &str = "(?is)required scope.*$";
/// How the client signed in, in the configuration that SDKs add to their errors.
pub(super) const AUTH_TYPE: &str = "auth_type=([A-Za-z0-9.:_-]*)";
/// Full stops that end a sentence.
pub(super) const STOPS: &str = r"[.]+\z";
