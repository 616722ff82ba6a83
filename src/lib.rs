//! mcpgen.

pub mod disk;
pub mod name;
pub mod ports;
pub mod spec;
