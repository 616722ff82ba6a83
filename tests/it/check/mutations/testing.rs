//! Testing.

use super::{Mutation, hold};

pub const MUTATIONS: &[Mutation] = &[];

#[test]
fn testing_rules() {
    hold(MUTATIONS);
}
