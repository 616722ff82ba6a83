// Owned by mcpgen: edits are overwritten.
//! A server that takes access tokens.

use mcp_base::{About, Auth, CacheClass, Hints, Server, StartError, Tool, ToolCall};
use mcp_issuer::AUDIENCE;

/// A server with these tools, and nothing yet that checks tokens.
pub fn unchecked<S: Send + Sync + 'static>(
    service: fn() -> S,
    schemas: &'static str,
    cache: CacheClass,
    tools: impl IntoIterator<Item = (&'static str, ToolCall<S>)>,
) -> Server<S> {
    let about = About {
        name: "guarded_v2",
        version: "1.0.0",
        description: "Has a guard",
        port: 0,
        schemas,
    };
    let mut server = Server::new(about, move || Ok::<_, StartError>(service()));
    server.auth(Auth::OAuth);
    server.audience(AUDIENCE);
    for (name, call) in tools {
        server.tool(Tool {
            name,
            hints: Hints::NONE,
            cache,
            call,
        });
    }
    server
}
