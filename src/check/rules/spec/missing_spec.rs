//! A server without a spec.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{ServerView, SpecView};

pub static RULE: Rule = Rule {
    id: "MCP202",
    name: "missing-spec",
    severity: Severity::Error,
    summary: "a server has no `server.toml`",
    docs: "The spec is the source of a server: its tools, settings, limits and documentation. A server without one cannot \
           be rendered, updated or checked beyond what its code shows.\n\nRestore `server.toml` from version control. For \
           a server that mcpgen did not make, write one (`mcpgen spec new NAME` prints a commented one), make the server \
           with `mcpgen new NAME --spec FILE`, and move its logic over.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    if !matches!(server.spec, SpecView::Missing) {
        return;
    }
    let message = format!("`{}` has no `server.toml`: what it offers is written down nowhere", server.id);
    let help = if server.is_ours() {
        "restore it from version control"
    } else {
        "`mcpgen spec new NAME` prints a spec to begin with, `mcpgen new NAME --spec FILE` makes a server of it"
    };
    out.add(server.files.place("server.toml"), message).help(help);
}
