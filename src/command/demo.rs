//! `scopecast demo DIR`: writes the sample workspace of `fixtures/workspace` to try everything on.

use crate::error::Error;
use crate::error::Exit;
use crate::support::temp_path::TempPath;
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The folder to write, new or empty.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// A file of the sample workspace: its path below the folder, and its bytes.
type SampleFile = (&'static str, &'static [u8]);

macro_rules! sample_files {
    ($($path:literal)*) => {
        [$(($path, include_bytes!(concat!("../../fixtures/workspace/", $path)) as &[u8])),*]
    };
}

#[rustfmt::skip]
const FILES: [SampleFile; 20] = sample_files![
    "README.txt"
    "annotations.toml"
    "audit/2025-08.json.gz"
    "audit/2025-09.json.gz"
    "audit/2025-10.json.gz"
    "audit/2025-11.json.gz"
    "audit/2025-12.json.gz"
    "audit/2026-01.json.gz"
    "audit/2026-02.json.gz"
    "audit/2026-03.json.gz"
    "audit/2026-04.json.gz"
    "audit/2026-05.json.gz"
    "audit/2026-06.json.gz"
    "audit/2026-07.json.gz"
    "audit/2026-08.json.gz"
    "audit/2026-09.json.gz"
    "client-errors.log"
    "service-principals.json"
    "tokens.json"
    "users.json"
];

/// What the files hold.
const ROWS: usize = 7713;
const DAYS: usize = 400;
const TOKENS: usize = 16;
/// The day on which the logs end.
const AS_OF: &str = "2026-09-12";

impl DemoArgs {
    /// Writes the folder and says what to do with it.
    ///
    /// # Errors
    /// When the folder holds something already or cannot be written.
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        let write_error = |source| Error::Write { path: self.dir.clone(), source };
        let new = (!self.dir.exists()).then(|| TempPath::new(self.dir.clone()));
        fs::create_dir_all(&self.dir).map_err(write_error)?;
        if fs::read_dir(&self.dir).map_err(write_error)?.next().is_some() {
            let dir = self.dir.display();
            return Err(Error::Usage(format!(
                "{dir} is not empty. Name a new folder, so that nothing of yours is mixed in."
            )));
        }
        write_files(&self.dir).map_err(write_error)?;
        if let Some(new) = new {
            new.finish();
        }
        let dir = self.dir.display();
        writeln!(
            out,
            "{ROWS} audit rows of {DAYS} days, {TOKENS} tokens. {dir}/README.txt says what each token shows.\nNext: scopecast scan {dir} --as-of {AS_OF}",
        )?;
        Ok(Exit::Clean)
    }
}

fn write_files(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir.join("audit"))?;
    FILES.iter().try_for_each(|(path, bytes)| fs::write(dir.join(path), bytes))
}
