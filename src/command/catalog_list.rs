//! `scopecast catalog list`: scopes, or what needs one scope -> rows, as text, CSV or JSON.

use crate::catalog::{Access, Catalog, Mapping, ScopeId};
use crate::error::Error;
use clap::ValueEnum;
use serde_json::{Map, Value};
use std::io::{self, Write};

/// How the list is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// Columns for people.
    Table,
    /// For a spreadsheet.
    Csv,
    /// For programs.
    Json,
}

/// Rows of text under column names.
pub(super) struct CatalogList {
    columns: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

pub(super) fn scopes(catalog: &Catalog) -> CatalogList {
    let rows = catalog.scopes().map(|(_, scope)| {
        let seen = scope.observability;
        vec![
            scope.name.to_string(),
            scope.family.to_string(),
            scope.sensitivity.as_str().to_owned(),
            seen.operations.to_string(),
            seen.audited_operations.to_string(),
            seen.audited_actions.to_string(),
            scope.description.to_string(),
        ]
    });
    let columns = &["scope", "family", "sensitivity", "operations", "audited", "actions", "opens"];
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    CatalogList { columns, rows }
}

pub(super) fn needing(catalog: &Catalog, scope: ScopeId) -> CatalogList {
    let row = |what: &str, name: String, mapping: &Mapping| {
        let access = if mapping.need.access == Access::Read { "read" } else { "write" };
        mapping.scopes().contains(&scope).then(|| {
            let words = [access, mapping.confidence.as_str(), mapping.evidence.as_str()].map(str::to_owned);
            let mut cells = vec![what.to_owned(), name, catalog.names(mapping.scopes())];
            cells.extend(words);
            cells
        })
    };
    let operations = catalog.operations().iter();
    let mut rows: Vec<_> = operations
        .filter_map(|o| row("operation", format!("{} {}", o.method, o.template), &o.mapping))
        .collect();
    rows.extend(catalog.actions().iter().filter_map(|a| {
        a.need.as_ref().and_then(|need| row("action", format!("{}/{}", a.service, a.action), need))
    }));
    rows.extend(catalog.agents().iter().filter_map(|a| {
        let name = [a.kind.as_str(), &a.name, &a.verb].join(" ");
        row("agent", name.trim_end().to_owned(), &a.mapping)
    }));
    CatalogList { columns: &["what", "name", "scopes", "access", "confidence", "evidence"], rows }
}

impl CatalogList {
    pub(super) fn print(&self, format: ListFormat, out: &mut dyn Write) -> Result<(), Error> {
        match format {
            ListFormat::Table => self.print_table(out)?,
            ListFormat::Csv => {
                let mut csv = csv::Writer::from_writer(out);
                csv.write_record(self.columns).map_err(io::Error::other)?;
                for row in &self.rows {
                    csv.write_record(row).map_err(io::Error::other)?;
                }
                csv.flush()?;
            }
            ListFormat::Json => {
                let rows = self.rows.iter().map(|row| {
                    let cells = self.columns.iter().zip(row);
                    let cells =
                        cells.map(|(column, cell)| ((*column).to_owned(), Value::from(cell.as_str())));
                    Value::Object(cells.collect::<Map<_, _>>())
                });
                serde_json::to_writer_pretty(&mut *out, &rows.collect::<Vec<_>>())
                    .map_err(io::Error::from)?;
                writeln!(out)?;
            }
        }
        Ok(())
    }

    fn print_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let last = self.columns.len() - 1;
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
            cells.chain([self.columns[at].len()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..last).map(width).collect();
        let header: Vec<String> = self.columns.iter().map(|c| (*c).to_owned()).collect();
        for row in std::iter::once(&header).chain(&self.rows) {
            for (cell, width) in row.iter().zip(&widths) {
                write!(out, "{cell:width$}  ")?;
            }
            writeln!(out, "{}", row.last().map_or("", String::as_str))?;
        }
        Ok(())
    }
}
