// Owned by mcpgen: edits are overwritten.
//! What an optional part of the base adds to a server: each is a small crate of its own, so that
//! a server compiles only what it uses.

use std::sync::Arc;

use crate::cache::Store;
use crate::start_error::StartError;
use crate::tokens::OpenTokens;

/// Opens the store that a `CACHE_URL` names; it must not wait for a connection.
pub type OpenStore = fn(&str) -> Result<Arc<dyn Store>, StartError>;

/// An optional part of the base.
#[derive(Debug, Clone)]
pub struct Extension {
    pub(crate) name: &'static str,
    pub(crate) stores: Vec<(&'static [&'static str], OpenStore)>,
    pub(crate) pages: Vec<Page>,
    pub(crate) tokens: Option<TokenSource>,
}

/// What checks tokens: the schema of its settings, and how it is made of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenSource {
    pub settings: &'static str,
    pub open: OpenTokens,
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
            tokens: None,
        }
    }

    /// Serves the schemes of `CACHE_URL` with this store.
    #[must_use]
    pub fn store(mut self, schemes: &'static [&'static str], open: OpenStore) -> Self {
        self.stores.push((schemes, open));
        self
    }

    /// Checks the tokens of a server with `Auth::OAuth`. `settings` is a schema like that of a
    /// server's own settings; it has `oauth_issuer` and `oauth_audience`.
    #[must_use]
    pub fn tokens(mut self, settings: &'static str, open: OpenTokens) -> Self {
        self.tokens = Some(TokenSource { settings, open });
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
