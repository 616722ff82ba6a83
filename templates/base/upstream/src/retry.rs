// Owned by mcpgen: edits are overwritten.
//! Whether to try again, and when.

use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// How long to wait before the next attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    /// The wait after the first attempt; it doubles with each further one.
    pub base: Duration,
    /// The longest wait of its own accord.
    pub cap: Duration,
    /// The longest wait that the upstream may ask for; after that it is too late for the caller.
    pub patience: Duration,
}

impl Backoff {
    pub(crate) const DEFAULT: Self = Self {
        base: Duration::from_millis(500),
        cap: Duration::from_secs(10),
        patience: Duration::from_secs(30),
    };

    /// The wait after an attempt, counted from 0; `None` when the upstream asks for too long a one.
    pub(crate) fn wait(&self, attempt: u32, asked: Option<Duration>) -> Option<Duration> {
        match asked {
            Some(asked) => (asked <= self.patience).then_some(asked),
            None => Some(self.longest(attempt).mul_f64(0.5 + chance() / 2.0)),
        }
    }

    fn longest(&self, attempt: u32) -> Duration {
        self.base.saturating_mul(2_u32.saturating_pow(attempt)).min(self.cap)
    }
}

/// Statuses that another attempt may cure.
pub(crate) fn is_passing(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

/// What `Retry-After` asks for: seconds, or a date.
pub(crate) fn asked(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// A number from 0 to 1, so that clients that failed together do not come back together. The keys
/// of the standard hash maps are random enough for that.
fn chance() -> f64 {
    let [.., high, low] = RandomState::new().hash_one(0).to_be_bytes();
    f64::from(u16::from_be_bytes([high, low])) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let longest = |attempt| Backoff::DEFAULT.longest(attempt).as_millis();
        let waits: Vec<_> = (0..7).map(longest).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
        assert_eq!(longest(u32::MAX), 10_000);
    }

    #[test]
    fn waits_differ_within_the_upper_half() {
        let waits: Vec<_> = (0..100)
            .filter_map(|_| Backoff::DEFAULT.wait(1, None))
            .map(|wait| wait.as_millis())
            .collect();
        assert!(waits.iter().all(|wait| (500..=1000).contains(wait)), "{waits:?}");
        assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
    }

    #[test]
    fn the_upstream_may_ask_for_another_wait() {
        let wait = |seconds| Backoff::DEFAULT.wait(0, Some(Duration::from_secs(seconds)));
        assert_eq!(wait(0), Some(Duration::ZERO));
        assert_eq!(wait(30), Some(Duration::from_secs(30)));
        assert_eq!(wait(31), None);
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        // Tue, 28 Jul 2026 12:00:00 GMT
        let now = UNIX_EPOCH + Duration::from_hours(495_900);
        let asked = |text| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]);
            asked(&headers, now).map(|wait| wait.as_secs())
        };
        assert_eq!(asked("7"), Some(7));
        assert_eq!(asked("Tue, 28 Jul 2026 12:00:09 GMT"), Some(9));
        assert_eq!(asked("Tue, 28 Jul 2020 12:00:09 GMT"), Some(0));
        assert_eq!(asked("soon"), None);
        assert_eq!(asked("-1"), None);
    }
}
