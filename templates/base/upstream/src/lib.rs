// Owned by mcpgen: edits are overwritten.
//! The client of the service behind a server.
//!
//! It knows HTTP, credentials, time limits and when a call may be repeated. It does not know tools:
//! a body fills a [`Request`] and hands it to [`Upstream::send`]. What the upstream says in an
//! error, its address and the key never reach a caller, nor the log.

mod answer;
mod auth;
mod client;
mod request;
mod retry;

pub use self::auth::UpstreamAuth;
pub use self::client::{Upstream, UpstreamSettings};
pub use self::request::Request;
