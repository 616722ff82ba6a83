//! A server that answers where there is nothing.

use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1021",
    name: "live-unknown-path",
    severity: Severity::Error,
    summary: "a path that leads nowhere is not answered with 404",
    docs: "Whoever mistypes a path has to learn it: a running server answers 404 for what it does not have.\n\nRemove \
           the route that answers everything, or the proxy in front of the server that does.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(answer) = view.get(Question::UnknownPath).filter(|answer| answer.status != 404) else { return };
    let message = format!("a path that leads nowhere is answered with {}, not with 404", answer.status);
    out.add(view.place(Question::UnknownPath), message).help("answer 404 for what is not there");
}
