// Owned by mcpgen: edits are overwritten.
//! Keeps the answers of tools for a while, and lets calls that ask the same at once share one run.
//!
//! It knows values that serde can write; it does not know tools or transports. Without a store the
//! answers are in memory. With one they are there, and in memory for as long as it cannot be
//! reached: a cache must never be the reason why a call fails.

mod flight;
mod key;
mod memory;
mod store;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::flight::Flights;
pub use self::key::Key;
use self::memory::Memory;
use self::store::Remote;
pub use self::store::{Store, StoreError, StoreFuture};
use crate::metrics::Counter;

/// The cache of one server: answers of type `V`, which take a run that may fail with an `E`.
pub struct Cache<V, E> {
    memory: Memory<V>,
    remote: Option<Remote>,
    flights: Flights<V, E>,
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// From the cache.
    Hit,
    /// From a run of its own.
    Miss,
    /// From the run of another call that asked the same at the same time.
    Joined,
}

/// An answer or its error, which the calls that shared a run share.
pub type Shared<V, E> = Result<Arc<V>, Arc<E>>;

impl<V: Serialize + DeserializeOwned, E> Cache<V, E> {
    /// An empty cache in memory.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            memory: Memory::new(),
            remote: None,
            flights: Flights::new(),
        }
    }

    /// A cache in a store that other replicas of this server may share, under keys that begin with
    /// this; its failures are counted.
    #[must_use]
    pub fn in_store(prefix: impl Into<String>, store: Arc<dyn Store>, failures: Counter) -> Self {
        Self {
            remote: Some(Remote::new(prefix.into(), store, failures)),
            ..Self::in_memory()
        }
    }

    /// Where the answers are kept, such as `memory`.
    #[must_use]
    pub fn place(&self) -> &'static str {
        self.remote.as_ref().map_or("memory", Remote::name)
    }

    /// Whether the store cannot be reached, so that memory stands in for it.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.remote.as_ref().is_some_and(Remote::is_paused)
    }

    /// Gives the kept answer, or runs to get one and keeps it. Errors are not kept.
    ///
    /// When the call that runs is cancelled, one of those that wait for it runs instead.
    pub async fn get_or_run(
        &self,
        key: Key,
        ttl: Duration,
        run: impl Future<Output = Result<V, E>>,
    ) -> (Found, Shared<V, E>) {
        if self.remote.is_none()
            && let Some(value) = self.memory.get(&key)
        {
            return (Found::Hit, Ok(value));
        }
        let seat = self.flights.board(key.clone());
        let mut landed = seat.wait().await;
        if let Some(shared) = &*landed {
            return (Found::Joined, shared.clone());
        }
        let (found, shared) = match self.get(&key).await {
            Some(value) => (Found::Hit, Ok(value)),
            None => (Found::Miss, self.run(&key, ttl, run).await),
        };
        *landed = Some(shared.clone());
        seat.land();
        (found, shared)
    }

    async fn run(
        &self,
        key: &Key,
        ttl: Duration,
        run: impl Future<Output = Result<V, E>>,
    ) -> Shared<V, E> {
        let value = Arc::new(run.await.map_err(Arc::new)?);
        self.put(key, &value, ttl).await;
        Ok(value)
    }

    async fn get(&self, key: &Key) -> Option<Arc<V>> {
        match &self.remote {
            Some(remote) => match remote.get(key).await {
                Ok(value) => value.map(Arc::new),
                Err(store::Unreachable) => self.memory.get(key),
            },
            None => self.memory.get(key),
        }
    }

    async fn put(&self, key: &Key, value: &Arc<V>, ttl: Duration) {
        // A value that serde cannot write is not kept anywhere.
        let Ok(text) = serde_json::to_vec(&**value) else { return };
        let weight = text.len();
        if let Some(remote) = &self.remote
            && remote.put(key, text, ttl).await.is_ok()
        {
            return;
        }
        self.memory.put(key.clone(), Arc::clone(value), weight, ttl);
    }
}

impl<V, E> fmt::Debug for Cache<V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("remote", &self.remote).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
