//! The binary as its users see it: one test binary, a file per command.

mod fault;
mod locks;
mod new;
mod ports;
mod sandbox;
