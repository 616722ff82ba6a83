//! One file a command: what it does with its arguments, and the exit code.

pub mod spec;
