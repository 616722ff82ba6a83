//! Files that an older mcpgen rendered.

use super::stale;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP204",
    name: "outdated-template",
    severity: Severity::Warning,
    summary: "a server was rendered by an older mcpgen, which would render it otherwise today",
    docs: "The templates have changed since the server was rendered, and this mcpgen would render it otherwise. The files \
           are as they were rendered: nobody edited them.\n\n`mcpgen check --fix` renders anew what nobody edited. Read \
           the difference before you commit it, and run the server's tests.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some((stale, _)) = stale(server).filter(|(_, causes)| causes.template && !causes.is_newer) else { return };
    let version = server.rendered().map_or("", |record| record.mcpgen.as_str());
    let whose = if version.is_empty() || version == server.inputs.version {
        "other templates than this mcpgen has".to_owned()
    } else {
        format!("mcpgen {version}, and this is {}", server.inputs.version)
    };
    stale.report("mcpgen.lock", format!("{} would be rendered otherwise today: it is of {whose}", stale.told()), out);
}
