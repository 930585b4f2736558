//! Why two reports may differ for other reasons than the tokens.

use crate::analysis::previous_report::PreviousReport;
use crate::error::Error;
use std::collections::BTreeSet;

/// Options that judgement does not depend on.
const NO_MATTER: [&str; 1] = ["max_lifetime_days"];

/// As sentences, the gravest first.
pub(super) fn reservations(old: &PreviousReport, new: &PreviousReport) -> Result<Vec<String>, Error> {
    let mut said = Vec::new();
    match (&old.run.masked, &new.run.masked) {
        (Some(a), Some(b)) if a == b => {}
        (None, None) => {}
        (Some(_), Some(_)) => return Err(unlike("their names are masked with different keys")),
        (Some(_), None) => return Err(unlike("the names of the earlier one only are masked")),
        (None, Some(_)) => return Err(unlike("the names of the later one only are masked")),
    }
    let (a, b) = (&old.run, &new.run);
    if a.run_id == b.run_id && a.as_of == b.as_of {
        said.push("both are the same run: there is nothing to compare".to_owned());
    } else if b.as_of < a.as_of {
        said.push(format!(
            "the report named as the later one ends earlier ({} before {}): are they swapped?",
            b.as_of, a.as_of
        ));
    }
    if a.tool_version != b.tool_version {
        said.push(format!("made by scopecast {} and {}", a.tool_version, b.tool_version));
    }
    if a.catalog_version != b.catalog_version {
        said.push(format!(
            "made with catalogs {} and {}: a scope may differ because its mapping does",
            a.catalog_version, b.catalog_version
        ));
    }
    let names: BTreeSet<&String> = a.options.keys().chain(b.options.keys()).collect();
    for name in names.into_iter().filter(|n| !NO_MATTER.contains(&n.as_str())) {
        let value = |options: &std::collections::BTreeMap<String, String>| {
            options.get(name).map_or_else(|| "not set".to_owned(), String::clone)
        };
        let (was, is) = (value(&a.options), value(&b.options));
        if was != is {
            said.push(format!("option {name} was {was} and is {is}"));
        }
    }
    if old.coverage.rows_read > 0 && new.coverage.rows_read == 0 {
        said.push("the later report has no logs, so what is no longer found proves little".to_owned());
    }
    let lost: Vec<&str> = old
        .coverage
        .workspaces
        .iter()
        .filter(|w| !new.covers(&w.workspace_id))
        .map(|w| w.workspace_id.as_str())
        .collect();
    if !lost.is_empty() && new.coverage.rows_read > 0 {
        said.push(format!("the later report has no log of workspace {}", lost.join(", ")));
    }
    Ok(said)
}

fn unlike(why: &str) -> Error {
    Error::Usage(format!(
        "the two reports cannot be compared: {why}. Make both with the same --mask-key, or both without --mask."
    ))
}
