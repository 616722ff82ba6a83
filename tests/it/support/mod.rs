//! What several tests share.

pub mod dice;
pub mod spec_gen;
