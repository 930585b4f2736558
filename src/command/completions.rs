//! `scopecast completions SHELL`: a script that completes scopecast's commands and options.

use crate::error::Error;
use crate::error::Exit;
use clap::{Args, Command};
use clap_complete::Shell;
use std::io::Write;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell to complete in
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

impl CompletionsArgs {
    /// Prints the script for the whole command line.
    ///
    /// # Errors
    /// When the output is gone.
    pub fn run(&self, mut cli: Command, out: &mut dyn Write) -> Result<Exit, Error> {
        // Written to memory first: the generator panics where a pipe is closed.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut cli, "scopecast", &mut script);
        out.write_all(&script)?;
        Ok(Exit::Clean)
    }
}
