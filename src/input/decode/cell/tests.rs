use super::*;
use proptest::prelude::*;

const IDENTITY: &[&str] = &["email", "subject_name"];
const RESPONSE: &[&str] = &["status_code", "error_message", "result"];

fn read(cell: &str, names: &[&str]) -> Vec<(String, Option<String>)> {
    let mut all = Vec::new();
    assert!(
        visit(cell, names, |key, value| all
            .push((key.to_owned(), (value != CellValue::Null).then(|| value.text().into_owned())))),
        "{cell}"
    );
    all
}

fn is(cell: &str, names: &[&str], wanted: &[(&str, Option<&str>)]) {
    let wanted: Vec<_> = wanted.iter().map(|(k, v)| ((*k).to_owned(), v.map(str::to_owned))).collect();
    assert_eq!(read(cell, names), wanted, "{cell}");
}

#[test]
fn a_map_reads_the_same_from_every_producer() {
    let wanted = [("user", Some("etl@example.com")), ("tokenId", Some("5f1c"))];
    for cell in [
        r#"{"user":"etl@example.com","tokenId":"5f1c"}"#,
        r#"{ "user" : "etl@example.com" , "tokenId" : "5f1c" }"#,
        r#"[["user","etl@example.com"],["tokenId","5f1c"]]"#,
        r#"[{"key":"user","value":"etl@example.com"},{"key":"tokenId","value":"5f1c"}]"#,
        "{user -> etl@example.com, tokenId -> 5f1c}",
        "[user -> etl@example.com, tokenId -> 5f1c]",
        "{user=etl@example.com, tokenId=5f1c}",
        "{'user': 'etl@example.com', 'tokenId': '5f1c'}",
        "[('user', 'etl@example.com'), ('tokenId', '5f1c')]",
        "Row(user='etl@example.com', tokenId='5f1c')",
    ] {
        is(cell, &[], &wanted);
    }
    for empty in ["", "{}", "[]", "{ }", "Row()"] {
        is(empty, IDENTITY, &[]);
    }
}

#[test]
fn a_struct_reads_the_same_from_every_producer() {
    let wanted = [("email", Some("etl@example.com")), ("subject_name", None)];
    for cell in [
        r#"{"email":"etl@example.com","subject_name":null}"#,
        "{etl@example.com, null}",
        "[etl@example.com, null]",
        "Row(email='etl@example.com', subject_name=None)",
        "{'email': 'etl@example.com', 'subject_name': None}",
        "{'email': etl@example.com, 'subject_name': NULL}",
        "{email=etl@example.com, subject_name=null}",
        "('etl@example.com',NULL)",
        "Row('etl@example.com', None)",
        r#"["etl@example.com", null]"#,
    ] {
        is(cell, IDENTITY, &wanted);
    }
}

#[test]
fn free_text_in_a_struct_cast_keeps_its_commas() {
    is(
        "{200, null, null}",
        RESPONSE,
        &[("status_code", Some("200")), ("error_message", None), ("result", None)],
    );
    is(
        r#"{200, null, {"a":1, "b":2}}"#,
        RESPONSE,
        &[("status_code", Some("200")), ("error_message", None), ("result", Some(r#"{"a":1, "b":2}"#))],
    );
    is(
        "{403, no access, sorry, null}",
        RESPONSE,
        &[("status_code", Some("403")), ("error_message", Some("no access, sorry")), ("result", None)],
    );
    is(
        "{200, null, 3 = 4, a -> b}",
        RESPONSE,
        &[("status_code", Some("200")), ("error_message", None), ("result", Some("3 = 4, a -> b"))],
    );
}

#[test]
fn values_keep_what_only_looks_like_syntax() {
    is(
        r#"{sql -> select a, b from t, x -> y}"#,
        &[],
        &[("sql", Some("select a, b from t")), ("x", Some("y"))],
    );
    is(
        r#"{new_settings -> {"name":"a","tags":{"b":1}}, user -> u}"#,
        &[],
        &[("new_settings", Some(r#"{"name":"a","tags":{"b":1}}"#)), ("user", Some("u"))],
    );
    is(
        r#"{"n":5,"deep":{"a":["}",{"b":"]"}]},"yes":true}"#,
        &[],
        &[("n", Some("5")), ("deep", Some(r#"{"a":["}",{"b":"]"}]}"#)), ("yes", Some("true"))],
    );
    is(r#"{"it's": 'it\'s "x"'}"#, &[], &[("it's", Some("it's \"x\""))]);
    is(
        r#"{"a":"\u00e9\ud83d\ude00\n\ud800!","b":"\x41"}"#,
        &[],
        &[("a", Some("é😀\n\u{fffd}!")), ("b", Some("A"))],
    );
    is("{a='x, b=1', c=2}", &[], &[("a", Some("x, b=1")), ("c", Some("2"))]);
}

#[test]
fn a_cut_cell_gives_what_it_still_holds_and_says_so() {
    for (cell, whole) in [
        (r#"{"user":"u","sql":"select"#, 1),
        (r#"[["user","u"],["sq"#, 1),
        ("{user -> u, sql -> sel", 2),
        ("Row(user='u', sql='s", 1),
    ] {
        let mut seen = Vec::new();
        assert!(
            !visit(cell, &[], |key, value| seen.push((key.to_owned(), value.text().into_owned()))),
            "{cell}"
        );
        assert_eq!(seen.len(), whole, "{cell}");
        assert_eq!(seen[0], ("user".to_owned(), "u".to_owned()));
    }
    assert!(!visit("plain text", IDENTITY, |_, _| unreachable!()));
}

fn python(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c == quote => out.extend(['\\', c]),
            c if (c as u32) < 32 || c as u32 == 127 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

type Map = Vec<(String, Option<String>)>;

fn map(value: &'static str) -> impl Strategy<Value = Map> {
    prop::collection::vec(("[a-z][A-Za-z_.0-9]{0,8}", prop::option::weighted(0.8, value)), 1..6)
}

fn join(map: &Map, open: &str, each: impl Fn(&str, Option<&str>) -> String, close: &str) -> String {
    let items: Vec<_> = map.iter().map(|(k, v)| each(k, v.as_deref())).collect();
    format!("{open}{}{close}", items.join(", "))
}

proptest! {
    #[test]
    fn quoted_dialects_read_back(map in map("\\PC{0,12}|[\"'\\\\{}\\[\\](),:=\n\t]{0,8}")) {
        let json = |t: &str| serde_json::to_string(t).unwrap();
        let null = |v: Option<&str>, f: &dyn Fn(&str) -> String, null: &str| v.map_or(null.to_owned(), f);
        prop_assert_eq!(&read(&join(&map, "{", |k, v| format!("{}:{}", json(k), null(v, &json, "null")), "}"), &[]), &map);
        prop_assert_eq!(&read(&join(&map, "[", |k, v| format!("[{},{}]", json(k), null(v, &json, "null")), "]"), &[]), &map);
        prop_assert_eq!(&read(&join(&map, "{", |k, v| format!("{}: {}", python(k), null(v, &python, "None")), "}"), &[]), &map);
        prop_assert_eq!(&read(&join(&map, "[", |k, v| format!("({}, {})", python(k), null(v, &python, "None")), "]"), &[]), &map);
        prop_assert_eq!(&read(&join(&map, "Row(", |k, v| format!("{k}={}", null(v, &python, "None")), ")"), &[]), &map);
    }

    #[test]
    fn unquoted_dialects_read_back(map in map("[a-z@ {}\"';:,]{0,5}[A-Z]")) {
        prop_assert_eq!(&read(&join(&map, "{", |k, v| format!("{k} -> {}", v.unwrap_or("null")), "}"), &[]), &map);
        prop_assert_eq!(&read(&join(&map, "[", |k, v| format!("{k} -> {}", v.unwrap_or("null")), "]"), &[]), &map);
    }

    #[test]
    fn nothing_panics(start in "(\\{|\\[|\\(|Row\\(|\\[\\[|\\{\"a\":|\\{a -> |\\{a=')?", rest in "(\\PC|[\"'\\\\{}\\[\\](),:=>\\- un]){0,40}") {
        let cell = start + &rest;
        visit(&cell, RESPONSE, |_, value| drop(value.text()));
        for (cut, _) in cell.char_indices() {
            visit(&cell[..cut], IDENTITY, |_, value| drop(value.text()));
        }
    }
}
