//! A CSV table of the catalog -> text cells with line numbers. Its columns say which table it is.

use super::defect::Defect;

/// The columns of the operations table, in its order.
pub const OPERATION_COLUMNS: [&str; 10] = [
    "method",
    "path",
    "operation",
    "group",
    "scopes",
    "access",
    "evidence",
    "confidence",
    "conflict",
    "source",
];

/// The tables, in the order they depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum TableKind {
    Scopes,
    Conflicts,
    Operations,
    Actions,
    Agents,
}

impl TableKind {
    /// All columns, in their order. A user's own table may leave out all but the required ones and may order them freely.
    pub(super) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Scopes => &[
                "scope",
                "opens",
                "family",
                "sensitivity",
                "kind",
                "may_open",
                "audited_operations",
                "audited_reads",
                "audited_actions",
                "note",
            ],
            Self::Conflicts => &["conflict", "text"],
            Self::Operations => &OPERATION_COLUMNS,
            Self::Actions => &[
                "service",
                "action",
                "level",
                "kind",
                "scopes",
                "access",
                "method",
                "path",
                "evidence",
                "confidence",
                "note",
            ],
            Self::Agents => &[
                "kind",
                "name",
                "verb",
                "class",
                "span",
                "scopes",
                "access",
                "evidence",
                "confidence",
                "note",
            ],
        }
    }

    const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Scopes => &["scope"],
            Self::Conflicts => &["conflict", "text"],
            Self::Operations => &["method", "path", "scopes"],
            Self::Actions => &["service", "action"],
            Self::Agents => &["kind", "name", "scopes"],
        }
    }

    fn of(columns: &[String]) -> Option<Self> {
        // Actions before operations: they name methods and paths too.
        [Self::Actions, Self::Agents, Self::Operations, Self::Scopes, Self::Conflicts]
            .into_iter()
            .find(|kind| kind.required().iter().all(|c| columns.iter().any(|have| have == c)))
    }
}

#[derive(Clone, Debug)]
pub(super) struct CatalogTable {
    pub(super) file: String,
    pub(super) kind: TableKind,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<CatalogRow>,
}

#[derive(Clone, Debug)]
pub(super) struct CatalogRow {
    pub(super) line: u64,
    cells: Vec<String>,
}

impl CatalogTable {
    /// Reads a table; rows that cannot be read become defects.
    pub(super) fn parse(file: &str, text: &[u8]) -> (Option<Self>, Vec<Defect>) {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
        let mut defects = Vec::new();
        let columns: Vec<String> = match reader.headers() {
            Ok(headers) => headers.iter().map(|c| c.trim().to_ascii_lowercase()).collect(),
            Err(_) => Vec::new(),
        };
        let Some(kind) = TableKind::of(&columns) else {
            defects.push(Defect::new(
                file,
                1,
                "the columns are those of no catalog table",
                "begin with a header line: method,path,scopes for operations; service,action,scopes for audit actions; \
                 kind,name,scopes for agents; scope for scopes",
            ));
            return (None, defects);
        };
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    if record.len() != columns.len() {
                        let what =
                            format!("the row has {} cells, the header has {}", record.len(), columns.len());
                        defects.push(Defect::new(file, line, &what, "quote cells that hold a comma"));
                        continue;
                    }
                    rows.push(CatalogRow {
                        line,
                        cells: record.iter().map(|c| c.trim().to_owned()).collect(),
                    });
                }
                Err(e) => {
                    let line = e.position().map_or(0, csv::Position::line);
                    defects.push(Defect::new(
                        file,
                        line,
                        "the row cannot be read as UTF-8 CSV",
                        "save the file as UTF-8",
                    ));
                }
            }
        }
        (Some(Self { file: file.to_owned(), kind, columns, rows }), defects)
    }

    /// A cell by column; empty where the table lacks the column.
    pub(super) fn cell<'a>(&self, row: &'a CatalogRow, column: &str) -> &'a str {
        self.columns
            .iter()
            .position(|c| c == column)
            .and_then(|at| row.cells.get(at))
            .map_or("", String::as_str)
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }

    pub(super) fn defect(&self, row: &CatalogRow, what: &str, remedy: &str) -> Defect {
        Defect::new(&self.file, row.line, what, remedy)
    }
}
