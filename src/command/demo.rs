//! `scopecast demo DIR`: writes a synthetic workspace to try everything on.

use crate::demo::{DAYS, Format, Size, Story};
use crate::error::Error;
use crate::error::Exit;
use crate::support::temp_path::TempPath;
use crate::support::time::Day;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The folder to write, new or empty.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The day the story ends before; the dates in it move along.
    #[arg(long, value_name = "DATE", default_value = "2026-09-12", value_parser = day)]
    pub as_of: Day,
    /// Another seed gives other ids and seconds, and the same verdicts.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// The format of the logs.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::System)]
    pub format: Format,
    /// Compress the logs.
    #[arg(long)]
    pub gzip: bool,
    /// Only the last so many days.
    #[arg(long, value_name = "DAYS", default_value_t = DAYS, value_parser = clap::value_parser!(u16).range(1..=i64::from(DAYS)))]
    pub days: u16,
    /// Every story whole, little noise around them.
    #[arg(long)]
    pub small: bool,
}

impl DemoArgs {
    /// Writes the folder and says what to do with it.
    ///
    /// # Errors
    /// When the folder holds something already or cannot be written.
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        let write_error = |source| Error::Write { path: self.dir.clone(), source };
        let new = (!self.dir.exists()).then(|| TempPath::new(self.dir.clone()));
        std::fs::create_dir_all(&self.dir).map_err(write_error)?;
        if std::fs::read_dir(&self.dir).map_err(write_error)?.next().is_some() {
            let dir = self.dir.display();
            return Err(Error::Usage(format!(
                "{dir} is not empty. Name a new folder, so that nothing of yours is mixed in."
            )));
        }
        let size = if self.small { Size::Small } else { Size::Full };
        let story = Story::of_days(self.seed, self.as_of, size, self.days);
        story.write(&self.dir, self.format, self.gzip).map_err(write_error)?;
        if let Some(new) = new {
            new.finish();
        }
        let (dir, as_of) = (self.dir.display(), self.as_of);
        writeln!(
            out,
            "{} audit rows of {} days, {} tokens. {dir}/README.txt says what each token shows.\nNext: scopecast scan {dir} --as-of {as_of}",
            story.rows().len(),
            self.days,
            story.tokens().len()
        )?;
        Ok(Exit::Clean)
    }
}

fn day(text: &str) -> Result<Day, String> {
    let plausible = |d: &Day| (2000..3000).contains(&d.date().year());
    Day::parse(text)
        .filter(plausible)
        .ok_or_else(|| "write it as 2026-09-12, in the years 2000 to 2999".to_owned())
}
