//! A manifest that is not TOML.

use super::FILE;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, FleetView, ServerView};
use crate::text::visible;

pub static RULE: Rule = Rule {
    id: "MCP309",
    name: "invalid-manifest",
    severity: Severity::Error,
    summary: "a `Cargo.toml` cannot be read",
    docs: "A manifest that is not TOML stops cargo, not only for its crate: no other member of the workspace builds \
           either.\n\nMend the place that the finding names. Marks of a merge (`<<<<<<<`) are the usual reason.",
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
}

fn report(file: &FileView<'_>, out: &mut Findings) {
    let Some(Err(why)) = file.documents().filter(|_| file.is_suspect()) else { return };
    let reason = visible(why.message.lines().next().unwrap_or_default());
    let place = file.bytes(why.span.clone());
    out.add(place, format!("`{FILE}` is not TOML: {reason}")).help("mend it here; `cargo metadata` tries it");
}
