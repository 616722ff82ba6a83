//! What a merge left behind.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, Files};

pub static RULE: Rule = Rule {
    id: "MCP008",
    name: "conflict-markers",
    severity: Severity::Error,
    summary: "a merge left its markers in a file",
    docs: "Lines that begin with `<<<<<<<` and `>>>>>>>` are what git leaves where it could not merge. The file has both \
           sides of it and is neither.\n\nDecide for each place. In an Owned file either side will do: then `mcpgen check \
           --fix`. In the registry of ports, `mcpgen ports resolve` decides.",
    check: Check::Files(check),
};

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in files.suspects() {
        if let Some(line) = marker(file) {
            let message = format!("`{}` has the markers of a merge that nobody finished", file.path);
            out.add(file.line(line), message).help("decide which side is right, and remove the markers");
        }
    }
}

/// The line, from 1, of the first marker of a conflict that has a beginning and an end.
fn marker(file: &FileView<'_>) -> Option<usize> {
    let is =
        |line: &str, mark: &str| line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let start = file.text.lines().position(|line| is(line, "<<<<<<<"))?;
    file.text.lines().skip(start).any(|line| is(line, ">>>>>>>")).then_some(start + 1)
}
