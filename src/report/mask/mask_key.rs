//! The key of a masked report, and the pseudonyms made with it: HMAC-SHA256, so that nobody without the key can guess a name
//! and try it.

use crate::error::Error;
use crate::support::hash::hex;
use sha2::{Digest, Sha256};
use std::path::Path;

/// The environment variable that may hold the key.
pub(crate) const KEY_VARIABLE: &str = "SCOPECAST_MASK_KEY";
/// Bytes below which a key can be guessed.
const SHORTEST: usize = 16;
const LONGEST: u64 = 1 << 20;
const BLOCK: usize = 64;
const REMEDY: &str = "Make one with: openssl rand -hex 32 > mask.key, keep it to yourself, and name it with --mask-key; only reports \
    masked with the same key can be compared.";

/// A secret that makes pseudonyms.
pub struct MaskKey(Vec<u8>);

/// What a text stands for; the same text gets different pseudonyms as different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    /// A token id.
    Token,
    /// A user's name or an application id, or what either is called.
    Principal,
    /// A source address.
    Address,
    /// A workspace.
    Workspace,
    /// The path of an input.
    Input,
    /// A comment, a reason, or anything else that people wrote.
    Text,
    /// The public id of a finding.
    Finding,
}

impl NameKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Principal => "principal",
            Self::Address => "address",
            Self::Workspace => "workspace",
            Self::Input => "input",
            Self::Text => "text",
            Self::Finding => "finding",
        }
    }
}

impl MaskKey {
    /// The key in a file, else in [`KEY_VARIABLE`].
    ///
    /// # Errors
    /// Without a key, or with one that is too short to protect anything.
    pub fn read(file: Option<&Path>) -> Result<Self, Error> {
        let (bytes, from) = match file {
            Some(path) => {
                let failed = |source| Error::Read { path: path.to_owned(), source };
                if std::fs::metadata(path).map_err(failed)?.len() > LONGEST {
                    return Err(Error::Usage(format!(
                        "{} is too large to be a key. {REMEDY}",
                        path.display()
                    )));
                }
                (std::fs::read(path).map_err(failed)?, path.display().to_string())
            }
            None => match std::env::var(KEY_VARIABLE) {
                Ok(text) if !text.is_empty() => (text.into_bytes(), KEY_VARIABLE.to_owned()),
                _ => {
                    return Err(Error::Usage(format!(
                        "--mask needs a key: --mask-key FILE, or the environment variable {KEY_VARIABLE}. {REMEDY}"
                    )));
                }
            },
        };
        let key = bytes.trim_ascii();
        if key.len() < SHORTEST {
            return Err(Error::Usage(format!(
                "the key in {from} has {} bytes; with fewer than {SHORTEST} it can be guessed. {REMEDY}",
                key.len()
            )));
        }
        Ok(Self(key.to_owned()))
    }

    /// Tells keys apart without telling the key.
    pub fn id(&self) -> String {
        hex(&hmac_sha256(&self.0, b"scopecast key id")[..4])
    }

    /// The pseudonym of a text. Tokens and findings keep the shape of their ids; nothing stays nothing.
    pub fn pseudonym(&self, kind: NameKind, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let mut message = kind.name().as_bytes().to_vec();
        message.push(0);
        message.extend_from_slice(text.as_bytes());
        let code = hmac_sha256(&self.0, &message);
        match kind {
            NameKind::Token => hex(&code),
            NameKind::Finding => hex(&code[..8]),
            NameKind::Input => format!("input-{}{}", hex(&code[..6]), endings(text)),
            _ => format!("{}-{}", kind.name(), hex(&code[..6])),
        }
    }
}

impl std::fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MaskKey(..)")
    }
}

/// The endings by which a file is known, such as `.json.gz`.
fn endings(path: &str) -> String {
    const KNOWN: [&str; 12] =
        ["json", "jsonl", "ndjson", "csv", "parquet", "log", "toml", "txt", "gz", "zst", "bz2", "avro"];
    let mut found: Vec<&str> = path.rsplit('.').take_while(|e| KNOWN.contains(e)).take(2).collect();
    found.reverse();
    found.iter().map(|e| format!(".{e}")).collect()
}

/// RFC 2104 over SHA-256.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0u8; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new().chain_update(block.map(|b| b ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|b| b ^ 0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_cases_of_rfc_4231() {
        for (key, message, want) in [
            (
                vec![0x0b; 20],
                b"Hi There".to_vec(),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                b"what do ya want for nothing?".to_vec(),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac_sha256(&key, &message)), want);
        }
    }

    #[test]
    fn pseudonyms_depend_on_the_key_and_on_what_they_stand_for() {
        let (a, b) = (MaskKey(b"one key of sixteen".to_vec()), MaskKey(b"another of sixteen".to_vec()));
        let name = "maria@example.com";
        assert_eq!(a.pseudonym(NameKind::Principal, name), a.pseudonym(NameKind::Principal, name));
        assert_ne!(a.pseudonym(NameKind::Principal, name), b.pseudonym(NameKind::Principal, name));
        assert_ne!(a.pseudonym(NameKind::Principal, name)[10..], a.pseudonym(NameKind::Text, name)[5..]);
        assert_eq!(a.pseudonym(NameKind::Token, name).len(), 64);
        assert_eq!(a.pseudonym(NameKind::Text, ""), "");
        assert!(a.pseudonym(NameKind::Input, "logs/maria.json.gz").ends_with(".json.gz"));
        assert!(!format!("{a:?}").contains("key of"));
    }
}
