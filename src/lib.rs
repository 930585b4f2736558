//! scopecast reads exported Databricks audit logs and says which personal access tokens lose which API scopes when
//! auto-scoping narrows them, when that hurts, how sure that is, and what prevents it.
//!
//! Modules are the stages, in the order data takes them; each imports only from stages before it.

pub mod annotations;
pub mod assess;
pub mod attribute;
pub mod catalog;
pub mod cli;
pub mod command;
pub mod confidence;
pub mod coverage;
pub mod decode;
pub mod demo;
pub mod denial;
pub mod error;
pub mod event;
pub mod exit;
pub mod hash;
pub mod inspect;
pub mod inventory;
pub mod json_records;
pub mod ledger;
pub mod link;
pub mod names;
pub mod options;
pub mod pipeline;
pub mod problem;
pub mod progress;
pub mod read;
pub mod report;
pub mod secret;
pub mod source;
pub mod text;
pub mod time;
pub mod timeline;
pub mod user_agent;
