//! What several tests share.

pub mod spec_gen;
