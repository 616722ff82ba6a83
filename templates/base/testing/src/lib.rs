// Owned by mcpgen: edits are overwritten.
//! Starts the real server inside a test, and everything around it.
//!
//! * [`Setup`] holds settings and starts the server on a port of its own: nothing is read from the
//!   environment of the process, so tests run side by side.
//! * [`TestServer`] is the running server: REST calls ([`Request`], [`Response`]), MCP calls
//!   ([`Mcp`]) and its metrics ([`Metrics`]).
//! * [`Upstream`] stands for the service behind the server, [`Redis`] for a Redis.
//! * [`Case`] is what a tool, resource or prompt is asked and answers, read from `tests/data`.
//!
//! Whatever is not as expected panics, and says what came instead. The clients are written on
//! plain sockets: a test then depends on what is on the wire and not on an SDK, and a server is not
//! compiled once more with other features for its tests.

#![expect(clippy::missing_panics_doc, reason = "a helper of tests reports by panicking")]

mod answers;
mod case;
mod expected;
mod faulty;
mod files;
mod http;
mod invalid;
mod mcp;
mod metrics;
mod redis;
mod response;
mod server;
mod setup;
mod stream;
mod upstream;

pub use serde_json::{Value, json};

pub use self::answers::Ask;
pub use self::case::Case;
pub use self::expected::Expected;
pub use self::http::Request;
pub use self::invalid::Invalid;
pub use self::mcp::{Contents, Mcp, REVISIONS, RpcError, ToolResult};
pub use self::metrics::Metrics;
pub use self::redis::Redis;
pub use self::response::{Refusal, Response};
pub use self::server::TestServer;
pub use self::setup::Setup;
pub use self::upstream::{Answer, Recorded, Upstream};
