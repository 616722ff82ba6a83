//! A Rust file that is none.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::rust::UNREADABLE;
use crate::check::view::Files;

pub static RULE: Rule = Rule {
    id: "MCP102",
    name: "unparsable-code",
    severity: Severity::Error,
    summary: "a Rust file cannot be parsed",
    docs: "The file is not Rust, so nothing compiles, and no rule can see what it says. Marks of a merge that were \
           committed are the usual cause.\n\nMend it where the finding points, or restore it from version control; `cargo \
           check` says more.",
    check: Check::Files(check),
};

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in rust::sources(files) {
        let Some(Err((span, why))) = file.rust_or_why() else { continue };
        let (name, place) = (file.name(), file.place(*span));
        if why == UNREADABLE {
            // It may well be Rust; but nobody should think that the rules have seen it.
            out.add(place, format!("`{name}` is not looked at: {why}"))
                .severity(Severity::Note)
                .help("divide it, if anybody is to read it");
            continue;
        }
        let message = if is_conflict(file.text, span.line) {
            format!("`{name}` has marks of a merge in it")
        } else {
            format!("`{name}` is no Rust: {}", why.lines().next().unwrap_or_default())
        };
        out.add(place, message).help("mend it here, or restore the file from version control");
    }
}

fn is_conflict(text: &str, line: usize) -> bool {
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
}
