//! The start of a file, from which it is recognised.

use std::path::Path;

/// The start of a file, decompressed.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    pub bytes: &'a [u8],
    /// Whether this is the whole file.
    pub end: bool,
    pub path: &'a Path,
    /// `--field NAME=KEY`.
    pub fields: &'a [(String, String)],
}
