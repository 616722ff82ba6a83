//! Something that is no text file where one was rendered.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{Files, FleetView, ServerView};
use crate::record::{self, Rendered};
use crate::text::count;
use crate::tree::Found;

pub static RULE: Rule = Rule {
    id: "MCP007",
    name: "no-text",
    severity: Severity::Error,
    summary: "a link, a folder, or something that is no text stands where a file was rendered",
    docs: "What mcpgen renders are text files in UTF-8. A link in the place of one may lead anywhere, also out of the \
           repository, and is not followed; what is no text, very large or not readable cannot be checked.\n\nPut a file \
           back in its place: `git checkout` of it where it is committed, or `mcpgen check --fix` after removing what is \
           there.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    report(&server.files, server.rendered(), out);
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    report(&fleet.own, fleet.record.read(), out);
}

fn report(files: &Files<'_>, record: Option<&Rendered>, out: &mut Findings) {
    for (path, found) in &files.others {
        let is_ours = *path == record::FILE
            || matches!(*path, "server.toml" | "mcpgen.toml" | "Cargo.toml" | "Cargo.lock")
            || record.is_some_and(|record| record.files.contains_key(*path));
        if !is_ours && path.rsplit_once('.').is_none_or(|(_, end)| end != "rs") {
            continue;
        }
        let what = match found {
            Found::Text(_) => continue,
            Found::Binary => "is not text in UTF-8".to_owned(),
            Found::Large(bytes) => {
                format!("has {}, more than is ever read", count(usize::try_from(*bytes).unwrap_or(usize::MAX), "byte"))
            }
            Found::NoFile => "is no file, but a link or something else".to_owned(),
            Found::Unreadable(why) => format!("cannot be read: {why}"),
        };
        out.add(files.place(path), format!("`{path}` {what}"))
            .help("put the file back in its place, from version control");
    }
}
