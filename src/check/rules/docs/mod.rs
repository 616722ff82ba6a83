//! Rules on documentation: that a README still says what its server is, and that links go somewhere.

mod dead_link;
mod missing_readme;
mod readme_section;
mod settings_table;
mod tables;
mod tools_table;

use crate::check::markdown::{self, Markdown};
use crate::check::rule::Rule;
use crate::check::rules::spec;
use crate::check::view::{FileView, ServerView, State};

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] =
    &[&readme_section::RULE, &settings_table::RULE, &tools_table::RULE, &dead_link::RULE, &missing_readme::RULE];

/// The README of a server where somebody edited it, as it is and as it would be rendered. While the spec is not applied
/// everywhere, nobody can tell what was edited from what was never rendered.
fn edited<'v, 'a>(server: &'v ServerView<'a>) -> Option<(&'v FileView<'a>, Markdown, Markdown)> {
    let file = server.files.get("README.md").filter(|file| file.state == State::Edited)?;
    let expected = file.expected?;
    if spec::stale(server).is_some_and(|(_, causes)| causes.spec || causes.template || causes.is_newer) {
        return None;
    }
    Some((file, markdown::read(file.text), markdown::read(expected)))
}
