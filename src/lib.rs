//! mcpgen.

pub mod name;
pub mod spec;
pub mod text;
