use super::*;
use crate::report::{Format, RenderOptions, sample};

fn key() -> MaskKey {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "a key long enough to be one\n").unwrap();
    MaskKey::read(Some(file.path())).unwrap()
}

#[test]
fn sentences_lose_names_that_are_known_that_look_like_names_and_that_are_quoted() {
    let key = key();
    let mut names = Originals::new(&key);
    names.add(NameKind::Principal, "Maria Lindqvist");
    names.add(NameKind::Token, &format!("{:0<64}", "ea3febad"));
    names.add(NameKind::Workspace, "77");
    names.add(NameKind::Text, "jobs");
    let sentences = names.sentences();
    for (text, gone, stays) in [
        ("told by maria lindqvist", "lindqvist", "told by principal-"),
        ("token ea3febad0000 loses jobs", "ea3febad", " loses jobs"),
        ("mail goes to x.y@harbor.example.", "harbor", "mail goes to principal-"),
        ("from 203.0.113.7, twice", "203.0", ", twice"),
        ("from 2001:db8::1", "2001", "from address-"),
        ("by 5d3b0f1e-0000-4000-8000-00000000c105", "5d3b0f1e", "by principal-"),
        ("is called “payroll of Q3” and idle", "payroll", "” and idle"),
        ("the log of workspace 77 has 77 rows", "workspace 77", " has 77 rows"),
    ] {
        let masked = sentences.masked(text);
        assert!(!masked.to_lowercase().contains(gone) && masked.contains(stays), "{text} -> {masked}");
    }
}

/// The sample holds hostile text in every field, and no assessment to take names from: what is structured goes all the same.
#[test]
fn no_format_of_a_masked_report_shows_a_name() {
    let key = key();
    let mut report = sample::report();
    let mut names = Originals::new(&key);
    let mut gone: Vec<String> = Vec::new();
    for token in &report.tokens {
        names.add(NameKind::Text, &token.comment);
        gone.extend([token.token_id.clone(), token.principal.clone(), token.comment.clone()]);
        gone.extend(token.principal_name.clone());
        gone.extend(token.workload.owner.clone());
        token.workload.owner.iter().for_each(|o| names.add(NameKind::Text, o));
    }
    gone.extend(report.findings.iter().flat_map(|f| f.evidence.addresses.clone()));
    gone.extend(report.inputs.iter().map(|i| i.path.clone()));
    report.inputs.iter().for_each(|i| names.add(NameKind::Input, &i.path));
    gone.retain(|g| !g.is_empty());
    mask(&mut report, &key, names);
    for format in [Format::Json, Format::Html, Format::Markdown, Format::Csv, Format::Junit, Format::Terminal]
    {
        let mut out = Vec::new();
        crate::report::write(
            format,
            &report,
            &RenderOptions { all: true, ..RenderOptions::default() },
            &mut out,
        )
        .unwrap();
        let text = String::from_utf8(out).unwrap();
        for name in &gone {
            assert!(!text.contains(name.as_str()), "{format:?} shows {name}");
        }
    }
}
