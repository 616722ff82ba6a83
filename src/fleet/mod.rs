//! A fleet: the folder of `mcpgen.toml`, its settings, and where its servers are.
//!
//! Knows how a fleet is found and what its settings mean. Knows nothing of specs and ports.

mod discover;
mod settings;

pub use discover::{Fleet, find};
pub use settings::{Images, Settings, Support, Waiver, parse};

/// The file that makes a folder a fleet.
pub const FILE: &str = "mcpgen.toml";
