//! The path of a request, as segments: without host, query string, fragment, doubled and trailing slashes.

use crate::support::percent::percent_decoded;
use std::borrow::Cow;

/// The path part of a path or URL, starting at its first slash (or at its first segment).
pub(super) fn of_url(text: &str) -> &str {
    let end = memchr::memchr2(b'?', b'#', text.as_bytes()).unwrap_or(text.len());
    // Blanks before a query string do not belong to the path.
    let text = text[..end].trim_ascii();
    let after_host = |rest: &'_ str| memchr::memchr(b'/', rest.as_bytes()).unwrap_or(rest.len());
    if text.starts_with('/') {
        return text;
    }
    if let Some(rest) = memchr::memchr(b':', text.as_bytes()).and_then(|at| text[at + 1..].strip_prefix("//"))
    {
        return &rest[after_host(rest)..];
    }
    // `host/api/...` without a scheme: no API segment holds a dot or a port.
    let first = after_host(text);
    if text[..first].contains(['.', ':']) { &text[first..] } else { text }
}

/// The first segment, decoded, and what follows it. An empty text has none.
#[inline]
pub(super) fn next_segment(path: &str) -> Option<(Cow<'_, str>, &str)> {
    let bytes = path.as_bytes();
    let start = bytes.iter().position(|b| *b != b'/')?;
    let mut end = start;
    let mut escaped = false;
    // Segments are short: one loop beats two searches.
    while let Some(&b) = bytes.get(end).filter(|b| **b != b'/') {
        escaped |= b == b'%';
        end += 1;
    }
    let segment = &path[start..end];
    Some((if escaped { decode(segment) } else { Cow::Borrowed(segment) }, &path[end..]))
}

/// Decodes escapes such as `%41`. What is not an escape stays as it is; so does a segment that would not be UTF-8.
fn decode(segment: &str) -> Cow<'_, str> {
    String::from_utf8(percent_decoded(segment)).map_or(Cow::Borrowed(segment), Cow::Owned)
}

/// Whether the path belongs to the account API, which is closed to workspace tokens.
pub fn is_account_path(path_or_url: &str) -> bool {
    let mut rest = of_url(path_or_url);
    let mut next = || {
        let (segment, after) = next_segment(rest)?;
        rest = after;
        Some(segment)
    };
    if next().as_deref() != Some("api") || next().is_none() {
        return false;
    }
    let mut segment = next();
    let is_version =
        |s: &str| s.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    if segment.as_deref().is_some_and(|s| matches!(s, "preview" | "identity") || is_version(s)) {
        segment = next();
    }
    // Two workspace APIs live under a path of the same name.
    segment.as_deref() == Some("accounts")
        && !matches!(next().as_deref(), Some("servicePrincipals" | "access-control"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segments(text: &str) -> Vec<String> {
        let mut rest = of_url(text);
        std::iter::from_fn(|| {
            let (segment, after) = next_segment(rest)?;
            rest = after;
            Some(segment.into_owned())
        })
        .collect()
    }

    #[test]
    fn hosts_queries_and_slashes_go() {
        for text in [
            "/api/2.2/jobs/list",
            "https://dbc-1.cloud.databricks.com/api/2.2/jobs/list?limit=1#top",
            "HTTPS://h:443//api///2.2/jobs/list///",
            "adb-1.2.azuredatabricks.net/api/2.2/jobs/list",
            "localhost:8080/api/2.2/jobs/list",
            "api/2.2/jobs/list/?next=https://other/api/2.0/clusters/list",
            " /api/2.2/%6Aobs/list ",
        ] {
            assert_eq!(segments(text), ["api", "2.2", "jobs", "list"], "{text}");
        }
        assert_eq!(segments("/a/%2F%zz%C3/b%"), ["a", "%2F%zz%C3", "b%"]);
        assert_eq!(segments("/a/x%3Aquery"), ["a", "x:query"]);
        assert!(
            segments("https://host").is_empty()
                && segments("host.example").is_empty()
                && segments("").is_empty()
        );
    }

    #[test]
    fn account_paths() {
        for path in [
            "/api/2.0/accounts/0d1e2f30-1111-2222-3333-444455556666/workspaces",
            "https://accounts.cloud.databricks.com/api/2.1/accounts/0d1e/scim/v2/Users?x=1",
            "/api/2.0/preview/accounts/0d1e/access-control/rule-sets",
            "/api/2.0/accounts",
            "/api/2.0/identity/accounts/0d1e/users/resolve-by-external-id",
            "/api/networking/v1/accounts/0d1e/endpoints",
        ] {
            assert!(is_account_path(path), "{path}");
        }
        for path in [
            "/api/2.0/accounts/servicePrincipals/7/credentials/secrets",
            "/api/2.0/preview/accounts/access-control/rule-sets",
            "/api/2.0/jobs/accounts/1",
            "/accounts/1",
            "",
        ] {
            assert!(!is_account_path(path), "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_split_without_panic(text in "\\PC{0,60}|[/%a-f0-9?#:.]{0,60}") {
            prop_assert!(segments(&text).iter().all(|s| !s.is_empty()));
            let _ = is_account_path(&text);
        }
    }
}
