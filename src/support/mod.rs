//! What every other module may use, and what knows nothing about tokens: time, hashes, text, memory, threads, temporary paths,
//! progress.

pub(crate) mod by_name;
pub mod catch_panic;
pub(crate) mod format;
pub(crate) mod hash;
pub(crate) mod hashing_writer;
pub mod json_records;
pub(crate) mod memory;
pub(crate) mod percent;
pub(crate) mod problem;
pub mod progress;
pub mod secret;
pub mod temp_path;
pub mod text;
pub(crate) mod threads;
pub mod time;
pub(crate) mod unescape;
pub(crate) mod utf16;
