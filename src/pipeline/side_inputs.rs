//! Inputs other than audit logs, named by an option or found among the logs -> token lists, names, annotations, jobs, refusals.

use super::request::InputOptions;
use crate::assess::readiness::InputReport;
use crate::context::annotations::Annotations;
use crate::context::client_log::{self, ClientDenial};
use crate::context::inventory::{DatedFile, Dump};
use crate::context::jobs::Jobs;
use crate::context::principals::PrincipalNames;
use crate::error::Error;
use crate::input::file_kind::FileKind;
use crate::input::read::{InputSummary, ReadOptions, RecognisedFile, recognise_files};
use crate::input::source::{Input, InputOrigin, ReadProblem, SharedFile};
use crate::ledger::{LedgerBuilder, table};
use crate::support::time::Day;
use crate::timeline::declared;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The most bytes that a token list or an annotations file may have.
const MOST: usize = 512 << 20;

/// What the inputs besides the logs say.
#[derive(Default)]
pub(super) struct SideInputs {
    pub(super) dumps: Vec<Dump>,
    pub(super) names: PrincipalNames,
    pub(super) annotations: Option<Annotations>,
    pub(super) jobs: Option<Jobs>,
    pub(super) denials: Vec<ClientDenial>,
    /// Client logs that were read before the audit logs, by path, and those that could not be.
    client_logs: BTreeMap<String, Option<ReadProblem>>,
    pub(super) problems: Vec<String>,
    pub(super) named: Vec<InputReport>,
    pub(super) tables: Vec<LedgerBuilder>,
}

impl SideInputs {
    /// Files that options name. A bad one is wrong usage, reported before the long work starts.
    pub(super) fn read_named(&mut self, options: &InputOptions) -> Result<(), Error> {
        for DatedFile { path, date } in &options.token_lists {
            let (input, bytes) = load(Path::new(path))?;
            self.dump(&input.path, &bytes, *date).map_err(Error::Usage)?;
            self.named.push(
                InputReport::named(input.path.clone(), "token inventory", bytes.len()).read_from(&input),
            );
        }
        if let Some(path) = &options.annotations {
            let (input, bytes) = load(path)?;
            self.annotate(&input.path, &bytes)?;
            self.named
                .push(InputReport::named(input.path.clone(), "annotations", bytes.len()).read_from(&input));
        }
        for path in &options.jobs {
            let (input, bytes) = load(path)?;
            self.list_jobs(&input.path, &bytes);
            self.named.push(InputReport::named(input.path.clone(), "jobs", bytes.len()));
        }
        for path in &options.denials {
            let (input, bytes) = load(path)?;
            self.denials.extend(client_log::read_log(&input.path, &bytes));
            self.named
                .push(InputReport::named(input.path.clone(), "client errors", bytes.len()).read_from(&input));
        }
        Ok(())
    }

    /// Recognises the small files among the inputs, and reads the client logs found there: while audit logs are read, the request
    /// ids that client logs name are looked for.
    pub(super) fn read_denials_first(
        &mut self,
        inputs: &[Input],
        options: &ReadOptions,
    ) -> Vec<Option<Result<RecognisedFile, ReadProblem>>> {
        let is_small = |i: &Input| {
            matches!(i.origin, InputOrigin::File(_)) && i.size.is_some_and(|n| n <= MOST as u64 / 8)
        };
        let recognised = recognise_files(inputs, options, is_small);
        for (input, file) in inputs.iter().zip(&recognised) {
            if let Some(Ok(file)) = file
                && file.kind() == FileKind::Denials
            {
                let read = input.read_all(MOST);
                let read = read.map(|bytes| self.denials.extend(client_log::read_log(&input.path, &bytes)));
                self.client_logs.insert(input.path.clone(), read.err());
            }
        }
        recognised
    }

    /// Files found among the logs that are not logs.
    pub(super) fn read_found(
        &mut self,
        options: &InputOptions,
        inputs: &[Input],
        summaries: Vec<InputSummary>,
    ) -> Result<Vec<InputReport>, Error> {
        let mut reports = std::mem::take(&mut self.named);
        for (input, summary) in inputs.iter().zip(summaries) {
            let is_named = input.file().is_none_or(|f| options.logs.iter().any(|l| l == f));
            let mut report = InputReport::of(summary, is_named).read_from(input);
            let read = |report: &mut InputReport| match input.read_all(MOST) {
                Ok(bytes) => Some(bytes),
                Err(problem) => {
                    report.problem(problem.to_string());
                    None
                }
            };
            match report.kind() {
                Some(FileKind::Inventory) => {
                    if let Some(bytes) = read(&mut report)
                        && let Err(why) = self.dump(&input.path, &bytes, None)
                    {
                        report.problem(why);
                    }
                }
                Some(FileKind::Names) => {
                    if let Some(bytes) = read(&mut report) {
                        let (names, problems) = PrincipalNames::parse(&input.path, &bytes);
                        self.names.merge(names);
                        self.problems.extend(problems.iter().map(ToString::to_string));
                    }
                }
                Some(FileKind::Jobs) => {
                    if let Some(bytes) = read(&mut report) {
                        self.list_jobs(&input.path, &bytes);
                    }
                }
                Some(FileKind::Annotations) if self.annotations.is_some() => {
                    report.note("another annotations file was named or came first: this one is not used");
                }
                Some(FileKind::Annotations) => {
                    if let Some(bytes) = read(&mut report) {
                        self.annotate(&input.path, &bytes)?;
                    }
                }
                Some(FileKind::LedgerTable) => match ledger_table(input) {
                    Ok(table) => {
                        report.row.rows = table.rows_counted();
                        self.tables.push(table);
                    }
                    Err(problem) => report.problem(problem.to_string()),
                },
                Some(FileKind::Denials) => match self.client_logs.get(&input.path) {
                    Some(None) => {}
                    // Read now, its refusals would be tied to no call: the audit logs were not searched for them.
                    Some(Some(problem)) => report.problem(problem.to_string()),
                    None => {
                        if let Some(bytes) = read(&mut report) {
                            self.denials.extend(client_log::read_log(&input.path, &bytes));
                        }
                    }
                },
                _ => {}
            }
            reports.push(report);
        }
        Ok(reports)
    }

    fn dump(&mut self, name: &str, bytes: &[u8], date: Option<Day>) -> Result<(), String> {
        let dump = Dump::parse(name, bytes, date).map_err(|e| e.to_string())?;
        self.problems.extend(dump.problems.iter().map(ToString::to_string));
        self.dumps.push(dump);
        Ok(())
    }

    fn list_jobs(&mut self, name: &str, bytes: &[u8]) {
        let mut jobs = Jobs::parse(name, bytes);
        self.problems.extend(std::mem::take(&mut jobs.problems).iter().map(ToString::to_string));
        self.jobs.get_or_insert_default().merge(jobs);
    }

    fn annotate(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let text = crate::support::text::text_of(bytes);
        let parsed = Annotations::parse(name, &text).and_then(|parsed| {
            let problems = declared::unreadable(&parsed);
            if problems.is_empty() { Ok(parsed) } else { Err(problems) }
        });
        let parsed = parsed.map_err(|problems| {
            let list: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
            Error::Usage(format!("{name} cannot be used:\n{}", list.join("\n")))
        })?;
        self.annotations = Some(parsed);
        Ok(())
    }
}

/// A ledger table that an engine or an earlier run wrote.
fn ledger_table(input: &Input) -> Result<LedgerBuilder, ReadProblem> {
    if let Some(path) = input.file() {
        let mut file = std::fs::File::open(path).map_err(|e| ReadProblem::Io(e.to_string()))?;
        let mut magic = [0; 4];
        if file.read_exact(&mut magic).is_ok() && magic == *b"PAR1" {
            return table::read_parquet(&SharedFile::new(file).map_err(|e| ReadProblem::Io(e.to_string()))?);
        }
    }
    table::read_text(&input.read_all(MOST)?)
}

fn load(path: &Path) -> Result<(Input, Vec<u8>), Error> {
    let input = Input::at(if path.as_os_str() == "-" {
        InputOrigin::Stdin
    } else {
        InputOrigin::File(path.to_owned())
    });
    if path.as_os_str() != "-" && !path.is_file() {
        let source = std::fs::metadata(path).err().unwrap_or_else(|| std::io::Error::other("it is no file"));
        return Err(Error::Read { path: path.to_owned(), source });
    }
    match input.read_all(MOST) {
        Ok(bytes) => Ok((input, bytes)),
        Err(problem) => Err(Error::Usage(format!("{} {problem}", input.path))),
    }
}
