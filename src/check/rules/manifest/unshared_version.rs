//! A server that chooses for itself what the fleet has one version of.

use std::collections::HashMap;

use super::Manifest;
use super::forbidden_dependency::belongs_to_the_base;
use crate::check::finding::{Findings, Severity};
use crate::check::member::{dependencies, shared};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP304",
    name: "unshared-version",
    severity: Severity::Error,
    summary: "a server has its own version of what the workspace has for all",
    docs: "The workspace says once which version of a dependency the fleet uses. A server with its own is updated apart \
           from the others, and brings a second copy of the package into the build as soon as the two differ.\n\nWrite \
           `name.workspace = true`; features can be added to it (`name = { workspace = true, features = […] }`). A version \
           for all is chosen in `[workspace.dependencies]` of the fleet's `Cargo.toml`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let (Some(manifest), Some(workspace)) = (Manifest::of(&server.files), server.workspace) else { return };
    if !server.is_ours() {
        return;
    }
    let shared = shared(workspace);
    let shared: HashMap<&str, &str> = shared.iter().map(|known| (known.package(), known.name())).collect();
    for dependency in dependencies(manifest.found) {
        let is_told_elsewhere = dependency.is_shared() || belongs_to_the_base(&dependency);
        let Some(known) = shared.get(dependency.package()).filter(|_| !is_told_elsewhere) else { continue };
        let name = dependency.name();
        let what = ["git", "path"].into_iter().find(|key| dependency.text(key).is_some());
        let what = what.map_or("version", |key| if key == "git" { "repository" } else { "path" });
        let message = format!("{} has a {what} of its own, beside that of the workspace", quote(name));
        let place = manifest.file.bytes(dependency.key.span.start..dependency.value.span.end);
        out.add(place, message).help(format!("write `{known}.workspace = true`"));
    }
}
