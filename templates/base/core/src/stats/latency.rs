// Owned by mcpgen: edits are overwritten.
//! Times by buckets that grow with them, so that few numbers tell any quantile to within 7 %.
//!
//! Up to 16 µs each microsecond has its bucket; from there on each doubling has eight.

use std::sync::atomic::{AtomicU32, Ordering};

const EXACT: u64 = 16;
/// log2 of how many buckets a doubling has.
const STEPS: u32 = 3;
/// Times from 2^32 µs on, more than an hour, count as just below.
const LONGEST: u64 = (1 << 32) - 1;
const BUCKETS: usize = bucket(LONGEST) + 1;

/// Counts that many threads add to.
#[derive(Debug)]
pub(super) struct Latencies([AtomicU32; BUCKETS]);

/// Counts that are read.
#[derive(Debug, Clone)]
pub(super) struct Merged([u64; BUCKETS]);

impl Latencies {
    pub(super) const fn new() -> Self {
        Self([const { AtomicU32::new(0) }; BUCKETS])
    }

    pub(super) fn record(&self, microseconds: u64) {
        self.0[bucket(microseconds)].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn clear(&self) {
        for count in &self.0 {
            count.store(0, Ordering::Relaxed);
        }
    }
}

impl Merged {
    pub(super) const fn new() -> Self {
        Self([0; BUCKETS])
    }

    pub(super) fn add(&mut self, latencies: &Latencies) {
        for (total, count) in self.0.iter_mut().zip(&latencies.0) {
            *total += u64::from(count.load(Ordering::Relaxed));
        }
    }

    /// The microseconds that this many of a hundred did not exceed; 0 where there are none.
    pub(super) fn quantile(&self, percent: u64) -> u64 {
        let total: u64 = self.0.iter().sum();
        let rank = (total * percent).div_ceil(100);
        let mut below = 0;
        for (bucket, count) in self.0.iter().enumerate() {
            below += count;
            if *count > 0 && below >= rank {
                return middle(bucket);
            }
        }
        0
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a bucket is less than 256")]
const fn bucket(microseconds: u64) -> usize {
    let value = if microseconds > LONGEST { LONGEST } else { microseconds };
    if value < EXACT {
        return value as usize;
    }
    let exponent = value.ilog2();
    let step = (value >> (exponent - STEPS)) & ((1 << STEPS) - 1);
    EXACT as usize + ((exponent - EXACT.ilog2()) << STEPS) as usize + step as usize
}

/// The time in the middle of a bucket.
const fn middle(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < EXACT {
        return bucket;
    }
    let doubling = (bucket - EXACT) >> STEPS;
    let step = (bucket - EXACT) & ((1 << STEPS) - 1);
    let width = (EXACT >> STEPS) << doubling;
    (EXACT << doubling) + step * width + width / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_bucket_is_in_it_and_near() {
        let mut value = 0;
        while value < LONGEST {
            let middle = middle(bucket(value));
            assert_eq!(bucket(middle), bucket(value), "{value}");
            assert!(middle.abs_diff(value) * 100 <= value * 7, "{value} counts as {middle}");
            value += 1 + value / 97;
        }
    }

    #[test]
    fn buckets_have_no_gaps() {
        assert_eq!(BUCKETS, 240);
        for one in 0..BUCKETS {
            assert_eq!(bucket(middle(one)), one);
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn quantiles_are_by_rank() {
        let latencies = Latencies::new();
        let quantile = |percent| {
            let mut merged = Merged::new();
            merged.add(&latencies);
            merged.quantile(percent)
        };
        assert_eq!(quantile(99), 0);
        for microseconds in [1, 2, 3, 4] {
            latencies.record(microseconds);
        }
        assert_eq!((quantile(50), quantile(99)), (2, 4));
    }
}
