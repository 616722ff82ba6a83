//! Annotations of GitHub Actions: workflow commands on standard output.
//!
//! GitHub shows ten a step, so the ten worst are annotations and the others lines of the log. Whatever stands in a line
//! of the log that begins like a command would be one: no name or message begins a line here, or reads `##[`.

use std::fmt::Write as _;

use super::summary;
use crate::check::{Finding, Severity, Verdict};
use crate::text::{count, visible};

/// How many annotations of a step are shown.
const SHOWN: usize = 10;

/// The worst findings as annotations, the others as lines, and a summary.
#[must_use]
pub fn github(verdict: &Verdict) -> String {
    let mut findings: Vec<&Finding> = verdict.findings.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    let (worst, others) = findings.split_at(findings.len().min(SHOWN));
    let mut out: String = worst.iter().map(|finding| annotation(finding) + "\n").collect();
    if !others.is_empty() {
        let _ = writeln!(out, "::group::{} without an annotation", count(others.len(), "finding"));
        for finding in others {
            let _ = writeln!(out, "- {}", super::concise::line(finding).replace("##[", "## ["));
        }
        out.push_str("::endgroup::\n");
    }
    let _ = writeln!(out, "mcpgen check: {}", summary(verdict));
    out
}

/// `::error file=…,line=…,col=…,endColumn=…,title=…::…`.
fn annotation(finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = &finding.place;
    let mut properties = Vec::new();
    // Only what lies in the repository can be shown there.
    if !place.path.starts_with('/') && !place.path.contains("://") {
        properties.push(format!("file={}", property(&place.path)));
        if let Some(span) = place.span {
            properties.push(format!("line={}", span.line));
            // Columns make sense within a line.
            if span.line == span.end_line {
                properties.push(format!("col={},endColumn={}", span.column, span.end_column));
            } else {
                properties.push(format!("endLine={}", span.end_line));
            }
        }
    }
    properties.push(format!("title={}", property(&format!("{} {}", finding.rule.id, finding.rule.name))));
    let help = finding.help.as_deref().map(|help| format!("%0Ahelp: {}", data(help))).unwrap_or_default();
    format!("::{command} {}::{}{help}", properties.join(","), data(&finding.message))
}

/// Text behind a command.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
