// Owned by mcpgen: edits are overwritten.
//! How the server is doing, measured: what `get_status` and `/api/v1/status` report.
//!
//! Rates and times are those of the last five minutes, so that a server recovers from a bad hour.
//! The clock is passed in. Only failures of the server count against its health: a caller who
//! sends nonsense must not take it out of service.

mod latency;
mod window;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use self::window::{Totals, Window};

/// From this share of failures on, the server is not healthy.
const UNHEALTHY: f64 = 0.10;

/// What has happened since the server started.
#[derive(Debug)]
pub struct Stats {
    start: Instant,
    window: Window,
    processed: AtomicU64,
    failed: AtomicU64,
    last_error: Mutex<Option<&'static str>>,
}

/// How the server is doing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Report {
    /// Whether fewer than a tenth of the requests failed lately.
    pub healthy: bool,
    /// How long it has been running.
    pub uptime_seconds: u64,
    /// How many requests it has answered since it started, well or not.
    pub processed_requests: u64,
    /// How many of these failed through no fault of the caller.
    pub failed_requests: u64,
    /// The share that failed lately, from 0 to 1.
    pub error_rate: f64,
    /// The class of the last failure.
    pub last_error: Option<&'static str>,
    /// How fast it was lately.
    #[serde(skip)]
    pub performance: Performance,
}

/// How fast the server was lately; times are in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Performance {
    /// The mean.
    pub avg_response_time: f64,
    /// Half of the requests took no longer.
    pub p50_response_time: f64,
    /// All but one in a hundred took no longer.
    pub p99_response_time: f64,
    /// Requests in a second.
    pub throughput: f64,
}

impl Stats {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self {
            start: now,
            window: Window::new(),
            processed: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            last_error: Mutex::new(None),
        }
    }

    /// Counts a request that ended now; `failure` is the class of a failure of the server.
    pub fn record(&self, now: Instant, took: Duration, failure: Option<&'static str>) {
        self.window.record(now.duration_since(self.start), took, failure.is_some());
        self.processed.fetch_add(1, Ordering::Relaxed);
        if failure.is_some() {
            self.failed.fetch_add(1, Ordering::Relaxed);
            *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) = failure;
        }
    }

    /// How the server is doing now.
    #[must_use]
    pub fn report(&self, now: Instant) -> Report {
        let uptime = now.duration_since(self.start);
        let totals = self.window.totals(uptime);
        let error_rate = share(totals.failures, totals.requests);
        Report {
            healthy: error_rate < UNHEALTHY,
            uptime_seconds: uptime.as_secs(),
            processed_requests: self.processed.load(Ordering::Relaxed),
            failed_requests: self.failed.load(Ordering::Relaxed),
            error_rate,
            last_error: *self.last_error.lock().unwrap_or_else(PoisonError::into_inner),
            performance: performance(&totals),
        }
    }
}

fn performance(totals: &Totals) -> Performance {
    let seconds = |microseconds| Duration::from_micros(microseconds).as_secs_f64();
    let mean = totals.microseconds.checked_div(totals.requests).unwrap_or_default();
    Performance {
        avg_response_time: seconds(mean),
        p50_response_time: seconds(totals.latencies.quantile(50)),
        p99_response_time: seconds(totals.latencies.quantile(99)),
        // In its first second a server has no rate yet: one request is not a million a second.
        throughput: float(totals.requests) / totals.span.as_secs_f64().max(1.0),
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 requests")]
const fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
