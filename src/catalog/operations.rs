//! Operations of the API: method and path template, and what each needs.

use super::mapping::{Access, Mapping};
use super::path;
use super::trie::{self, Method, Trie};
use hashbrown::HashMap;

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Method.
    pub method: Method,
    /// Path template.
    pub template: Box<str>,
    /// Names the SDK gives it, as `JobsAPI.run_now`; several joined by `|`.
    pub name: Box<str>,
    /// The API group it is documented under.
    pub group: Box<str>,
    /// What it needs.
    pub mapping: Mapping,
    /// Where the row comes from.
    pub source: Box<str>,
}

/// The operation a request called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationMatch<'a> {
    /// The row.
    pub row: &'a Operation,
    /// What it needs.
    pub mapping: &'a Mapping,
}

/// All operations, found by path or by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Operations {
    pub(super) rows: Vec<Operation>,
    trie: Trie,
    by_key: HashMap<(Method, Box<str>), u32, foldhash::fast::FixedState>,
    by_name: HashMap<Box<str>, u32, foldhash::fast::FixedState>,
}

impl Operations {
    /// Adds a row, or replaces the one with the same method and a template for the same paths.
    pub(super) fn put(&mut self, operation: Operation) {
        let Ok(parts) = trie::parts(&operation.template) else { return };
        let next = self.rows.len() as u32;
        // Another spelling of the variables is the same template.
        let row = self.trie.insert(operation.method, &parts, next).unwrap_or(next);
        let key = (operation.method, operation.template.clone());
        self.by_key.insert(key, row);
        for name in operation.name.split('|') {
            // Of several versions of one operation the first stands for all: they need the same.
            self.by_name.entry(name.into()).or_insert(row);
        }
        match self.rows.get_mut(row as usize) {
            Some(known) => *known = operation,
            None => self.rows.push(operation),
        }
    }

    pub(super) fn at(&self, method: Method, template: &str) -> Option<&Operation> {
        self.rows.get(*self.by_key.get(&(method, template.into()))? as usize)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Operation> {
        self.rows.get(*self.by_name.get(name)? as usize)
    }

    /// HEAD asks what GET would give, so it needs the same where it has no row of its own.
    pub(super) fn find(&self, method: &str, path_or_url: &str) -> Option<&Operation> {
        let path = path::of_url(path_or_url);
        let method = Method::parse(method)?;
        let row = self
            .trie
            .find(method, path)
            .or_else(|| (method == Method::Head).then(|| self.trie.find(Method::Get, path)).flatten())?;
        self.rows.get(row as usize)
    }

    /// All rows whose template fits the path, the most literal first, whatever their method.
    pub(super) fn fitting(&self, path_or_url: &str) -> Vec<&Operation> {
        let path = path::of_url(path_or_url);
        let mut fitting: Vec<_> = self
            .rows
            .iter()
            .filter_map(|row| {
                trie::parts(&row.template)
                    .ok()
                    .filter(|p| trie::fits(p, path))
                    .map(|p| (trie::literal_len(&p), row))
            })
            .collect();
        fitting.sort_by(|(a, x), (b, y)| {
            b.cmp(a).then_with(|| (&x.template, x.method).cmp(&(&y.template, y.method)))
        });
        fitting.into_iter().map(|(_, row)| row).collect()
    }
}

impl Operation {
    /// Whether it only reads.
    pub fn is_read(&self) -> bool {
        self.mapping.need.access == Access::Read
    }
}
