//! What every room may use and none of the field is in: time, hashes, text, memory, temporary paths, progress.

pub mod by_name;
pub mod catch_panic;
pub mod format;
pub mod hash;
pub mod json_records;
pub mod memory;
pub mod problem;
pub mod progress;
pub mod secret;
pub mod temp_path;
pub mod text;
pub mod time;
