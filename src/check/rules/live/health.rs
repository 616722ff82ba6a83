//! A server whose health cannot be asked for.

use serde_json::json;

use super::says;
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1003",
    name: "live-health",
    severity: Severity::Error,
    summary: "`GET /health` is not exactly 200 `{\"status\":\"healthy\"}`",
    docs: "Probes of containers and of load balancers ask `/health`, and restart what does not answer it with 200 and \
           `{\"status\":\"healthy\"}`. No key and no particular `Host` may be needed.\n\nA server that mcpgen \
           rendered has it; another one needs a route for it.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(answer) = view.get(Question::Health) else { return };
    let message = if answer.status != 200 {
        format!("`/health` does not say that the server is alive: {}", says(answer))
    } else if answer.json() != Some(json!({ "status": "healthy" })) {
        "`/health` answers 200, but not `{\"status\":\"healthy\"}`".to_owned()
    } else {
        return;
    };
    out.add(view.place(Question::Health), message).help("answer it with 200 and `{\"status\":\"healthy\"}`");
}
