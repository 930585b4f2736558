//! A lock on the folder of a ledger, so that only one run writes to it at a time.

use crate::error::Error;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// Holds the lock until it is dropped. The system releases it when the process ends, even if it is killed.
#[derive(Debug)]
pub(super) struct LedgerLock(#[expect(dead_code, reason = "held, not used")] File);

impl LedgerLock {
    /// Takes the lock of a ledger.
    pub(super) fn take(dir: &Path) -> Result<Self, Error> {
        let path = dir.join("lock");
        let write = |source| Error::Write { path: path.clone(), source };
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(write)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Usage(format!(
                "another run is writing the ledger {}. Wait for it to end, then run this again; nothing was changed.",
                dir.display()
            ))),
            Err(TryLockError::Error(e)) => Err(write(e)),
        }
    }
}
