//! What was found, in the forms that people and programs read: a file each.
//!
//! Knows the forms. Knows neither the rules nor where anything comes from.

mod concise;

pub use concise::concise;
