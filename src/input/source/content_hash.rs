//! An input -> the hash of its bytes as stored, by which a later run recognises it.

use super::{Input, InputOrigin, ReadProblem, delta};
use crate::support::hash::hex;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes read at a time.
const STEP: usize = 256 << 10;

/// SHA-256, in lower-case hex, of the bytes of an input as they are stored (packed ones packed), as `sha256sum` prints it. Of a
/// Delta table it is that of a text with one line `hash  name` for each file of its newest version, in order of the names.
/// `None` for what can be read only once, such as standard input. Reads the input once more.
///
/// # Errors
/// The input cannot be read.
pub fn content_hash(input: &Input) -> Result<Option<String>, ReadProblem> {
    match &input.origin {
        InputOrigin::File(path) => of_file(path).map_err(|e| ReadProblem::Io(e.to_string())),
        InputOrigin::Delta(folder) => of_table(folder).map(Some),
        InputOrigin::Memory(bytes) => Ok(Some(hex(&Sha256::digest(bytes)))),
        InputOrigin::Stdin => Ok(None),
        InputOrigin::Nowhere(problem) => Err(problem.clone()),
    }
}

fn of_file(path: &Path) -> io::Result<Option<String>> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let mut hash = Sha256::new();
    let mut buffer = vec![0; STEP];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Some(hex(&hash.finalize()))),
            Ok(n) => hash.update(&buffer[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

fn of_table(folder: &Path) -> Result<String, ReadProblem> {
    let mut all = Sha256::new();
    for file in delta::active_files(folder)? {
        let hash = of_file(&file.path).map_err(|e| ReadProblem::Io(e.to_string()))?.unwrap_or_default();
        let name = file.path.strip_prefix(folder).unwrap_or(&file.path);
        all.update(format!("{hash}  {}\n", name.display()));
    }
    Ok(hex(&all.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_is_hashed_as_it_is_stored() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let of = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            content_hash(&Input::at(InputOrigin::File(path.clone()))).unwrap()
        };
        // As sha256sum prints it.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(of(b"abc").as_deref(), Some(abc));
        assert_eq!(
            content_hash(&Input::at(InputOrigin::Memory(b"abc".to_vec()))).unwrap().as_deref(),
            Some(abc)
        );
        let long = vec![7; 2 * STEP + 1];
        assert_eq!(of(&long), content_hash(&Input::at(InputOrigin::Memory(long))).unwrap());
        assert_eq!(content_hash(&Input::at(InputOrigin::Stdin)), Ok(None));
        let gone = Input::at(InputOrigin::File(dir.path().join("gone")));
        assert!(matches!(content_hash(&gone), Err(ReadProblem::Io(_))));
    }

    #[test]
    fn a_table_is_known_by_its_newest_version() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("_delta_log");
        fs::create_dir(&log).unwrap();
        let add = |name: &str| format!("{{\"add\":{{\"path\":\"{name}\",\"partitionValues\":{{}}}}}}\n");
        fs::write(log.join(format!("{:020}.json", 0)), add("a.parquet")).unwrap();
        fs::write(dir.path().join("a.parquet"), "abc").unwrap();
        fs::write(dir.path().join("b.parquet"), "abd").unwrap();
        let hash = || content_hash(&Input::at(InputOrigin::Delta(dir.path().to_owned()))).unwrap();
        let first = hash();
        assert_eq!(first, hash());
        fs::write(log.join(format!("{:020}.json", 1)), add("b.parquet")).unwrap();
        assert_ne!(first, hash());
    }
}
