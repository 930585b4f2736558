//! Which tokens came, which went, and why.

use crate::analysis::joins::{self, Rows};
use crate::analysis::previous_report::{PreviousGone, PreviousReport, PreviousToken};
use crate::error::Error;
use serde::Serialize;

/// A token that one of two reports judges and the other does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenChange {
    pub token_id: String,
    pub workspace_id: String,
    /// The principal it acts as.
    pub principal: String,
    pub comment: String,
    /// Why it is not in the other report, as a sentence without a full stop.
    pub why: String,
}

/// Tokens that came and went.
#[derive(Debug, Default)]
pub(super) struct TokenChanges {
    pub(super) new: Vec<TokenChange>,
    pub(super) vanished: Vec<TokenChange>,
}

pub(super) fn changes(old: &PreviousReport, new: &PreviousReport) -> Result<TokenChanges, Error> {
    let keys =
        |report: &PreviousReport| Rows::default().text("token", report.tokens.iter().map(|t| &t.token_id));
    let mut changes = TokenChanges::default();
    for (left, right) in joins::full_join(keys(old), keys(new), &["token"])? {
        let (was, is) = (left.map(|n| &old.tokens[n]), right.map(|n| &new.tokens[n]));
        let judged = |t: Option<&PreviousToken>| t.is_some_and(|t| t.gone.is_none());
        match (was, is) {
            (Some(was), is) if judged(Some(was)) && !judged(is) => {
                let why = match is.and_then(|t| t.gone.as_ref()) {
                    Some(gone) => gone_text(gone),
                    None if !new.covers(&was.workspace_id) && new.coverage.rows_read > 0 => {
                        format!("the later report has no log of workspace {}", was.workspace_id)
                    }
                    None => {
                        "the later report has no trace of it, neither in a token list nor in the logs".into()
                    }
                };
                changes.vanished.push(change(was, why));
            }
            (was, Some(is)) if !judged(was) && judged(Some(is)) => {
                let why = match was.and_then(|t| t.gone.as_ref()) {
                    Some(gone) => format!("the earlier report took it as gone: {}", gone_text(gone)),
                    None => "the earlier report did not know it".into(),
                };
                changes.new.push(change(is, why));
            }
            _ => {}
        }
    }
    for list in [&mut changes.new, &mut changes.vanished] {
        list.sort_by(|a, b| (&a.workspace_id, &a.token_id).cmp(&(&b.workspace_id, &b.token_id)));
    }
    Ok(changes)
}

fn change(token: &PreviousToken, why: String) -> TokenChange {
    TokenChange {
        token_id: token.token_id.clone(),
        workspace_id: token.workspace_id.clone(),
        principal: token.principal_name.clone().unwrap_or_else(|| token.principal.clone()),
        comment: token.comment.clone(),
        why,
    }
}

fn gone_text(gone: &PreviousGone) -> String {
    let since = gone.since.strip_suffix("T00:00:00Z").unwrap_or(&gone.since);
    match gone.because.as_str() {
        "not-listed" => format!("the whole token list of {since} does not have it: revoked or expired"),
        "expired" => format!("it expired on {since}"),
        "revoked" => format!("it was revoked on {since}"),
        "silent" => format!("no login since {since}, and no token list has it"),
        other => format!("it is gone ({other}, {since})"),
    }
}
