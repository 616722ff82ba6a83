//! A file of a tool, resource, prompt or completion that is gone.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rules::spec::{is_untouched, stale};
use crate::check::view::{FileView, ServerView, State};

pub static RULE: Rule = Rule {
    id: "MCP005",
    name: "orphan-file",
    severity: Severity::Warning,
    summary: "a file was rendered for something that the spec does not have any more",
    docs: "When a tool leaves the spec, its files lose their purpose: a body that nothing calls, a test of nothing. Those \
           that nobody edited go with `mcpgen check --fix`; one with your code in it is yours to delete or to keep under \
           another name.\n\nDelete the file, or bring the tool back into `server.toml`.",
    check: Check::Server(check),
};

/// The first line of an Owned file.
const OWNED: &str = "Owned by mcpgen";

fn check(server: &ServerView<'_>, out: &mut Findings) {
    // While the spec is not applied, that says so for all of its files.
    if server.sound_spec().is_none() || stale(server).is_some() {
        return;
    }
    for file in server.files.suspects().filter(|file| is_orphan(file)) {
        let is_untouched = server.rendered().is_some_and(|record| is_untouched(file, record));
        let finding =
            out.add(file.whole(), format!("`{}` was rendered for something that the spec does not have", file.path));
        if is_untouched {
            finding.help("`mcpgen check --fix` deletes it, for nobody edited it").fix(file.full_path(), None);
        } else {
            finding.help("delete it, or bring back into `server.toml` what it was for");
        }
    }
}

/// Whether a file was rendered once, by what the record or its first line says.
fn is_orphan(file: &FileView<'_>) -> bool {
    let says_so = || file.text.lines().next().is_some_and(|line| line.contains(OWNED));
    file.state == State::Orphan || (file.state == State::Extra && file.has_extension("rs") && says_so())
}
