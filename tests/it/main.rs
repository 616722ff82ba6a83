//! The binary as its users see it: one test binary, a file per command.

mod architecture;
mod fault;
mod locks;
mod new;
mod ports;
mod sandbox;
mod templates;
