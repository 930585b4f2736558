//! A token, principal or workspace -> how the page names it, and where the page tells about it.

use crate::report::escape::{clip, visible};
use crate::report::model::TokenRow;
use crate::report::text::token_text;
use crate::report::view::{FindingGroup, View};
use crate::support::hash::Map;

pub(super) fn id(view: &View<'_>, token: &str) -> String {
    clip(&visible(view.short(token)), 24).into_owned()
}

pub(super) fn name(view: &View<'_>, group: &FindingGroup<'_>) -> String {
    match (group.token, group.findings.first()) {
        (Some(token), _) => match clip(&visible(&token.comment), 100) {
            comment if comment.is_empty() => id(view, &token.token_id),
            comment => format!("{} · {comment}", id(view, &token.token_id)),
        },
        (None, Some(f)) if f.principal.is_empty() && f.workspace_id.is_empty() => {
            "Of no token that is known".to_owned()
        }
        (None, Some(f)) if f.principal.is_empty() => {
            format!("Workspace {}", clip(&visible(&f.workspace_id), 60))
        }
        (None, Some(f)) => {
            format!(
                "{} in workspace {}",
                clip(&visible(&f.principal), 60),
                clip(&visible(&f.workspace_id), 60)
            )
        }
        (None, None) => String::new(),
    }
}

pub(super) fn who(token: &TokenRow) -> String {
    clip(&visible(token.acts_as()), 60).into_owned()
}

pub(super) fn about(token: &TokenRow) -> String {
    let mut parts = vec![who(token), format!("workspace {}", clip(&visible(&token.workspace_id), 60))];
    parts.extend(token_text::standing(token, |text, columns| clip(&visible(text), columns).into_owned()));
    if let Some(created) = token.created {
        parts.push(format!("created {}", created.day()));
    }
    parts.join(" · ")
}

/// The place of each token that the page describes in full: those of the first `told` groups, by workspace and id.
pub(super) fn places<'a>(view: &View<'a>, told: usize) -> Map<(&'a str, &'a str), usize> {
    let groups = view.groups.iter().enumerate().take(told);
    let token = |(n, g): (usize, &FindingGroup<'a>)| {
        g.token.map(|t| ((t.workspace_id.as_str(), t.token_id.as_str()), n))
    };
    groups.filter_map(token).collect()
}
