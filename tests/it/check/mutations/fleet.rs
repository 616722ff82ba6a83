//! Fleet.

use super::{Mutation, hold};

pub const MUTATIONS: &[Mutation] = &[];

#[test]
fn fleet_rules() {
    hold(MUTATIONS);
}
