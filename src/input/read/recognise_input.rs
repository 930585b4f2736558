//! The first bytes of an input -> what it is. Each input is recognised once, from as few bytes as possible, and a small file that
//! was read for it hands its bytes over.

use super::ReadOptions;
use crate::input::decode::{Guess, Head, Recognised, guess};
use crate::input::file_kind::FileKind;
use crate::input::source::{Bytes, Input, PlainFile, ReadProblem};
use rayon::prelude::*;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that an input is recognised from at first, and at most.
const HEAD: usize = 64 << 10;
const HEAD_MOST: usize = 4 << 20;
/// The longest file that is read to its end at once if it is no log.
const SIDE_FILE: u64 = 4 << 20;
/// Bytes of small files that are kept until they are used; more are read again.
const KEPT: usize = 64 << 20;

/// A plain file that was recognised before it is read.
#[derive(Debug)]
pub struct RecognisedFile {
    pub(super) recognised: Recognised,
    /// The first bytes, if `end` says that they are the whole file; else nothing.
    pub(super) head: Vec<u8>,
    pub(super) end: bool,
    pub(super) size: u64,
}

impl RecognisedFile {
    /// What the file is.
    pub fn kind(&self) -> FileKind {
        self.recognised.kind
    }
}

/// Recognises the inputs that `wanted` selects, on the current thread pool. The others, and those that can be read only once, are
/// `None`: they are recognised when they are read. The bytes of small files that are no logs are kept for
/// [`Input::read_all`].
pub fn recognise_files(
    inputs: &[Input],
    options: &ReadOptions,
    wanted: impl Fn(&Input) -> bool + Sync,
) -> Vec<Option<Result<RecognisedFile, ReadProblem>>> {
    let kept = AtomicUsize::new(0);
    let recognise = |input: &Input| {
        let plain = match input.open(&options.limits) {
            Ok(Bytes::Plain(plain)) => plain,
            Ok(Bytes::Stream(_)) => return None,
            Err(problem) => return Some(Err(problem)),
        };
        Some(plain_file(input, &plain, options).map(|file| hand_over(input, file, &plain, &kept)))
    };
    inputs.par_iter().map(|input| wanted(input).then(|| recognise(input)).flatten()).collect()
}

/// Keeps the bytes of a small file where they will be looked for, and drops those of a large one.
fn hand_over(
    input: &Input,
    mut file: RecognisedFile,
    plain: &PlainFile,
    kept: &AtomicUsize,
) -> RecognisedFile {
    let is_log = matches!(file.kind(), FileKind::Log(_));
    let mut bytes = std::mem::take(&mut file.head);
    let read = bytes.len() as u64;
    let is_whole = file.end
        || (!is_log && plain.size <= SIDE_FILE && plain.read_range(read, plain.size, &mut bytes).is_ok());
    file.end = is_whole && kept.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len() <= KEPT;
    match (file.end, is_log) {
        (true, true) => file.head = bytes,
        (true, false) => input.keep(bytes),
        (false, _) => {}
    }
    file
}

/// Recognises a plain file; its head holds what was read for it.
pub(super) fn plain_file(
    input: &Input,
    plain: &PlainFile,
    options: &ReadOptions,
) -> Result<RecognisedFile, ReadProblem> {
    let mut head = Vec::new();
    let (recognised, end) = recognise(input, options, &mut head, |head, most| {
        let from = head.len() as u64;
        plain.read_range(from, from + most as u64, head)?;
        Ok(head.len() as u64 == plain.size || (head.len() as u64) < from + most as u64)
    })?;
    Ok(RecognisedFile { recognised, head, end, size: plain.size })
}

/// What an input is, and whether `head` holds all of it; `more` reads on and says whether that was the end.
pub(super) fn recognise(
    input: &Input,
    options: &ReadOptions,
    head: &mut Vec<u8>,
    mut more: impl FnMut(&mut Vec<u8>, usize) -> Result<bool, ReadProblem>,
) -> Result<(Recognised, bool), ReadProblem> {
    let path = input.file().unwrap_or(Path::new("-"));
    let mut step = HEAD;
    let mut broken = None;
    loop {
        let end = match more(head, step) {
            Ok(end) => end,
            Err(problem) if head.is_empty() => return Err(problem),
            Err(problem) => {
                broken = Some(problem);
                true
            }
        };
        if end && head.trim_ascii().is_empty() {
            return Err(ReadProblem::Empty);
        }
        let last = end || head.len() >= HEAD_MOST;
        match guess(&Head { bytes: head, end: last, path, fields: &options.decode.fields }) {
            Guess::Yes(recognised) => return Ok((recognised, end)),
            Guess::More if !last => step = head.len() * 3,
            // What breaks off too early to be recognised is first of all damaged.
            _ => return Err(broken.unwrap_or(ReadProblem::UnknownFormat)),
        }
    }
}
