//! The spec of one server: from TOML text to a [`Spec`].

mod types;

pub use types::*;
