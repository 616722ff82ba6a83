//! Findings as JSON, for programs; `check.schema.json` describes it.

use serde_json::{Map, Value, json};

use crate::check::{Finding, Severity, Verdict};

/// The JSON Schema of the report.
pub const SCHEMA: &str = include_str!("check.schema.json");

/// The version of the report: another one breaks those who read this one.
const VERSION: u32 = 1;

/// The report; with how files differ where `diff` asks for it.
#[must_use]
pub fn json(verdict: &Verdict, diff: bool) -> String {
    let waived = verdict.waived.iter().map(|(finding, reason)| {
        let mut waived = one(finding, diff);
        waived.insert("reason".to_owned(), reason.as_str().into());
        waived
    });
    let report = json!({
        "version": VERSION,
        "summary": {
            "clean": verdict.is_clean(),
            "errors": verdict.count(Severity::Error),
            "warnings": verdict.count(Severity::Warning),
            "notes": verdict.count(Severity::Note),
            "waived": verdict.waived.len(),
            "fixable": verdict.findings.iter().filter(|finding| finding.is_fixable()).count(),
            "servers": verdict.checked.servers.len(),
            "files": verdict.checked.files,
        },
        "findings": verdict.findings.iter().map(|finding| one(finding, diff)).collect::<Vec<_>>(),
        "waived": waived.collect::<Vec<_>>(),
    });
    format!("{report:#}\n")
}

fn one(finding: &Finding, diff: bool) -> Map<String, Value> {
    let span = finding.place.span;
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("rule", finding.rule.id.into());
    put("name", finding.rule.name.into());
    put("severity", finding.severity.as_str().into());
    put("server", finding.server.as_deref().into());
    put("path", finding.place.path.as_str().into());
    put("line", span.map(|span| span.line).into());
    put("column", span.map(|span| span.column).into());
    put("end_line", span.map(|span| span.end_line).into());
    put("end_column", span.map(|span| span.end_column).into());
    put("message", finding.message.as_str().into());
    put("help", finding.help.as_deref().into());
    put("fixable", finding.is_fixable().into());
    if diff {
        put("diff", finding.diff.as_deref().into());
    }
    object
}
