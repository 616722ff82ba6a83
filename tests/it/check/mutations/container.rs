//! Container.

use super::{Mutation, hold};

pub const MUTATIONS: &[Mutation] = &[];

#[test]
fn container_rules() {
    hold(MUTATIONS);
}
