//! A server that does not say how it is.

use super::{REBUILD, data, lacking, says};
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};
use crate::text::all_of;

pub static RULE: Rule = Rule {
    id: "MCP1008",
    name: "live-status",
    severity: Severity::Error,
    summary: "`GET /api/v1/status` does not say how the server is",
    docs: "`/api/v1/status` says in its `data` whether the server is `healthy`, its `version`, `uptime_seconds`, \
           `processed_requests`, `error_rate`, `last_error` and `capabilities`.\n\nA server that mcpgen rendered has \
           it; another one needs a route for it.",
    check: Check::Live(check),
};

const KEYS: &[&str] =
    &["healthy", "version", "uptime_seconds", "processed_requests", "error_rate", "last_error", "capabilities"];

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(answer) = view.get(Question::Status) else { return };
    let place = view.place(Question::Status);
    if answer.status != 200 {
        let message = format!("`/api/v1/status` does not say how the server is: {}", says(answer));
        out.add(place, message).help("answer it with 200 and the state of the server in the envelope");
        return;
    }
    let Some(data) = data(view, Question::Status) else { return };
    let lacking = lacking(&data, KEYS);
    if !lacking.is_empty() {
        out.add(place, format!("`/api/v1/status` does not say {}", all_of(&lacking))).help(REBUILD);
    }
}
