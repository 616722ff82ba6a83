//! Tables of tools, arguments, resources, prompts and endpoints that say something else than the spec.

use super::{edited, tables};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP803",
    name: "tools-table",
    severity: Severity::Error,
    summary: "a table of tools, arguments, resources, prompts or endpoints in a README is not what the spec says",
    docs: "People choose and call tools by these tables. A tool that is missing there is never used; one that is there and does \
           not exist is asked for in vain.\n\nTools and their descriptions are changed in `server.toml`, from where they \
           come into the code and the README. Restore the table from version control.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some((file, found, expected)) = edited(server) else { return };
    tables::compare(server, file, (&found, &expected), |path| path != "Settings", out);
}
