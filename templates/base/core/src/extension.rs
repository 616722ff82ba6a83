// Owned by mcpgen: edits are overwritten.
//! What an optional part of the base adds to a server: each is a small crate of its own, so that
//! a server compiles only what it uses.

use std::sync::Arc;

use crate::cache::Store;
use crate::start_error::StartError;

/// Opens the store that a `CACHE_URL` names; it must not wait for a connection.
pub type OpenStore = fn(&str) -> Result<Arc<dyn Store>, StartError>;

/// An optional part of the base.
#[derive(Debug, Clone)]
pub struct Extension {
    pub(crate) name: &'static str,
    pub(crate) stores: Vec<(&'static [&'static str], OpenStore)>,
    pub(crate) pages: Vec<Page>,
}

/// A page that never changes while the server runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub path: &'static str,
    pub content_type: &'static str,
    pub body: &'static str,
}

impl Extension {
    /// An extension that adds nothing yet.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            stores: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// Serves the schemes of `CACHE_URL` with this store.
    #[must_use]
    pub fn store(mut self, schemes: &'static [&'static str], open: OpenStore) -> Self {
        self.stores.push((schemes, open));
        self
    }

    /// Serves a page. It needs no key, so it must be the same for every server.
    #[must_use]
    pub fn page(
        mut self,
        path: &'static str,
        content_type: &'static str,
        body: &'static str,
    ) -> Self {
        self.pages.push(Page {
            path,
            content_type,
            body,
        });
        self
    }
}
