//! A Rust file that is none.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
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

/// What is longer is not read by the check, and may well be Rust.
const LONGEST: usize = 1 << 19;

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in rust::sources(files).filter(|file| file.text.len() <= LONGEST) {
        if let Some(Err((span, why))) = file.rust_or_why() {
            let why = why.lines().next().unwrap_or_default();
            let name = file.name();
            let message = if is_conflict(file.text, span.line) {
                format!("`{name}` has marks of a merge in it")
            } else {
                format!("`{name}` is no Rust: {why}")
            };
            out.add(file.place(*span), message).help("mend it here, or restore the file from version control");
        }
    }
}

fn is_conflict(text: &str, line: usize) -> bool {
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
}
