// Owned by mcpgen: edits are overwritten.
//! Calls that ask the same at the same time, and share one run.
//!
//! A flight is a lock around a result. Who gets the lock first flies; when it is cancelled or
//! panics, the lock passes to the next one in the queue with no result in it, and that one flies.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Key, Shared};

type Flight<V, E> = Arc<tokio::sync::Mutex<Option<Shared<V, E>>>>;
type Board<V, E> = HashMap<Key, Entry<V, E>>;

pub(super) struct Flights<V, E> {
    board: Mutex<Board<V, E>>,
}

/// A flight that has not landed, and how many calls have a seat in it.
struct Entry<V, E> {
    flight: Flight<V, E>,
    seats: usize,
}

impl<V, E> Flights<V, E> {
    pub(super) fn new() -> Self {
        Self {
            board: Mutex::new(HashMap::new()),
        }
    }

    pub(super) fn board(&self, key: Key) -> Seat<'_, V, E> {
        let mut board = self.lock();
        let entry = board.entry(key.clone()).or_insert_with(|| Entry {
            flight: Flight::default(),
            seats: 0,
        });
        entry.seats += 1;
        let flight = Arc::clone(&entry.flight);
        drop(board);
        Seat {
            flights: self,
            key,
            flight,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Board<V, E>> {
        // Nothing panics while it holds this lock, and a map is whole after any single operation.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The part of one call in a flight.
pub(super) struct Seat<'f, V, E> {
    flights: &'f Flights<V, E>,
    key: Key,
    flight: Flight<V, E>,
}

impl<V, E> Seat<'_, V, E> {
    pub(super) async fn wait(&self) -> tokio::sync::MutexGuard<'_, Option<Shared<V, E>>> {
        self.flight.lock().await
    }

    /// Calls that come from now on start a new flight.
    pub(super) fn land(&self) {
        let mut board = self.flights.lock();
        if board.get(&self.key).is_some_and(|entry| Arc::ptr_eq(&entry.flight, &self.flight)) {
            board.remove(&self.key);
        }
    }
}

/// A flight that everybody left before it landed must not stay on the board.
impl<V, E> Drop for Seat<'_, V, E> {
    fn drop(&mut self) {
        let mut board = self.flights.lock();
        let Some(entry) = board.get_mut(&self.key) else { return };
        // It may have landed, and another one begun under its key.
        if Arc::ptr_eq(&entry.flight, &self.flight) {
            entry.seats -= 1;
            if entry.seats == 0 {
                board.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
impl<V, E> Flights<V, E> {
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}
