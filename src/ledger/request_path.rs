//! Reduces a request path that no template matches, so that ids in it do not make a new row of every call.

/// Host and query string stripped; segments that look like ids become `{id}`; at most 12 segments are kept.
pub(super) fn reduce_path(path: &str) -> String {
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut out = String::new();
    for (n, segment) in path.split('/').filter(|s| !s.is_empty()).enumerate() {
        if n == 12 {
            out.push_str("/…");
            break;
        }
        out.push('/');
        out.push_str(if looks_like_id(segment) { "{id}" } else { segment });
    }
    if out.is_empty() { "/".into() } else { out }
}

/// Whether a segment is long, or consists of hex digits and separators with at least one decimal digit. A version such as 2.1
/// does not.
fn looks_like_id(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let hex = segment.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-' || b == b'_');
    segment.len() > 40 || segment.contains(['%', '@']) || (digits > 0 && hex) || digits >= 6
}

#[cfg(test)]
mod tests {
    use super::reduce_path;

    #[test]
    fn ids_hosts_and_queries_go_and_versions_stay() {
        for (path, want) in [
            ("https://x.example/api/2.1/jobs/runs/1234/get?x=1", "/api/2.1/jobs/runs/{id}/get"),
            ("/new/v2/things/7d0c6b0e-0f5e-4b9e-9a53-2f1f0a1b2c3d", "/new/v2/things/{id}"),
            ("/a/0520-070249-abcdefgh", "/a/{id}"),
            ("", "/"),
            ("https://x.example", "/"),
        ] {
            assert_eq!(reduce_path(path), want);
        }
    }
}
