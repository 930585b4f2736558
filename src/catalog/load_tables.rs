//! Turns tables into catalog rows. A row that cannot be used becomes a defect; the rest still loads.

use super::actions::{Action, ActionKind};
use super::agents::{AgentKind, AgentRow, AgentSpan};
use super::catalog_table::{CatalogRow, CatalogTable, TableKind};
use super::defect::Defect;
use super::mapping::{Access, Mapping, MappingEvidence, Need};
use super::operations::Operation;
use super::scope::{ScopeId, ScopeKind, Sensitivity};
use super::trie::{self, Method};
use super::{ALL_APIS, ANY, Catalog};
use crate::catalog::confidence::Confidence;
use strum::IntoEnumIterator;

/// What is wrong with a cell, and what to write instead.
type Wrong = (String, String);

/// Adds the tables to a catalog, scopes first; later rows win.
pub(super) fn load(catalog: &mut Catalog, tables: &[CatalogTable]) -> Vec<Defect> {
    // The two markers have fixed ids.
    catalog.scopes.intern(ANY);
    catalog.scopes.intern(ALL_APIS);
    let mut order: Vec<&CatalogTable> = tables.iter().collect();
    order.sort_by_key(|table| table.kind);
    let mut defects = Vec::new();
    // Names first, so that a scope may point to one further down.
    for table in order.iter().filter(|t| t.kind == TableKind::Scopes) {
        for row in &table.rows {
            if let Err((what, remedy)) = name_scope(catalog, table, row) {
                defects.push(table.defect(row, &what, &remedy));
            }
        }
    }
    for table in order {
        for row in &table.rows {
            let read = match table.kind {
                TableKind::Scopes => scope(catalog, table, row),
                TableKind::Conflicts => {
                    catalog
                        .conflicts
                        .insert(table.cell(row, "conflict").into(), table.cell(row, "text").into());
                    Ok(())
                }
                TableKind::Operations => operation(catalog, table, row).map(|o| catalog.operations.put(o)),
                TableKind::Actions => action(catalog, table, row).map(|a| catalog.actions.put(a)),
                TableKind::Agents => agent(catalog, table, row).map(|a| catalog.agents.put(a)),
            };
            if let Err((what, remedy)) = read {
                defects.push(table.defect(row, &what, &remedy));
            }
        }
    }
    follow_operations(catalog);
    catalog.actions.gather_service_scopes();
    count_operations(catalog);
    defects
}

fn name_scope(catalog: &mut Catalog, table: &CatalogTable, row: &CatalogRow) -> Result<(), Wrong> {
    let name = table.cell(row, "scope");
    let is_name = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if !is_name {
        return Err(wrong(
            &format!("'{name}' is no scope name"),
            "use letters, digits, hyphens, dots; no modifier",
        ));
    }
    catalog
        .scopes
        .intern(name)
        .map(|_| ())
        .ok_or_else(|| wrong("there are too many scopes", "remove some rows"))
}

fn scope(catalog: &mut Catalog, table: &CatalogTable, row: &CatalogRow) -> Result<(), Wrong> {
    let cell = |column| table.cell(row, column);
    let may_open = if cell("may_open").is_empty() { Vec::new() } else { scopes(catalog, cell("may_open"))? };
    let sensitivity = word(cell("sensitivity"), "sensitivity", Sensitivity::Ordinary)?;
    let kind = word(cell("kind"), "kind", ScopeKind::Scope)?;
    let count = |column| match cell(column) {
        "" => Ok(0),
        text => text
            .parse()
            .map_err(|_| wrong(&format!("{column} '{text}' is no number"), "write a whole number")),
    };
    let (operations, reads, actions) =
        (count("audited_operations")?, count("audited_reads")?, count("audited_actions")?);
    if reads > operations {
        return Err(wrong("audited_reads exceeds audited_operations", "reads are among the operations"));
    }
    let Some(scope) = catalog.scopes.named(cell("scope")).and_then(|id| catalog.scopes.get_mut(id)) else {
        return Ok(());
    };
    // A user's own table need not repeat what it does not change.
    let has = |column| table.has(column);
    for (column, field) in
        [("opens", &mut scope.description), ("family", &mut scope.family), ("note", &mut scope.note)]
    {
        if has(column) {
            *field = cell(column).into();
        }
    }
    let seen = &mut scope.observability;
    for (column, field, count) in [
        ("audited_operations", &mut seen.audited_operations, operations),
        ("audited_reads", &mut seen.audited_reads, reads),
        ("audited_actions", &mut seen.audited_actions, actions),
    ] {
        if has(column) {
            *field = count;
        }
    }
    if has("may_open") {
        scope.may_open = may_open;
    }
    if has("sensitivity") {
        scope.sensitivity = sensitivity;
    }
    if has("kind") {
        scope.kind = kind;
    }
    Ok(())
}

fn operation(catalog: &Catalog, table: &CatalogTable, row: &CatalogRow) -> Result<Operation, Wrong> {
    let cell = |column| table.cell(row, column);
    let method = method(cell("method"))?;
    let template = cell("path");
    trie::parts(template).map_err(|why| {
        wrong(&format!("'{template}' is no path template: {why}"), "write it as /api/2.0/things/{id}")
    })?;
    let by_method = if matches!(method, Method::Get | Method::Head) { Access::Read } else { Access::Write };
    // A user's own table seldom repeats the names of the built-in row.
    let known = catalog.operations.at(method, template);
    let name = |column, known: Option<&str>| {
        if table.has(column) { cell(column) } else { known.unwrap_or("") }.into()
    };
    Ok(Operation {
        method,
        template: template.into(),
        name: name("operation", known.map(|o| &*o.name)),
        group: name("group", known.map(|o| &*o.group)),
        mapping: mapping(catalog, table, row, by_method)?,
        source: cell("source").into(),
    })
}

fn action(catalog: &Catalog, table: &CatalogTable, row: &CatalogRow) -> Result<Action, Wrong> {
    let cell = |column| table.cell(row, column);
    let kind = word(cell("kind"), "kind", ActionKind::ApiCall)?;
    let operation = match cell("path") {
        "" => None,
        template => {
            let method = method(cell("method"))?;
            let row = catalog.operations.at(method, template).ok_or_else(|| {
                wrong(
                    &format!("there is no operation {method} {template}"),
                    "use a method and path of the operations table",
                )
            })?;
            Some(row)
        }
    };
    let mut need =
        if cell("scopes").is_empty() { None } else { Some(mapping(catalog, table, row, Access::Write)?) };
    if let Some(operation) = operation {
        let mut of_operation = operation.mapping.clone();
        if need.as_ref().is_some_and(|own| own.need.scopes != of_operation.need.scopes) {
            return Err(wrong(
                &format!("its scopes are not those of {} {}", operation.method, operation.template),
                &format!("write {}, or leave out method and path", catalog.names(of_operation.scopes())),
            ));
        }
        let access = need.map_or(of_operation.need.access, |own| own.need.access);
        of_operation.need.access = access;
        if let Some(confidence) = Confidence::parse(cell("confidence")) {
            of_operation.confidence = of_operation.confidence.min(confidence);
        }
        need = Some(of_operation);
    }
    let is_call = matches!(kind, ActionKind::ApiCall | ActionKind::TokenAdmin);
    if kind == ActionKind::ApiCall && need.is_none() {
        return Err(wrong("an api_call needs scopes", "name its scopes, or another kind"));
    }
    Ok(Action {
        service: named(cell("service"), "service")?.into(),
        action: named(cell("action"), "action")?.into(),
        level: if cell("level").is_empty() { "both" } else { cell("level") }.into(),
        kind,
        need: need.filter(|_| is_call),
        operation: operation.map(|o| (o.method, o.template.clone())),
        evidence: evidence(cell("evidence"))?,
        confidence: confidence(cell("confidence"))?,
        note: cell("note").into(),
    })
}

fn agent(catalog: &Catalog, table: &CatalogTable, row: &CatalogRow) -> Result<AgentRow, Wrong> {
    let cell = |column| table.cell(row, column);
    let kind = word(cell("kind"), "kind", AgentKind::Command)?;
    let span = word(cell("span"), "span", AgentSpan::Exact)?;
    let name = if kind == AgentKind::Driver { cell("name") } else { named(cell("name"), "name")? };
    let mapping = match cell("scopes") {
        "" if span == AgentSpan::Exact => {
            return Err(wrong("an exact row needs scopes", "name its scopes, or another span"));
        }
        "" => AgentRow::nothing(evidence(cell("evidence"))?, confidence(cell("confidence"))?),
        _ => mapping(catalog, table, row, Access::Write)?,
    };
    let class = cell("class");
    if !class.is_empty()
        && !catalog
            .operations
            .rows
            .iter()
            .any(|o| o.name.split('|').any(|n| n.split('.').next() == Some(class)))
    {
        return Err(wrong(
            &format!("no operation belongs to '{class}'"),
            "use the part before the dot of an operation",
        ));
    }
    Ok(AgentRow {
        kind,
        name: name.into(),
        verb: cell("verb").into(),
        class: class.into(),
        span,
        mapping,
        note: cell("note").into(),
    })
}

fn mapping(
    catalog: &Catalog,
    table: &CatalogTable,
    row: &CatalogRow,
    otherwise: Access,
) -> Result<Mapping, Wrong> {
    let cell = |column| table.cell(row, column);
    let (access, query) = match cell("access") {
        "" => (otherwise, false),
        "read" => (Access::Read, false),
        "write" => (Access::Write, false),
        "query-read" => (Access::Read, true),
        "query-write" => (Access::Write, true),
        other => {
            return Err(wrong(
                &format!("access '{other}' is unknown"),
                "use read, write, query-read or query-write",
            ));
        }
    };
    let conflict = match cell("conflict") {
        "" => None,
        key => Some(catalog.conflicts.get(key).cloned().ok_or_else(|| {
            wrong(&format!("conflict '{key}' is unknown"), "use a key of the conflicts table")
        })?),
    };
    Ok(Mapping {
        need: Need { scopes: scopes(catalog, cell("scopes"))?, access, query },
        confidence: confidence(cell("confidence"))?,
        evidence: evidence(cell("evidence"))?,
        conflict,
    })
}

/// `jobs|clusters`: one of these, the likeliest first.
fn scopes(catalog: &Catalog, text: &str) -> Result<Vec<ScopeId>, Wrong> {
    text.split(['|', ';'])
        .map(|name| {
            let name = name.trim();
            catalog.scopes.named(name).ok_or_else(|| {
                let near =
                    catalog.nearest_scope(name).map_or(String::new(), |near| format!("write '{near}', or "));
                wrong(&format!("scope '{name}' is unknown"), &format!("{near}add it to a scopes table"))
            })
        })
        .collect()
}

fn method(text: &str) -> Result<Method, Wrong> {
    Method::parse(text).ok_or_else(|| {
        wrong(&format!("method '{text}' is unknown"), "use GET, HEAD, POST, PUT, PATCH or DELETE")
    })
}

fn evidence(text: &str) -> Result<MappingEvidence, Wrong> {
    word(text, "evidence", MappingEvidence::Overlay)
}

/// A row of a user's own table without a confidence counts as high.
fn confidence(text: &str) -> Result<Confidence, Wrong> {
    let all = [Confidence::Low, Confidence::Medium, Confidence::High];
    one_of(text, "confidence", &all, Confidence::High)
}

fn word<T>(text: &str, column: &str, otherwise: T) -> Result<T, Wrong>
where
    T: Copy + IntoEnumIterator + Into<&'static str>,
{
    one_of(text, column, &T::iter().collect::<Vec<T>>(), otherwise)
}

/// Reads a word that must be the name of one of `all`; an empty cell means `otherwise`.
fn one_of<T: Copy + Into<&'static str>>(
    text: &str,
    column: &str,
    all: &[T],
    otherwise: T,
) -> Result<T, Wrong> {
    if text.is_empty() {
        return Ok(otherwise);
    }
    all.iter().copied().find(|w| Into::<&str>::into(*w) == text).ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(|w| (*w).into()).collect();
        wrong(&format!("{column} '{text}' is unknown"), &format!("use one of {}", words.join(", ")))
    })
}

fn named<'a>(text: &'a str, column: &str) -> Result<&'a str, Wrong> {
    if text.is_empty() { Err(wrong(&format!("{column} is empty"), "fill it in")) } else { Ok(text) }
}

fn wrong(what: &str, remedy: &str) -> Wrong {
    (what.to_owned(), remedy.to_owned())
}

/// An operation that the user mapped anew takes its built-in audit actions along.
fn follow_operations(catalog: &mut Catalog) {
    let Catalog { operations, actions, .. } = catalog;
    for action in &mut actions.rows {
        let operation =
            action.operation.as_ref().and_then(|(method, template)| operations.at(*method, template));
        let Some(mapping) = operation.map(|o| &o.mapping).filter(|m| m.evidence == MappingEvidence::Overlay)
        else {
            continue;
        };
        if let Some(need) = &mut action.need {
            *need = Mapping { confidence: mapping.confidence.min(action.confidence), ..mapping.clone() };
        }
    }
}

fn count_operations(catalog: &mut Catalog) {
    for scope in &mut catalog.scopes.all {
        (scope.observability.operations, scope.observability.reads) = (0, 0);
    }
    for row in &catalog.operations.rows {
        if let Some(scope) = catalog.scopes.get_mut(row.mapping.primary()) {
            scope.observability.operations += 1;
            scope.observability.reads += u32::from(row.is_read());
        }
    }
}
