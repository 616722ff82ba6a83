//! A spec that says something impossible.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{ServerView, SpecView};

pub static RULE: Rule = Rule {
    id: "MCP201",
    name: "invalid-spec",
    severity: Severity::Error,
    summary: "`server.toml` is not a valid spec",
    docs: "Everything about a server comes from its spec. While that is not valid, nothing can be rendered, and most other \
           rules have nothing to hold the server against.\n\n`mcpgen spec check` says the same with more of the file \
           around it.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let (SpecView::Wrong(problems), Some(file)) = (server.spec, server.files.get("server.toml")) else { return };
    for problem in problems.iter() {
        let finding = out.add(file.bytes(problem.span.clone()), problem.message.clone());
        finding.help.clone_from(&problem.help);
    }
}
