//! `scopecast man [DIR]`: manual pages, from the command line itself.

use crate::error::Error;
use crate::error::Exit;
use clap::{Args, Command};
use clap_mangen::Man;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write one page per subcommand into this folder, such as /usr/local/share/man/man1, instead of printing the first
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

impl ManArgs {
    /// Prints the page of scopecast itself, or writes all pages.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn run(&self, mut cli: Command, out: &mut dyn Write) -> Result<Exit, Error> {
        // Names such as scopecast-catalog-list, and usage lines with the words before them.
        cli.build();
        let Some(dir) = &self.dir else {
            Man::new(cli).render(out)?;
            return Ok(Exit::Clean);
        };
        fs::create_dir_all(dir).map_err(|source| Error::Write { path: dir.clone(), source })?;
        let count = pages(cli, dir)?;
        writeln!(out, "Wrote {count} pages to {}; read them with man -l.", dir.display())?;
        Ok(Exit::Clean)
    }
}

fn pages(command: Command, dir: &Path) -> Result<usize, Error> {
    let inner: Vec<Command> =
        command.get_subcommands().filter(|c| c.get_name() != "help" && !c.is_hide_set()).cloned().collect();
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let path = dir.join(format!("{name}.1"));
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    fs::write(&path, page).map_err(|source| Error::Write { path, source })?;
    inner.into_iter().try_fold(1, |count, c| Ok(count + pages(c, dir)?))
}
