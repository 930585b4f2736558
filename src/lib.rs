//! scopecast reads exported Databricks audit logs and says which personal access tokens lose which API scopes when
//! auto-scoping narrows them, when that hurts, how sure that is, and what prevents it.
//!
//! ```sh
//! scopecast scan logs/ --tokens tokens.json --enforced-on 2026-09-20
//! ```
//!
//! The folders are the stages, in the order in which data takes them. Each imports only from the stages before it, and all may use
//! [`support`]:
//!
//! 1. [`input`]: files, folders and patterns -> the [`input::event::Event`]s of audit logs, borrowed from the bytes.
//! 2. [`ledger`]: events -> facts without judgement: who called what on which day, with which outcome.
//! 3. [`context`]: what logs cannot know: token lists, names of principals, annotations, jobs, client logs.
//! 4. [`catalog`]: which scopes an action, a request or a user agent needs.
//! 5. [`attribute`]: which token stands behind each ledger row, and how surely.
//! 6. [`timeline`]: the uses of one scope by one token -> its cadence, its next call, the window that decides, the verdict.
//! 7. [`assess`]: verdicts -> findings, one rule per file.
//! 8. [`analysis`]: questions put to judged tokens, such as a replay of past calls or a comparison with an earlier report.
//! 9. [`report`]: findings and analyses in one model, and one writer per format that only renders it.
//!
//! [`pipeline::run`] takes a [`pipeline::RunRequest`] through these stages. [`cli`] and [`command`] turn the command line into such a
//! request, and only they print, read the environment or look at the clock: a report follows from its inputs and options alone.
//! Bad rows and unreadable files are counted in the report. What stops a run is an [`error::Error`], whose message says what to do
//! and may name an option of the command line.

pub(crate) mod analysis;
pub(crate) mod assess;
pub(crate) mod attribute;
pub(crate) mod catalog;
#[warn(missing_docs)]
pub mod cli;
pub(crate) mod command;
pub(crate) mod context;
#[warn(missing_docs)]
pub mod error;
pub(crate) mod input;
pub(crate) mod ledger;
#[warn(missing_docs)]
pub mod pipeline;
#[warn(missing_docs)]
pub mod report;
pub(crate) mod support;
pub(crate) mod timeline;

/// What `main.rs`, benches, fuzzing and the tests of the binary reach into. No part of the interface: it changes without notice.
#[doc(hidden)]
pub mod internals {
    pub mod catalog {
        pub use crate::catalog::*;
    }
    pub use crate::command::args;
    pub use crate::context::{annotations, client_log, inventory, jobs, principals};
    pub use crate::input::{decode, denial, event, read, source, user_agent};
    pub mod ledger {
        pub use crate::ledger::*;
    }
    pub mod escape {
        pub use crate::report::escape::*;
    }
    pub use crate::support::{catch_panic, json_records, progress, secret, temp_path, text, time};
    pub use crate::timeline::{cadence, calendar, loss_odds, occurrences, schedule};
}
