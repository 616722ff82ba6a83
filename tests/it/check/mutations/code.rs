//! Code.

use super::{Mutation, hold};

pub const MUTATIONS: &[Mutation] = &[];

#[test]
fn code_rules() {
    hold(MUTATIONS);
}
