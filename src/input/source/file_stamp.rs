//! What a file looked like when it was found -> whether it was rewritten since.

use std::path::Path;
use std::time::SystemTime;

/// Size, time of modification and, where the system has them, the numbers of device and inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    bytes: u64,
    modified: Option<SystemTime>,
    inode: Option<(u64, u64)>,
}

impl FileStamp {
    /// The stamp of a regular file; `None` for anything else, such as a pipe.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        Some(Self { bytes: metadata.len(), modified: metadata.modified().ok(), inode: inode(&metadata) })
    }
}

#[cfg(unix)]
fn inode(metadata: &std::fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn inode(_: &std::fs::Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn rewriting_and_replacing_a_file_changes_its_stamp() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        fs::write(&a, "one").unwrap();
        let before = FileStamp::of(&a);
        assert_eq!(before, FileStamp::of(&a));
        fs::write(&b, "two").unwrap();
        fs::rename(&b, &a).unwrap();
        assert_ne!(before, FileStamp::of(&a));
        fs::write(&a, "longer").unwrap();
        assert_ne!(before, FileStamp::of(&a));
        assert_eq!(FileStamp::of(dir.path()), None);
    }
}
