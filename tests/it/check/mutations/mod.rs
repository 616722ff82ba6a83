//! Ways to break a fleet, each with the one rule that must see it; and ways that come close and break nothing.
//!
//! A file for each family of rules.

mod code;
mod container;
mod docs;
mod fleet;
mod layout;
mod manifest;
mod ports;
mod security;
mod spec;
mod stubs;
mod testing;

use std::collections::BTreeSet;

use super::Fleet;

/// Something that is done to a fleet.
pub struct Mutation {
    /// What is done.
    pub name: &'static str,
    /// The rule that it is about.
    pub rule: &'static str,
    /// Whether the rule must see it; else nothing may.
    pub is_seen: bool,
    /// Does it.
    pub edit: fn(&Fleet),
}

/// What the rule must see, and no other.
pub const fn breaks(rule: &'static str, name: &'static str, edit: fn(&Fleet)) -> Mutation {
    Mutation { name, rule, is_seen: true, edit }
}

/// What comes close to what the rule is about, and is fine.
pub const fn near(rule: &'static str, name: &'static str, edit: fn(&Fleet)) -> Mutation {
    Mutation { name, rule, is_seen: false, edit }
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Mutation> {
    let families: [&[Mutation]; 11] = [
        code::MUTATIONS,
        container::MUTATIONS,
        docs::MUTATIONS,
        fleet::MUTATIONS,
        layout::MUTATIONS,
        manifest::MUTATIONS,
        ports::MUTATIONS,
        security::MUTATIONS,
        spec::MUTATIONS,
        stubs::MUTATIONS,
        testing::MUTATIONS,
    ];
    families.into_iter().flatten()
}

/// The mutations of one family, on a fleet that is restored after each.
fn hold(mutations: &[Mutation]) {
    let fleet = Fleet::new();
    let before = fleet.everything();
    let mut wrong = Vec::new();
    for mutation in mutations {
        (mutation.edit)(&fleet);
        let findings = fleet.findings();
        let rules: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.name).collect();
        let expected: BTreeSet<&str> = mutation.is_seen.then_some(mutation.rule).into_iter().collect();
        if rules != expected {
            let said: Vec<String> = findings
                .iter()
                .map(|finding| format!("{} {:?}: {}", finding.rule.name, finding.place, finding.message))
                .collect();
            wrong.push(format!("{} ({}): {}", mutation.name, mutation.rule, said.join("\n    ")));
        }
        for finding in &findings {
            let help = finding.help.is_some();
            if !help || finding.place.path.is_empty() {
                wrong.push(format!("{}: `{}` has no help or place", mutation.name, finding.message));
            }
        }
        fleet.restore(&before);
    }
    assert!(fleet.findings().is_empty(), "the fleet is not as it was");
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), mutations.len(), wrong.join("\n"));
}

#[test]
fn a_fleet_as_made_has_no_findings() {
    let fleet = Fleet::new();
    let said: Vec<String> = fleet.findings().iter().map(|finding| format!("{finding:?}")).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

/// Each rule that the disk can show is shown by a mutation that it sees, and by one that comes close.
#[test]
fn every_rule_has_a_failing_and_a_passing_fixture() {
    let mut missing = Vec::new();
    for rule in mcpgen::check::rules().filter(|rule| rule.family() != "live") {
        for is_seen in [true, false] {
            if !all().any(|mutation| mutation.rule == rule.name && mutation.is_seen == is_seen) {
                missing.push(format!("`{}` is never {}", rule.name, if is_seen { "seen" } else { "nearly seen" }));
            }
        }
    }
    let known: BTreeSet<&str> = mcpgen::check::rules().map(|rule| rule.name).collect();
    let unknown: Vec<&str> = all().map(|mutation| mutation.rule).filter(|rule| !known.contains(rule)).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "{}\nno such rules: {unknown:?}", missing.join("\n"));
}

#[test]
fn enough_ways_to_break_a_fleet_are_known() {
    let names: BTreeSet<&str> = all().map(|mutation| mutation.name).collect();
    assert_eq!(names.len(), all().count(), "two mutations have one name");
    let breaking = all().filter(|mutation| mutation.is_seen).count();
    assert!(breaking >= 60, "{breaking}");
}
