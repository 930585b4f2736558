//! Scopes on which a token's list and its history differ -> rows of a table.

use super::concerned::{id, places, who};
use super::shown;
use crate::analysis::cross_check::ScopeCheck;
use crate::report::model::{Report, TokenRow};
use crate::report::text::cross_check_text;
use crate::report::view::View;

/// A scope on which list and history differ.
pub(super) struct CrossCheckRow {
    pub(super) token: String,
    pub(super) detail: Option<usize>,
    pub(super) who: String,
    pub(super) cells: [String; 5],
}

pub(super) fn cross_check(report: &Report, view: &View<'_>, most: usize, told: usize) -> Vec<CrossCheckRow> {
    let places = places(view, told);
    let row = |(token, scope): (&TokenRow, &ScopeCheck)| CrossCheckRow {
        token: id(view, &token.token_id),
        detail: places.get(&(token.workspace_id.as_str(), token.token_id.as_str())).copied(),
        who: who(token),
        cells: cross_check_text::cells(token, scope).map(|c| shown(&c)),
    };
    cross_check_text::rows(report).take(most).map(row).collect()
}
