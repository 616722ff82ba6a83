//! A metric that dashboards and alerts ask for, and the base does not tell any more.

use super::is_edited;
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RESTORE;
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::FleetView;

pub static RULE: Rule = Rule {
    id: "MCP110",
    name: "missing-metric",
    severity: Severity::Error,
    summary: "a metric of the base has another name or is gone",
    docs: "Dashboards and alerts ask for metrics by name. One that is renamed or gone makes them silent, and nobody is \
           called when something breaks.\n\nRestore `base/core/src/metrics/mod.rs` from version control.",
    check: Check::Fleet(check),
};

/// The file that names them.
const PAGE: &str = "base/core/src/metrics/mod.rs";

const METRICS: &[&str] = &[
    "mcp_build_info",
    "mcp_in_flight_requests",
    "mcp_request_seconds",
    "mcp_requests_total",
    "mcp_tool_call_seconds",
    "mcp_tool_calls_total",
    "mcp_cache_requests_total",
    "mcp_cache_store_failures_total",
    "mcp_upstream_request_seconds",
    "mcp_upstream_requests_total",
    "mcp_upstream_retries_total",
];

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let Some(file) = fleet.own.get(PAGE).filter(|file| is_edited(file)) else { return };
    let Some(source) = file.rust() else { return };
    let told = rust::first_arguments(source, "family");
    let new = told.iter().find(|(name, _)| !METRICS.contains(&name.as_str()));
    for metric in METRICS.iter().filter(|metric| !told.iter().any(|(name, _)| name == *metric)) {
        let place = match (new, rust::methods(source).into_iter().find(|method| method.sig.ident == "page")) {
            (Some((_, span)), _) => file.place(Span::rust(*span)),
            (None, Some(page)) => file.place(Span::rust(page.sig.ident.span())),
            (None, None) => file.line(1),
        };
        out.add(
            place,
            format!("the metric `{metric}` is told by no server any more: dashboards and alerts ask for it"),
        )
        .help(RESTORE);
    }
}
