//! What a report says about its own origin, next to what was judged: inputs, options and problems.

use crate::analysis::coverage::ReadInputs;
use crate::analysis::selection::Selection;
use crate::assess::AsOfSource;
use crate::assess::readiness::InputReport;
use crate::context::inventory::Inventory;
use crate::context::principals::PrincipalNames;
use std::collections::BTreeMap;

/// Where the facts of a run come from.
pub(crate) struct Provenance<'a> {
    /// The options that shape judgement, by the name under which the report shows them.
    pub options: BTreeMap<&'static str, String>,
    /// Which tokens the report covers.
    pub selection: &'a Selection,
    pub as_of_from: AsOfSource,
    /// Events at or after as-of.
    pub later: u64,
    /// Files passed over because they are no input.
    pub skipped: u64,
    pub inputs: &'a [InputReport],
    pub inventory: &'a Inventory,
    pub names: &'a PrincipalNames,
    /// Problems of inventories, annotations and client logs, as sentences.
    pub problems: &'a [String],
    /// What the user's tables changed in the catalog, as sentences.
    pub overlay_notes: Vec<String>,
}

impl Provenance<'_> {
    /// What coverage is made of.
    pub(crate) fn read(&self) -> ReadInputs<'_> {
        ReadInputs {
            inputs: self.inputs,
            skipped: self.skipped,
            later: self.later,
            inventory: self.inventory,
            problems: self.problems,
        }
    }
}
