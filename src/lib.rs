//! mcpgen.

pub mod cli;
pub mod commands;
pub mod disk;
pub mod escape;
pub mod fleet;
pub mod name;
pub mod plan;
pub mod ports;
pub mod record;
pub mod spec;
pub mod template;
pub mod text;
pub mod tree;
