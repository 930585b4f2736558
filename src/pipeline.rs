//! The one function that reads like the design: sources, events, ledger, tokens, judgement, findings, report.

use crate::analysis::compare::Comparison;
use crate::analysis::previous_report::PreviousReport;
use crate::assess::readiness::{InputReport, Readiness};
use crate::assess::{AsOfSource, Assessment, assess};
use crate::attribute::lineage::Lineage;
use crate::attribute::{Roster, attribute};
use crate::catalog::Catalog;
use crate::command::args::ReportArgs;
use crate::context::annotations::{Annotations, Matches};
use crate::context::client_log::{self, ClientDenial};
use crate::context::inventory::{DatedFile, Dump, Inventory};
use crate::context::jobs::Jobs;
use crate::context::principals::PrincipalNames;
use crate::error::Error;
use crate::input::decode::DecodeOptions;
use crate::input::file_kind::FileKind;
use crate::input::read::{InputSummary, ReadOptions, RecognisedFile, read_recognised_logs, recognise_files};
use crate::input::source::{Input, InputOrigin, Limits, ReadProblem, expand};
use crate::ledger::{self, Duplicates, Fold, FoldContext, Ledger, LedgerBuilder, store, table};
use crate::report::build::{self, Found};
use crate::report::mask;
use crate::report::model::Report;
use crate::support::hash::{Map, Set, fingerprint};
use crate::support::memory;
use crate::support::progress::Progress;
use crate::support::time::{Day, Span, Time};
use crate::timeline::{declared, log_view};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

/// A token list or an annotations file larger than this is none.
const MOST: usize = 512 << 20;

/// Whether every input is hashed as it is stored, which is a pass of its own over the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashes {
    /// For a record of what a report rests on.
    Take,
    /// Nobody asks.
    Leave,
}

/// Reads, judges and reports.
///
/// # Errors
/// Wrong usage, a named file that cannot be read, or nothing usable at all.
pub fn run(args: &ReportArgs, hashes: Hashes, progress: &dyn Progress) -> Result<(Report, Readiness), Error> {
    // What cannot be used is told before the long work starts.
    let key = args.mask_key()?;
    let baseline = args.baseline.as_deref().map(PreviousReport::read).transpose()?;
    let mut gathered = Gathered::read(args, progress)?;
    if hashes == Hashes::Take {
        gathered.inputs.par_iter_mut().with_max_len(1).for_each(InputReport::take_hash);
    }
    let readiness = Readiness::of(&gathered.inputs);
    let mut report = gathered.judge(args, |assessment, found| {
        let mut report = build::report(assessment, assess(assessment), found)?;
        if let Some(key) = &key {
            mask::mask(&mut report, key, mask::originals(key, assessment, found));
        }
        Ok::<_, Error>(report)
    })??;
    if let Some(old) = baseline {
        report.comparison = Some(Comparison::of(&old, &report.as_previous()?)?);
    }
    Ok((report, readiness))
}

/// Everything that was read, before anything is judged.
pub struct Gathered {
    /// The catalog with the user's tables on top.
    pub catalog: Catalog,
    /// What those tables changed.
    pub overlay_notes: Vec<String>,
    /// Facts of all logs.
    pub ledger: Ledger,
    /// All token lists as one.
    pub inventory: Inventory,
    /// Names of principals.
    pub names: PrincipalNames,
    /// What people wrote, with the schedules of the jobs it names.
    pub annotations: Annotations,
    /// Jobs that start by themselves.
    pub jobs: Jobs,
    /// Denials of client logs.
    pub denials: Vec<ClientDenial>,
    /// What became of each input.
    pub inputs: Vec<InputReport>,
    /// Files passed over.
    pub skipped: u64,
    /// Problems of inventories, annotations and client logs, as sentences.
    pub problems: Vec<String>,
}

impl Gathered {
    /// Reads whatever the options name.
    ///
    /// # Errors
    /// Wrong usage, or a named file that cannot be read.
    pub fn read(args: &ReportArgs, progress: &dyn Progress) -> Result<Self, Error> {
        args.check()?;
        let (catalog, overlay_notes) = Catalog::with_overlays(&args.catalog)?;
        let mut side = Side::default();
        side.read_named(args)?;
        // A ledger that an engine wrote is a table, or a folder of them.
        let table = args.ledger.as_ref().filter(|path| path.exists() && !store::is_ledger(path));
        let expanded = expand(&args.logs.iter().chain(table).cloned().collect::<Vec<_>>());
        let options = read_options(args);
        let known = side.read_denials_first(&expanded.inputs, &options);
        let stored = args.ledger.as_deref().filter(|_| table.is_none()).map(store::load).transpose()?;
        let (ledger, summaries) = read(&options, &catalog, &expanded.inputs, known, &side.denials, progress)?;
        let ledger = match (stored, &args.ledger) {
            (Some(stored), Some(dir)) => {
                side.named.push(InputReport::of_ledger(dir, &stored));
                stored.ledger
            }
            _ => ledger,
        };
        let inputs = side.read_found(args, &expanded.inputs, summaries)?;
        let ledger = with_tables(ledger, std::mem::take(&mut side.tables))?;
        let mut inventory = Inventory::merge(side.dumps);
        inventory.name_owners(&side.names);
        let mut annotations = side.annotations.unwrap_or_default();
        if let Some(jobs) = &side.jobs {
            annotations.look_up_jobs(jobs);
        }
        Ok(Self {
            catalog,
            overlay_notes: overlay_notes.iter().map(ToString::to_string).collect(),
            ledger,
            inventory,
            names: side.names,
            annotations,
            jobs: side.jobs.unwrap_or_default(),
            denials: side.denials,
            inputs,
            skipped: expanded.skipped,
            problems: side.problems,
        })
    }

    /// Judges every token and gives the assessment, and what a report needs beside it, to `then`.
    ///
    /// # Errors
    /// When nothing usable was read.
    pub fn judge<T>(
        self,
        args: &ReportArgs,
        then: impl FnOnce(&Assessment<'_>, &Found<'_>) -> T,
    ) -> Result<T, Error> {
        let as_of = as_of(args, &self.ledger, &self.inventory)
            .ok_or_else(|| crate::assess::readiness::nothing_read(&self.inputs, self.skipped))?;
        Ok(self.attribute(args, as_of, |assessment, found| then(&assessment.judge(), found)))
    }

    /// The moment up to which there is anything to look at: the option, else the end of the last day in the logs, whole or not,
    /// else the newest time in the token lists. `None` when nothing usable was read.
    pub fn until(&self, args: &ReportArgs) -> Option<(Time, AsOfSource)> {
        let end = last_moment(&self.ledger)
            .filter(|_| args.as_of.is_none())
            .map(|t| (t.day().end(), AsOfSource::Logs));
        end.or_else(|| as_of(args, &self.ledger, &self.inventory))
    }

    /// Ties every row to a token or a principal, and gives the assessment, in which nothing is judged yet, and what a report needs
    /// beside it, to `then`. With the moment of as-of comes where it is from.
    pub fn attribute<T>(
        self,
        args: &ReportArgs,
        (as_of, as_of_from): (Time, AsOfSource),
        then: impl FnOnce(Assessment<'_>, &Found<'_>) -> T,
    ) -> T {
        let (ledger, later) = self.ledger.before(as_of);
        // What a client was refused at or after as-of stays out like any other row; a refusal without a time stays in.
        let (mut denials, mut problems) = (self.denials, self.problems);
        let all = denials.len();
        denials.retain(|d| d.time.is_none_or(|t| t < as_of));
        if denials.len() < all {
            problems.push(format!(
                "Left out: {} of {all} refusals in client logs are of as-of or later.",
                all - denials.len()
            ));
        }
        let mut workspaces = self.annotations.workspaces.clone();
        workspaces.extend(args.workspace.iter().map(|(name, id)| (name.to_ascii_lowercase(), id.clone())));
        let roster = Roster::new(&ledger, &self.inventory, &workspaces, as_of);
        let attribution = attribute(&ledger, &ledger.rows, &self.catalog, &roster, &denials);
        let logs = log_view::views(&ledger, as_of);
        let given = args.assumptions(as_of);
        let assessment = Assessment {
            ledger: &ledger,
            rows: &ledger.rows,
            catalog: &self.catalog,
            roster: &roster,
            attribution: &attribution,
            logs: &logs,
            annotations: &self.annotations,
            given: &given,
            max_lifetime: Span::days(i64::from(args.max_lifetime_days)),
            jobs: &self.jobs,
            problems: Vec::new(),
            matches: Matches::default(),
            lineage: Lineage::default(),
            tokens: Vec::new(),
            reads: Map::default(),
        };
        let found = Found {
            args,
            as_of_from,
            later,
            skipped: self.skipped,
            inputs: &self.inputs,
            inventory: &self.inventory,
            problems: &problems,
            names: &self.names,
            overlay_notes: self.overlay_notes,
        };
        then(assessment, &found)
    }
}

fn read_options(args: &ReportArgs) -> ReadOptions {
    ReadOptions {
        decode: DecodeOptions { fields: args.field.clone() },
        limits: Limits {
            record: args.max_record,
            unpacked: args.max_decompressed,
            memory: args.memory.unwrap_or_else(memory::default_limit),
            ..Limits::default()
        },
        no_logs: args.ledger.as_ref().map(|_| {
            "is a log, and with --ledger only the ledger is read. Add it with `scopecast ingest` first, or leave out --ledger."
        }),
    }
}

/// Logs become a ledger.
fn read(
    options: &ReadOptions,
    catalog: &Catalog,
    inputs: &[Input],
    known: Vec<Option<Result<RecognisedFile, ReadProblem>>>,
    denials: &[ClientDenial],
    progress: &dyn Progress,
) -> Result<(Ledger, Vec<InputSummary>), Error> {
    let wanted: Set<u64> =
        denials.iter().filter_map(|d| d.request_id.as_ref()).map(|id| fingerprint(id.as_bytes())).collect();
    let templates = |method: &str, path: &str| catalog.template(method, path).map(str::to_owned);
    let shared = FoldContext {
        duplicates: Duplicates::default(),
        wanted_requests: wanted,
        templates: &templates,
        closed: None,
    };
    let (folds, summaries) = read_recognised_logs(inputs, known, options, progress, || Fold::new(&shared));
    if summaries.iter().any(|s| s.problem == Some(ReadProblem::OutOfMemory)) {
        return Err(refusal(options.limits.memory, &folds));
    }
    Ok((ledger::merge(folds), summaries))
}

/// A report of some of the rows would say that scopes are lost which are used in the others.
fn refusal(limit: u64, folds: &[Fold<'_>]) -> Error {
    let sum = |size: fn(&Fold<'_>) -> u64| folds.iter().map(size).sum::<u64>();
    let (rows, keys, waiting) = (sum(|f| f.rows_read()), sum(|f| f.keys()), sum(|f| f.waiting()));
    Error::Usage(format!(
        "these logs need more memory than {}: after {rows} rows there were {keys} distinct keys, and {waiting} calls and logins to \
         be tied together. No report was made, for part of a log would show scopes as lost that the rest uses. Allow more with \
         --memory; export only the columns that are needed; or read one workspace's logs at a time.",
        memory::shown(limit)
    ))
}

/// Ledger tables beside logs: each workspace's day from one of them only, for nothing tells their rows apart.
fn with_tables(ledger: Ledger, tables: Vec<LedgerBuilder>) -> Result<Ledger, Error> {
    if tables.is_empty() {
        return Ok(ledger);
    }
    let tables = LedgerBuilder::all(tables).ledger();
    let day_of =
        |l: &Ledger, ((w, day), _): &((ledger::Id, Day), ledger::DayCount)| (l.text(*w).to_owned(), *day);
    let held: BTreeSet<(String, Day)> = tables.days.iter().map(|d| day_of(&tables, d)).collect();
    if let Some((workspace, day)) = ledger.days.iter().map(|d| day_of(&ledger, d)).find(|d| held.contains(d))
    {
        return Err(Error::Usage(format!(
            "workspace {workspace} has rows of {day} in a log and in a ledger table; they would count twice. Give one of the two."
        )));
    }
    let mut both = LedgerBuilder::of(ledger);
    both.absorb(LedgerBuilder::of(tables));
    Ok(both.ledger())
}

/// Everything that is no log.
#[derive(Default)]
struct Side {
    dumps: Vec<Dump>,
    names: PrincipalNames,
    annotations: Option<Annotations>,
    jobs: Option<Jobs>,
    denials: Vec<ClientDenial>,
    /// Paths whose denials were read already.
    denials_of: Vec<String>,
    problems: Vec<String>,
    named: Vec<InputReport>,
    tables: Vec<LedgerBuilder>,
}

impl Side {
    /// Files that options name: a bad one is wrong usage, told before the long work starts.
    fn read_named(&mut self, args: &ReportArgs) -> Result<(), Error> {
        for DatedFile { path, date } in args.token_files() {
            let (name, bytes) = load(Path::new(&path))?;
            self.dump(&name, &bytes, date).map_err(Error::Usage)?;
            self.named.push(InputReport::named(name, "token inventory", bytes.len()).at(Path::new(&path)));
        }
        if let Some(path) = &args.annotations {
            let (name, bytes) = load(path)?;
            self.annotate(&name, &bytes)?;
            self.named.push(InputReport::named(name, "annotations", bytes.len()).at(path));
        }
        for path in &args.jobs {
            let (name, bytes) = load(path)?;
            self.list_jobs(&name, &bytes);
            self.named.push(InputReport::named(name, "jobs", bytes.len()));
        }
        for path in &args.denials {
            let (name, bytes) = load(path)?;
            self.denials.extend(client_log::read_log(&name, &bytes));
            self.named.push(InputReport::named(name, "client errors", bytes.len()).at(path));
        }
        Ok(())
    }

    /// Recognises the small files among the inputs, and reads the client errors among them before any log: the request ids
    /// they name are looked for while logs are read.
    fn read_denials_first(
        &mut self,
        inputs: &[Input],
        options: &ReadOptions,
    ) -> Vec<Option<Result<RecognisedFile, ReadProblem>>> {
        let is_small = |i: &Input| {
            matches!(i.origin, InputOrigin::File(_)) && i.size.is_some_and(|n| n <= MOST as u64 / 8)
        };
        let known = recognise_files(inputs, options, is_small);
        for (input, known) in inputs.iter().zip(&known) {
            if let Some(Ok(file)) = known
                && file.kind() == FileKind::Denials
                && let Ok(bytes) = input.read_all(MOST)
            {
                self.denials.extend(client_log::read_log(&input.path, &bytes));
                self.denials_of.push(input.path.clone());
            }
        }
        known
    }

    /// What lay among the logs and is none.
    fn read_found(
        &mut self,
        args: &ReportArgs,
        inputs: &[Input],
        summaries: Vec<InputSummary>,
    ) -> Result<Vec<InputReport>, Error> {
        let mut reports = std::mem::take(&mut self.named);
        for (input, summary) in inputs.iter().zip(summaries) {
            let is_named = input.file().is_none_or(|f| args.logs.iter().any(|l| l == f));
            let mut report = InputReport::of(summary, is_named).read_from(&input.origin);
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
                Some(FileKind::Denials) if !self.denials_of.contains(&input.path) => {
                    if let Some(bytes) = read(&mut report) {
                        self.denials.extend(client_log::read_log(&input.path, &bytes));
                    }
                }
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

/// A ledger table, from an engine or an earlier run.
fn ledger_table(input: &Input) -> Result<LedgerBuilder, ReadProblem> {
    if let Some(path) = input.file() {
        let mut file = std::fs::File::open(path).map_err(|e| ReadProblem::Io(e.to_string()))?;
        let mut magic = [0; 4];
        if file.read_exact(&mut magic).is_ok() && magic == *b"PAR1" {
            return table::read_parquet(&file);
        }
    }
    table::read_text(&input.read_all(MOST)?)
}

fn load(path: &Path) -> Result<(String, Vec<u8>), Error> {
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
        Ok(bytes) => Ok((input.path.clone(), bytes)),
        Err(problem) => Err(Error::Usage(format!("{} {problem}", input.path))),
    }
}

/// As-of: the option, else the end of the last complete UTC day in the logs, else the newest time in the token lists.
fn as_of(args: &ReportArgs, ledger: &Ledger, inventory: &Inventory) -> Option<(Time, AsOfSource)> {
    let has_anything = ledger.tally.rows > 0 || !inventory.tokens.is_empty();
    if !has_anything {
        return None;
    }
    if let Some(given) = args.as_of {
        return Some((given, AsOfSource::Option));
    }
    if let Some(last) = last_moment(ledger) {
        // A log whose last row lies in the last hour of a day covers that day.
        let day = last.day();
        let is_complete = last >= day.end().minus(Span::hours(1));
        return Some((if is_complete { day.end() } else { day.start() }, AsOfSource::Logs));
    }
    let times = inventory.tokens.values().flat_map(|k| {
        let t = &k.token;
        [t.created, t.last_used_day.map(Day::end), t.seen_in.map(Day::start)]
    });
    times.flatten().max().map(|t| (t, AsOfSource::Inventory))
}

/// The last moment of the log, stray rows of a wrong clock aside: they would make every token look long unused.
fn last_moment(ledger: &Ledger) -> Option<Time> {
    let mut days: BTreeMap<Day, u64> = BTreeMap::new();
    ledger.days.iter().for_each(|((_, day), count)| *days.entry(*day).or_default() += count.rows);
    let (_, last) = log_view::main_stretch(&days)?;
    let rows = ledger.rows.iter().filter(|r| r.key.day == last);
    rows.map(|r| r.outcomes.all().last).max().or(Some(last.start()))
}
