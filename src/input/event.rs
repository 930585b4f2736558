//! The audit event: one row of any log in canonical form, borrowed from the input where the bytes allow it.

use crate::support::time::Time;
use std::borrow::Cow;

/// One audit row, or one line of an HTTP access log. Texts are as written in the log: nothing is lower-cased, trimmed or
/// stripped here; an absent text is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    pub time: Time,
    /// The log has whole seconds only (Azure), so comparisons of times need a second of slack.
    pub whole_seconds: bool,
    /// `workspace_id`; of `accounts` rows and of rows that name none, `request_params.workspace_id` first. For Azure the name
    /// out of the resource id, lower case. "0" or empty for account-level rows that name none.
    pub workspace: Cow<'a, str>,
    /// Whether the row says it is account-level.
    pub account_level: bool,
    /// `user_identity.email`, or the principal of an access-log line.
    pub identity: Cow<'a, str>,
    /// Source address, possibly with a port.
    pub address: Cow<'a, str>,
    pub agent: Cow<'a, str>,
    pub request: Request<'a>,
    pub outcome: Outcome,
    /// `response.error_message`, only where the row did not succeed.
    pub error: Cow<'a, str>,
    pub request_id: Cow<'a, str>,
    /// `event_id` (Azure: `logId`).
    pub event_id: Cow<'a, str>,
    /// A hash of the whole record where it has no event id, else 0: only identical records are duplicates then.
    pub record_hash: u64,
    pub params: RequestParams<'a>,
}

/// What a row says was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// An audit row: `service_name`, `action_name`.
    Action { service: Cow<'a, str>, action: Cow<'a, str> },
    /// An access-log line: method and path (perhaps with host and query string).
    Http {
        method: Cow<'a, str>,
        /// Path or URL, as written.
        path: Cow<'a, str>,
        /// The token id the line names, or empty.
        token_id: Cow<'a, str>,
    },
}

/// How a call ended. `Succeeded` is a status of 200 to 299 or none at all; a status of 1 is a failed command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// 200..=299, or no status.
    Succeeded,
    /// 401 or 403.
    Denied,
    /// Anything else.
    Failed,
}

impl Outcome {
    pub fn from_status(status: Option<i64>) -> Self {
        match status {
            None | Some(200..=299) => Self::Succeeded,
            Some(401 | 403) => Self::Denied,
            Some(_) => Self::Failed,
        }
    }
}

/// The few request parameters that the ledger needs. All others stay unread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestParams<'a> {
    /// `user` of a login.
    pub user: Cow<'a, str>,
    /// `tokenId` of a tokenLogin or revokeDbToken.
    pub token_id: Cow<'a, str>,
    /// `authenticationMethod` or `authentication_method` of a login.
    pub authentication_method: Cow<'a, str>,
    /// `tokenHash` of generateDbToken or revokeDbToken.
    pub token_hash: Cow<'a, str>,
    /// `tokenExpirationTime` of generateDbToken, epoch milliseconds; `None` when absent or unreadable.
    pub token_expiration: Option<Time>,
    /// `path` of accounts/IpAccessDenied.
    pub path: Cow<'a, str>,
    /// The log cut this row's parameters.
    pub truncated: bool,
}

/// Takes events in any order of inputs and chunks. Its results must not depend on that order.
pub trait EventSink {
    fn event(&mut self, event: &Event<'_>);

    /// About how many bytes it holds. Called after every chunk, so it must be cheap.
    fn memory(&self) -> u64 {
        0
    }
}
