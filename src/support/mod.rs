//! What every other module may use, and what knows nothing about tokens: time, hashes, text, memory, threads, temporary paths,
//! progress.

pub mod by_name;
pub mod catch_panic;
pub mod format;
pub mod hash;
pub mod hashing_writer;
pub mod json_records;
pub mod memory;
pub(crate) mod percent;
pub mod problem;
pub mod progress;
pub mod secret;
pub mod temp_path;
pub mod text;
pub(crate) mod threads;
pub mod time;
pub(crate) mod unescape;
pub(crate) mod utf16;
