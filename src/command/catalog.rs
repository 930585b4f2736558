//! `scopecast catalog`: lists, explains and checks what the tool knows about scopes.

use super::catalog_list::{ListFormat, needing, scopes};
use crate::catalog::check::check;
use crate::catalog::explain::explain;
use crate::catalog::refresh;
use crate::catalog::{Catalog, Method, OPERATION_COLUMNS, OverlayNote, ScopeId};
use crate::error::Error;
use crate::error::Exit;
use clap::{Args, Subcommand};
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

/// Arguments of `scopecast catalog`.
#[derive(Debug, Args)]
pub struct CatalogArgs {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
enum CatalogCommand {
    /// List all scopes, or everything that needs one scope.
    List {
        /// Only what needs this scope.
        #[arg(long, value_name = "SCOPE")]
        scope: Option<String>,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
        #[command(flatten)]
        overlays: Overlays,
    },
    /// Say what a call, an audit action, a user agent or a scope needs, by which row, and how well that is known.
    ///
    /// Examples: "POST https://host/api/2.2/jobs/run-now?x=1", jobs/runNow, "cli/0.280 cmd/jobs_list auth/pat", jobs.
    Explain {
        /// What to explain; several words are taken as one text.
        #[arg(required = true, value_name = "WHAT")]
        what: Vec<String>,
        #[command(flatten)]
        overlays: Overlays,
    },
    /// List the operations of Python SDK service modules that the catalog lacks, as rows to review.
    Missing {
        /// Files of databricks/sdk/service/.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// What to write as their source, as "sdk-py 0.170.0".
        #[arg(long, default_value = "", value_name = "TEXT")]
        source: String,
    },
    /// Check the built-in tables, or tables of your own: order, keys, scopes, templates.
    Check {
        /// Tables to check on top of the built-in ones; without any, the built-in ones.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// Tables of one's own.
#[derive(Debug, Args)]
struct Overlays {
    /// A CSV table of your own on top of the built-in ones; repeatable, later ones win.
    #[arg(long = "catalog", value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs `scopecast catalog`.
///
/// # Errors
/// A table that cannot be used, an unknown scope, or an output that cannot be written.
pub(crate) fn run(args: CatalogArgs, out: &mut dyn Write) -> Result<Exit, Error> {
    match args.command {
        CatalogCommand::List { scope, format, overlays } => {
            let (catalog, _) = Catalog::with_overlays(&overlays.files)?;
            let listing = match scope {
                Some(name) => needing(&catalog, scope_id(&catalog, &name)?),
                None => scopes(&catalog),
            };
            listing.print(format, out)?;
            Ok(Exit::Clean)
        }
        CatalogCommand::Explain { what, overlays } => {
            let (catalog, notes) = Catalog::with_overlays(&overlays.files)?;
            let explained = explain(&catalog, &what.join(" "));
            out.write_all(explained.text.as_bytes())?;
            writeln!(out, "{:12}{}", "catalog", catalog.version())?;
            print_notes(&notes, out)?;
            Ok(if explained.found { Exit::Clean } else { Exit::Findings })
        }
        CatalogCommand::Missing { files, source } => missing(&files, &source, out),
        CatalogCommand::Check { files } => {
            let checked = check(&files)?;
            for defect in &checked.defects {
                writeln!(out, "{defect}")?;
            }
            for (file, rows) in &checked.tables {
                writeln!(out, "{file}: {rows} rows")?;
            }
            if !files.is_empty() && checked.defects.is_empty() {
                print_notes(&Catalog::with_overlays(&files)?.1, out)?;
            }
            let count = checked.defects.len();
            writeln!(out, "{count} {}", if count == 1 { "defect" } else { "defects" })?;
            Ok(if count == 0 { Exit::Clean } else { Exit::Findings })
        }
    }
}

/// Rows in the columns of the operations table, in its order; without scopes where nothing resembles them.
fn missing(files: &[PathBuf], source: &str, out: &mut dyn Write) -> Result<Exit, Error> {
    let catalog = Catalog::builtin();
    let read = |path: &PathBuf| {
        let text = fs::read(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    };
    let texts = files.iter().map(read).collect::<Result<Vec<String>, Error>>()?;
    let missing = refresh::missing(catalog, texts.iter().map(String::as_str));
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(OPERATION_COLUMNS).map_err(io::Error::other)?;
    for row in &missing {
        let access = if matches!(row.method, Method::Get | Method::Head) { "read" } else { "write" };
        let scopes = catalog.names(&row.scopes);
        let (method, evidence) = (row.method.as_str(), row.evidence.as_str());
        let cells: [&str; OPERATION_COLUMNS.len()] =
            [method, &row.template, &row.name, "", &scopes, access, evidence, "low", "", source];
        csv.write_record(cells).map_err(io::Error::other)?;
    }
    csv.flush()?;
    Ok(if missing.is_empty() { Exit::Clean } else { Exit::Findings })
}

fn print_notes(notes: &[OverlayNote], out: &mut dyn Write) -> io::Result<()> {
    notes.iter().try_for_each(|note| writeln!(out, "{note}"))
}

fn scope_id(catalog: &Catalog, name: &str) -> Result<ScopeId, Error> {
    catalog.scope_named(name).or_else(|| (name == "any").then_some(ScopeId::ANY)).ok_or_else(|| {
        let near = catalog.nearest_scope(name).map_or(String::new(), |near| format!(" Did you mean {near}?"));
        let name = name.escape_debug();
        Error::Usage(format!("there is no scope '{name}'.{near} `scopecast catalog list` names all."))
    })
}
