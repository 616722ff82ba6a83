//! Stubs.

use super::{Mutation, hold};

pub const MUTATIONS: &[Mutation] = &[];

#[test]
fn stubs_rules() {
    hold(MUTATIONS);
}
