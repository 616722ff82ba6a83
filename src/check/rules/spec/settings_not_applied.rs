//! Settings of the fleet that say more than the files that were rendered with them.

use super::stale;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP206",
    name: "settings-not-applied",
    severity: Severity::Warning,
    summary: "`mcpgen.toml` was changed, and a server was not rendered anew",
    docs: "What `mcpgen.toml` says of support, dashboards and images stands in every README. The server was rendered with \
           other settings.\n\n`mcpgen check --fix` renders anew what nobody edited.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some((stale, _)) = stale(server).filter(|(_, causes)| causes.settings) else { return };
    stale.report(
        "mcpgen.lock",
        format!("`mcpgen.toml` was changed, and {} would be rendered otherwise", stale.told()),
        out,
    );
}
