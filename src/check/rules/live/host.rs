//! A server that answers to any name.

use crate::check::finding::{Findings, Severity};
use crate::check::live::{Door, LiveView, Question};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1016",
    name: "live-any-host",
    severity: Severity::Error,
    summary: "a running server answers requests for any `Host`",
    docs: "A page on the web can lead a browser to a server on the same machine or network by a name that its author \
           owns (DNS rebinding), and then speak to it. A server answers only to names that it is known by, and \
           refuses all others with 403.\n\nName its hosts in the setting `ALLOWED_HOSTS`; `*` among them switches \
           this off.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    for door in [Door::Mcp, Door::Info] {
        let question = Question::ForeignHost(door);
        let Some(answer) = view.get(question).filter(|answer| (200..300).contains(&answer.status)) else { continue };
        let message =
            format!("{} is answered with {} under a `Host` that is not its own", question.told(), answer.status);
        let help = "name the hosts of the server in its setting `ALLOWED_HOSTS`, without `*`";
        out.add(view.place(question), message).help(help);
    }
}
