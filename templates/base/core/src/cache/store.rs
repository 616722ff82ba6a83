// Owned by mcpgen: edits are overwritten.
//! The seam for stores outside the process, and what happens when one cannot be reached.
//!
//! After a failure the store is left alone for a moment, so that a dead one costs its timeout once
//! in a while and not in every call.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use super::Key;
use crate::metrics::Counter;

/// What a store returns.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Why a store failed; only ever logged.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// A place outside the process that keeps texts for a while.
///
/// It need not bound the time that it takes, nor count or log its failures: the cache does.
pub trait Store: fmt::Debug + Send + Sync {
    /// What it is called in the status and in the log, such as `redis`.
    fn name(&self) -> &'static str;

    /// The text under a key, if it is still kept.
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Vec<u8>>>;

    /// Keeps a text under a key for this long.
    fn put<'a>(&'a self, key: &'a str, text: Vec<u8>, ttl: Duration) -> StoreFuture<'a, ()>;
}

/// How long a call waits for the store; it must be little beside what a run costs.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long the store is left alone after a failure.
const PAUSE: Duration = Duration::from_secs(2);
/// How often a dead store is in the log.
const LOG_EVERY: Duration = Duration::from_mins(1);

/// A store together with what is known of its health.
#[derive(Debug)]
pub(super) struct Remote {
    /// What all keys begin with.
    prefix: String,
    store: Arc<dyn Store>,
    failures: Counter,
    health: Mutex<Health>,
}

#[derive(Debug, Default)]
struct Health {
    paused_until: Option<Instant>,
    logged: Option<Instant>,
    failures: u64,
}

/// The store failed, or is left alone at the moment.
#[derive(Debug)]
pub(super) struct Unreachable;

impl Remote {
    pub(super) fn new(prefix: String, store: Arc<dyn Store>, failures: Counter) -> Self {
        Self {
            prefix,
            store,
            failures,
            health: Mutex::default(),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.store.name()
    }

    /// Whether the last use of the store failed.
    pub(super) fn is_paused(&self) -> bool {
        self.health().paused_until.is_some()
    }

    /// A text that is no `V`, perhaps from another version of the server, counts as not there.
    pub(super) async fn get<V: DeserializeOwned>(
        &self,
        key: &Key,
    ) -> Result<Option<V>, Unreachable> {
        let text = self.guarded(self.store.get(&self.name_of(key))).await?;
        Ok(text.and_then(|text| serde_json::from_slice(&text).ok()))
    }

    pub(super) async fn put(
        &self,
        key: &Key,
        text: Vec<u8>,
        ttl: Duration,
    ) -> Result<(), Unreachable> {
        self.guarded(self.store.put(&self.name_of(key), text, ttl)).await
    }

    fn name_of(&self, key: &Key) -> String {
        format!("{}:{key}", self.prefix)
    }

    async fn guarded<T>(&self, operation: StoreFuture<'_, T>) -> Result<T, Unreachable> {
        if self.health().paused_until.is_some_and(|until| Instant::now() < until) {
            return Err(Unreachable);
        }
        let failure = match timeout(PATIENCE, operation).await {
            Ok(Ok(value)) => {
                self.succeeded();
                return Ok(value);
            }
            Ok(Err(failure)) => failure,
            Err(elapsed) => elapsed.into(),
        };
        self.failed(&failure);
        Err(Unreachable)
    }

    fn succeeded(&self) {
        let mut health = self.health();
        if health.paused_until.take().is_some() {
            let failures = std::mem::take(&mut health.failures);
            tracing::info!(store = self.name(), failures, "the cache store can be reached again");
            health.logged = None;
        }
    }

    fn failed(&self, failure: &StoreError) {
        self.failures.increment();
        let now = Instant::now();
        let mut health = self.health();
        health.failures += 1;
        health.paused_until = Some(now + PAUSE);
        if health.logged.is_none_or(|logged| now >= logged + LOG_EVERY) {
            health.logged = Some(now);
            tracing::warn!(
                store = self.name(),
                failures = health.failures,
                %failure,
                "the cache store cannot be reached; answers are kept in memory"
            );
        }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        // The fields do not depend on each other: there is no half-made state to fear.
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
