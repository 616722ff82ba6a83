//! mcpgen.

pub mod commands;
pub mod name;
pub mod spec;
pub mod text;
