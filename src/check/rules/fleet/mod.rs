//! Rules on the fleet as a whole: that whoever lists servers lists all of them, and the waivers.

use crate::check::rule::Rule;
use crate::check::waiver;

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[&waiver::STALE, &waiver::EXPIRED];
