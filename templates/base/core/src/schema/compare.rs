// Owned by mcpgen: edits are overwritten.
//! When two JSON values are the same, and which number is larger.

use std::cmp::Ordering;
use std::collections::HashSet;

use serde_json::{Number, Value};

use crate::canonical;

/// What a number is to a field that wants whole ones.
pub(super) enum Whole {
    Is(i64),
    TooLarge,
    Not,
}

pub(super) fn whole(number: &Number) -> Whole {
    match canonical::integer(number) {
        Some(integer) => Whole::Is(integer),
        None if number.as_f64().is_some_and(|float| float.fract() == 0.0) => Whole::TooLarge,
        None => Whole::Not,
    }
}

/// Whole numbers are compared exactly, others as floats.
pub(super) fn compared(left: &Number, right: &Number) -> Ordering {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
    }
}

/// As JSON has it: `1` and `1.0` are the same number.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    left == right || !left.is_string() && canonical::text(left) == canonical::text(right)
}

/// Whether an item is there twice.
pub(super) fn repeats(items: &[Value]) -> bool {
    // Comparing all pairs would let a long list of a caller take hours.
    let mut seen = HashSet::with_capacity(items.len());
    !items.iter().all(|item| seen.insert(canonical::text(item)))
}
