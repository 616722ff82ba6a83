// Owned by mcpgen: edits are overwritten.
//! What an answer is kept under.

use std::fmt;
use std::io::{self, Write};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::canonical;

/// A tool and the digest of its arguments, whatever the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    tool: &'static str,
    digest: [u8; 32],
}

impl Key {
    /// The key of a call: the arguments after their defaults are filled in.
    #[must_use]
    pub fn new(tool: &'static str, arguments: &Value) -> Self {
        let mut hasher = Hasher(Sha256::new());
        // Writing into a hash cannot fail.
        let _ = canonical::write(&mut hasher, arguments);
        Self {
            tool,
            digest: hasher.0.finalize().into(),
        }
    }
}

/// As a store has it, after the prefix of the server.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.tool)?;
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

struct Hasher(Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Key;

    #[test]
    fn a_key_is_the_tool_and_the_meaning_of_its_arguments() {
        let key = Key::new("a", &json!({ "x": 1, "y": [true] }));
        assert_eq!(key, Key::new("a", &json!({ "y": [true], "x": 1 })));
        assert_ne!(key, Key::new("b", &json!({ "x": 1, "y": [true] })));
        assert_ne!(key, Key::new("a", &json!({ "x": 1, "y": [false] })));
    }

    #[test]
    fn the_digest_is_sha256_of_the_canonical_text() {
        // printf '{}' | sha256sum
        let digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(Key::new("tool", &json!({})).to_string(), format!("tool:{digest}"));
    }
}
