// Owned by mcpgen: edits are overwritten.
//! Checks the access tokens of a server with `Auth::OAuth`.
//!
//! A token is a JWT (RFC 9068) that the issuer signed with RS256, ES256 or EdDSA. Its key is one of
//! those that the issuer publishes; it decides which algorithm the token must name. Nothing else is
//! asked of the issuer, so a call needs it only when a key is new, and the server starts without it.
//!
//! ```text
//! verifier ─▶ jwt (three parts) ─▶ keyring (whose key?) ─▶ jwk (its signature?) ─▶ claims
//!                                      └─▶ issuer (which keys are there now?)
//! ```
//!
//! What a refused caller is told, and how, is up to the base. No part of a token is ever logged.

mod claims;
mod issuer;
mod jwk;
mod jwt;
mod keyring;
mod settings;
mod verifier;

use mcp_base::Extension;

/// Checks tokens with the settings `OAUTH_ISSUER`, `OAUTH_AUDIENCE` and so on.
#[must_use]
pub fn extension() -> Extension {
    Extension::new("oauth").tokens(include_str!("settings.json"), settings::open)
}
