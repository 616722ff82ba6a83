//! A tool that no test calls.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{ServerView, join};
use crate::tree::Owner;

pub static RULE: Rule = Rule {
    id: "MCP851",
    name: "untested-tool",
    severity: Severity::Error,
    summary: "a tool whose test file is gone or has no test in it",
    docs: "Each tool has a test of its own, `tests/tool_NAME.rs`, that calls it over REST and over MCP. Without it nobody \
           learns that the tool broke.\n\nA test that mcpgen owns comes back with `mcpgen check --fix`. One that was yours \
           is best restored from version control; `.mcpgen/base` has it as it was rendered.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(spec) = server.sound_spec() else { return };
    for name in spec.tools.iter().map(|tool| tool.name.snake()) {
        let path = format!("tests/tool_{name}.rs");
        if let Some((_, file)) = server.files.missing.iter().find(|(missing, _)| *missing == path) {
            // One that was never rendered is told by the rule on specs that are not applied.
            if server.rendered().is_some_and(|record| !record.files.contains_key(&path)) {
                continue;
            }
            let finding =
                out.add(server.files.place(&path), format!("nothing tests the tool `{name}`: `{path}` is gone"));
            if file.owner == Owner::Seeded {
                finding.help("restore it from version control; `.mcpgen/base` has it as it was rendered");
            } else {
                finding.help("`mcpgen check --fix` renders it again");
                finding.fix(join(server.files.folder, &path), Some(&file.text));
            }
            continue;
        }
        let Some(file) = server.files.get(&path).filter(|file| file.is_suspect()) else { continue };
        let is_yours = file.owner != Some(Owner::Owned) && !file.text.trim().is_empty();
        let has_none = |source: &syn::File| rust::tests(source).is_empty() && !rust::has_item_macros(source);
        if is_yours && file.rust().is_some_and(has_none) {
            out.add(file.line(1), format!("nothing tests the tool `{name}`: there is no test in `{path}`"))
                .help("write one, or restore the file from version control");
        }
    }
}
