//! Several dumps, of several workspaces and days -> one inventory: the newest dump wins, older ones are history, and what
//! a newer whole list no longer has is gone.

use super::dump::{DateFrom, Dump};
use super::list_records::{ListKind, Shows};
use super::listed_token::ListedToken;
use crate::context::principals::PrincipalNames;
use crate::support::problem::{Position, Problem};
use crate::support::time::Day;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// All that the given token lists say, joined by token id.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// By token id.
    pub tokens: BTreeMap<String, InventoryToken>,
    /// The dumps it is made of, oldest first.
    pub dumps: Vec<DumpSummary>,
    /// What had to be skipped or corrected while reading the dumps.
    pub problems: Vec<Problem>,
    /// The days on which each workspace was listed whole, ascending.
    whole_lists: BTreeMap<String, BTreeSet<Day>>,
    /// Users' own lists that are whole.
    own_lists: Vec<OwnList>,
}

/// A user's own list: all tokens of one owner in one workspace, although it names neither.
#[derive(Clone, Debug)]
struct OwnList {
    day: Day,
    token_ids: BTreeSet<String>,
}

/// One token as one dump shows it.
struct DumpListing {
    kind: ListKind,
    shows: Shows,
    token: ListedToken,
}

/// A token, with what older dumps show of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryToken {
    /// Its newest facts; what the newest dump does not know comes from older ones.
    pub token: ListedToken,
    /// As each dump shows it, newest first.
    pub history: Vec<ListedToken>,
    /// Set when a newer whole list of its workspace does not have it.
    pub gone: Option<MissingSince>,
}

/// Between which dumps a token vanished: it was revoked, or it expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MissingSince {
    /// The day of the last dump that has it.
    pub last_listed: Day,
    /// The day of the first whole list without it.
    pub first_missing: Day,
}

/// A dump, for the report's list of inputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DumpSummary {
    /// The display name of the input.
    pub source: String,
    pub kind: ListKind,
    pub date: Option<Day>,
    pub date_from: DateFrom,
    pub tokens: usize,
    pub shows: Shows,
    /// The workspaces it lists whole.
    pub covers: Vec<String>,
}

impl Inventory {
    /// Joins dumps given in any order.
    pub fn merge(mut dumps: Vec<Dump>) -> Self {
        // Of the same day the list that knows more counts as newer.
        dumps.sort_by(|a, b| (a.date, a.kind, &a.source).cmp(&(b.date, b.kind, &b.source)));
        let filtered = filtered_lists(&dumps);
        let mut inventory = Self::default();
        let mut listings: BTreeMap<String, Vec<DumpListing>> = BTreeMap::new();
        for (n, mut dump) in dumps.into_iter().enumerate() {
            let mut covers: Vec<String> = dump.covers().into_iter().map(str::to_owned).collect();
            covers.retain(|workspace| !filtered.contains(&(n, workspace.clone())));
            if let Some(day) = dump.date {
                if dump.kind == ListKind::Own && dump.complete {
                    let token_ids = dump.tokens.iter().map(|t| t.token_id.clone()).collect();
                    inventory.own_lists.push(OwnList { day, token_ids });
                }
                for workspace in &covers {
                    inventory.whole_lists.entry(workspace.clone()).or_default().insert(day);
                }
            }
            inventory.dumps.push(DumpSummary {
                source: dump.source.clone(),
                kind: dump.kind,
                date: dump.date,
                date_from: dump.date_from,
                tokens: dump.tokens.len(),
                shows: dump.shows,
                covers,
            });
            inventory.problems.append(&mut dump.problems);
            for (_, workspace) in filtered.iter().filter(|(of, _)| *of == n) {
                let what = format!(
                    "lists tokens of one creator only in workspace {workspace}, where other lists know several: it is taken \
                     as filtered, so a token missing from it is not taken as gone. Export the list without a filter."
                );
                inventory.problems.push(Problem::new(&dump.source, Position::Whole, what));
            }
            for token in dump.tokens {
                listings.entry(token.token_id.clone()).or_default().push(DumpListing {
                    kind: dump.kind,
                    shows: dump.shows,
                    token,
                });
            }
        }
        for (token_id, listed) in listings {
            inventory.tokens.insert(token_id, InventoryToken::from_listings(listed));
        }
        inventory.share_owners();
        inventory.find_gone();
        inventory
    }

    /// The newest day on which the workspace's tokens were listed whole: a token created before it and missing from it is
    /// gone. `None` when no dump proves anything.
    pub fn covers(&self, workspace: &str) -> Option<Day> {
        self.whole_lists.get(workspace)?.last().copied()
    }

    /// The first day after `seen` on which the workspace was listed whole. For a token that only logs know: it was gone by
    /// then.
    pub fn first_list_after(&self, workspace: &str, seen: Day) -> Option<Day> {
        self.whole_lists.get(workspace)?.range(seen.plus(1)..).next().copied()
    }

    /// The newest day on which a principal listed all tokens of its own in the workspace.
    pub fn covers_owner(&self, workspace: &str, principal: &str) -> Option<Day> {
        let lists = self.own_lists.iter().filter(|list| {
            self.holder(list).is_some_and(|t| {
                t.workspace.as_deref() == Some(workspace) && t.owner.as_deref() == Some(principal)
            })
        });
        lists.map(|list| list.day).max()
    }

    pub fn get(&self, token_id: &str) -> Option<&InventoryToken> {
        self.tokens.get(token_id)
    }

    /// Fills in owners' names where the dumps know only their numbers.
    pub fn name_owners(&mut self, names: &PrincipalNames) {
        let name = |id: &Option<String>| names.get(id.as_deref()?).map(|p| p.name.clone());
        for token in self.tokens.values_mut().map(|known| &mut known.token) {
            token.owner = token.owner.take().or_else(|| name(&token.owner_id));
            token.created_by = token.created_by.take().or_else(|| name(&token.created_by_id));
        }
    }

    /// A token of an own list whose owner and workspace are known: all its other tokens have the same. `None` when the
    /// known ones disagree, as in lists of several users put into one file.
    fn holder(&self, list: &OwnList) -> Option<&ListedToken> {
        let known = list.token_ids.iter().filter_map(|id| Some(&self.tokens.get(id)?.token));
        let mut known =
            known.filter(|t| t.workspace.is_some() && (t.owner_id.is_some() || t.owner.is_some()));
        let first = known.next()?;
        let same = |t: &ListedToken| {
            let named = t.owner.is_none() || first.owner.is_none() || t.owner == first.owner;
            let numbered = t.owner_id.is_none() || first.owner_id.is_none() || t.owner_id == first.owner_id;
            t.workspace == first.workspace && named && numbered
        };
        known.all(same).then_some(first)
    }

    fn share_owners(&mut self) {
        let holders: Vec<Option<ListedToken>> =
            self.own_lists.iter().map(|list| self.holder(list).cloned()).collect();
        for (list, holder) in self.own_lists.iter().zip(holders) {
            let Some(holder) = holder else { continue };
            for id in &list.token_ids {
                let Some(InventoryToken { token, .. }) = self.tokens.get_mut(id) else { continue };
                token.workspace = token.workspace.take().or_else(|| holder.workspace.clone());
                token.owner_id = token.owner_id.take().or_else(|| holder.owner_id.clone());
                token.owner = token.owner.take().or_else(|| holder.owner.clone());
            }
        }
    }

    fn find_gone(&mut self) {
        let own: Vec<(Day, ListedToken)> =
            self.own_lists.iter().filter_map(|list| Some((list.day, self.holder(list)?.clone()))).collect();
        for known in self.tokens.values_mut() {
            let token = &known.token;
            let Some((workspace, seen)) = token.workspace.as_deref().zip(token.seen_in) else { continue };
            let whole =
                self.whole_lists.get(workspace).and_then(|days| days.range(seen.plus(1)..).next()).copied();
            let same_owner = |of: &ListedToken| {
                of.workspace == token.workspace && of.owner_id.is_some() && of.owner_id == token.owner_id
            };
            let own = own.iter().filter(|(day, of)| *day > seen && same_owner(of)).map(|(day, _)| *day).min();
            let first = [whole, own].into_iter().flatten().min();
            known.gone = first.map(|first_missing| MissingSince { last_listed: seen, first_missing });
        }
    }
}

impl InventoryToken {
    /// Joins the listings of one token, given oldest first.
    fn from_listings(mut listed: Vec<DumpListing>) -> Self {
        listed.reverse();
        let mut token = listed.first().map(|newest| newest.token.clone()).unwrap_or_default();
        for DumpListing { token: older, .. } in listed.iter().skip(1) {
            let older = older.clone();
            token.owner_id = token.owner_id.or(older.owner_id);
            token.owner = token.owner.or(older.owner);
            token.created_by_id = token.created_by_id.or(older.created_by_id);
            token.created_by = token.created_by.or(older.created_by);
            token.created = token.created.or(older.created);
            token.last_used_day = token.last_used_day.max(older.last_used_day);
            if token.comment.is_empty() {
                token.comment = older.comment;
            }
        }
        // A report may round times and call workspaces by name: the APIs know better.
        if let Some(exact) = listed.iter().find(|l| l.kind != ListKind::Report) {
            token.created = exact.token.created.or(token.created);
            token.expires = exact.token.expires;
        }
        let numeric = |name: &&String| name.bytes().all(|b| b.is_ascii_digit());
        let mut workspaces = listed.iter().filter_map(|l| l.token.workspace.as_ref());
        token.workspace = workspaces.clone().find(numeric).or_else(|| workspaces.next()).cloned();
        // State and lists belong together: all from the newest dump that knows about scopes at all.
        if let Some(DumpListing { token: newest, .. }) = listed.iter().find(|l| l.shows.any()) {
            token.state = newest.state.clone();
            token.scopes = newest.scopes.clone();
            token.inferred = newest.inferred.clone();
            token.backfill = newest.backfill.clone();
        }
        Self { token, history: listed.into_iter().map(|l| l.token).collect(), gone: None }
    }
}

/// Lists that look as if made with a filter on the creator: (index of the dump, workspace) pairs with one creator, where an
/// other dump knows several.
fn filtered_lists(dumps: &[Dump]) -> BTreeSet<(usize, String)> {
    let mut by_workspace: BTreeMap<&str, Vec<(usize, BTreeSet<&str>)>> = BTreeMap::new();
    for (n, dump) in dumps.iter().enumerate() {
        let mut creators: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for token in &dump.tokens {
            let creator = token.created_by_id.as_deref().or(token.created_by.as_deref());
            if let Some((workspace, creator)) = token.workspace.as_deref().zip(creator) {
                creators.entry(workspace).or_default().insert(creator);
            }
        }
        for (workspace, creators) in creators {
            by_workspace.entry(workspace).or_default().push((n, creators));
        }
    }
    let mut filtered = BTreeSet::new();
    for (workspace, lists) in by_workspace {
        let all: BTreeSet<&str> = lists.iter().flat_map(|(_, creators)| creators.iter().copied()).collect();
        // With fewer than three creators a lone one is as likely all that is left.
        if all.len() >= 3 {
            let alone = lists.iter().filter(|(_, creators)| creators.len() == 1);
            filtered.extend(alone.map(|(n, _)| (*n, workspace.to_owned())));
        }
    }
    filtered
}
