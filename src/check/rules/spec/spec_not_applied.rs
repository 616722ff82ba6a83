//! A spec that says more than the files that were rendered from it.

use super::stale;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP205",
    name: "spec-not-applied",
    severity: Severity::Error,
    summary: "`server.toml` was changed, and the server was not rendered anew",
    docs: "The spec says something else than when the server was rendered, so clients, documentation and tests do not see \
           the change. Changes that render nothing, such as comments, are none.\n\n`mcpgen check --fix` renders what \
           nobody edited, adds the files of new tools, and removes those of tools that are gone where nobody wrote in \
           them.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some((stale, _)) = stale(server).filter(|(_, causes)| causes.spec) else { return };
    stale.report(
        "server.toml",
        format!("the spec was changed, and {} not rendered anew", is_or_are(&stale.told())),
        out,
    );
}

/// `` `a` is ``, `` `a` and 1 more file are ``.
fn is_or_are(files: &str) -> String {
    format!("{files} {}", if files.contains(" and ") { "were" } else { "was" })
}
