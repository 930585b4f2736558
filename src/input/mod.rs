//! Files and streams -> audit events: sources, compression, formats, the fields that count.

pub mod decode;
pub mod denial;
pub mod event;
pub(crate) mod file_kind;
pub mod read;
pub mod source;
#[cfg(test)]
pub(crate) mod story;
pub mod user_agent;
