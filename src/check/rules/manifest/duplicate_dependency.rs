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

/// What decides which package of that name it is. Of versions, what cargo takes one of for all.
fn source<'n>(dependency: &Dependency<'n>) -> (Option<Vec<&'n str>>, [Option<&'n str>; 6]) {
    let text = |key: &str| dependency.text(key);
    let version = dependency.version().map(kept);
    (version, [text("workspace"), text("path"), text("git"), text("rev"), text("tag"), text("branch")])
}

/// The numbers of a version that must be the same for one package to serve both.
fn kept(version: &str) -> Vec<&str> {
    let version = version.trim().trim_start_matches('^');
    // A range or an exact version is a matter of its own.
    if !version.starts_with(|c: char| c.is_ascii_digit()) || version.contains(',') {
        return vec![version];
    }
    let numbers = version.split('.');
    let zeros = numbers.clone().take_while(|number| *number == "0").count();
    numbers.take(zeros + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn versions_that_one_package_serves_are_the_same() {
        assert_eq!(kept("1.2.3"), kept("^1"));
        assert_eq!(kept("0.5.1"), kept("0.5"));
        assert_ne!(kept("0.5"), kept("0.6"));
        assert_ne!(kept("1"), kept("2.0"));
        assert_ne!(kept("=1.2"), kept("1.2"));
    }
}
