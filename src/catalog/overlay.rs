//! Tables of the user on top of the built-in ones, and what their rows changed.

use super::catalog_table::{CatalogRow, CatalogTable, TableKind};
use super::defect::Defect;
use super::trie::Method;
use super::{Catalog, Mapping, digest, load_tables};
use crate::error::Error;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use strum::IntoEnumIterator;

/// What a row of the user did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OverlayNoteKind {
    /// It matches nothing built in: new, or misspelt.
    Added,
    /// It says what the built-in row says.
    Same,
    /// It replaces an inferred row.
    Changed,
    /// It contradicts a row that is documented or was observed.
    Contradicts,
}

/// One row of the user and what it did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OverlayNote {
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    pub kind: OverlayNoteKind,
    /// The row and the change, as a clause.
    pub text: String,
}

impl fmt::Display for OverlayNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}:{}: {}", self.file, self.line, self.text);
        f.write_str(&text.replace(|c: char| c.is_control(), "\u{FFFD}"))
    }
}

pub(super) fn with_overlays(files: &[PathBuf]) -> Result<(Catalog, Vec<OverlayNote>), Error> {
    let mut catalog = Catalog::builtin().clone();
    let (mut tables, mut texts) = (Vec::new(), Vec::new());
    for path in files {
        let text = fs::read(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let (table, defects) = CatalogTable::parse(&path.display().to_string(), &text);
        refuse(&defects)?;
        tables.extend(table);
        texts.push(text);
    }
    let before = catalog.clone();
    refuse(&load_tables::load(&mut catalog, &tables))?;
    if !texts.is_empty() {
        catalog.version = format!("{}+{}", before.version, digest(texts.iter().map(Vec::as_slice)));
    }
    let notes = tables
        .iter()
        .flat_map(|table| table.rows.iter().map(move |row| (table, row)))
        .map(|(table, row)| note(&before, &catalog, table, row))
        .collect();
    Ok((catalog, notes))
}

fn refuse(defects: &[Defect]) -> Result<(), Error> {
    match defects {
        [] => Ok(()),
        [only] => Err(Error::Usage(only.to_string())),
        [first, rest @ ..] => Err(Error::Usage(format!(
            "{first} (and {} more: run scopecast catalog check on the file)",
            rest.len()
        ))),
    }
}

fn note(before: &Catalog, after: &Catalog, table: &CatalogTable, row: &CatalogRow) -> OverlayNote {
    let cell = |column| table.cell(row, column);
    let (what, old, new, hint) = match table.kind {
        TableKind::Operations => {
            let method = Method::parse(cell("method"));
            // Another spelling of the variables replaces the built-in row.
            let at = |catalog: &Catalog| {
                let own = method.and_then(|m| after.operations.at(m, cell("path")));
                let found = method.and_then(|m| catalog.operations.at(m, cell("path")));
                let example = own.map(|own| own.template.replace(['{', '}'], ""));
                found
                    .or_else(|| {
                        let found = catalog.operations.find(cell("method"), &example?.replace("=**", ""))?;
                        (found.template.matches('{').count() == cell("path").matches('{').count())
                            .then_some(found)
                    })
                    .map(|o| o.mapping.clone())
            };
            (format!("{} {}", cell("method"), cell("path")), at(before).map(Some), at(after), None)
        }
        TableKind::Actions => {
            let at =
                |catalog: &Catalog| catalog.action(cell("service"), cell("action")).map(|a| a.need.clone());
            let near = before
                .nearest_action(cell("service"), cell("action"))
                .map(|a| format!("{}/{}", a.service, a.action));
            (format!("{}/{}", cell("service"), cell("action")), at(before), at(after).flatten(), near)
        }
        TableKind::Agents => {
            let kind = super::AgentKind::iter().find(|k| k.as_str() == cell("kind"));
            let at = |catalog: &Catalog| {
                kind.and_then(|k| {
                    catalog.agents.get(k, cell("name"), cell("verb")).map(|a| a.mapping.clone())
                })
            };
            (
                format!("{} {} {}", cell("kind"), cell("name"), cell("verb")).trim_end().to_owned(),
                at(before).map(Some),
                at(after),
                None,
            )
        }
        TableKind::Scopes => {
            let is_known = before.base_scope(cell("scope")).is_some();
            let kind = if is_known { OverlayNoteKind::Changed } else { OverlayNoteKind::Added };
            let verb = if is_known { "is described anew" } else { "is a new scope" };
            let text = format!("{} {verb}", cell("scope"));
            return OverlayNote { file: table.file.clone(), line: row.line, kind, text };
        }
        TableKind::Conflicts => (format!("conflict {}", cell("conflict")), None, None, None),
    };
    let names = |mapping: &Option<Mapping>| {
        mapping.as_ref().map_or_else(|| "no scope".to_owned(), |m| after.names(m.scopes()))
    };
    let scopes = |mapping: &Option<Mapping>| mapping.as_ref().map(|m| m.need.scopes.clone());
    let (kind, text) = match old {
        None => {
            let hint = hint.map_or(String::new(), |near| format!(" (near: {near})"));
            (
                OverlayNoteKind::Added,
                format!("{what} matches no built-in row and was added as {}{hint}", names(&new)),
            )
        }
        Some(old) if scopes(&old) == scopes(&new) => {
            (OverlayNoteKind::Same, format!("{what} already needs {}", names(&new)))
        }
        Some(old) if old.as_ref().is_some_and(|m| m.evidence.is_direct()) => {
            let evidence = old.as_ref().map_or("", |m| m.evidence.meaning());
            let text =
                format!("{what} now needs {}, which contradicts {}: {evidence}", names(&new), names(&old));
            (OverlayNoteKind::Contradicts, text)
        }
        Some(old) => {
            (OverlayNoteKind::Changed, format!("{what} now needs {} instead of {}", names(&new), names(&old)))
        }
    };
    OverlayNote { file: table.file.clone(), line: row.line, kind, text }
}
