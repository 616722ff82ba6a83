//! What was found, in the forms that people and programs read: a file each.
//!
//! Knows the forms. Knows neither the rules nor where anything comes from. Whatever form it is, names and messages may
//! come from hostile files: none of them leaves the place that the form has for it.

mod concise;
mod github;
mod human;
mod json;
mod junit;
mod markdown;
mod sarif;
mod summary;

pub use concise::concise;
pub use github::github;
pub use human::human;
pub use json::{SCHEMA, json};
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::{failed as sarif_failed, sarif};
pub use summary::{hints, summary};
