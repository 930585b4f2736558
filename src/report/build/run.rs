//! Options, versions and inputs -> the row that says how a report was made.

use super::super::model::{InputRow, Run};
use crate::analysis::provenance::Provenance;
use crate::assess::Assessment;
use crate::support::hash::hex;
use sha2::{Digest, Sha256};

/// How the report was made. The run id is the same for the same inputs, options and versions.
pub(super) fn run(assessment: &Assessment<'_>, provenance: &Provenance<'_>, inputs: &[InputRow]) -> Run {
    let options = provenance.options.clone();
    let mut hash = Sha256::new();
    let mut feed = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    feed(env!("CARGO_PKG_VERSION"));
    feed(assessment.catalog.version());
    feed(&assessment.given.as_of.to_string());
    options.iter().for_each(|(name, value)| [*name, value].into_iter().for_each(&mut feed));
    for i in inputs {
        feed(&format!("{} {} {:?} {:?}", i.path, i.rows, i.bytes, i.last_time));
    }
    let run_id = hex(&hash.finalize()[..8]);
    Run {
        as_of: assessment.given.as_of,
        as_of_from: provenance.as_of_from,
        run_id,
        tool_version: env!("CARGO_PKG_VERSION"),
        catalog_version: assessment.catalog.version().to_owned(),
        options,
        notes: provenance.overlay_notes.clone(),
        masked: None,
    }
}
