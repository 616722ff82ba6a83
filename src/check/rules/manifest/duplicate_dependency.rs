//! One package, twice.

use super::Manifest;
use crate::check::finding::{Findings, Severity};
use crate::check::member::{Dependency, dependencies};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP307",
    name: "duplicate-dependency",
    severity: Severity::Warning,
    summary: "a manifest has one package under two names, or for tests in another version",
    docs: "One package under two names is compiled twice, and its types do not fit each other; a test that uses another \
           version than the crate tests something else.\n\nKeep one of them.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(manifest) = Manifest::of(&server.files) else { return };
    let all = dependencies(manifest.found);
    let mut seen: std::collections::HashMap<&str, &Dependency<'_>> = std::collections::HashMap::new();
    for dependency in &all {
        let Some(first) = seen.get(dependency.package()) else {
            seen.insert(dependency.package(), dependency);
            continue;
        };
        let place = manifest.file.bytes(dependency.key.span.start..dependency.value.span.end);
        let name = quote(dependency.package());
        if first.name() != dependency.name() {
            let other = quote(first.name());
            let message = format!("{name} is there twice, here and as {other}");
            out.add(place, message).help(format!("keep one of the two, for example {other}"));
        } else if source(first) != source(dependency) {
            let message = format!("{name} is there twice, from two places or in two versions");
            out.add(place, message).help("ask for the same in both, for example with `workspace = true`");
        }
    }
}

/// What decides which package of that name it is.
fn source<'n>(dependency: &Dependency<'n>) -> [Option<&'n str>; 7] {
    let text = |key: &str| dependency.text(key);
    let version = dependency.version();
    [version, text("workspace"), text("path"), text("git"), text("rev"), text("tag"), text("branch")]
}
