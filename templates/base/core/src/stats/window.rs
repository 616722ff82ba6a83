// Owned by mcpgen: edits are overwritten.
//! The last five minutes in slots of five seconds, which are used again and again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::latency::{Latencies, Merged};

const SLOT_SECONDS: u64 = 5;
const SLOTS: u64 = 60;
/// The turn of a slot that was never used.
const NEVER: u64 = u64::MAX;

#[derive(Debug)]
pub(super) struct Window {
    slots: Box<[Slot]>,
    /// Held while a slot is emptied for its next turn.
    turning: Mutex<()>,
}

/// Five seconds; `turn` says which ones, counted from the start.
#[derive(Debug)]
struct Slot {
    turn: AtomicU64,
    requests: AtomicU64,
    failures: AtomicU64,
    microseconds: AtomicU64,
    latencies: Latencies,
}

/// What happened in the window.
#[derive(Debug)]
pub(super) struct Totals {
    pub requests: u64,
    pub failures: u64,
    pub microseconds: u64,
    pub latencies: Merged,
    /// How much time the window covers: less than all of it soon after the start.
    pub span: Duration,
}

impl Window {
    pub(super) fn new() -> Self {
        Self {
            slots: (0..SLOTS).map(|_| Slot::new()).collect(),
            turning: Mutex::new(()),
        }
    }

    pub(super) fn record(&self, uptime: Duration, took: Duration, failed: bool) {
        let slot = self.slot(uptime.as_secs() / SLOT_SECONDS);
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        slot.requests.fetch_add(1, Ordering::Relaxed);
        slot.failures.fetch_add(u64::from(failed), Ordering::Relaxed);
        slot.microseconds.fetch_add(microseconds, Ordering::Relaxed);
        slot.latencies.record(microseconds);
    }

    pub(super) fn totals(&self, uptime: Duration) -> Totals {
        let last = uptime.as_secs() / SLOT_SECONDS;
        let first = (last + 1).saturating_sub(SLOTS);
        let mut totals = Totals {
            requests: 0,
            failures: 0,
            microseconds: 0,
            latencies: Merged::new(),
            span: uptime.saturating_sub(Duration::from_secs(first * SLOT_SECONDS)),
        };
        for slot in &self.slots {
            if (first..=last).contains(&slot.turn.load(Ordering::Acquire)) {
                totals.requests += slot.requests.load(Ordering::Relaxed);
                totals.failures += slot.failures.load(Ordering::Relaxed);
                totals.microseconds += slot.microseconds.load(Ordering::Relaxed);
                totals.latencies.add(&slot.latencies);
            }
        }
        totals
    }

    /// The slot of a turn, emptied if it still holds an earlier one.
    fn slot(&self, turn: u64) -> &Slot {
        // The remainder is less than 60.
        let slot = &self.slots[usize::try_from(turn % SLOTS).unwrap_or_default()];
        if slot.turn.load(Ordering::Acquire) != turn {
            let _guard = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
            if slot.turn.load(Ordering::Acquire) != turn {
                slot.clear();
                slot.turn.store(turn, Ordering::Release);
            }
        }
        slot
    }
}

impl Slot {
    const fn new() -> Self {
        Self {
            turn: AtomicU64::new(NEVER),
            requests: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            microseconds: AtomicU64::new(0),
            latencies: Latencies::new(),
        }
    }

    fn clear(&self) {
        self.requests.store(0, Ordering::Relaxed);
        self.failures.store(0, Ordering::Relaxed);
        self.microseconds.store(0, Ordering::Relaxed);
        self.latencies.clear();
    }
}
