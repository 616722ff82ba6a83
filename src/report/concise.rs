//! A line for each finding: what editors and `grep` read.

use crate::check::{Finding, Verdict};
use crate::text::visible;

/// All findings, a line each.
#[must_use]
pub fn concise(verdict: &Verdict) -> String {
    verdict.findings.iter().map(|finding| line(finding) + "\n").collect()
}

/// `weather_v2/src/server.rs:12:5: error[MCP203] drift: …`.
pub(super) fn line(finding: &Finding) -> String {
    let Finding { severity, rule, .. } = finding;
    format!("{}: {severity}[{}] {}: {}", place(finding), rule.id, rule.name, visible(&finding.message))
}

/// `weather_v2/src/server.rs:12:5`.
pub(super) fn place(finding: &Finding) -> String {
    let within = finding.place.span.map(|span| format!(":{}:{}", span.line, span.column)).unwrap_or_default();
    visible(&finding.place.path) + &within
}
