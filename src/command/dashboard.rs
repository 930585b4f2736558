//! `scopecast dashboard DIR`: writes what loads the tables of packs into an engine and shows them.

use crate::error::Error;
use crate::error::Exit;
use crate::report::dashboard::{self, EnginePaths};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Arguments of `dashboard`.
#[derive(Debug, Args)]
pub struct DashboardArgs {
    /// The folder to write, new or empty.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The schema that is to hold the tables, with its catalog.
    #[arg(long, value_name = "CATALOG.SCHEMA", default_value = "main.scopecast", value_parser = schema)]
    pub schema: String,
    /// The folder that holds one folder for each pack, as the engine sees it.
    #[arg(long, value_name = "PATH", default_value = "/Volumes/main/scopecast/reports", value_parser = packs)]
    pub packs: String,
}

impl DashboardArgs {
    /// Writes the folder and says what to do with it.
    ///
    /// # Errors
    /// When the folder holds something already or cannot be written.
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        let dir = &self.dir;
        let write_error = |source| Error::Write { path: dir.clone(), source };
        std::fs::create_dir_all(dir).map_err(write_error)?;
        if std::fs::read_dir(dir).map_err(write_error)?.next().is_some() {
            return Err(Error::Usage(format!(
                "{} is not empty. Name a new folder, so that nothing of yours is mixed in.",
                dir.display()
            )));
        }
        let places = EnginePaths { schema: self.schema.clone(), packs: self.packs.clone() };
        let files = dashboard::files(&places).map_err(|e| write_error(e.into()))?;
        for (name, text) in &files {
            let path = dir.join(name);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(write_error)?;
            }
            std::fs::write(&path, text).map_err(|source| Error::Write { path, source })?;
        }
        writeln!(
            out,
            "{} files for Databricks, Superset, Grafana and DuckDB. Next: read {}.",
            files.len(),
            dir.join("README.md").display()
        )?;
        Ok(Exit::Clean)
    }
}

/// A name that needs no quotes in any engine.
fn schema(text: &str) -> Result<String, String> {
    let is_name = |part: &str| {
        !part.is_empty()
            && !part.starts_with(|c: char| c.is_ascii_digit())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let parts: Vec<_> = text.split('.').collect();
    if parts.len() <= 2 && parts.iter().all(|p| is_name(p)) {
        return Ok(text.to_owned());
    }
    Err("write it as main.scopecast: letters, digits and underscores, at most one dot".into())
}

/// A path that cannot leave its SQL string.
fn packs(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let is_plain = !text.is_empty()
        && !text.contains(|c: char| c.is_control() || matches!(c, '\'' | '\\' | '{' | '}' | '*'));
    if is_plain {
        Ok(text.to_owned())
    } else {
        Err("write a path such as /Volumes/main/scopecast/reports, without quotes or *".into())
    }
}
