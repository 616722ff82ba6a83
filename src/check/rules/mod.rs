//! The rules: a file each, in a folder for each family, all of them in one table.
//!
//! A rule looks only at what is not as rendered, and says one thing once: what another rule says better, it leaves to it.

mod code;
mod container;
mod docs;
mod fleet;
mod layout;
mod live;
mod manifest;
mod ports;
mod security;
pub mod spec;
mod stubs;
mod testing;

use super::rule::Rule;

/// All rules, in the order of their ids.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let families: [&[&Rule]; 12] = [
        layout::RULES,
        code::RULES,
        spec::RULES,
        manifest::RULES,
        stubs::RULES,
        ports::RULES,
        container::RULES,
        security::RULES,
        docs::RULES,
        testing::RULES,
        fleet::RULES,
        live::RULES,
    ];
    families.into_iter().flatten().copied()
}

/// The rule with this id or name.
#[must_use]
pub fn by_selector(selector: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.name.eq_ignore_ascii_case(selector) || rule.id.eq_ignore_ascii_case(selector))
}
