// Owned by mcpgen: edits are overwritten.
//! What comes over the wire of a server that is made for these tests: one of each kind.

mod client;
mod dice;
mod direct;
mod fuzz;
mod lifecycle;
mod limits;
mod mcp;
mod rest;
mod sample;
