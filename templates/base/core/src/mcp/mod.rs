// Owned by mcpgen: edits are overwritten.
//! MCP: the one place that knows the SDK, its lists and its ways.

mod calls;
mod client;
mod completion;
mod convert;
mod direct;
mod endpoint;
mod handler;
mod lists;
mod rounds;
mod sessions;
mod stdio;
mod stream;
mod subscriptions;
mod tasks;
mod unread;

pub(crate) use self::client::{Client, check};
pub(crate) use self::endpoint::{Mcp, endpoint};
pub(crate) use self::stdio::serve_stdio;
pub(crate) use self::subscriptions::Hub;
