//! Something that is no text file, folder or server where one should be.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{Files, FleetView, ServerView, below};
use crate::record::{self, Rendered};
use crate::spec::Spec;
use crate::text::{count, quote};
use crate::tree::Found;

pub static RULE: Rule = Rule {
    id: "MCP007",
    name: "no-text",
    severity: Severity::Error,
    summary: "a link, or what cannot be read as text, stands where a file, folder or server should",
    docs: "What mcpgen renders are text files in UTF-8, in folders. A link in the place of one, of a folder with some, or of \
           a whole server may lead anywhere, also out of the repository: it is not followed, and nothing behind it is \
           checked or mended. Neither is what is no text, very large, or has a name that is not UTF-8.\n\nPut \
           a file or folder back in its place: `git restore` of it where it is committed. An Owned file also comes back \
           with `mcpgen check --fix`, after removing what is there. Move a server to where its link is.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    report(&server.files, server.rendered(), out);
    report_named(server, out);
}

/// Files that the spec names may be anything that can be read; those that it has as text must be that.
fn report_named(server: &ServerView<'_>, out: &mut Findings) {
    let named = server.sound_spec().map(Spec::files).unwrap_or_default();
    for file in named {
        let path = file.path.as_str();
        let others = server.files.others.iter().filter(|(other, _)| *other == path || below(path, other).is_some());
        for (other, found) in others {
            let what = match found {
                Found::Binary if file.is_text => "is not text in UTF-8, which the spec has it as",
                Found::NoFile => "is no file, but a link or something else: the spec names a file here",
                Found::Large(_) => "has more than 1 MiB, the most that a file has which the spec names",
                Found::Binary | Found::Text(_) | Found::Unnamed | Found::Unreadable(_) => continue,
            };
            let help = match found {
                Found::Large(_) => "make it smaller, or put the file back in its place, from version control",
                _ => "put the file back in its place, from version control",
            };
            out.add(server.files.place(other), format!("{} {what}", quote(other))).help(help);
        }
    }
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    report(&fleet.own, fleet.record.read(), out);
    for link in fleet.links {
        let message = format!("the server {} is a link, and nobody looks behind it", quote(link));
        out.add(fleet.own.place(link), message)
            .help("move the server's folder here, in place of the link; remove a link to a server of the fleet");
    }
}

fn report(files: &Files<'_>, record: Option<&Rendered>, out: &mut Findings) {
    for (path, found) in &files.obstacles {
        let what = if matches!(found, Found::NoFile) { "a link or something else" } else { "a file" };
        let message = format!("{} is {what}, and no folder: nobody looks for rendered files behind it", quote(path));
        out.add(files.place(path), message).help("put the folder back in its place, from version control");
    }
    for (path, found) in &files.others {
        let is_ours = *path == record::FILE
            || **found == Found::Unnamed
            || matches!(*path, "server.toml" | "mcpgen.toml" | "Cargo.toml" | "Cargo.lock")
            || record.is_some_and(|record| record.files.contains_key(*path));
        if !is_ours && path.rsplit_once('.').is_none_or(|(_, end)| end != "rs") {
            continue;
        }
        let what = match found {
            // What cannot be read ends the check: nobody knows what is in it.
            Found::Text(_) | Found::Unreadable(_) => continue,
            Found::Binary => "is not text in UTF-8".to_owned(),
            Found::Large(bytes) => {
                format!("has {}, more than is ever read", count(usize::try_from(*bytes).unwrap_or(usize::MAX), "byte"))
            }
            Found::NoFile => "is no file, but a link or something else".to_owned(),
            Found::Unnamed => "has a name that is not UTF-8: nobody looks into it".to_owned(),
        };
        let help = if **found == Found::Unnamed {
            "give it a name that is UTF-8, or delete it"
        } else {
            "put the file back in its place, from version control"
        };
        out.add(files.place(path), format!("{} {what}", quote(path))).help(help);
    }
}
