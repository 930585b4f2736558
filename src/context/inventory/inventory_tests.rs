use super::*;
use crate::support::time::Day;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn dump(source: &str, text: &str, date: &str) -> Dump {
    Dump::parse(source, text.as_bytes(), Some(day(date))).unwrap()
}

const ADMIN: &str = r#"[{"token_id":"5f1c","comment":"airflow","created_by_id":4242,"created_by_username":"ETL@example.com",
 "owner_id":4242,"workspace_id":1234567890123456,"creation_time":1765000000000,"expiry_time":1828072000000,
 "last_used_day":1782864000000,"scopes":["all-apis"],"autoscope_state":"AUTOSCOPE_STATE_RUNNING","inferred_scopes":["sql","jobs"]},
 {"token_id":"77aa","comment":"tableau","owner_id":1,"created_by_id":2,"created_by_username":"a@b","backfill_scopes":["sql"]}]"#;

#[test]
fn every_shape_of_one_list_gives_the_same_tokens() {
    let expected = dump("a", ADMIN, "2026-09-12").tokens;
    assert_eq!(expected.len(), 2);
    let items: Vec<serde_json::Value> = serde_json::from_str(ADMIN).unwrap();
    let lines: String = items.iter().map(|i| format!("{i}\n")).collect();
    let quoted = ADMIN
        .replace("1234567890123456", "\"1234567890123456\"")
        .replace("1765000000000", "\"1765000000000\"")
        .replace("\"owner_id\":4242", "\"owner_id\":\"4242\"");
    let pandas = "\
,token_id,comment,created_by_id,created_by_username,owner_id,workspace_id,creation_time,expiry_time,last_used_day,scopes,autoscope_state,inferred_scopes,backfill_scopes
0,5f1c,airflow,4242.0,ETL@example.com,4242.0,1234567890123456.0,1765000000000.0,1828072000000.0,1782864000000.0,['all-apis'],AUTOSCOPE_STATE_RUNNING,\"['sql', 'jobs']\",
1,77aa,tableau,2.0,a@b,1.0,,,,,,,,['sql']
";
    let spark = pandas
        .replace("['all-apis']", "\"[\"\"all-apis\"\"]\"")
        .replace(',', ";")
        .replace("'sql'; 'jobs'", "'sql', 'jobs'");
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(ADMIN.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for text in [
        format!("{{\"token_infos\":{ADMIN}}}").into_bytes(),
        lines.into_bytes(),
        quoted.into_bytes(),
        pandas.as_bytes().to_vec(),
        spark.into_bytes(),
        utf16,
    ] {
        let read = Dump::parse("a", &text, Some(day("2026-09-12"))).unwrap();
        assert_eq!(read.problems, []);
        assert_eq!(read.kind, ListKind::Admin);
        assert!(read.complete);
        assert_eq!(read.tokens, expected, "{}", String::from_utf8_lossy(&text));
    }
    let airflow = &expected[0];
    assert_eq!(airflow.owner.as_deref(), Some("etl@example.com"));
    assert_eq!(airflow.workspace.as_deref(), Some("1234567890123456"));
    assert_eq!(airflow.state, Some(TokenState::Running));
    assert_eq!(airflow.last_used_day, Some(day("2026-07-01")));
    assert_eq!(airflow.backfill.as_deref(), Some(&[][..]), "absent beside a token that shows one");
    let tableau = &expected[1];
    assert_eq!(
        (tableau.owner.as_deref(), tableau.created_by.as_deref()),
        (None, Some("a@b")),
        "made on behalf"
    );
    assert_eq!((&tableau.scopes, tableau.expires), (&None, None));
    assert_eq!(tableau.inferred.as_deref(), Some(&[][..]));
}

#[test]
fn an_old_tool_that_knows_no_scopes_says_nothing_about_them() {
    let old = dump(
        "a",
        r#"[{"token_id":"x","workspace_id":1,"scopes":[]},{"token_id":"y","workspace_id":1}]"#,
        "2026-09-12",
    );
    assert!(old.tokens.iter().all(|t| t.scopes.is_none() && t.inferred.is_none() && t.backfill.is_none()));
    let none = dump("a", r#"[{"token_id":"y","workspace_id":1}]"#, "2026-09-12");
    assert!(!none.shows.any());
}

#[test]
fn a_bad_record_costs_only_itself_but_the_list_proves_nothing_any_more() {
    let text = r#"[{"token_id":"a","workspace_id":1},{"comment":"no id"},7,{"token_id":"b","workspace_id":1,"creation_time":"soon"},
      {"token_id":null},{"token_id":"a","workspace_id":1,"comment":"again"}]"#;
    let read = dump("t.json", text, "2026-09-12");
    let ids: Vec<_> = read.tokens.iter().map(|t| t.token_id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(read.tokens[0].comment, "again");
    assert!(!read.complete);
    let told: Vec<_> = read.problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    t.json, record 3: this is no JSON object; it was left out
    t.json, record 2: has no token id; it was left out
    t.json, record 4: the creation time is "soon", which cannot be read as a time; write it as 2026-07-01
    t.json, record 5: has no token id; it was left out
    t.json, record 6: the list has this token twice, with different content; the later record counts
    "#);
    let cut = dump("t.json", &ADMIN[..ADMIN.len() - 40], "2026-09-12");
    assert_eq!((cut.tokens.len(), cut.complete, cut.covers().len()), (1, false, 0));
}

#[test]
fn the_console_report_is_read_by_its_headers() {
    let text = "Token ID,Workspace,Owner,Created (UTC),Expiration,Last used,Comment\n\
        5f1c,Prod-WS,Ada@Example.com,\"Jul 1, 2026\",Never,\"Jul 31, 2026, 09:30 PM\",\"a, b\"\nshort,row\n";
    let read = dump("report.csv", text, "2026-09-12");
    assert_eq!(read.kind, ListKind::Report);
    let token = &read.tokens[0];
    assert_eq!(token.owner.as_deref(), Some("ada@example.com"));
    assert_eq!(token.workspace.as_deref(), Some("prod-ws"));
    assert_eq!((token.created, token.expires), (Some(day("2026-07-01").start()), None));
    assert_eq!(token.last_used_day, Some(day("2026-07-31")));
    assert_eq!(read.problems.len(), 1);
    assert!(read.covers().is_empty(), "a report may be filtered");
    let no_id = Dump::parse("r.csv", b"Owner,Comment\na,b\n", None).unwrap_err();
    insta::assert_snapshot!(no_id, @"r.csv: this is no token list: no column holds the token id; found: Owner, Comment. Export one: databricks token-management list -o json");
}

#[test]
fn secrets_never_leave_a_dump() {
    let secret = format!("dapi{}", "0123456789abcdef".repeat(2));
    let text = format!(
        r#"[{{"token_id":"{secret}"}},{{"token_id":"a","comment":"old key {secret}-2","created_by_username":"{secret}","scopes":["{secret}"],
        "autoscope_state":"{secret}","creation_time":"{secret}","workspace_id":"{secret}"}}]"#
    );
    let read = dump("t.json", &text, "2026-09-12");
    assert_eq!(read.tokens.len(), 1);
    let all = format!("{read:?}").to_lowercase();
    assert!(!all.contains(&secret), "{all}");
    let created = r#"{"token_value":"topsecret","token_info":{"token_id":"a","creation_time":1626286601651,"expiry_time":-1}}"#;
    let read = dump("created.json", created, "2026-09-12");
    assert!(!format!("{read:?}").contains("topsecret"));
    assert_eq!((read.tokens.len(), read.complete), (1, false), "one token is no list");
}

#[test]
fn the_date_is_given_or_in_the_name_or_the_newest_day_inside() {
    let read = |name: &str, date| {
        let dump = Dump::parse(name, ADMIN.as_bytes(), date).unwrap();
        (dump.date, dump.date_from)
    };
    assert_eq!(
        read("t-2026-08-01.json", Some(day("2026-09-01"))),
        (Some(day("2026-09-01")), DateFrom::Option)
    );
    assert_eq!(read("t-2026-08-01.json", None), (Some(day("2026-08-01")), DateFrom::Name));
    assert_eq!(read("t.json", None), (Some(day("2026-07-01")), DateFrom::Content));
    assert_eq!(Dump::parse("t", br#"[{"token_id":"a"}]"#, None).unwrap().date, None);
}

#[test]
fn a_token_missing_from_a_newer_whole_list_is_gone() {
    let row = |id: &str, ws: u8, creator: u8| {
        format!(r#"{{"token_id":"{id}","workspace_id":{ws},"created_by_id":{creator},"comment":"{id}"}}"#)
    };
    let list = |rows: &[String]| format!("[{}]", rows.join(","));
    let old = list(&[row("a", 1, 1), row("b", 1, 2), row("c", 2, 1)]);
    let new = list(&[row("a", 1, 1)]);
    let dumps = || vec![dump("new", &new, "2026-09-01"), dump("old", &old, "2026-03-01")];
    let inventory = Inventory::merge(dumps());
    let gone = MissingSince { last_listed: day("2026-03-01"), first_missing: day("2026-09-01") };
    assert_eq!(inventory.get("a").unwrap().gone, None);
    let b = inventory.get("b").unwrap();
    assert_eq!((b.gone, b.token.comment.as_str()), (Some(gone), "b"));
    assert_eq!(inventory.get("c").unwrap().gone, None, "workspace 2 is not in the new list");
    assert_eq!(
        (inventory.covers("1"), inventory.covers("2")),
        (Some(day("2026-09-01")), Some(day("2026-03-01")))
    );
    assert_eq!(inventory.covers("3"), None);
    assert_eq!(inventory.first_list_after("1", day("2026-03-01")), Some(day("2026-09-01")));

    // A user's own list, a list of the same day and a filtered one prove nothing.
    let own = r#"[{"token_id":"a","comment":"mine"}]"#;
    let inventory = Inventory::merge(vec![dump("own", own, "2026-09-01"), dump("old", &old, "2026-03-01")]);
    assert!(inventory.tokens.values().all(|k| k.gone.is_none()));
    let a = &inventory.get("a").unwrap().token;
    assert_eq!((a.comment.as_str(), a.workspace.as_deref()), ("mine", Some("1")), "older facts fill in");
    let inventory = Inventory::merge(vec![dump("new", &new, "2026-03-01"), dump("old", &old, "2026-03-01")]);
    assert!(inventory.tokens.values().all(|k| k.gone.is_none()));
    let many = list(&[row("a", 1, 1), row("b", 1, 2), row("c", 1, 3)]);
    let inventory = Inventory::merge(vec![dump("new", &new, "2026-09-01"), dump("old", &many, "2026-03-01")]);
    assert!(inventory.tokens.values().all(|k| k.gone.is_none()));
    assert!(inventory.problems[0].message.contains("filtered"));
}

#[test]
fn a_users_own_list_covers_that_user() {
    let admin = r#"[{"token_id":"a","workspace_id":1,"owner_id":5},{"token_id":"b","workspace_id":1,"owner_id":5},
        {"token_id":"c","workspace_id":1,"owner_id":6}]"#;
    let own = r#"[{"token_id":"a"},{"token_id":"d"}]"#;
    let mut inventory =
        Inventory::merge(vec![dump("admin", admin, "2026-03-01"), dump("own", own, "2026-09-01")]);
    let (names, _) =
        crate::context::principals::PrincipalNames::parse("u", br#"[{"id":"5","userName":"Ada@x"}]"#);
    inventory.name_owners(&names);
    let gone: Vec<_> =
        inventory.tokens.iter().filter(|(_, k)| k.gone.is_some()).map(|(id, _)| id.as_str()).collect();
    assert_eq!(gone, ["b"], "of the same owner, while c is another's");
    let d = &inventory.get("d").unwrap().token;
    assert_eq!((d.workspace.as_deref(), d.owner.as_deref()), (Some("1"), Some("ada@x")));
    assert_eq!(inventory.covers_owner("1", "ada@x"), Some(day("2026-09-01")));
    assert_eq!(
        (inventory.covers_owner("1", "bob@x"), inventory.covers("1")),
        (None, Some(day("2026-03-01")))
    );
}

#[test]
fn lists_of_several_users_in_one_file_cover_nobody() {
    let admin = r#"[{"token_id":"a","workspace_id":1,"owner_id":5},{"token_id":"b","workspace_id":1,"owner_id":6},
        {"token_id":"c","workspace_id":1,"owner_id":5}]"#;
    let own = r#"[{"token_id":"a"},{"token_id":"b"},{"token_id":"d"}]"#;
    let inventory =
        Inventory::merge(vec![dump("admin", admin, "2026-03-01"), dump("own", own, "2026-09-01")]);
    assert!(inventory.tokens.values().all(|k| k.gone.is_none()));
    assert_eq!(inventory.get("d").unwrap().token.owner_id, None);
}

#[test]
fn one_page_of_several_is_no_whole_list() {
    let page = |next: &str| {
        format!(r#"{{"token_infos":[{{"token_id":"a","workspace_id":1}}],"next_page_token":"{next}"}}"#)
    };
    assert!(dump("t", &page(""), "2026-03-01").complete);
    let cut = dump("t", &page("more"), "2026-03-01");
    assert!(!cut.complete && cut.problems[0].message.contains("page"));
    assert!(dump("t", &(page("more") + &page("")), "2026-03-01").complete);
}

#[test]
fn a_report_rounds_but_the_api_is_exact() {
    let report = "Token ID,Workspace,Created,Expiration,Owner\na,prod,2026-07-01,2026-09-30,ada\nb,prod,2026-07-02,2026-10-01,ada\n";
    let api =
        r#"[{"token_id":"a","workspace_id":1,"creation_time":1782900000000,"expiry_time":1790800000000}]"#;
    let inventory = Inventory::merge(vec![dump("r.csv", report, "2026-09-01"), dump("t", api, "2026-08-01")]);
    let a = &inventory.get("a").unwrap().token;
    assert_eq!(
        (a.created, a.expires),
        (
            crate::support::time::Time::from_millis(1_782_900_000_000),
            crate::support::time::Time::from_millis(1_790_800_000_000)
        )
    );
    assert_eq!((a.workspace.as_deref(), a.owner.as_deref()), (Some("1"), Some("ada")));
    assert_eq!(inventory.get("b").unwrap().token.expires, Some(day("2026-10-01").start()));
}

#[test]
fn scopes_come_from_the_newest_dump_that_knows_them() {
    let old = r#"[{"token_id":"a","autoscope_state":"AUTOSCOPE_STATE_RUNNING","inferred_scopes":["sql"],"owner_id":5}]"#;
    let new = r#"[{"token_id":"a","last_used_day":1782864000000}]"#;
    let mut inventory =
        Inventory::merge(vec![dump("new", new, "2026-09-01"), dump("old", old, "2026-03-01")]);
    let (names, _) =
        crate::context::principals::PrincipalNames::parse("u", br#"[{"id":"5","userName":"Ada@x"}]"#);
    inventory.name_owners(&names);
    let known = inventory.get("a").unwrap();
    assert_eq!(known.token.state, Some(TokenState::Running));
    assert_eq!(known.token.inferred.as_deref(), Some(&["sql".to_owned()][..]));
    assert_eq!(known.token.owner.as_deref(), Some("ada@x"));
    assert_eq!((known.token.seen_in, known.history.len()), (Some(day("2026-09-01")), 2));
}

#[test]
fn token_lists_are_told_from_logs() {
    assert!(looks_like_inventory(ADMIN.as_bytes()));
    assert!(looks_like_inventory(b"{\"token_infos\": []}"));
    assert!(looks_like_inventory(b"Token ID;Created;Comment\n"));
    for log in [
        r#"{"time":"2026-09-01","method":"GET","path":"/api","token_id":"a","creation_time":1}"#,
        r#"{"service_name":"accounts","request_params":{"token_id":"a","expiry_time":"1"}}"#,
        "time,method,path,token_id,expires\n",
        "hello",
        "",
    ] {
        assert!(!looks_like_inventory(log.as_bytes()), "{log}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Dump::parse("x", &bytes, None);
        looks_like_inventory(&bytes);
    }

    #[test]
    fn damaged_lists_are_survived(at in 0..700usize, with in "\\PC{0,3}") {
        let mut text = ADMIN.to_owned();
        if at < text.len() {
            text.replace_range(at..at + 1, &with);
        }
        if let Ok(dump) = Dump::parse("x", text.as_bytes(), None) {
            prop_assert!(dump.tokens.len() <= 3);
        }
    }

    #[test]
    fn the_order_of_dumps_does_not_matter(order in Just(vec![0usize, 1, 2, 3]).prop_shuffle()) {
        let texts = [
            (r#"[{"token_id":"a","workspace_id":1,"comment":"x"},{"token_id":"b","workspace_id":1}]"#, "2026-01-01"),
            (r#"[{"token_id":"a","workspace_id":1,"comment":"y"}]"#, "2026-02-01"),
            (r#"[{"token_id":"a","comment":"z"}]"#, "2026-02-01"),
            (r#"[{"token_id":"c","workspace_id":1}]"#, "2026-03-01"),
        ];
        let one = |n: usize| dump(&n.to_string(), texts[n].0, texts[n].1);
        let given = Inventory::merge(order.into_iter().map(one).collect());
        let sorted = Inventory::merge((0..4).map(one).collect());
        prop_assert_eq!(given.tokens, sorted.tokens);
        prop_assert_eq!(given.dumps, sorted.dumps);
    }
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/inventory/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_fixtures_join_into_one_inventory() {
    let names =
        ["token-management-2026-09-10.json", "tokens-list.json", "token-report.csv", "tokens-pandas.csv"];
    let read = |name: &str| {
        let bytes = fixture(name);
        assert!(looks_like_inventory(&bytes), "{name}");
        assert!(
            !crate::context::principals::looks_like_names(&bytes)
                && !crate::context::jobs::looks_like_jobs(&bytes),
            "{name}"
        );
        Dump::parse(name, &bytes, None).unwrap()
    };
    let dumps: Vec<Dump> = names.into_iter().map(read).collect();
    let kinds: Vec<ListKind> = dumps.iter().map(|d| d.kind).collect();
    assert_eq!(kinds, [ListKind::Admin, ListKind::Own, ListKind::Report, ListKind::Admin]);
    assert_eq!(dumps[0].tokens, dumps[3].tokens, "a data frame of the same list");
    assert!(dumps.iter().all(|d| d.problems.is_empty() && d.date == Some(day("2026-09-10"))));

    let mut inventory = Inventory::merge(dumps);
    for name in ["users.json", "service-principals.json"] {
        assert!(
            crate::context::principals::looks_like_names(&fixture(name))
                && !looks_like_inventory(&fixture(name))
        );
        inventory.name_owners(&crate::context::principals::PrincipalNames::parse(name, &fixture(name)).0);
    }
    let owners: Vec<_> =
        inventory.tokens.values().map(|k| (&k.token.comment[..], k.token.owner.as_deref())).collect();
    assert_eq!(
        owners,
        [
            ("laptop", Some("etl@example.com")),
            ("tableau", Some("0d1e2f30-1111-2222-3333-444455556666")),
            ("airflow prod", Some("etl@example.com"))
        ]
    );
}
