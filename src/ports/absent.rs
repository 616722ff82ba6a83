//! Object stores in a binary that was built without them: says how to get one that has them.
//!
//! Has the names of `remote`, so that nobody else need know which of the two there is.

use std::convert::Infallible;

use super::location::Address;

/// A connection that nobody has.
#[derive(Debug)]
pub enum Remote {}

/// Which of the object's contents was read: none was.
pub type Version = Infallible;

impl Remote {
    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn connect(_: &Address) -> Result<Self, String> {
        Err("is in an object store, which this `mcpgen` was built without\n  help: build one that has them, in a \
             checkout of mcpgen: `cargo install --path . --locked --features object-store`"
            .into())
    }

    /// See `remote`.
    pub fn read(&self) -> Result<Option<(Vec<u8>, Version)>, String> {
        match *self {}
    }

    /// See `remote`.
    pub fn create(&self, _: &[u8]) -> Result<(), String> {
        match *self {}
    }

    /// See `remote`.
    pub fn replace(&self, _: (&[u8], &Version), _: &[u8]) -> Result<bool, String> {
        match *self {}
    }
}
