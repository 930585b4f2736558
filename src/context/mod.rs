//! What logs cannot say: token lists, annotations, principals, jobs, and what clients were refused.

pub mod annotations;
pub mod client_log;
pub mod inventory;
pub mod principals;
