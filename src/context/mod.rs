//! What logs cannot say: token lists, annotations, principals, scheduled jobs, and the refusals in client logs.

pub mod annotations;
pub(crate) mod bound;
pub mod client_log;
pub(crate) mod declared_schedule;
pub mod inventory;
pub mod jobs;
pub mod principals;
