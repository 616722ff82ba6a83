// Owned by mcpgen: edits are overwritten.
//! Who may call: a key in the header `Authorization`.
//!
//! Keys that come from a file are read again when that has changed, so that they can be exchanged
//! while the server runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use sha2::{Digest as _, Sha256};

use crate::caller::Caller;
use crate::settings::Secret;

/// How often the file is looked at, at most; no look without a request.
const LOOK: Duration = Duration::from_secs(1);

type Digest = [u8; 32];

/// A key, which is not kept itself, and who has it.
struct Key {
    digest: Digest,
    caller: Arc<Caller>,
}

/// The keys that open a door.
pub(super) struct Keys {
    known: RwLock<Vec<Key>>,
    file: Option<KeyFile>,
}

impl Keys {
    /// Takes the keys, of which one setting may hold several, and the file that they came from.
    pub(super) fn new(keys: &Secret, file: Option<&Path>) -> Self {
        Self {
            known: RwLock::new(known(keys)),
            file: file.map(|path| KeyFile::new(path, LOOK)),
        }
    }

    /// Who has the key that the request carries, if it is one of these.
    pub(super) fn open(&self, headers: &HeaderMap) -> Option<Arc<Caller>> {
        if let Some(keys) = self.file.as_ref().and_then(KeyFile::changed) {
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = keys;
        }
        self.find(bearer(headers)?)
    }

    /// Compares digests, and all of each: how long it takes tells nothing about a key.
    fn find(&self, key: &str) -> Option<Arc<Caller>> {
        let given: Digest = Sha256::digest(key).into();
        let differs = |known: &Digest| {
            known.iter().zip(&given).fold(0, |seen, (known, given)| seen | (known ^ given))
        };
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().fold(None, |found, key| match differs(&key.digest) {
            0 => Some(&key.caller),
            _ => found,
        });
        found.map(Arc::clone)
    }
}

/// What follows `Bearer` in the header `Authorization`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn known(keys: &Secret) -> Vec<Key> {
    let key = |key| Key {
        digest: Sha256::digest(key).into(),
        caller: Arc::new(Caller::with_key(key)),
    };
    keys.parts().map(key).collect()
}

/// The file that keys came from.
struct KeyFile {
    path: PathBuf,
    every: Duration,
    started: Instant,
    /// When to look again, in milliseconds after `started`.
    next: AtomicU64,
    seen: RwLock<Option<Stamp>>,
}

/// What a file is told from its successor by.
type Stamp = (SystemTime, u64);

impl KeyFile {
    fn new(path: &Path, every: Duration) -> Self {
        Self {
            path: path.to_owned(),
            every,
            started: Instant::now(),
            next: AtomicU64::new(0),
            // It may have changed since the settings were read.
            seen: RwLock::new(None),
        }
    }

    /// The keys in the file, if they may be others than at the last look. A file that cannot be
    /// read, or is empty because somebody is writing it, changes nothing.
    fn changed(&self) -> Option<Vec<Key>> {
        if !self.is_time() {
            return None;
        }
        let stamp = stamp(&self.path);
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if stamp.is_some() && *seen == stamp {
            return None;
        }
        let is_first = seen.is_none();
        *seen = stamp;
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let keys = known(&Secret::new(text));
        if keys.is_empty() {
            tracing::warn!(file = %self.path.display(), "no key can be read; those known stay");
            return None;
        }
        if !is_first {
            tracing::info!(file = %self.path.display(), keys = keys.len(), "the keys are read anew");
        }
        Some(keys)
    }

    /// Whether this request is the one that looks.
    fn is_time(&self) -> bool {
        let now = milliseconds(self.started.elapsed());
        let next = self.next.load(Ordering::Relaxed);
        if now < next {
            return false;
        }
        let then = now.saturating_add(milliseconds(self.every));
        self.next.compare_exchange(next, then, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        let value = axum::http::HeaderValue::from_str(value).expect("it is a header");
        HeaderMap::from_iter([(AUTHORIZATION, value)])
    }

    fn opens(keys: &str, header: &str) -> bool {
        Keys::new(&Secret::new(keys), None).open(&headers(header)).is_some()
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
        assert!(Keys::new(&Secret::new("one"), None).open(&HeaderMap::new()).is_none());
    }

    #[test]
    fn each_key_is_a_caller_wherever_it_stands() {
        let caller = |keys: &str, key: &str| {
            let keys = Keys::new(&Secret::new(keys), None);
            keys.open(&headers(&format!("Bearer {key}"))).expect("it is one of them")
        };
        assert_eq!(caller("one, two", "one"), caller("two\none", "one"));
        assert_ne!(caller("one, two", "one"), caller("one, two", "two"));
    }

    #[test]
    fn a_file_that_changes_brings_other_keys_and_an_empty_one_none() {
        let path = std::env::temp_dir().join(format!("mcp-base-{}-keys", std::process::id()));
        let write = |text: &str| fs::write(&path, text).expect("a file can be written");
        write("one\n");
        let mut keys = Keys::new(&Secret::new("one"), Some(&path));
        keys.file = Some(KeyFile::new(&path, Duration::ZERO));
        let opens = |key: &str| keys.open(&headers(&format!("Bearer {key}"))).is_some();
        assert!(opens("one") && !opens("second"));
        write("second\none\n");
        assert!(opens("one") && opens("second"));
        write("second\n");
        assert!(!opens("one") && opens("second"));
        write("");
        assert!(opens("second"));
        fs::remove_file(&path).expect("it is there");
        assert!(opens("second"));
        write("third\n");
        assert!(!opens("second") && opens("third"));
        fs::remove_file(&path).expect("it is there");
    }

    #[test]
    fn a_file_is_looked_at_once_in_a_while() {
        let file = KeyFile::new(Path::new("/nowhere"), Duration::from_hours(1));
        assert!(file.is_time());
        assert!(!file.is_time());
    }
}
