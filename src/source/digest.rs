//! Files -> the SHA-256 of their bytes as stored, for whoever wants to prove later what a report was made from.

use super::{Input, Origin};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The hash of each input that is a plain file, by the name it has in reports. Pipes cannot be read twice and have none.
pub fn digests(inputs: &[Input]) -> BTreeMap<String, String> {
    let hash = |input: &Input| match &input.origin {
        Origin::File(path) if path.is_file() => Some((input.path.clone(), sha256(path).ok()?)),
        _ => None,
    };
    inputs.par_iter().filter_map(hash).collect()
}

/// SHA-256 in hex.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256(path: &Path) -> io::Result<String> {
    const BLOCK: usize = 1 << 20;
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block)? {
            0 => break,
            n => hash.update(&block[..n]),
        }
    }
    Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_hash_that_other_tools_print() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(file.path()).unwrap(), known);
        assert!(sha256(Path::new("/no/such/file")).is_err());
    }
}
