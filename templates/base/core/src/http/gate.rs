// Owned by mcpgen: edits are overwritten.
//! How many requests run at once and how many are taken in a second.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::refusal::Refusal;

/// Lets requests in until there are too many.
pub(super) struct Gate {
    places: Arc<Semaphore>,
    bucket: Option<Mutex<Bucket>>,
}

/// One second's worth of requests, filled up as time goes by.
struct Bucket {
    rate: f64,
    left: f64,
    filled: Instant,
}

impl Gate {
    pub(super) fn new(at_once: usize, per_second: u32) -> Self {
        let bucket = (per_second > 0).then(|| {
            let rate = f64::from(per_second);
            Mutex::new(Bucket {
                rate,
                left: rate,
                filled: Instant::now(),
            })
        });
        let at_once = at_once.min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(at_once)),
            bucket,
        }
    }

    /// Takes a place; it is free again when the permit is dropped.
    pub(super) fn enter(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        if let Some(bucket) = &self.bucket {
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            if !bucket.take(Instant::now()) {
                return Err(Refusal::too_many());
            }
        }
        Arc::clone(&self.places).try_acquire_owned().map_err(|_| Refusal::overloaded())
    }
}

impl Bucket {
    fn take(&mut self, now: Instant) -> bool {
        let since = now.duration_since(self.filled).as_secs_f64();
        self.left = since.mul_add(self.rate, self.left).min(self.rate);
        self.filled = now;
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_gives_its_rate_and_fills_up_again() {
        let start = Instant::now();
        let mut bucket = Bucket {
            rate: 2.0,
            left: 2.0,
            filled: start,
        };
        assert!(bucket.take(start) && bucket.take(start));
        assert!(!bucket.take(start));
        assert!(!bucket.take(start + Duration::from_millis(400)));
        assert!(bucket.take(start + Duration::from_millis(600)));
        assert!(!bucket.take(start + Duration::from_millis(600)));
    }

    #[test]
    fn a_place_is_free_again_after_its_request() {
        let gate = Gate::new(1, 0);
        let permit = gate.enter().expect("the gate is empty");
        assert!(gate.enter().is_err());
        drop(permit);
        assert!(gate.enter().is_ok());
    }
}
