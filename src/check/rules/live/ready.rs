//! A server that is not ready, or does not say so.

use super::{data, says};
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1004",
    name: "live-ready",
    severity: Severity::Error,
    summary: "`GET /ready` does not say that the server is ready, and with which components",
    docs: "What sends requests to a server asks `/ready` first: 200 while it takes calls, 503 while it does not, with \
           its `components` in either case.\n\nWait until the server is up, or look at the component that is not \
           ready; a server without the path needs a route for it.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(answer) = view.get(Question::Ready) else { return };
    let (message, help) = if answer.status == 503 {
        (format!("the server is not ready: {}", says(answer)), "ask again when it is, or look into its log")
    } else if answer.status != 200 {
        let help = "answer it with 200 and `{\"ready\": true, \"components\": {…}}` in the envelope";
        (format!("`/ready` does not say whether the server is ready: {}", says(answer)), help)
    } else {
        match data(view, Question::Ready) {
            Some(data) if data["ready"] != true || !data["components"].is_object() => {
                let help = "its `data` is `{\"ready\": true, \"components\": {…}}`";
                ("`/ready` answers 200 without `ready` and `components`".to_owned(), help)
            }
            _ => return,
        }
    };
    out.add(view.place(Question::Ready), message).help(help);
}
