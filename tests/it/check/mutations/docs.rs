//! Docs.

use super::{Mutation, hold};

pub const MUTATIONS: &[Mutation] = &[];

#[test]
fn docs_rules() {
    hold(MUTATIONS);
}
