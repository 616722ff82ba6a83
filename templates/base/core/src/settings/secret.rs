// Owned by mcpgen: edits are overwritten.
//! Text that is never shown.

use std::fmt;

use serde::Deserialize;

/// A secret, such as an API key. It prints as `[secret]`, and cannot be serialised.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Makes a secret of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself; the only way to it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The parts of a secret that holds several, with commas or newlines between them.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_is_not_shown() {
        let secret: Secret = serde_json::from_str(r#""hunter2""#).expect("a string");
        assert_eq!(
            format!("{secret} {secret:?} {:?}", Some(&secret)),
            "[secret] [secret] Some([secret])"
        );
        assert_eq!(secret.expose(), "hunter2");
    }
}
