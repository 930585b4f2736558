//! Checks catalog tables: each defect with file, line and what to write instead.

use super::catalog_table::{CatalogRow, CatalogTable, TableKind};
use super::defect::Defect;
use super::mapping::Access;
use super::trie::{self, Method};
use super::{Catalog, TABLES, load_tables};
use crate::catalog::confidence::Confidence;
use crate::error::Error;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

/// What a check looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Tables and their rows, in the order they were read.
    pub tables: Vec<(String, usize)>,
    /// What is wrong, by file and line.
    pub defects: Vec<Defect>,
}

/// Checks the built-in tables; or, on top of them, the given files, each in canonical form by itself.
///
/// # Errors
/// A file that cannot be read.
pub fn check(files: &[PathBuf]) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    let mut tables = Vec::new();
    let mut parse = |file: &str, text: &[u8], checked: &mut Checked| {
        let (table, defects) = CatalogTable::parse(file, text);
        checked.defects.extend(defects);
        checked.tables.push((file.to_owned(), table.as_ref().map_or(0, |t| t.rows.len())));
        tables.extend(table);
    };
    let mut catalog = Catalog::default();
    if files.is_empty() {
        TABLES.iter().for_each(|(file, text)| parse(file, text.as_bytes(), &mut checked));
    } else {
        catalog = Catalog::builtin().clone();
    }
    for file in files {
        let text = fs::read(file).map_err(|source| Error::Read { path: file.clone(), source })?;
        parse(&file.display().to_string(), &text, &mut checked);
    }
    checked.defects.extend(load_tables::load(&mut catalog, &tables));
    for table in &tables {
        columns(table, &mut checked.defects);
        order_and_keys(table, &mut checked.defects);
        for row in &table.rows {
            if table.kind == TableKind::Operations {
                operation(&catalog, table, row, &mut checked.defects);
            }
        }
        shadows(table, &mut checked.defects);
    }
    checked.defects.sort();
    checked.defects.dedup();
    Ok(checked)
}

fn columns(table: &CatalogTable, defects: &mut Vec<Defect>) {
    let wanted = table.kind.columns();
    if let Some(odd) = table.columns.iter().find(|c| !wanted.contains(&c.as_str())) {
        let what = format!("column '{odd}' is unknown");
        defects.push(Defect::new(&table.file, 1, &what, &format!("the columns are {}", wanted.join(","))));
    }
}

/// What identifies a row; rows are sorted by the bytes of it.
fn key<'a>(table: &CatalogTable, row: &'a CatalogRow) -> Vec<&'a str> {
    let columns: &[&str] = match table.kind {
        TableKind::Scopes => &["scope"],
        TableKind::Conflicts => &["conflict"],
        TableKind::Operations => &["path", "method"],
        TableKind::Actions => &["service", "action"],
        TableKind::Agents => &["kind", "name", "verb"],
    };
    columns.iter().map(|column| table.cell(row, column)).collect()
}

fn order_and_keys(table: &CatalogTable, defects: &mut Vec<Defect>) {
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut last: Option<Vec<&str>> = None;
    for row in &table.rows {
        let key = key(table, row);
        let name = key.join(" ").trim().to_owned();
        let folded = if table.kind == TableKind::Actions { name.to_ascii_lowercase() } else { name.clone() };
        if let Some(first) = seen.get(&folded) {
            let what = format!("'{name}' stands on line {first} already");
            defects.push(table.defect(row, &what, "keep one of the two rows"));
        } else {
            if last.as_ref().is_some_and(|last| *last > key) {
                let what = format!("'{name}' is out of order");
                defects.push(table.defect(row, &what, "sort the rows by the bytes of their key"));
            }
            seen.insert(folded, row.line);
        }
        last = Some(key);
    }
}

/// An operation must be found under its own path, agree with its method, and not be surer than its conflict allows.
fn operation(catalog: &Catalog, table: &CatalogTable, row: &CatalogRow, defects: &mut Vec<Defect>) {
    let (method, template) = (table.cell(row, "method"), table.cell(row, "path"));
    let (Some(parsed), Ok(parts)) = (Method::parse(method), trie::parts(template)) else { return };
    let Some(own) = catalog.operations.at(parsed, template) else { return };
    let path = trie::example(&parts);
    match catalog.operation(method, &path) {
        Some(found) if &*found.row.template == template => {}
        Some(found) if found.mapping.scopes() == own.mapping.scopes() => {}
        found => {
            let found = found.map_or("nothing", |found| &*found.row.template);
            let what = format!("its example {method} {path} finds {found}");
            defects.push(table.defect(row, &what, "make the template more literal, or remove the other"));
        }
    }
    if method != parsed.as_str() {
        defects.push(table.defect(
            row,
            &format!("method '{method}' is not in capitals"),
            &format!("write {parsed}"),
        ));
    }
    let reads = matches!(parsed, Method::Get | Method::Head);
    if reads && own.mapping.need.access == Access::Write {
        defects.push(table.defect(row, "a GET or HEAD is said to write", "write read as its access"));
    }
    let confidence = Confidence::parse(table.cell(row, "confidence"));
    if !table.cell(row, "conflict").is_empty() && confidence > Some(Confidence::Medium) {
        defects.push(table.defect(row, "a row with a conflict is of high confidence", "write medium or low"));
    }
}

/// Two templates that differ in nothing but the names of variables: the later one would never be found.
fn shadows(table: &CatalogTable, defects: &mut Vec<Defect>) {
    if table.kind != TableKind::Operations {
        return;
    }
    let mut places: HashMap<String, (&str, u64)> = HashMap::new();
    for row in &table.rows {
        let (method, template) = (table.cell(row, "method"), table.cell(row, "path"));
        let Ok(parts) = trie::parts(template) else { continue };
        let place: String = parts
            .iter()
            .map(|part| match part {
                trie::TemplatePart::Literal(text) => format!("/{text}"),
                trie::TemplatePart::One { tail } => format!("/{{}}{tail}"),
                trie::TemplatePart::Many { tail } => format!("/{{**}}{tail}"),
                trie::TemplatePart::LiteralMany(text) => format!("/{text}/{{**}}"),
            })
            .collect();
        match places.get(&format!("{method} {place}")) {
            Some((other, line)) if *other != template => {
                let what = format!("'{template}' fits the same paths as '{other}' on line {line}");
                defects.push(table.defect(row, &what, "keep one of the two rows"));
            }
            Some(_) => {}
            None => {
                places.insert(format!("{method} {place}"), (template, row.line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_tables_are_sound() {
        let checked = check(&[]).unwrap();
        let defects: Vec<_> = checked.defects.iter().map(Defect::to_string).collect();
        assert!(defects.is_empty(), "{} defects\n{}", defects.len(), defects.join("\n"));
        assert_eq!(checked.tables.len(), TABLES.len());
    }

    #[test]
    fn the_readme_counts_the_rows() {
        let readme = include_str!("../../data/README.md");
        let catalog = Catalog::builtin();
        let direct = catalog.operations().iter().filter(|o| o.mapping.evidence.is_direct()).count();
        let operations = catalog.operations().len();
        let thousands = format!("{},{:03}", operations / 1000, operations % 1000);
        assert!(readme.contains(&format!("Of {thousands} operations {direct} are documented or observed")));
        for (table, rows) in [
            ("product", catalog.agents().len()),
            ("service and action", catalog.actions().len()),
            ("scope name", catalog.scopes().count()),
        ] {
            assert!(readme.contains(&format!("{table} ({rows})")), "{table}: {rows}");
        }
        for (_, scope) in
            catalog.scopes().filter(|(_, s)| ["jobs", "sql", "clusters", "mlflow"].contains(&&*s.name))
        {
            assert!(readme.contains(&format!(" | {} | ", scope.observability.operations)), "{}", scope.name);
        }
    }
}
