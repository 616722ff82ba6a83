//! A server that any page may call.

use crate::check::finding::{Findings, Severity};
use crate::check::live::{Door, LiveView, Question};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1017",
    name: "live-any-origin",
    severity: Severity::Error,
    summary: "a running server answers requests from the pages of any `Origin`",
    docs: "A browser says in `Origin` which page a request comes from. A server that answers any of them can be \
           called by whatever page somebody visits; MCP demands that it refuses those with 403.\n\nName the pages \
           that may call it in the setting `ALLOWED_ORIGINS`; `*` among them switches this off.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    for door in [Door::Mcp, Door::Info] {
        let question = Question::ForeignOrigin(door);
        let Some(answer) = view.get(question).filter(|answer| (200..300).contains(&answer.status)) else { continue };
        let message = format!("{} is answered with {} for a page of somebody else", question.told(), answer.status);
        let help = "name the pages that may call the server in its setting `ALLOWED_ORIGINS`, without `*`";
        out.add(view.place(question), message).help(help);
    }
}
