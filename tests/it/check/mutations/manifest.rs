//! Manifest.

use super::{Mutation, hold};

pub const MUTATIONS: &[Mutation] = &[];

#[test]
fn manifest_rules() {
    hold(MUTATIONS);
}
