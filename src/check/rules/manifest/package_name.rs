//! A crate that is not called as its spec says.

use super::Manifest;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rules::spec::stale;
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP301",
    name: "package-name",
    severity: Severity::Error,
    summary: "the crate has another name than the server",
    docs: "A server's crate, its folder, its image and its entry in the registry have one name. With another one in \
           `Cargo.toml`, `cargo run -p`, the Dockerfile and the `User-Agent` speak of a crate that is not there.\n\nSet \
           `name` in `[package]` back. To rename a server, make one under the new name from its `server.toml`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let (Some(manifest), Some(spec)) = (Manifest::of(&server.files), server.sound_spec()) else { return };
    let expected = spec.server.name.crate_name();
    let entry = manifest.found.get("package").and_then(|package| package.entry("name"));
    let found = entry.and_then(|(_, name)| name.word());
    if found == Some(&expected) || stale(server).is_some() {
        return;
    }
    let place = match entry {
        Some((key, name)) => manifest.file.bytes(key.span.start..name.span.end),
        None => manifest.file.whole(),
    };
    let message = match found {
        Some(found) => format!("the crate is called {}, and its server `{expected}`", quote(found)),
        None => format!("the crate has no name, and its server is `{expected}`"),
    };
    out.add(place, message).help(format!("set `name = \"{expected}\"` in `[package]`"));
}
