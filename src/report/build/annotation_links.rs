//! Entries of the annotations file and the tokens they match -> the lines to which findings can be pinned.

use crate::assess::Assessment;
use crate::report::model::{AnnotationEntryRow, AnnotationsRow};
use std::collections::BTreeMap;

/// The annotations file with its entries; `None` without one.
pub(super) fn annotations(assessment: &Assessment<'_>) -> Option<AnnotationsRow> {
    let given = assessment.annotations;
    if given.source.is_empty() {
        return None;
    }
    let mut tokens: BTreeMap<u64, Vec<String>> = given.tokens.iter().map(|e| (e.line, Vec::new())).collect();
    for assessed in &assessment.tokens {
        for entry in &assessed.entries {
            tokens.entry(entry.line).or_default().push(assessed.token.id.clone());
        }
    }
    let mut entries: Vec<AnnotationEntryRow> = tokens
        .into_iter()
        .map(|(line, mut tokens)| {
            tokens.sort();
            tokens.dedup();
            AnnotationEntryRow { line, entry: "token", tokens }
        })
        .collect();
    let accepted = given.accepted.iter().map(|a| AnnotationEntryRow {
        line: a.line,
        entry: "accept",
        tokens: Vec::new(),
    });
    entries.extend(accepted);
    entries.sort_by_key(|e| e.line);
    Some(AnnotationsRow { path: given.source.clone(), entries })
}
