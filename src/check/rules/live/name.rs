//! Another server than the one that was meant.

use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP1002",
    name: "live-other-server",
    severity: Severity::Error,
    summary: "another server than expected answers at the address",
    docs: "`service_name` of `/info` is the name of the server's crate. Where it is another one than the server that \
           was named, or none of the fleet's, somebody listens on a port that is not theirs, or the address is wrong. \
           What the server answers is then held against no spec.\n\n`mcpgen ports list` says whose port it is.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(name) = view.service_name() else { return };
    if view.known.is_empty() || view.known.contains(&name) {
        return;
    }
    let message = match view.known {
        [one] => format!("{} answers here, not {}", quote(&name), quote(one)),
        _ => format!("{} answers here, which is no server of the fleet", quote(&name)),
    };
    out.add(view.place(Question::Info), message).help("`mcpgen ports list` says which server has which port");
}
