//! Opens an input: any thread can read a plain file at any offset; everything else is one stream of unpacked text.

use super::compression::{self, Compression, MAGIC};
use super::shared_file::read_at;
use super::{Input, InputOrigin, ReadProblem};
use crate::support::utf16::Utf16;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What one input may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest record, in bytes.
    pub record: usize,
    /// Unpacked bytes above which the ratio is checked.
    pub unpacked: u64,
    /// The greatest ratio of unpacked to packed bytes; no log reaches it.
    pub ratio: u64,
    /// Bytes of memory that a whole run may take at its peak.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record: 64 << 20, unpacked: 1 << 30, ratio: 1000, memory: u64::MAX }
    }
}

pub enum Bytes {
    /// Can be read at any offset.
    Plain(PlainFile),
    /// Can be read once, from the start.
    Stream(Stream),
}

impl Bytes {
    /// The bytes as a stream from the start.
    pub fn into_stream(self) -> Stream {
        match self {
            Self::Stream(stream) => stream,
            Self::Plain(plain) => {
                let size = plain.size;
                Stream::new(Box::new(Tail { plain, at: 0 }), Compression::None, Limits::default(), Some(size))
            }
        }
    }

    pub fn compression(&self) -> Compression {
        match self {
            Self::Plain(_) => Compression::None,
            Self::Stream(stream) => stream.compression,
        }
    }
}

/// An uncompressed regular file. What is appended after it was opened is not read.
#[derive(Clone, Debug)]
pub struct PlainFile {
    file: Arc<File>,
    pub size: u64,
}

impl PlainFile {
    /// Appends the bytes `from..to` to `out`, up to the size the file had when it was opened.
    ///
    /// # Errors
    /// The file cannot be read, or has become shorter.
    pub fn read_range(&self, from: u64, to: u64, out: &mut Vec<u8>) -> Result<(), ReadProblem> {
        let start = out.len();
        let len = usize::try_from(to.min(self.size).saturating_sub(from)).unwrap_or(usize::MAX);
        out.resize(start + len, 0);
        let mut got = 0;
        while got < len {
            match read_at(&self.file, &mut out[start + got..], from + got as u64) {
                Ok(0) => break,
                Ok(n) => got += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(ReadProblem::Io(e.to_string())),
            }
        }
        out.truncate(start + got);
        // Otherwise the rest would be missing silently.
        if got < len { Err(ReadProblem::Io(SHRANK.to_owned())) } else { Ok(()) }
    }
}

const SHRANK: &str = "it became shorter while it was read";

struct Tail {
    plain: PlainFile,
    at: u64,
}

impl Read for Tail {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.plain.size - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let n = read_at(&self.plain.file, &mut buffer[..left], self.at)?;
        if n == 0 && left > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, SHRANK));
        }
        self.at += n as u64;
        Ok(n)
    }
}

/// Unpacked text, read once.
pub struct Stream {
    reader: Box<dyn Read + Send>,
    pub compression: Compression,
    limits: Limits,
    packed: Arc<AtomicU64>,
    told: u64,
    unpacked: u64,
    size: Option<u64>,
    /// The problem after bytes that had to be given first: not every reader reports it twice.
    failed: Option<ReadProblem>,
}

impl Stream {
    fn new(raw: Box<dyn Read + Send>, compression: Compression, limits: Limits, size: Option<u64>) -> Self {
        let packed = Arc::new(AtomicU64::new(0));
        let reader = Box::new(Counted { inner: raw, count: packed.clone() });
        Self { reader, compression, limits, packed, told: 0, unpacked: 0, size, failed: None }
    }

    /// Appends up to `most` bytes to `out`; 0 at the end.
    ///
    /// # Errors
    /// The input cannot be read, is damaged, or unpacks to absurdly much.
    pub fn read_into(&mut self, out: &mut Vec<u8>, most: usize) -> Result<usize, ReadProblem> {
        if let Some(problem) = &self.failed {
            return Err(problem.clone());
        }
        let start = out.len();
        out.resize(start + most, 0);
        let mut got = 0;
        let result: Result<(), ReadProblem> = loop {
            match self.reader.read(&mut out[start + got..]) {
                Ok(0) => break Ok(()),
                Ok(n) => got += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => break Err(self.problem(&e)),
            }
            if got == most {
                break Ok(());
            }
        };
        out.truncate(start + got);
        self.unpacked += got as u64;
        let packed = self.packed.load(Ordering::Relaxed).max(1);
        if self.unpacked > self.limits.unpacked && self.unpacked / packed > self.limits.ratio {
            return Err(ReadProblem::Bomb { limit: self.limits.unpacked });
        }
        match result {
            Err(problem) if got > 0 => {
                self.failed = Some(problem);
                Ok(got)
            }
            result => result.map(|()| got),
        }
    }

    fn problem(&self, e: &io::Error) -> ReadProblem {
        match self.compression {
            Compression::None => ReadProblem::Io(e.to_string()),
            _ => ReadProblem::Damaged(e.to_string()),
        }
    }

    /// Bytes on disk read since the last call, for progress.
    pub fn progress(&mut self) -> u64 {
        let now = self.packed.load(Ordering::Relaxed);
        let step = now - self.told;
        self.told = now;
        step
    }

    /// Unpacked bytes so far.
    pub fn unpacked(&self) -> u64 {
        self.unpacked
    }

    /// Bytes on disk; of a stream of unknown size, those read so far.
    pub fn size(&self) -> u64 {
        self.size.unwrap_or_else(|| self.packed.load(Ordering::Relaxed))
    }
}

struct Counted {
    inner: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Input {
    /// Opens the input and finds out how it is packed.
    ///
    /// # Errors
    /// It cannot be opened, or is packed in a way that is not supported.
    pub fn open(&self, limits: &Limits) -> Result<Bytes, ReadProblem> {
        let io = |e: io::Error| ReadProblem::Io(e.to_string());
        match &self.origin {
            InputOrigin::Nowhere(problem) => Err(problem.clone()),
            InputOrigin::Delta(_) => {
                Err(ReadProblem::Unusable("is a folder. Pass the files in it.".to_owned()))
            }
            InputOrigin::Stdin => stream(Box::new(io::stdin()), limits, None),
            InputOrigin::Memory(bytes) => {
                stream(Box::new(Cursor::new(bytes.clone())), limits, Some(bytes.len() as u64))
            }
            InputOrigin::File(path) => {
                let file = File::open(path).map_err(io)?;
                let meta = file.metadata().map_err(io)?;
                if !meta.is_file() {
                    return stream(Box::new(file), limits, None);
                }
                let plain = PlainFile { file: Arc::new(file), size: meta.len() };
                let mut head = Vec::new();
                plain.read_range(0, MAGIC as u64, &mut head)?;
                if is_plain(&head)? {
                    return Ok(Bytes::Plain(plain));
                }
                let size = plain.size;
                stream(Box::new(Tail { plain, at: 0 }), limits, Some(size))
            }
        }
    }
}

/// A reader that only repeats an error, after the bytes that came before it.
struct Broken(io::ErrorKind, String);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(self.0, self.1.clone()))
    }
}

fn is_plain(head: &[u8]) -> Result<bool, ReadProblem> {
    let compression = Compression::of(head)?;
    if compression == Compression::None && compression::is_tar(head) {
        return Err(ReadProblem::Archive("tar"));
    }
    Ok(compression == Compression::None && !head.starts_with(b"\xff\xfe") && !head.starts_with(b"\xfe\xff"))
}

fn stream(raw: Box<dyn Read + Send>, limits: &Limits, size: Option<u64>) -> Result<Bytes, ReadProblem> {
    let mut stream = Stream::new(raw, Compression::None, *limits, size);
    let mut head = Vec::new();
    stream.read_into(&mut head, MAGIC)?;
    stream.compression = Compression::of(&head)?;
    if stream.compression == Compression::None && compression::is_tar(&head) {
        return Err(ReadProblem::Archive("tar"));
    }
    let rest = std::mem::replace(&mut stream.reader, Box::new(io::empty()));
    let mut reader = stream.compression.unpack(Box::new(Cursor::new(head).chain(rest)))?;
    let mut start = vec![0; MAGIC];
    let mut got = 0;
    while got < MAGIC {
        match reader.read(&mut start[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => {
                reader = Box::new(Broken(e.kind(), e.to_string()));
                break;
            }
        }
    }
    start.truncate(got);
    if compression::is_tar(&start) {
        return Err(ReadProblem::Archive("tar"));
    }
    let wide = match start[..] {
        [0xff, 0xfe, ..] => Some(false),
        [0xfe, 0xff, ..] => Some(true),
        _ => None,
    };
    let skip = if wide.is_some() { 2 } else { 0 };
    let whole = Cursor::new(start.split_off(skip)).chain(reader);
    stream.reader = match wide {
        Some(big_endian) => Box::new(Utf16::new(whole, big_endian)),
        None => Box::new(whole),
    };
    stream.unpacked = 0;
    Ok(Bytes::Stream(stream))
}
