//! A manifest that cargo cannot begin with: no TOML, of no workspace, or not there.

use super::FILE;
use crate::check::document::Value;
use crate::check::finding::{Findings, Severity};
use crate::check::member::Members;
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, FleetView, ServerView, join};
use crate::text::{quote, visible};

pub static RULE: Rule = Rule {
    id: "MCP309",
    name: "invalid-manifest",
    severity: Severity::Error,
    summary: "a `Cargo.toml` cannot be read, has no workspace any more, or is missing where cargo looks",
    docs: "A manifest that is not TOML stops cargo, not only for its crate: no other member of the workspace builds \
           either. So does a folder that `members` takes in, by its name or by a pattern such as `*_v2`, and that is no \
           crate, also where it is empty or git does not keep it. Without `[workspace]` in the fleet's manifest there is \
           nothing that the servers are built in.\n\nMend the place that the finding names. Marks of a merge (`<<<<<<<`) \
           are the usual reason. Delete or rename a folder that is no crate, or name it in `exclude`.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    if let Some(file) = server.files.get(FILE) {
        report(file, out);
    }
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    let is_of_base = |path: &str| path.starts_with("base/") && path.ends_with("/Cargo.toml");
    for file in fleet.own.suspects().filter(|file| file.path == FILE || is_of_base(file.path)) {
        report(file, out);
    }
    let Some((file, manifest)) = fleet.own.get(FILE).and_then(|file| Some((file, file.document()?))) else { return };
    if !manifest.get("workspace").is_some_and(|workspace| matches!(workspace.value, Value::Map(_))) {
        let message =
            "this is no workspace any more: `[workspace]` is gone, and cargo builds no server of the fleet in it";
        let help =
            "restore it from version control; or delete it, then `mcpgen check --fix` renders it again, as it was made";
        out.add(file.whole(), message).help(help);
    }
    report_bare(fleet, &Members::of(manifest), out);
}

/// Says which folders are no crates where cargo looks for some.
fn report_bare(fleet: &FleetView<'_>, members: &Members<'_>, out: &mut Findings) {
    for folder in fleet.bare {
        let path = join(folder, FILE);
        // Of a server, a link and a crate of the base, others say that something is gone.
        let is_told_elsewhere = fleet.servers.iter().any(|server| server.id == *folder)
            || fleet.links.contains(folder)
            || fleet.own.missing.iter().any(|(missing, _)| *missing == path);
        if is_told_elsewhere {
            continue;
        }
        let (message, help) = if members.patterns().contains(&folder.as_str()) {
            (
                format!("the workspace names {}, where no crate is: cargo refuses to build", quote(folder)),
                "take it out of `members`".to_owned(),
            )
        } else {
            (
                format!(
                    "{} is no crate, and the workspace takes it for a member: cargo refuses to build",
                    quote(folder)
                ),
                format!("delete or rename the folder, or have `exclude = [\"{}\"]` in `[workspace]`", visible(folder)),
            )
        };
        out.add(fleet.own.place(&path), message).help(help);
    }
}

fn report(file: &FileView<'_>, out: &mut Findings) {
    let Some(Err(why)) = file.documents().filter(|_| file.is_suspect()) else { return };
    let reason = visible(why.message.lines().next().unwrap_or_default());
    let place = file.bytes(why.span.clone());
    out.add(place, format!("`{FILE}` is not TOML: {reason}")).help("mend it here; `cargo metadata` tries it");
}
