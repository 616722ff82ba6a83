//! SARIF 2.1.0: what code scanning reads.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::check::{Finding, Place, Rule, Severity, Verdict, rules};
use crate::text::visible;

/// What paths are below of: the root of the repository, wherever that is.
const BASE: &str = "%SRCROOT%";

/// All findings, the waived ones as suppressed.
#[must_use]
pub fn sarif(verdict: &Verdict) -> String {
    let indices: HashMap<&str, usize> = rules().enumerate().map(|(index, rule)| (rule.id, index)).collect();
    let mut seen = HashMap::new();
    let found = verdict.findings.iter().map(|finding| (finding, None));
    let waived = verdict.waived.iter().map(|(finding, reason)| (finding, Some(reason.as_str())));
    let results: Vec<Value> = found
        .chain(waived)
        .map(|(finding, reason)| {
            let print = fingerprint(finding);
            // The same thing said twice of one file is two results.
            let times: &mut usize = seen.entry(print.clone()).or_default();
            *times += 1;
            result(finding, indices.get(finding.rule.id).copied(), &format!("{print}:{times}"), reason)
        })
        .collect();
    run(&results, &json!({ "executionSuccessful": true }))
}

/// That nothing could be looked at, and why.
#[must_use]
pub fn failed(why: &str) -> String {
    let notification = json!({ "level": "error", "message": { "text": why } });
    run(&[], &json!({ "executionSuccessful": false, "toolExecutionNotifications": [notification] }))
}

fn run(results: &[Value], invocation: &Value) -> String {
    let driver = json!({
        "name": "mcpgen",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules().map(descriptor).collect::<Vec<_>>(),
    });
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { BASE: { "description": { "text": "The root of the repository." } } },
            "invocations": [invocation],
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn descriptor(rule: &Rule) -> Value {
    let first = rule.docs.split("\n\n").next().unwrap_or_default();
    json!({
        "id": rule.id,
        "name": rule.name,
        "shortDescription": { "text": rule.summary, "markdown": rule.summary },
        "fullDescription": { "text": first, "markdown": first },
        "help": { "text": rule.docs, "markdown": rule.docs },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": [rule.family()] },
    })
}

fn result(finding: &Finding, index: Option<usize>, print: &str, waived: Option<&str>) -> Value {
    let help = finding.help.as_deref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let suppression = |reason| json!({ "kind": "external", "status": "accepted", "justification": reason });
    let mut result = json!({
        "ruleId": finding.rule.id,
        "level": level(finding.severity),
        "message": { "text": plain(&format!("{}{help}", finding.message)) },
        "locations": [{ "physicalLocation": location(&finding.place) }],
        "partialFingerprints": { "mcpgen/v1": print },
        "suppressions": waived.map(suppression).into_iter().collect::<Vec<_>>(),
    });
    if let Some(index) = index {
        result["ruleIndex"] = index.into();
    }
    result
}

/// A text that holds no link: `[a](b)` in a name would be one (SARIF 2.1.0, section 3.11.6).
fn plain(text: &str) -> String {
    let lines = text.lines().map(visible);
    lines.collect::<Vec<_>>().join("\n").replace('[', "\\[").replace(']', "\\]")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// What stays the same of a finding while lines move.
fn fingerprint(finding: &Finding) -> String {
    let text = [finding.rule.id, &finding.place.path, &finding.message].join("\n");
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where it is. Code scanning shows nothing without a line: what is about a file as a whole is in its first.
fn location(place: &Place) -> Value {
    let region = match place.span {
        None => json!({ "startLine": 1 }),
        Some(span) => json!({
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }),
    };
    let artifact = match place.path.as_str() {
        "" => json!({ "uri": "./", "uriBaseId": BASE }),
        url if url.contains("://") => json!({ "uri": encoded(url, "-._~/:?#[]@!$&'()*+,;=%") }),
        path if path.starts_with('/') => json!({ "uri": format!("file://{}", encoded(path, "-._~/")) }),
        path => json!({ "uri": encoded(path, "-._~/"), "uriBaseId": BASE }),
    };
    json!({ "artifactLocation": artifact, "region": region })
}

/// A path or URL with all that is neither a letter, a digit nor in `kept` as `%` and numbers.
fn encoded(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || kept.contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
