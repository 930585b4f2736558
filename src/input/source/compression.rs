//! How a file is packed, by its first bytes, never by its name.

use super::ReadProblem;
use std::io::{BufReader, Read};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// Not packed.
    None,
    /// gzip, of one or more members.
    Gzip,
    /// Zstandard.
    Zstd,
    /// bzip2.
    Bzip2,
}

/// First bytes that are needed; a tar header is the longest.
pub(super) const MAGIC: usize = 512;

impl Compression {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
        }
    }

    pub(super) fn of(head: &[u8]) -> Result<Self, ReadProblem> {
        Ok(match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Self::Bzip2,
            [b'P', b'K', 3 | 5, 4 | 6, ..] => return Err(ReadProblem::Archive("zip")),
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => return Err(ReadProblem::Archive("7z")),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => return Err(unknown("xz")),
            [0x04, 0x22, 0x4d, 0x18, ..] => return Err(unknown("lz4")),
            _ => Self::None,
        })
    }

    pub(super) fn unpack(self, raw: Box<dyn Read + Send>) -> Result<Box<dyn Read + Send>, ReadProblem> {
        const BUFFER: usize = 1 << 18;
        Ok(match self {
            Self::None => raw,
            Self::Gzip => {
                Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(BUFFER, raw)))
            }
            Self::Bzip2 => {
                Box::new(bzip2::bufread::MultiBzDecoder::new(BufReader::with_capacity(BUFFER, raw)))
            }
            Self::Zstd => Box::new(
                zstd::stream::read::Decoder::new(raw).map_err(|e| ReadProblem::Damaged(e.to_string()))?,
            ),
        })
    }
}

pub(super) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

fn unknown(name: &str) -> ReadProblem {
    ReadProblem::Unusable(format!(
        "is compressed with {name}, which is not supported. Pack it with gzip or zstd instead."
    ))
}
