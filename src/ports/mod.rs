//! The registry of ports: which server has which, for people, branches and jobs that ask at once.
//!
//! [`Ports`] is a value with pure rules; [`Store`] is the file or the object it lives in, by its [`Location`]. Reading
//! refuses what contradicts itself, writing gives the same bytes for the same registry.

mod allocate;
mod conflict;
mod error;
mod fields;
pub mod import;
mod json;
mod location;
mod merge;
mod problem;
#[cfg(test)]
mod properties;
mod ranges;
mod read;
mod registry;
#[cfg(feature = "object-store")]
mod remote;
#[cfg(not(feature = "object-store"))]
#[path = "absent.rs"]
mod remote;
mod schema;
mod separate;
mod store;
mod syntax;
mod write;

pub use allocate::{Allocation, Outcome, Terms};
pub use conflict::{Sides, sides};
pub use error::PortError;
pub use location::{Address, Location, LocationError, Service};
pub use merge::{Merged, common, merge, repair};
pub use problem::{Code, Problem, Problems};
pub use ranges::Done;
pub use read::{MAX_BYTES, inspect};
pub use registry::{Fill, Ports, Range, Reserved, Server, Status};
pub use schema::schema;
pub use separate::Move;
pub use store::{Locked, Store, StoreError};
