//! Rules on which files there are, and whether they are what they are taken for.

mod conflict_markers;
mod doubled_suffix;
mod empty_file;
mod foreign_name;
mod misnamed_folder;
mod missing_file;
mod no_text;
mod orphan_file;

use crate::check::rule::Rule;

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[
    &missing_file::RULE,
    &empty_file::RULE,
    &foreign_name::RULE,
    &doubled_suffix::RULE,
    &orphan_file::RULE,
    &misnamed_folder::RULE,
    &no_text::RULE,
    &conflict_markers::RULE,
];
