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
use crate::text::{nearest, nearest_within};

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

/// The id or name that was probably meant by a selector that means no rule. All ids are alike: of them it is only one in
/// which a single character differs.
#[must_use]
pub fn near(selector: &str) -> Option<&'static str> {
    let is_id = selector.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("MCP"));
    if is_id {
        nearest_within(1, selector, rules().map(|rule| rule.id))
    } else {
        nearest(selector, rules().map(|rule| rule.name))
    }
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn of_ids_only_one_that_a_slip_makes_is_near() {
        assert_eq!((near("MCP9999"), near("mcp5777"), near("MCP")), (None, None, None));
        assert_eq!((near("MCP1O1"), near("mcp203x"), near("drfit")), (Some("MCP101"), Some("MCP203"), Some("drift")));
    }
}
