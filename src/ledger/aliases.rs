//! Joins the names of one principal within a workspace: an identity, and the `user` that its token logins name.

use super::interner::Id;
use crate::support::hash::{Map, Set};

/// The name that stands for all names of the same principal.
pub(super) struct Aliases(Map<(Id, Id), Id>);

impl Aliases {
    /// Takes (workspace, name, other name) pairs. Of each group of names, the least one in byte order that a login names as its
    /// user stands for all.
    pub(super) fn of(mut pairs: Vec<(Id, Id, Id)>) -> Self {
        pairs.sort_unstable();
        let users: Set<(Id, Id)> = pairs.iter().map(|&(w, _, user)| (w, user)).collect();
        let mut group: Map<(Id, Id), Id> = Map::default();
        for &(w, a, b) in &pairs {
            let (ra, rb) = (root(&group, w, a), root(&group, w, b));
            // A name that no login names as its user stands for the group only if the group has no other.
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
