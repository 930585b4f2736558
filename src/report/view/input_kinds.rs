//! Inputs -> files and rows by what they were taken as.

use crate::report::model::Report;
use std::collections::BTreeMap;

/// All inputs of one format or kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InputKind {
    /// The format or kind.
    pub taken_as: String,
    /// Number of files.
    pub files: u64,
    /// The path of one of them.
    pub example: String,
    /// Good rows.
    pub rows: u64,
}

pub(super) fn inputs(report: &Report) -> Vec<InputKind> {
    let mut kinds: BTreeMap<&str, InputKind> = BTreeMap::new();
    for input in &report.inputs {
        let kind = kinds.entry(&input.taken_as).or_insert_with(|| InputKind {
            taken_as: input.taken_as.clone(),
            files: 0,
            example: input.path.clone(),
            rows: 0,
        });
        kind.files += 1;
        kind.rows += input.rows;
    }
    let mut kinds: Vec<_> = kinds.into_values().collect();
    kinds.sort_by_key(|k| std::cmp::Reverse(k.rows));
    kinds
}
