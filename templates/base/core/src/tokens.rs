// Owned by mcpgen: edits are overwritten.
//! Access tokens that somebody else issues: what the base asks of the extension that checks them.
//!
//! Knows neither HTTP nor what a token looks like.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::start_error::StartError;

/// Makes what checks tokens, from its settings; it must not wait for the issuer.
pub type OpenTokens = fn(&Map<String, Value>) -> Result<Tokens, StartError>;

/// Whose tokens a server takes, and for what.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Who issues them: an address.
    pub issuer: String,
    /// The address of this server's `/mcp`, as its callers know it.
    pub resource: String,
    /// The address at which the server says both of these (RFC 9728).
    pub metadata: String,
    /// What checks them.
    pub verifier: Arc<dyn Verifier>,
}

/// Checks tokens. A token is a secret: it is not logged, and neither is any part of it.
pub trait Verifier: fmt::Debug + Send + Sync {
    /// Whose token this is, and what it allows.
    fn verify<'a>(&'a self, token: &'a str) -> VerifyFuture<'a>;
}

/// What [`Verifier::verify`] gives.
pub type VerifyFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Arc<Caller>, TokenError>> + Send + 'a>>;

/// Why a token lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// It is not one that this server takes; the sentence is for the caller.
    Invalid(&'static str),
    /// Whether it is one cannot be known: no key of the issuer is there.
    Unavailable,
}
