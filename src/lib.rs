//! mcpgen.

pub mod cli;
pub mod commands;
pub mod disk;
pub mod name;
pub mod ports;
pub mod spec;
