//! Which actions are logins, and by which kind of credential. This belongs to the ledger's schema, not to the catalog, so that a
//! change of the catalog never makes it necessary to read logs again.

use crate::input::event::{Event, Request, RequestParams};
use crate::ledger::link::Link;

/// Sign-ins which, if they succeed, prove that a credential other than a token was used on their key. Compared without case.
pub const OTHER_LOGINS: [&str; 14] = [
    "aadBrowserLogin",
    "aadTokenLogin",
    "accountInHouseOAuthClientAuthentication",
    "accountLoginCodeAuthentication",
    "certLogin",
    "jwtLogin",
    "login",
    "mfaLogin",
    "mintOAuthToken",
    "oidcBrowserLogin",
    "oidcTokenAuthorization",
    "passwordVerifyAuthentication",
    "samlLogin",
    "workspaceInHouseOAuthClientAuthentication",
];

/// The authentication method of a token used from outside; any other one is a token minted inside Databricks.
pub const EXTERNAL_TOKEN: &str = "API_EXT_PAT_TOKEN";

/// What an event means for linking calls to tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventRole {
    /// Any other event, which a client may have called.
    Call,
    /// tokenLogin of a token from outside.
    TokenLogin,
    /// tokenLogin of a token minted inside.
    InternalLogin,
    /// A login by another kind of credential.
    OtherLogin,
    /// generateDbToken.
    Generate,
    /// revokeDbToken, garbageCollectDbToken.
    Revoke,
}

/// The role of an action, as far as it follows from its name.
pub(super) fn role_of_action(service: &str, action: &str) -> EventRole {
    let is = |name: &str| action.eq_ignore_ascii_case(name);
    let of_accounts = service.eq_ignore_ascii_case("accounts");
    if of_accounts && is("tokenLogin") {
        EventRole::TokenLogin
    } else if of_accounts && is("generateDbToken") {
        EventRole::Generate
    } else if of_accounts && (is("revokeDbToken") || is("garbageCollectDbToken")) {
        EventRole::Revoke
    } else if (of_accounts || service.eq_ignore_ascii_case("workspace")) && OTHER_LOGINS.iter().any(|l| is(l))
    {
        EventRole::OtherLogin
    } else {
        EventRole::Call
    }
}

/// The role of an event, from the role of its action and its parameters.
pub(super) fn role_of_event(action: EventRole, params: &RequestParams<'_>) -> EventRole {
    match action {
        EventRole::TokenLogin
            if params.authentication_method != EXTERNAL_TOKEN || params.token_id.is_empty() =>
        {
            EventRole::InternalLogin
        }
        role => role,
    }
}

/// The principal of an event: the user that a tokenLogin names, otherwise the identity.
pub(super) fn principal_of<'e>(event: &'e Event<'_>, role: EventRole) -> &'e str {
    match (&event.request, role) {
        (Request::Action { .. }, EventRole::TokenLogin) if !event.params.user.is_empty() => {
            &event.params.user
        }
        _ => &event.identity,
    }
}

/// Whether a row with this link names the token itself.
pub(super) fn is_token_evidence(link: Link) -> bool {
    matches!(link, Link::Row | Link::Unanswered)
}
