//! A table of settings that says something else than the spec.

use super::{edited, tables};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP802",
    name: "settings-table",
    severity: Severity::Error,
    summary: "the table of settings in a README is not the settings of the spec",
    docs: "Whoever deploys a server sets what this table says. A setting that is missing there is found by the server not \
           starting; one that is there and does not exist is set for nothing.\n\nA setting is added or described in \
           `server.toml`, from where it comes into the code and the README. Restore the table from version control.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some((file, found, expected)) = edited(server) else { return };
    tables::compare(server, file, (&found, &expected), |path| path == "Settings", out);
}
