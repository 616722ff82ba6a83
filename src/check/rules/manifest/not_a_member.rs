//! A server that the workspace does not build.

use super::Manifest;
use crate::check::finding::{Findings, Severity};
use crate::check::member::Members;
use crate::check::rule::{Check, Rule};
use crate::check::view::{FleetView, ServerView, Summary};
use crate::text::{count, quote};

pub static RULE: Rule = Rule {
    id: "MCP303",
    name: "not-a-member",
    severity: Severity::Error,
    summary: "a server is not a member of the fleet's workspace",
    docs: "The servers of a fleet are members of one Cargo workspace: they share versions, lints, the lock file and what was \
           compiled before. One that is not is neither built nor tested with the others, and nobody notices.\n\nName \
           the servers in `members` of the fleet's `Cargo.toml` (`*_v2` is all of them), take them out of `exclude`, and \
           have no `[workspace]` in a server's own manifest.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(manifest) = Manifest::of(&server.files).filter(|_| server.is_in_fleet && server.is_ours()) else { return };
    let Some((key, _)) = manifest.found.entry("workspace") else { return };
    let message = format!("`[workspace]` makes {} a workspace of its own, beside the fleet's", quote(server.id));
    out.add(manifest.file.bytes(key.span.clone()), message)
        .help("remove `[workspace]`; the fleet's `Cargo.toml` has one");
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    let Some(manifest) = Manifest::of(&fleet.own) else { return };
    let members = Members::of(manifest.found);
    let is_lost = |server: &&Summary| {
        let is_free = server.manifest.as_ref().is_some_and(|manifest| !manifest.is_root);
        server.name.is_some() && is_free && !members.has(&server.id)
    };
    let lost: Vec<&Summary> = fleet.servers.iter().filter(is_lost).collect();
    let Some(first) = lost.first() else { return };
    let is_excluded = members.excludes(&first.id);
    let key = if is_excluded { "exclude" } else { "members" };
    let workspace = manifest.found.get("workspace");
    let place = match workspace.and_then(|workspace| workspace.entry(key)) {
        Some((key, _)) => manifest.file.bytes(key.span.clone()),
        None => manifest.file.whole(),
    };
    let others = match lost.len() - 1 {
        0 => "is not a member".to_owned(),
        more => format!("and {} are not members", count(more, "more server")),
    };
    let help = if is_excluded { "take it out of `exclude`" } else { "add `\"*_v2\"` to `members` in `[workspace]`" };
    out.add(place, format!("{} {others} of the workspace", quote(&first.id))).help(help);
}
