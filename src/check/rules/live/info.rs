//! A server that does not say who it is.

use super::{REBUILD, data, lacking, says};
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};
use crate::text::all_of;

pub static RULE: Rule = Rule {
    id: "MCP1005",
    name: "live-info",
    severity: Severity::Error,
    summary: "`GET /info` does not say who the server is and what it offers",
    docs: "`/info` has `service_name`, `version`, `uptime`, `port`, `tools` and `capabilities` in its `data`: \
           dashboards and people find out by it what is running where.\n\nA server that mcpgen rendered has it; \
           another one needs a route for it.",
    check: Check::Live(check),
};

const KEYS: &[&str] = &["service_name", "version", "uptime", "port", "tools", "capabilities"];

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(answer) = view.get(Question::Info) else { return };
    let place = view.place(Question::Info);
    if answer.status != 200 {
        let message = format!("`/info` does not say who the server is: {}", says(answer));
        out.add(place, message).help("answer it with 200 and who the server is in the envelope");
        return;
    }
    let Some(data) = data(view, Question::Info) else { return };
    let lacking = lacking(&data, KEYS);
    if !lacking.is_empty() {
        out.add(place, format!("`/info` does not say {}", all_of(&lacking))).help(REBUILD);
    }
}
