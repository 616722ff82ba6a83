//! A record that does not say what was rendered.

use super::is_as_rendered;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{Files, FleetView, RecordView, ServerView, State};
use crate::record;
use crate::tree::Owner;

pub static RULE: Rule = Rule {
    id: "MCP207",
    name: "damaged-record",
    severity: Severity::Error,
    summary: "`mcpgen.lock` or `.mcpgen/base` is gone or does not say what was rendered",
    docs: "`mcpgen.lock`, of a server and of the fleet, says what mcpgen rendered, by which it tells your edits from its own; `.mcpgen/base` keeps your \
           files as they were rendered, by which an update merges. Both are committed and never edited. A merge of two \
           branches can leave them wrong.\n\nRestore them from version control; after a merge, take either side. `mcpgen \
           check --fix` mends entries of files that are as rendered, and writes a record that is gone or cannot be read anew \
           where every Owned file is as rendered.",
    check: Check::Both(check, check_fleet),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    if server.is_ours() {
        report(&server.files, &server.record, out);
        bases(server, out);
    }
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    report(&fleet.own, &fleet.record, out);
}

fn report(files: &Files<'_>, record: &RecordView<'_>, out: &mut Findings) {
    // What is no text has a rule of its own.
    if files.others.iter().any(|(path, _)| *path == record::FILE) {
        return;
    }
    let place = files.place(record::FILE);
    let mut unreadable = |message: String| {
        let finding = out.add(place.clone(), message);
        if is_as_rendered(files) {
            finding.help("`mcpgen check --fix` writes it anew, for every Owned file is as rendered").renew_record();
        } else {
            finding.help("restore it from version control: it tells your edits from what was rendered");
        }
    };
    match record {
        RecordView::Missing => unreadable("`mcpgen.lock` is not there".to_owned()),
        RecordView::Damaged(why) => {
            unreadable(format!("`mcpgen.lock` is not valid: {}", why.lines().next().unwrap_or_default()));
        }
        RecordView::Read(record) => {
            let is_wrong = |path: &str, text: &str| {
                record.files.get(path).is_none_or(|recorded| recorded.sha256 != record::sha256(text))
            };
            // A file that is as it would be rendered was rendered so, whatever the record says.
            let same = files.all().iter().filter(|file| file.state == State::Same);
            let wrong: Vec<&str> = same
                .filter(|file| file.owner == Some(Owner::Owned) && is_wrong(file.path, file.text))
                .map(|file| file.path)
                .collect();
            if let Some(first) = wrong.first() {
                let more = match wrong.len() - 1 {
                    0 => String::new(),
                    n => format!(" and {}", crate::text::count(n, "other file")),
                };
                out.add(place, format!("`mcpgen.lock` does not say what was rendered as `{first}`{more}"))
                    .help("`mcpgen check --fix` mends it")
                    .renew_record();
            }
        }
    }
}

/// The texts of Seeded files as rendered.
fn bases(server: &ServerView<'_>, out: &mut Findings) {
    let Some(record) = server.rendered() else { return };
    for (path, recorded) in record.files.iter().filter(|(_, recorded)| recorded.owner == Owner::Seeded) {
        let base = format!("{}/{path}", record::BASE);
        let place = server.files.place(&base);
        match server.files.get(&base) {
            // What stands in the way has a rule of its own.
            None if server.files.is_barred(&base) => {}
            None => {
                let help = "restore it from version control: an update merges by it";
                out.add(place, format!("`{base}` is not there")).help(help);
            }
            Some(file) if record::sha256(file.text) != recorded.sha256 => {
                let help = "restore both from the same commit";
                out.add(place, format!("`{base}` is not what `mcpgen.lock` says was rendered")).help(help);
            }
            Some(_) => {}
        }
    }
}
