//! Names that one principal goes by within a workspace: an identity and the `user` its token logins name.

use super::names::Id;
use crate::support::hash::{Map, Set};

/// Of each name the one that stands for it.
pub(super) struct Aliases(Map<(Id, Id), Id>);

impl Aliases {
    /// Of each group of names the least one (in byte order) that logins name as the user stands for all.
    pub(super) fn of(mut pairs: Vec<(Id, Id, Id)>) -> Self {
        pairs.sort_unstable();
        let users: Set<(Id, Id)> = pairs.iter().map(|&(w, _, user)| (w, user)).collect();
        let mut group: Map<(Id, Id), Id> = Map::default();
        for &(w, a, b) in &pairs {
            let (ra, rb) = (root(&group, w, a), root(&group, w, b));
            // The least user stands for the group; a name no login uses never does while there is one that is used.
            let better = |x: Id, y: Id| (!users.contains(&(w, x)), x) < (!users.contains(&(w, y)), y);
            let (keep, drop) = if better(ra, rb) { (ra, rb) } else { (rb, ra) };
            if keep != drop {
                group.insert((w, drop), keep);
            }
        }
        let flat = group.keys().map(|&(w, name)| ((w, name), root(&group, w, name))).collect();
        Self(flat)
    }

    pub(super) fn canonical(&self, workspace: Id, principal: Id) -> Id {
        self.0.get(&(workspace, principal)).copied().unwrap_or(principal)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// (workspace, name, principal it stands for), in order.
    pub(super) fn into_list(self) -> Vec<(Id, Id, Id)> {
        let mut list: Vec<_> = self.0.into_iter().map(|((w, name), of)| (w, name, of)).collect();
        list.sort_unstable();
        list
    }
}

fn root(group: &Map<(Id, Id), Id>, workspace: Id, mut name: Id) -> Id {
    while let Some(&next) = group.get(&(workspace, name)) {
        name = next;
    }
    name
}
