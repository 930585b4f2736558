//! scopecast reads exported Databricks audit logs and says which personal access tokens lose which API scopes when
//! auto-scoping narrows them, when that hurts, how sure that is, and what prevents it.
//!
//! Modules are the stages, in the order data takes them; each imports only from stages before it.

pub mod cli;
pub mod command;
pub mod decode;
pub mod error;
pub mod event;
pub mod exit;
pub mod progress;
pub mod read;
pub mod source;
pub mod time;
