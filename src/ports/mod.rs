//! The registry of ports: which server has which, for people, branches and jobs that ask at once.
//!
//! [`Ports`] is a value with pure rules; [`Store`] is the file it lives in. Reading refuses what contradicts itself,
//! writing gives the same bytes for the same registry.

mod allocate;
mod error;
mod fields;
pub mod import;
mod json;
mod problem;
#[cfg(test)]
mod properties;
mod read;
mod registry;
mod store;
mod syntax;
mod write;

pub use allocate::{Allocation, Outcome};
pub use error::PortError;
pub use problem::{Problem, Problems};
pub use read::{MAX_BYTES, inspect};
pub use registry::{Fill, Ports, Range, Reserved, Server, Status};
pub use store::{Locked, Store, StoreError};
