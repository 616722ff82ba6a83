//! Files that a newer mcpgen rendered.

use super::stale;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP209",
    name: "newer-mcpgen",
    severity: Severity::Error,
    summary: "a server was rendered by a newer mcpgen than the one that checks it",
    docs: "This mcpgen has older templates than the one that rendered the server, so it cannot say whether the server is as \
           it should be.\n\nInstall the version that the server's `mcpgen.lock` names, for everybody and in CI.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some((stale, _)) = stale(server).filter(|(_, causes)| causes.is_newer) else { return };
    let version = server.rendered().map_or("", |record| record.mcpgen.as_str());
    let message = format!(
        "{} would be rendered otherwise: it is of mcpgen {version}, and this is {}",
        stale.told(),
        server.inputs.version
    );
    out.add(server.files.place("mcpgen.lock"), message).help(format!("install mcpgen {version}"));
}
