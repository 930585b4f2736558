//! The test story as decoded events: what comes after decoding is tested without files.

use super::event::{Event, Outcome, Request, RequestParams};
use crate::support::time::{Day, Time};
use scopecast_story::{Row, Size, Story};
use std::borrow::Cow;

/// The last `days` days of the small story that ends before 2026-09-12.
pub(crate) fn story(days: u16) -> Story {
    Story::of_days(1, scopecast_story::Day(as_of().0), Size::Small, days)
}

/// The day on which the story ends.
pub(crate) fn as_of() -> Day {
    Day::from_civil(2026, 9, 12)
}

/// A row as a decoder delivers it.
pub(crate) fn event(row: &Row) -> Event<'_> {
    let param = |key: &str| Cow::Borrowed(row.params.iter().find(|(k, _)| *k == key).map_or("", |(_, v)| v));
    let method = match param("authenticationMethod") {
        method if method.is_empty() => param("authentication_method"),
        method => method,
    };
    Event {
        time: Time(row.time.0),
        whole_seconds: false,
        workspace: row.workspace.into(),
        account_level: row.account_level,
        identity: row.identity.into(),
        address: row.address.unwrap_or_default().into(),
        agent: row.agent.as_deref().unwrap_or_default().into(),
        request: Request::Action { service: row.service.into(), action: row.action.into() },
        outcome: Outcome::from_status(Some(row.status.into())),
        error: row.error.as_deref().unwrap_or_default().into(),
        request_id: row.request_id.as_str().into(),
        event_id: row.event_id.as_str().into(),
        record_hash: 0,
        params: RequestParams {
            user: param("user"),
            token_id: param("tokenId"),
            authentication_method: method,
            token_hash: param("tokenHash"),
            token_expiration: param("tokenExpirationTime").parse().ok().and_then(Time::from_millis),
            path: Cow::Borrowed(""),
            truncated: false,
        },
    }
}
