//! scopecast reads exported Databricks audit logs and says which personal access tokens lose which API scopes when
//! auto-scoping narrows them, when that hurts, how sure that is, and what prevents it.
//!
//! ```sh
//! scopecast scan logs/ --tokens tokens.json --enforced-on 2026-09-20
//! ```
//!
//! Modules are the stages, in the order data takes them; each imports only from stages before it.
//!
//! 1. [`source`] turns arguments into inputs: files, folders, patterns, packed or not; [`decode`] recognises each from its
//!    content and finds in it the few fields that count. What comes out is an [`event::Event`], borrowed from the bytes.
//! 2. [`read`] does both on all cores and hands the events to one [`ledger::Fold`] per thread. A fold keeps facts and no
//!    judgement: who called what on which day with which outcome. Calls and logins wait there for each other and are tied
//!    by [`link`] at the end. Folds merge into one [`ledger::Ledger`], and nothing in it depends on which thread read what.
//! 3. [`inventory`], [`annotations`], [`names`] and [`denial`] hold what the logs cannot know: what a token holds, what its
//!    owner declares, who an id is, what a client was refused.
//! 4. [`attribute`] decides which token stands behind each ledger row, and how surely; [`catalog`] which scope it needed.
//! 5. [`timeline`] lays out every use of one scope by one token, finds its cadence and its next call, the window that decides
//!    about it, and the verdict: kept, lost, or unknown for a reason.
//! 6. [`assess`] turns verdicts into findings, one rule per file; [`report`] works out every number once, and its writers only
//!    render them.
//!
//! [`pipeline::run`] reads like this list. The library prints nothing, ends no process and looks at no clock: a report follows
//! from the inputs and the options alone ([`clock`] and [`unfinished`] serve the program around it). What goes wrong with a row
//! or a file is counted and told in the report; what stops a run is an [`error::Error`], a sentence that ends in what to do.

pub mod analysis;
pub mod assess;
pub mod attribute;
pub mod catalog;
pub mod cli;
pub mod command;
pub mod context;
pub mod error;
pub mod input;
pub mod ledger;
pub mod pipeline;
pub mod report;
pub mod support;
pub mod timeline;
