// Owned by mcpgen: edits are overwritten.
//! Access tokens that somebody else issues: what the base asks of the extension that checks them.
//!
//! Knows neither HTTP nor what a token looks like.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value};

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
    /// What this token allows.
    fn verify<'a>(&'a self, token: &'a str) -> VerifyFuture<'a>;
}

/// What [`Verifier::verify`] gives.
pub type VerifyFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Arc<Grant>, TokenError>> + Send + 'a>>;

/// What a token allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grant {
    /// The scopes that it was issued for.
    pub scopes: Vec<String>,
}

impl Grant {
    /// Whether it has all of these scopes.
    #[must_use]
    pub fn has(&self, scopes: &[&str]) -> bool {
        scopes.iter().all(|wanted| self.scopes.iter().any(|scope| scope == wanted))
    }
}

/// Why a token lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// It is not one that this server takes; the sentence is for the caller.
    Invalid(&'static str),
    /// Whether it is one cannot be known: no key of the issuer is there.
    Unavailable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_has_scopes_as_a_whole() {
        let grant = Grant {
            scopes: vec!["read".to_owned(), "write:all".to_owned()],
        };
        assert!(grant.has(&[]) && grant.has(&["read"]) && grant.has(&["write:all", "read"]));
        assert!(!grant.has(&["write"]) && !grant.has(&["read", "delete"]) && !grant.has(&[""]));
    }
}
