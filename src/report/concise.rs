//! A line for each finding: what editors and `grep` read.

use std::fmt::Write as _;

use crate::check::{Finding, Verdict};
use crate::text::visible;

/// All findings, a line each.
#[must_use]
pub fn concise(verdict: &Verdict) -> String {
    let mut out = String::new();
    for finding in &verdict.findings {
        let _ = writeln!(out, "{}", line(finding));
    }
    out
}

/// `weather_v2/src/server.rs:12:5: error[MCP203] drift: …`.
fn line(finding: &Finding) -> String {
    let place = finding.place.span.map(|span| format!(":{}:{}", span.line, span.column)).unwrap_or_default();
    let Finding { severity, rule, .. } = finding;
    let message = visible(&finding.message);
    format!("{}{place}: {severity}[{}] {}: {message}", visible(&finding.place.path), rule.id, rule.name)
}
