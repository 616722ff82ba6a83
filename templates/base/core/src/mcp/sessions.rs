// Owned by mcpgen: edits are overwritten.
//! What is remembered of a client between two requests, where the server keeps sessions at all.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::level::Level;

/// What a client said that holds until it leaves.
pub(super) struct Session {
    /// Tells it apart from all others.
    pub id: u64,
    level: AtomicU8,
}

/// All levels, by their number.
const LEVELS: [Level; 8] = [
    Level::Debug,
    Level::Info,
    Level::Notice,
    Level::Warning,
    Level::Error,
    Level::Critical,
    Level::Alert,
    Level::Emergency,
];

impl Session {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), level: AtomicU8::new(Level::Info as u8) }
    }

    /// Which messages of a log the client wants.
    pub(super) fn level(&self) -> Level {
        LEVELS.get(usize::from(self.level.load(Ordering::Relaxed))).copied().unwrap_or(Level::Info)
    }

    pub(super) fn set_level(&self, level: Level) {
        self.level.store(level as u8, Ordering::Relaxed);
    }
}
