//! A file that many threads read at once: each read names its own place, so none moves another's.
//!
//! Clones of a [`File`] share one offset. Where two threads seek and read by turns, each may get the bytes of the other.

use bytes::Bytes;
use parquet::errors::Result;
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

/// Bytes of a buffer for page headers, whose length is not known before they are read.
const BUFFER: usize = 8 << 10;

/// An open file, read by place.
#[derive(Clone, Debug)]
pub struct SharedFile {
    file: Arc<File>,
    bytes: u64,
}

impl SharedFile {
    /// Takes over an open file; what is appended to it later is not seen.
    ///
    /// # Errors
    /// Its size cannot be found out.
    pub fn new(file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), bytes })
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<FromPlace>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(BUFFER, FromPlace { file: Arc::clone(&self.file), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // A damaged file may name any length: room is made for what is there.
        let there = usize::try_from(self.bytes.saturating_sub(start)).unwrap_or(usize::MAX);
        let mut buffer = Vec::with_capacity(length.min(there));
        FromPlace { file: Arc::clone(&self.file), at: start }.take(length as u64).read_to_end(&mut buffer)?;
        if buffer.len() < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(buffer.into())
    }
}

/// Reads on from a place of a shared file.
#[derive(Debug)]
pub struct FromPlace {
    file: Arc<File>,
    at: u64,
}

impl Read for FromPlace {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = read_at(&self.file, buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// Reads at a place and leaves the offset that clones of the file share alone.
#[cfg(unix)]
pub(super) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
pub(super) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    #[test]
    fn threads_that_share_a_file_get_their_own_bytes() {
        let path = tempfile::NamedTempFile::new().unwrap();
        let content: Vec<u8> = (0..1 << 20).map(|n: u32| (n / 256 % 251) as u8).collect();
        std::fs::write(path.path(), &content).unwrap();
        let file = SharedFile::new(File::open(path.path()).unwrap()).unwrap();
        (0..2_000_usize).into_par_iter().for_each(|n| {
            let start = n * 499;
            assert_eq!(file.get_bytes(start as u64, 700).unwrap(), content[start..start + 700], "{n}");
            let mut read = [0; 300];
            file.get_read(start as u64).unwrap().read_exact(&mut read).unwrap();
            assert_eq!(read, content[start..start + 300], "{n}");
        });
        assert!(file.get_bytes(content.len() as u64 - 1, 2).is_err());
        assert!(file.get_bytes(0, usize::MAX).is_err());
    }
}
