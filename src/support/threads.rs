//! The threads of a run.

use crate::error::Error;

/// Does the work on a pool of `threads` threads; 0 means one per core.
///
/// # Errors
/// That of `work`, or that so many threads cannot be started.
pub(crate) fn with_threads<T: Send>(
    threads: usize,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|e| Error::Usage(format!("cannot start threads: {e}. Ask for fewer with --threads.")))?;
    pool.install(work)
}
