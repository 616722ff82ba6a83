// Owned by mcpgen: edits are overwritten.
//! MCP: the one place that knows the SDK, its lists and its ways.

mod convert;
mod direct;
mod endpoint;
mod handler;
mod lists;
mod stdio;

pub(crate) use self::endpoint::{Mcp, endpoint};
pub(crate) use self::stdio::serve_stdio;
