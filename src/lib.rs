//! mcpgen.

pub mod name;
pub mod spec;
