//! Ports.

use super::{Mutation, hold};

pub const MUTATIONS: &[Mutation] = &[];

#[test]
fn ports_rules() {
    hold(MUTATIONS);
}
