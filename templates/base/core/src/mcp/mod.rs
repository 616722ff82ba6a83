// Owned by mcpgen: edits are overwritten.
//! MCP: the one place that knows the SDK, its lists and its ways.

mod client;
mod convert;
mod endpoint;
mod handler;
mod lists;
mod sessions;
mod stdio;
mod subscriptions;

pub(crate) use self::client::{Answers, Client};
pub(crate) use self::endpoint::{Mcp, endpoint};
pub(crate) use self::stdio::serve_stdio;
pub(crate) use self::subscriptions::Hub;
