//! What became of each input, and what that means for the run as a whole.

use crate::error::Error;
use crate::error::Exit;
use crate::input::file_kind::FileKind;
use crate::input::read::{InputSummary, ReadStatus};
use crate::input::source::{Compression, Input, ReadProblem, content_hash};
use crate::ledger::store::StoredLedger;
use crate::support::format::count;
use crate::support::time::Time;
use serde::Serialize;
use std::path::Path;

/// One input.
#[derive(Clone, Debug, Default, Serialize)]
pub struct InputRow {
    /// Its path, escaped.
    pub path: String,
    /// What it was taken as: a log format, `token inventory`, `annotations`, ...
    pub taken_as: String,
    /// Its compression, if any.
    pub compression: Option<String>,
    /// Its size in bytes as stored, where known.
    pub bytes: Option<u64>,
    /// SHA-256 of its bytes as stored, in hex, where it was taken.
    pub sha256: Option<String>,
    /// Good rows.
    pub rows: u64,
    /// Rows that could not be read.
    pub bad_rows: u64,
    /// The first few of them.
    pub samples: Vec<BadSample>,
    /// Good rows with bytes that are not UTF-8, replaced by U+FFFD.
    pub lossy_rows: u64,
    /// First event.
    pub first_time: Option<Time>,
    /// Last event.
    pub last_time: Option<Time>,
    /// Why it could not be read to its end, or at all.
    pub problem: Option<String>,
}

/// A row that could not be read.
#[derive(Clone, Debug, Serialize)]
pub struct BadSample {
    /// Where it starts, in bytes of the unpacked text.
    pub offset: u64,
    /// Why.
    pub reason: String,
    /// Its beginning, escaped.
    pub excerpt: String,
}

/// One input with what follows from how it was read.
#[derive(Debug)]
pub struct InputReport {
    /// The row of the report.
    pub row: InputRow,
    kind: Option<FileKind>,
    status: ReadStatus,
    input: Option<Input>,
}

impl InputReport {
    /// A file that an option named.
    pub fn named(path: String, taken_as: &str, bytes: usize) -> Self {
        let row = InputRow {
            path,
            taken_as: taken_as.to_owned(),
            bytes: Some(bytes as u64),
            ..InputRow::default()
        };
        Self { row, kind: None, status: ReadStatus::Complete, input: None }
    }

    /// A ledger on disk, with what became of the files it was made of.
    pub fn of_ledger(dir: &Path, stored: &StoredLedger) -> Self {
        let tally = &stored.ledger.tally;
        let incomplete =
            stored.sources.iter().filter(|s| s.problem.is_some() || s.bad_rows > 0).collect::<Vec<_>>();
        let problem = incomplete.first().map(|first| {
            format!(
                "{} of its {} files could not be read completely when they were ingested, such as {}. Ingest complete copies.",
                incomplete.len(),
                stored.sources.len(),
                first.path
            )
        });
        let status = if problem.is_some() { ReadStatus::Incomplete } else { ReadStatus::Complete };
        let row = InputRow {
            path: dir.display().to_string(),
            taken_as: "ledger".to_owned(),
            rows: stored.sources.iter().map(|s| s.rows).sum(),
            bad_rows: stored.sources.iter().map(|s| s.bad_rows).sum(),
            first_time: tally.first,
            last_time: tally.last,
            problem,
            ..InputRow::default()
        };
        Self { row, kind: None, status, input: None }
    }

    /// An input found among the logs. A file that no option names and that has no known format is not a problem.
    pub fn of(summary: InputSummary, is_named: bool) -> Self {
        let mut status = summary.status();
        let is_bystander = summary.kind == FileKind::Unknown
            && matches!(summary.problem, Some(ReadProblem::UnknownFormat | ReadProblem::Empty))
            && !is_named;
        let is_text = summary.compression == Compression::None;
        let mut problem = summary.problem.as_ref().map(ToString::to_string);
        let mut taken_as = match summary.kind {
            FileKind::Log(format) => format.name().to_owned(),
            kind => kind.name().to_owned(),
        };
        if is_bystander && is_text {
            status = ReadStatus::Complete;
            taken_as = "nothing: not a log".to_owned();
            problem = None;
        }
        let t = &summary.tally;
        let row = InputRow {
            path: summary.path.clone(),
            taken_as,
            compression: (summary.compression != Compression::None)
                .then(|| summary.compression.name().to_owned()),
            bytes: Some(summary.bytes),
            rows: t.rows,
            bad_rows: t.bad,
            samples: t
                .samples()
                .iter()
                .map(|s| BadSample {
                    offset: s.offset,
                    reason: s.reason.to_string(),
                    excerpt: s.excerpt.clone(),
                })
                .collect(),
            lossy_rows: t.lossy_utf8,
            first_time: t.first,
            last_time: t.last,
            problem,
            ..InputRow::default()
        };
        Self { row, kind: Some(summary.kind), status, input: None }
    }

    /// Where it was read from.
    pub fn read_from(self, input: &Input) -> Self {
        Self { input: Some(input.again()), ..self }
    }

    /// Hashes its bytes as they are stored, where they can be read again. A file that changed since it was found has no hash: what
    /// is there now is not what was judged. One that is gone has none either.
    pub fn take_hash(&mut self) {
        let Some(input) = &self.input else { return };
        let hash = content_hash(input);
        if input.has_changed() {
            return self.problem(ReadProblem::Changed.to_string());
        }
        self.row.sha256 = hash.ok().flatten();
    }

    /// What it was recognised as; `None` for files that options named.
    pub fn kind(&self) -> Option<FileKind> {
        self.kind
    }

    /// Something went wrong with it.
    pub fn problem(&mut self, why: String) {
        self.row.problem = Some(why);
        self.status = ReadStatus::Incomplete;
    }

    /// Something about it is worth telling.
    pub fn note(&mut self, what: &str) {
        self.row.problem = Some(what.to_owned());
    }

    /// Whether all of it was read.
    pub fn is_complete(&self) -> bool {
        matches!(self.status, ReadStatus::Complete | ReadStatus::Empty)
    }
}

/// Whether everything could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// All of it.
    Complete,
    /// Not all of it; the report says what is missing.
    Incomplete,
}

impl Readiness {
    /// From the inputs.
    pub fn of(inputs: &[InputReport]) -> Self {
        if inputs.iter().all(InputReport::is_complete) { Self::Complete } else { Self::Incomplete }
    }

    /// The exit code: what could not be read outranks what was found.
    pub fn exit(self, has_findings: bool) -> Exit {
        match self {
            Self::Incomplete => Exit::Incomplete,
            Self::Complete if has_findings => Exit::Findings,
            Self::Complete => Exit::Clean,
        }
    }
}

/// Why there is no report at all.
pub(crate) fn nothing_read(inputs: &[InputReport], skipped: u64) -> Error {
    let mut text = String::from("nothing usable was read.");
    for input in inputs.iter().take(10) {
        let why = match (&input.row.problem, input.row.samples.first()) {
            (Some(problem), _) => problem.clone(),
            (None, Some(s)) => {
                format!(
                    "has {}, the first at byte {}: {}",
                    count(input.row.bad_rows, "bad record", "bad records"),
                    s.offset,
                    s.reason
                )
            }
            (None, None) => format!("taken as {}, without a row that could be used", input.row.taken_as),
        };
        text.push_str(&format!("\n  {}: {why}", input.row.path));
    }
    if inputs.len() > 10 {
        text.push_str(&format!("\n  and {} more", inputs.len() - 10));
    }
    if inputs.is_empty() {
        text.push_str(" There are no files there");
        text.push_str(&if skipped > 0 {
            format!(", apart from {skipped} hidden or marker files.")
        } else {
            ".".to_owned()
        });
    }
    text.push_str(
        "\nGive exported audit logs: system.access.audit as JSON, CSV or Parquet, a log delivery folder, Azure diagnostic logs, or an \
         HTTP access log. The README says how to get them.",
    );
    Error::NothingRead(text)
}
