//! A server on a port that is not its own.

use super::data;
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1007",
    name: "live-port",
    severity: Severity::Error,
    summary: "a running server listens on another port than the registered one",
    docs: "Everything that was made from the registry (client configuration, scrape targets, health checks) looks for \
           the server at its registered port. `/info` says on which one it listens: the one that is compiled in, \
           unless the environment variable `PORT` says otherwise.\n\nStart it without `PORT`, or with the registered \
           one; `mcpgen ports show NAME` says which that is.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let (Some(data), Some(expected)) = (data(view, Question::Info), view.expected) else { return };
    let (Some(registered), Some(port)) = (expected.port, data["port"].as_u64()) else { return };
    if port != u64::from(registered) {
        let message = format!("the server listens on {port}, and {registered} is registered for it");
        let help = format!("start it without `PORT`, or with `PORT={registered}`");
        out.add(view.place(Question::Info), message).help(help);
    }
}
