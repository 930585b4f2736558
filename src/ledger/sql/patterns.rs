//! What this program reads by hand, as patterns in the syntax that Rust, Java and RE2 share. Tests hold them against the code.

use crate::input::user_agent::{FEATURE_STORE, PLATFORM_ANYWHERE, PLATFORM_SEGMENT};

/// ASCII blanks.
pub(super) const BLANK: &str = r"[ \t\n\f\r]";

/// Agents behind which no token can stand, whatever they say of their credential.
pub(super) fn no_client() -> String {
    let any = |marks: &[&str]| marks.iter().map(|m| regex::escape(m)).collect::<Vec<_>>().join("|");
    let (anywhere, segment) = (any(&PLATFORM_ANYWHERE), any(&PLATFORM_SEGMENT));
    format!(r"^Mozilla/|^Delta-Sharing-|{anywhere}|(^| )({segment})|(^| ){FEATURE_STORE}(/| |\z)")
}

/// An agent that names how it signed in.
pub(super) const SIGNS_IN: &str = "(^| )auth/[^ ]";
/// An agent that signed in with what may be a token.
pub(super) const BY_TOKEN: &str = r"(^| )auth/([pP][aA][tT]|[bB][aA][sS][iI][cC])( |\z)";

/// A refusal for lack of scopes: the credential it names (group 1), and what stands behind "required scopes" (group 2).
pub(super) fn refusal() -> String {
    let b = BLANK;
    format!(
        r"(?is)^(?:.*?(?:[^0-9A-Za-z]|\\[nrt]))??(?:invalid{b}+scope,{b}*|your{b}+token{b}+is{b}+missing(?:{b}+the)?{b}*|provided{b}+(pat|(?:(?:oauth|pat|(?:personal{b}+|oauth{b}+)?access){b}+)?token){b}+does{b}+not{b}+have(?:{b}+the)?{b}*)required scopes?(.*)$"
    )
}

/// What stands behind the colon.
pub(super) fn behind_colon() -> String {
    format!(r"(?s)^{BLANK}*:{BLANK}*(.*)$")
}

const NAME: &str = r"[A-Za-z](?:[A-Za-z0-9.:_-]*[A-Za-z0-9_])?";

/// Names of scopes at the start of a text, with commas and quotes.
pub(super) fn list() -> String {
    let (b, quotes) = (BLANK, r"[\x27`]*");
    format!("^{b}*{quotes}{NAME}(?:{quotes}{b}*,{b}*{quotes}{NAME})*")
}

/// What is no part of a name in such a list.
pub(super) const BETWEEN: &str = r"[ \t\n\f\r\x27`]+";
/// From the first name on that is too long to be one.
pub(super) const TOO_LONG: &str = "(^|,)[^,]{101}.*$";
/// Where the next refusal starts.
pub(super) const NEXT: &str = "(?is)required scope.*$";
/// How the client signed in, in the configuration that SDKs add to their errors.
pub(super) const AUTH_TYPE: &str = "auth_type=([A-Za-z0-9.:_-]*)";
/// Full stops that end a sentence.
pub(super) const STOPS: &str = r"[.]+\z";
