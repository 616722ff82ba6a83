//! What a merge left behind.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rules::spec::is_as_rendered;
use crate::check::view::{FileView, Files};
use crate::record;
use crate::tree::Owner;

pub static RULE: Rule = Rule {
    id: "MCP008",
    name: "conflict-markers",
    severity: Severity::Error,
    summary: "a merge left its markers in a file",
    docs: "Lines that begin with `<<<<<<<` and `>>>>>>>` are what git leaves where it could not merge. The file has both \
           sides of it and is neither.\n\nDecide for each place, first of all in `server.toml`. Of an Owned file nothing need be \
           kept: delete it, and `mcpgen check --fix` renders it again. A `mcpgen.lock` it writes anew where every Owned file \
           is as rendered. In the registry of ports, `mcpgen ports resolve` decides.",
    check: Check::Files(check),
};

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in files.suspects() {
        if let Some(line) = marker(file) {
            let message = format!("`{}` has the markers of a merge that nobody finished", file.path);
            let finding = out.add(file.line(line), message);
            if file.path == record::FILE && is_as_rendered(files) {
                finding.help("`mcpgen check --fix` writes it anew, for every Owned file is as rendered").renew_record();
            } else if file.owner == Some(Owner::Owned) && file.expected.is_some() {
                finding.help("delete the file: `mcpgen check --fix` renders it again, from `server.toml`");
            } else {
                finding.help("decide which side is right, and remove the markers");
            }
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
