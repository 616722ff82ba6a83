//! Rules on which files there are.

mod missing_file;

use crate::check::rule::Rule;

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[&missing_file::RULE];
