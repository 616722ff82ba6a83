// Owned by mcpgen: edits are overwritten.
//! Answers in memory, bounded by their size and their age.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use tokio::time::Instant;

use super::Key;

/// How many bytes of JSON are kept; as values they take a few times more, and all of it must fit
/// beside the calls into a container of 128 MiB.
const CAPACITY: u64 = 16 * 1024 * 1024;
/// What an entry takes besides its value.
const OVERHEAD: u64 = 256;
/// A guess, which only decides how large the tables are at first.
const ENTRIES: usize = 4 * 1024;
/// Fixed, because an answer larger than a shard is never kept.
const SHARDS: usize = 4;

pub(super) struct Memory<V> {
    entries: Cache<Key, Entry<V>, Weigh>,
}

struct Entry<V> {
    value: Arc<V>,
    weight: u64,
    until: Instant,
}

// Not derived: a derive would ask for `V: Clone`.
impl<V> Clone for Entry<V> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            ..*self
        }
    }
}

#[derive(Debug, Clone)]
struct Weigh;

impl<V> Weighter<Key, Entry<V>> for Weigh {
    fn weight(&self, _: &Key, entry: &Entry<V>) -> u64 {
        entry.weight
    }
}

impl<V> Memory<V> {
    pub(super) fn new() -> Self {
        let mut options = OptionsBuilder::new();
        options.estimated_items_capacity(ENTRIES).weight_capacity(CAPACITY).shards(SHARDS);
        let options = options.build().expect("both capacities are given");
        let hasher = DefaultHashBuilder::default();
        Self {
            entries: Cache::with_options(options, Weigh, hasher, DefaultLifecycle::default()),
        }
    }

    /// The answer, unless it is too old. One that nobody asks for again is pushed out by others.
    pub(super) fn get(&self, key: &Key) -> Option<Arc<V>> {
        let entry = self.entries.get(key)?;
        if Instant::now() < entry.until {
            return Some(entry.value);
        }
        self.entries.remove_if(key, |entry| entry.until <= Instant::now());
        None
    }

    pub(super) fn put(&self, key: Key, value: Arc<V>, weight: usize, ttl: Duration) {
        // A time beyond what the clock can count is not kept, rather than forever.
        let Some(until) = Instant::now().checked_add(ttl) else { return };
        self.entries.insert(
            key,
            Entry {
                value,
                weight: weight as u64 + OVERHEAD,
                until,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn size_is_bounded() {
        let memory = Memory::new();
        let (value, weight) = (Arc::new(()), 1024 * 1024);
        for number in 0..256 {
            let key = Key::new("tool", &json!(number));
            memory.put(key, Arc::clone(&value), weight, Duration::from_mins(1));
        }
        assert!(memory.entries.weight() <= CAPACITY);
        assert!(memory.entries.len() >= 8, "{} are kept", memory.entries.len());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_old_is_gone() {
        let memory = Memory::new();
        let key = Key::new("tool", &json!({}));
        memory.put(key.clone(), Arc::new(7), 1, Duration::from_mins(1));
        tokio::time::advance(Duration::from_millis(59_999)).await;
        assert_eq!(memory.get(&key).as_deref(), Some(&7));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(memory.get(&key), None);
        assert_eq!(memory.entries.len(), 0);
    }
}
