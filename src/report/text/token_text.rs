//! What decides about a token, who answers for it and what Databricks reports of it, as phrases.

use crate::report::model::TokenRow;

/// The phrases, in order. `shown` cuts foreign text to a width in columns and makes it inert.
pub(crate) fn standing(token: &TokenRow, shown: impl Fn(&str, usize) -> String) -> Vec<String> {
    let owner = token.workload.owner.as_ref().map(|owner| format!("answered for by {}", shown(owner, 60)));
    let state = token.state.as_ref().map(|state| format!("reported {}", shown(state, 30)));
    let decided_by = token.decided_by.text().to_owned();
    owner.into_iter().chain(state).chain([decided_by]).collect()
}
