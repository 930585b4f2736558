use super::*;
use proptest::prelude::*;

const ID: &str = "46e37143-0000-4000-8000-1eefe3d716bc";

fn named(message: &str) -> Option<(Vec<&str>, DeniedCredential, Option<&str>)> {
    scopes_named(message).map(|d| (d.scopes, d.credential, d.request_id))
}

#[test]
fn every_wording_and_tail_is_read() {
    use DeniedCredential::{OAuth, Pat, Unknown};
    let with_id = |text: &str| text.replace("ID]", &format!("{ID}]"));
    for (message, scopes, credential, request) in [
        (
            "Provided access token does not have required scopes: files [ReqId: ID]",
            &["files"][..],
            Unknown,
            true,
        ),
        ("Provided access token does not have required scopes: files", &["files"], Unknown, false),
        ("Provided PAT token does not have required scopes: sql [Reqid: ID]", &["sql"], Pat, true),
        ("provided pat token DOES NOT HAVE REQUIRED SCOPES: sql", &["sql"], Pat, false),
        ("Provided personal access token does not have required scopes: sql", &["sql"], Pat, false),
        (
            "Provided OAuth token does not have required scopes: dashboards.genie",
            &["dashboards.genie"],
            OAuth,
            false,
        ),
        ("Invalid scope, required scopes: clusters [ReqId: ID]", &["clusters"], Unknown, true),
        ("INVALID SCOPE, REQUIRED SCOPES: all-apis", &["all-apis"], Unknown, false),
        (
            "Provided access token does not have required scopes: model-serving, model-serving-inference [ReqId: ID]",
            &["model-serving", "model-serving-inference"],
            Unknown,
            true,
        ),
        (
            "Provided access token does not have required scopes: clusters. Config: host=https://x.example, token=***, auth_type=pat. Env: DATABRICKS_HOST",
            &["clusters"],
            Pat,
            false,
        ),
        (
            "Provided access token does not have required scopes: sql [ReqId: ID]. Config: host=x, auth_type=oauth-m2m",
            &["sql"],
            OAuth,
            true,
        ),
        (
            "Error: Provided access token does not have required scopes: sql:restricted-query, sql.",
            &["sql:restricted-query", "sql"],
            Unknown,
            false,
        ),
        (
            r#"{"error_code":403,"message":"Provided access token does not have required scopes: iam.current-user:read"}"#,
            &["iam.current-user:read"],
            Unknown,
            false,
        ),
        (
            r#"x \"Provided access token does not have required scopes: tiles.manage\" y"#,
            &["tiles.manage"],
            Unknown,
            false,
        ),
        (r"log\nProvided access token does not have required scopes: jobs\nnext", &["jobs"], Unknown, false),
        ("Provided access token does not have required scopes", &[], Unknown, false),
        ("Provided access token does not have required scopes:", &[], Unknown, false),
        ("Provided access token does not have required scopes: [ReqId: ID]", &[], Unknown, true),
        ("Your token is missing the required scopes for this endpoint", &[], Unknown, false),
    ] {
        let message = with_id(message);
        assert_eq!(named(&message), Some((scopes.to_vec(), credential, request.then_some(ID))), "{message}");
    }
}

#[test]
fn near_misses_are_silent() {
    for message in [
        "",
        "Scopes 'jobs' are not assigned to the client 0d1e",
        "Invalid scope: sql",
        "Required scopes: pipelines:execute",
        "required scopes: sql",
        "API key does not have required scopes: sql",
        "Provided API key does not have required scopes: sql",
        "The user does not have required scopes: sql",
        "User not authorized",
        "Invalid access token. [ReqId: 1]",
        "Provided access token does not have required permissions: sql",
        "Provided access token does have required scopes: sql",
        "quick queries require scope",
        "Unprovided access token does not have required scopes: sql",
        "Service token does not have required scopes: sql",
    ] {
        assert_eq!(named(message), None, "{message}");
    }
}

proptest! {
    #[test]
    fn a_scope_survives_its_sentence(scope in "[a-z][a-z-]{0,10}[a-z](\\.[a-z]{1,8})?(:[a-z]{1,5})?", before in "\\PC{0,20}",
        tail in prop_oneof![Just(""), Just("."), Just(" [ReqId: a-b]"), Just("\""), Just(". Config: host=x")]) {
        let message = format!("{before} Provided access token does not have required scopes: {scope}{tail}");
        prop_assert_eq!(scopes_named(&message).map(|d| d.scopes), Some(vec![scope.as_str()]));
    }
}
