//! `scopecast-story DIR`: writes the test story, for scripts. `fixtures/workspace` is made with `--small --gzip`.

use clap::Parser;
use scopecast_story::{DAYS, Day, Format, Size, Story};
use std::path::PathBuf;

#[derive(Parser)]
struct Args {
    /// The folder to write.
    dir: PathBuf,
    /// The day the story ends before.
    #[arg(long, default_value = "2026-09-12", value_parser = day)]
    as_of: Day,
    /// Another seed gives other ids and seconds, and the same verdicts.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The format of the logs.
    #[arg(long, value_enum, default_value_t = Format::System)]
    format: Format,
    /// Compress the logs.
    #[arg(long)]
    gzip: bool,
    /// Only the last so many days.
    #[arg(long, default_value_t = DAYS, value_parser = clap::value_parser!(u16).range(1..=i64::from(DAYS)))]
    days: u16,
    /// Every story whole, little noise around them.
    #[arg(long)]
    small: bool,
}

fn day(text: &str) -> Result<Day, &'static str> {
    Day::parse(text).ok_or("write it as 2026-09-12")
}

fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let size = if args.small { Size::Small } else { Size::Full };
    let story = Story::of_days(args.seed, args.as_of, size, args.days);
    story.write(&args.dir, args.format, args.gzip)
}
