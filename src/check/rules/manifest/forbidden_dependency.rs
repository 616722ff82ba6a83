//! What a crate of a fleet does not depend on.

use super::{FILE, Manifest};
use crate::check::finding::{Findings, Severity};
use crate::check::member::{Dependency, Purpose, dependencies, shared};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, FleetView, ServerView, State};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP305",
    name: "forbidden-dependency",
    severity: Severity::Error,
    summary: "a dependency on what the base owns, on any version, on a moving branch, or on OpenSSL",
    docs: "A server declares and the base serves: crates of servers never name rmcp, axum, tower or hyper, so that the churn \
           of these stops at the base. A version `*` and a git dependency without `rev` or `tag` are another package \
           tomorrow. OpenSSL and native-tls need libraries that the image does not have; the base brings \
           rustls.\n\nRemove the dependency and use what `mcp-base` and `mcp-upstream` offer; say which version, `rev` or \
           `tag` it is.",
    check: Check::Both(check, check_fleet),
};

/// Crates that only the base names, and what begins like them.
const OF_THE_BASE: &[&str] = &["axum", "hyper", "rmcp", "tower"];

const OPENSSL: &[&str] = &["native-tls", "openssl", "openssl-sys", "tokio-native-tls"];

/// Whether only the base may depend on it. Tests may use it, as a mock of something else does.
pub fn belongs_to_the_base(dependency: &Dependency<'_>) -> bool {
    let package = dependency.package().replace('_', "-");
    let first = package.split('-').next().unwrap_or_default();
    dependency.purpose != Purpose::Dev && OF_THE_BASE.contains(&first)
}

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(manifest) = Manifest::of(&server.files) else { return };
    for dependency in dependencies(manifest.found) {
        let help = if server.is_ours() && belongs_to_the_base(&dependency) {
            Some((
                "is the business of the base: servers do not name it",
                "remove it; `mcp-base` has what a server needs",
            ))
        } else if server.is_ours() && is_openssl(&dependency) {
            Some(("needs OpenSSL, which the image does not have", "use rustls, as `mcp-upstream` does"))
        } else {
            None
        };
        if let Some((why, help)) = help {
            let place = manifest.file.bytes(dependency.key.span.start..dependency.value.span.end);
            out.add(place, format!("{} {why}", quote(dependency.name()))).help(help);
        } else {
            loose(manifest.file, &dependency, out);
        }
    }
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    let manifest = fleet.own.get(FILE).filter(|file| file.is_suspect() && file.state != State::Outdated);
    let Some((file, found)) = manifest.and_then(|file| Some((file, file.document()?))) else { return };
    let rendered = Manifest::of(&fleet.own).and_then(|manifest| manifest.expected());
    let rendered = rendered.as_ref().map(shared).unwrap_or_default();
    // What mcpgen renders has a rule of its own.
    let is_rendered = |name: &str| rendered.iter().any(|dependency| dependency.name() == name);
    for dependency in shared(found).into_iter().filter(|dependency| !is_rendered(dependency.name())) {
        if is_openssl(&dependency) {
            let place = file.bytes(dependency.key.span.start..dependency.value.span.end);
            let message = format!("{} needs OpenSSL, which the images do not have", quote(dependency.name()));
            out.add(place, message).help("use rustls, as `mcp-upstream` does");
        } else {
            loose(file, &dependency, out);
        }
    }
}

fn is_openssl(dependency: &Dependency<'_>) -> bool {
    dependency.purpose == Purpose::Normal && OPENSSL.contains(&dependency.package())
}

/// Says where a dependency is one thing today and another tomorrow.
fn loose(file: &FileView<'_>, dependency: &Dependency<'_>, out: &mut Findings) {
    let place = || file.bytes(dependency.key.span.start..dependency.value.span.end);
    let name = quote(dependency.name());
    if dependency.version().is_some_and(|version| version.trim() == "*") {
        let message = format!("{name} may be any version: the next update may bring one that does not build");
        out.add(place(), message).help("say which version it is, for example `1.2`");
    }
    let is_pinned = || ["rev", "tag"].into_iter().any(|key| dependency.text(key).is_some());
    if dependency.text("git").is_some() && !is_pinned() {
        let message = format!("{name} is whatever its repository has at the next update");
        out.add(place(), message).severity(Severity::Warning).help("add `rev` or `tag`");
    }
}
