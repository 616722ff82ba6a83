//! Security.

use super::{Mutation, hold};

pub const MUTATIONS: &[Mutation] = &[];

#[test]
fn security_rules() {
    hold(MUTATIONS);
}
