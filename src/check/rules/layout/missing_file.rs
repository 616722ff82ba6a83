//! A file that was rendered and is not there any more.

use crate::check::finding::{Findings, Place, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{Files, FleetView, RecordView, ServerView, join};
use crate::record::Rendered;
use crate::text::quote;
use crate::tree::Owner;

pub static RULE: Rule = Rule {
    id: "MCP001",
    name: "missing-file",
    severity: Severity::Error,
    summary: "a file that was rendered, or that the spec names, is gone",
    docs: "Every file that mcpgen rendered is needed: by the compiler, by the image, by whoever runs the server, or by the \
           next update. So is every `file` that the spec names: its content is compiled into the server. One that is gone \
           was deleted by hand or lost in a merge.\n\nOwned files come back with `mcpgen check --fix`. A file that was \
           yours is best restored from version control; `.mcpgen/base` has it as it was rendered. A file of the spec is \
           yours alone: add it, put it back, or name another one. Until then nothing of the server is rendered, because \
           it would not compile.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    report(&server.files, server.rendered(), matches!(server.record, RecordView::Read(_)), out);
    for path in server.lost_files() {
        out.add(named_at(&server.files, path), format!("{}, which the spec names, is not there", quote(path)))
            .help("add it, or restore it from version control; or name another `file` here");
    }
}

/// Where the spec names a file.
fn named_at(files: &Files<'_>, path: &str) -> Place {
    let spec = files.get("server.toml").and_then(|file| Some((file, file.document()?)));
    let mut place = None;
    if let Some((file, spec)) = spec {
        spec.walk(&mut |keys, node| {
            if keys.last() == Some(&"file") && node.word() == Some(path) {
                place.get_or_insert_with(|| file.bytes(node.span.clone()));
            }
        });
    }
    place.unwrap_or_else(|| files.place("server.toml"))
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    report(&fleet.own, fleet.record.read(), matches!(fleet.record, RecordView::Read(_)), out);
}

/// Says which files are gone. One that the record does not know was never there: it is yet to be rendered.
fn report(files: &Files<'_>, record: Option<&Rendered>, is_recorded: bool, out: &mut Findings) {
    for (path, file) in &files.missing {
        let was_there = record.is_some_and(|record| record.files.contains_key(*path));
        // A tool that nothing tests, and a spec or record that is gone, have rules of their own.
        let is_told_elsewhere = path.starts_with("tests/tool_") || matches!(*path, "server.toml" | "mcpgen.lock");
        if is_told_elsewhere || (is_recorded && !was_there) {
            continue;
        }
        let finding = out.add(files.place(path), format!("`{path}` is not there"));
        if file.owner == Owner::Seeded {
            finding.help("restore it from version control; `.mcpgen/base` has it as it was rendered");
        } else {
            finding.help("`mcpgen check --fix` renders it again");
            finding.fix(join(files.folder, path), Some(&file.text));
        }
    }
}
