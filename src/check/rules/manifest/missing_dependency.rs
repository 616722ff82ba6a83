//! A dependency that is not there any more.

use super::Manifest;
use crate::check::finding::{Findings, Place, Severity};
use crate::check::member::{Dependency, Purpose, dependencies, shared};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FleetView, ServerView};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP306",
    name: "missing-dependency",
    severity: Severity::Error,
    summary: "a dependency that the rendered code needs is not in `Cargo.toml`",
    docs: "The rendered code of a server, and that of the base, names crates that the manifest must have. Without them \
           nothing compiles.\n\nAdd the line that the finding's help shows.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(manifest) = Manifest::of(&server.files) else { return };
    let Some(expected) = manifest.expected_in(server) else { return };
    let found = dependencies(manifest.found);
    let is_there = |wanted: &Dependency<'_>| {
        // What the crate has, its tests have too.
        let serves = |found: &Dependency<'_>| {
            !found.is_targeted && (found.purpose == wanted.purpose || found.purpose == Purpose::Normal)
        };
        found.iter().any(|found| found.name() == wanted.name() && serves(found))
    };
    for wanted in dependencies(&expected).into_iter().filter(|wanted| !is_there(wanted)) {
        let table = if wanted.purpose == Purpose::Dev { "dev-dependencies" } else { "dependencies" };
        let line = format!("{}.workspace = true", wanted.name());
        report(table_of(&manifest, &[table]), &wanted, table, &line, out);
    }
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    let Some(manifest) = Manifest::of(&fleet.own) else { return };
    let Some(expected) = manifest.expected_of(fleet) else { return };
    let found = shared(manifest.found);
    for wanted in shared(&expected) {
        if !found.iter().any(|found| found.name() == wanted.name()) {
            let line = format!("{} = {}", wanted.name(), super::shown(wanted.value));
            let place = table_of(&manifest, &["workspace", "dependencies"]);
            report(place, &wanted, "workspace.dependencies", &line, out);
        }
    }
}

fn report(place: Place, wanted: &Dependency<'_>, table: &str, line: &str, out: &mut Findings) {
    let message = format!("{} is not in `[{table}]`, and the rendered code needs it", quote(wanted.name()));
    // To be pasted: whole, however long it is.
    out.add(place, message).help(format!("add `{line}` to `[{table}]`"));
}

fn table_of(manifest: &Manifest<'_, '_>, path: &[&str]) -> Place {
    let table = path.split_last().and_then(|(last, before)| manifest.found.at(before)?.entry(last));
    table.map_or_else(|| manifest.file.whole(), |(key, _)| manifest.file.bytes(key.span.clone()))
}
