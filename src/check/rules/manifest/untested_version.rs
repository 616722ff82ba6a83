//! A shared dependency that the base was not tested with.

use super::{Manifest, shown};
use crate::check::finding::{Findings, Severity};
use crate::check::member::{Dependency, shared};
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP310",
    name: "untested-version",
    severity: Severity::Warning,
    summary: "the workspace has another version of a dependency, or fewer of its features, than was tested",
    docs: "mcpgen renders the base together with the versions and features that it was tested with; of `rmcp` it is one \
           exact version, because the protocol is its business. Another one may build and answer otherwise.\n\nSet it \
           back; a newer mcpgen brings newer versions. Features may be added, and patch versions are a matter of \
           `Cargo.lock`: `cargo update` moves them.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let Some(manifest) = Manifest::of(&fleet.own) else { return };
    let Some(expected) = manifest.expected_of(fleet) else { return };
    let found = shared(manifest.found);
    for wanted in shared(&expected) {
        let Some(found) = found.iter().find(|found| found.name() == wanted.name()) else { continue };
        let Some(difference) = difference(found, &wanted) else { continue };
        let place = manifest.file.bytes(found.key.span.start..found.value.span.end);
        let help = format!("set it to `{} = {}`", wanted.name(), shown(wanted.value));
        out.add(place, format!("{} {difference}", quote(wanted.name()))).help(help);
    }
}

/// What is not as tested; more features are fine.
fn difference(found: &Dependency<'_>, wanted: &Dependency<'_>) -> Option<String> {
    let bare = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    if found.text("path").map(bare) != wanted.text("path").map(bare) {
        return Some("is at another path than the base".to_owned());
    }
    if let Some(key) = ["git", "registry", "package"].into_iter().find(|key| found.text(key) != wanted.text(key)) {
        return Some(format!("comes from another place: its `{key}` is not that of mcpgen"));
    }
    if found.version().map(str::trim) != wanted.version() {
        let version = |one: &Dependency<'_>| one.version().map_or_else(|| "no version".to_owned(), quote);
        return Some(format!("is {}, and the base was tested with {}", version(found), version(wanted)));
    }
    if let Some(lost) = wanted.features().find(|feature| !found.features().any(|it| it == *feature)) {
        return Some(format!("lacks the feature {}, which the base needs", quote(lost)));
    }
    let has_defaults = |one: &Dependency<'_>| one.text("default-features") != Some("false");
    (has_defaults(found) != has_defaults(wanted)).then(|| {
        let word = if has_defaults(found) { "has" } else { "lacks" };
        format!("{word} its default features, and the base was tested otherwise")
    })
}
