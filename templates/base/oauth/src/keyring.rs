// Owned by mcpgen: edits are overwritten.
//! The keys of the issuer as they are known: read once, read again from time to time and when a
//! token names another, and kept while the issuer cannot be asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::issuer::Issuer;
use crate::jwk::Key;

/// How old keys may be: a key that the issuer withdraws is taken no longer than that.
const FRESH: Duration = Duration::from_mins(10);
/// When the issuer is asked again that did not answer.
const AGAIN: Duration = Duration::from_secs(30);
/// How often it is asked because of tokens with unknown keys: so often at once, ...
const AT_ONCE: f64 = 4.0;
/// ... and then once in so many seconds. Anyone can make up a token.
const ONE_IN: f64 = 15.0;

/// The keys of the issuer.
#[derive(Debug)]
pub(crate) struct Keyring {
    issuer: Issuer,
    state: Mutex<State>,
    /// Held by whoever asks the issuer.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    keys: Option<Arc<Keys>>,
    /// When the keys are to be read again.
    due: Instant,
    /// When the issuer was last done with being asked.
    asked: Option<Instant>,
    /// How often it may be asked now, as of `counted`.
    left: f64,
    counted: Instant,
}

/// The keys as they were read.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Which reading it was.
    pub number: u64,
    pub keys: Vec<Key>,
}

impl Keyring {
    pub(crate) fn new(issuer: Issuer) -> Self {
        let now = Instant::now();
        Self {
            issuer,
            state: Mutex::new(State {
                keys: None,
                due: now,
                asked: None,
                left: AT_ONCE,
                counted: now,
            }),
            asking: tokio::sync::Mutex::new(()),
        }
    }

    /// The keys that are known. Where they are old, they are read again, and nobody waits for it.
    pub(crate) fn known(self: &Arc<Self>) -> Option<Arc<Keys>> {
        let now = Instant::now();
        let mut state = self.state();
        let keys = state.keys.clone()?;
        if now >= state.due {
            state.due = now + AGAIN;
            let ring = Arc::clone(self);
            tokio::spawn(async move {
                let _asking = ring.asking.lock().await;
                ring.read().await;
            });
        }
        Some(keys)
    }

    /// Other keys than these, if the issuer has any.
    pub(crate) async fn newer(&self, than: Option<u64>) -> Option<Arc<Keys>> {
        let came = Instant::now();
        let newer = |keys: &Option<Arc<Keys>>| {
            keys.clone().filter(|keys| than.is_none_or(|than| keys.number > than))
        };
        let _asking = self.asking.lock().await;
        {
            let mut state = self.state();
            let is_answered = state.asked.is_some_and(|asked| asked >= came);
            let found = newer(&state.keys);
            if found.is_some() || is_answered || !state.take(Instant::now()) {
                return found;
            }
        }
        self.read().await;
        newer(&self.state().keys)
    }

    /// Asks the issuer. What is known stays where it does not answer.
    async fn read(&self) {
        let read = self.issuer.keys().await;
        let now = Instant::now();
        let mut state = self.state();
        state.asked = Some(now);
        match read {
            Ok(keys) => {
                let number = state.keys.as_ref().map_or(0, |keys| keys.number + 1);
                tracing::debug!(keys = keys.len(), number, "the keys of the issuer are read");
                state.keys = Some(Arc::new(Keys { number, keys }));
                state.due = now + FRESH;
            }
            Err(cause) => {
                let known = state.keys.is_some();
                tracing::warn!(%cause, known, "the keys of the issuer of tokens cannot be read");
                state.due = now + AGAIN;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether the issuer may be asked once more.
    fn take(&mut self, now: Instant) -> bool {
        let since = now.duration_since(self.counted).as_secs_f64();
        self.left = (self.left + since / ONE_IN).min(AT_ONCE);
        self.counted = now;
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_asked_a_few_times_and_then_once_in_a_while() {
        let start = Instant::now();
        let mut state = State {
            keys: None,
            due: start,
            asked: None,
            left: AT_ONCE,
            counted: start,
        };
        let taken = (0..100).filter(|_| state.take(start)).count();
        assert_eq!(taken, 4);
        assert!(!state.take(start + Duration::from_secs(14)));
        assert!(state.take(start + Duration::from_secs(16)));
        assert!(!state.take(start + Duration::from_secs(16)));
        let later = start + Duration::from_hours(1);
        assert_eq!((0..100).filter(|_| state.take(later)).count(), 4);
    }
}
