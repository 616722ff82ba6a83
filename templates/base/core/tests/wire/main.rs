// Owned by mcpgen: edits are overwritten.
//! What comes over the wire of servers that are made for these tests: one of each kind.

mod asks;
mod callers;
mod client;
mod completion;
mod dice;
mod direct;
mod fuzz;
mod lifecycle;
mod limits;
mod mcp;
mod rest;
mod sample;
mod session;
mod sessions;
mod subscriptions;
mod talk;
mod tasks;
