// Owned by mcpgen: edits are overwritten.
//! Tests against a real Redis. Those that need `redis-server` in the `PATH` are ignored by default:
//! `cargo test -p mcp-redis -- --include-ignored` runs them, and fails where it is missing.

mod process;
mod server;
mod store;
