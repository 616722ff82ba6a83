//! The binary as its users see it: one test binary, a file per command.

mod architecture;
mod base;
mod branches;
mod check;
mod docs;
mod fault;
mod files;
mod generated;
mod import;
mod locations;
mod locks;
mod new;
#[cfg(feature = "object-store")]
mod object_store;
mod ports;
mod sandbox;
mod spec;
mod spec_command;
mod spec_rules;
mod spec_shape;
mod spec_structured;
mod support;
mod templates;
