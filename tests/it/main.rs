//! The integration tests: one binary, a module for each part.

mod spec;
mod spec_rules;
mod spec_shape;
mod support;
