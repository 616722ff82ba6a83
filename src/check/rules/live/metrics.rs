//! A server that a scraper learns nothing from.

use super::{REBUILD, says};
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};
use crate::text::all_of;

pub static RULE: Rule = Rule {
    id: "MCP1009",
    name: "live-metrics",
    severity: Severity::Error,
    summary: "`GET /metrics` lacks what dashboards and alerts are made of, or counts nothing",
    docs: "Dashboards and alerts are made of `mcp_request_seconds`, `mcp_requests_total`, `mcp_tool_calls_total`, \
           `mcp_in_flight_requests` and `mcp_build_info`. After all the questions before it, `/metrics` must also \
           have counted some.\n\nA server that mcpgen rendered has them. Where `/metrics` has a key of its own, give \
           it in the environment variable `METRICS_TOKEN`.",
    check: Check::Live(check),
};

const NEEDED: &[&str] = &[
    "mcp_build_info",
    "mcp_in_flight_requests",
    "mcp_request_seconds_bucket",
    "mcp_request_seconds_sum",
    "mcp_request_seconds_count",
    "mcp_requests_total",
    "mcp_tool_calls_total",
];

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(answer) = view.get(Question::Metrics) else { return };
    let place = view.place(Question::Metrics);
    if matches!(answer.status, 401 | 403) {
        let help = "give its key in the environment variable `METRICS_TOKEN`";
        out.add(place, "`/metrics` asks for a key of its own, and was not looked at")
            .help(help)
            .severity(Severity::Note);
        return;
    }
    if answer.status != 200 {
        let message = format!("`/metrics` has no metrics: {}", says(answer));
        out.add(place, message).help("answer it with 200 and the text format of Prometheus");
        return;
    }
    let lacking: Vec<&str> =
        NEEDED.iter().copied().filter(|name| samples(&answer.body, name).next().is_none()).collect();
    if !lacking.is_empty() {
        out.add(place, format!("`/metrics` has no sample of {}", all_of(&lacking))).help(REBUILD);
    } else if samples(&answer.body, "mcp_requests_total").all(|value| value == 0.0) {
        out.add(place, "`/metrics` counts no request, and there were some").help(REBUILD);
    }
}

/// The values of the samples of this name.
fn samples<'a>(page: &'a str, name: &'a str) -> impl Iterator<Item = f64> + 'a {
    page.lines().filter_map(move |line| {
        let rest = line.strip_prefix(name)?;
        let value = match rest.strip_prefix('{') {
            Some(labels) => labels.rsplit_once('}')?.1,
            None => rest.strip_prefix(' ')?,
        };
        value.split_whitespace().next()?.parse().ok()
    })
}
