// Owned by mcpgen: edits are overwritten.
//! Who may call: a key in the header `Authorization`.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use sha2::{Digest, Sha256};

use crate::settings::Secret;

/// The keys that open a door.
pub(super) struct Keys(Vec<[u8; 32]>);

impl Keys {
    /// Takes the keys, of which one setting may hold several.
    pub(super) fn new(keys: &Secret) -> Self {
        Self(keys.parts().map(|key| Sha256::digest(key).into()).collect())
    }

    /// Whether the request carries one of the keys.
    pub(super) fn open(&self, headers: &HeaderMap) -> bool {
        let Some(header) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
            return false;
        };
        let Some((scheme, key)) = header.split_once(' ') else { return false };
        scheme.eq_ignore_ascii_case("bearer") && self.has(key.trim())
    }

    /// Compares digests, and all of each: how long it takes tells nothing about a key.
    fn has(&self, key: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(key).into();
        let differs = |known: &[u8; 32]| {
            known.iter().zip(&given).fold(0, |seen, (known, given)| seen | (known ^ given))
        };
        self.0.iter().fold(false, |found, known| found | (differs(known) == 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(keys: &str, header: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, axum::http::HeaderValue::from_static(header));
        Keys::new(&Secret::new(keys)).open(&headers)
    }

    #[test]
    fn any_of_the_keys_opens() {
        for keys in ["one", "two, one", "two\none\n"] {
            assert!(opens(keys, "Bearer one"));
            assert!(opens(keys, "bearer one"));
            assert!(!opens(keys, "Bearer on"));
            assert!(!opens(keys, "Bearer two,one"));
            assert!(!opens(keys, "Basic one"));
            assert!(!opens(keys, "one"));
        }
    }

    #[test]
    fn nothing_opens_without_a_key() {
        assert!(!opens(" , \n", "Bearer "));
        assert!(!Keys::new(&Secret::new("one")).open(&HeaderMap::new()));
    }
}
