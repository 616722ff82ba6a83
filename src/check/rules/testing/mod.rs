//! Rules on the tests of servers.

use crate::check::rule::Rule;

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[];
