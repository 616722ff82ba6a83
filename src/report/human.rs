//! Findings for people: by server, each with its line of the source and what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use super::summary::counts;
use crate::check::{Finding, Severity, Span, Verdict};
use crate::excerpt::{Pointer, Style, shown};
use crate::text::visible;

/// Of more findings of one rule in one server than this, only the first [`FIRST`] are shown.
const MANY: usize = 50;

/// How many are shown of many.
const FIRST: usize = 20;

/// All findings, with how files differ where `diff` asks for it.
#[must_use]
pub fn human(verdict: &Verdict, style: Style, diff: bool) -> String {
    let findings = verdict.findings.chunk_by(|a, b| a.server == b.server);
    let mut out: String = findings.map(|group| of_server(group, style, diff)).collect();
    if diff {
        out.push_str(&waived_edits(verdict, style));
    }
    out
}

/// The edits that nobody complains about because they are waived: whoever asks how files differ is shown them all the same.
fn waived_edits(verdict: &Verdict, style: Style) -> String {
    let is_shown = |path: &str| verdict.findings.iter().any(|it| it.diff.is_some() && it.place.path == path);
    let edits = verdict.waived.iter().filter(|(edit, _)| edit.diff.is_some() && !is_shown(&edit.place.path));
    edits
        .map(|(edit, reason)| {
            let label = style.bold(&format!("waived[{}] {}: {}", edit.rule.id, edit.rule.name, visible(reason)));
            format!("{label}\n{}{}\n", place(edit, style), diff_of(edit, style))
        })
        .collect()
}

fn diff_of(finding: &Finding, style: Style) -> String {
    finding.diff.iter().flat_map(|text| text.lines()).map(|line| diff_line(line, style)).collect()
}

/// What was found in a server, or in the fleet beside its servers.
fn of_server(findings: &[Finding], style: Style, diff: bool) -> String {
    let server = findings.first().and_then(|finding| finding.server.as_deref());
    let name = server.map_or_else(|| "the fleet".to_owned(), visible);
    let mut out = format!("{} {}\n\n", style.bold(&format!("== {name}:")), counts(findings));
    let mut of_rule: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *of_rule.entry(finding.rule.id).or_default() += 1;
    }
    let many: BTreeSet<&str> = of_rule.iter().filter(|(_, number)| **number > MANY).map(|(id, _)| *id).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        let seen = seen.entry(finding.rule.id).or_default();
        *seen += 1;
        if *seen <= FIRST || !many.contains(finding.rule.id) {
            let _ = writeln!(out, "{}", one(finding, style, diff));
        }
    }
    for id in many {
        let more = of_rule[id] - FIRST;
        let _ = writeln!(out, "… and {more} more: `mcpgen check --select {id} --output-format concise` has them all\n");
    }
    out
}

fn one(finding: &Finding, style: Style, diff: bool) -> String {
    let rule = finding.rule;
    let label = format!("{}[{}]", finding.severity, rule.id);
    let label = match finding.severity {
        Severity::Error => style.red(&label),
        Severity::Warning => style.yellow(&label),
        Severity::Note => style.blue(&label),
    };
    let message = style.bold(&format!(" {}: {}", rule.name, visible(&finding.message)));
    let mut out = format!("{label}{message}\n{}", place(finding, style));
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "{}: {}", style.green("help"), visible(help));
    }
    if diff {
        out.push_str(&diff_of(finding, style));
    }
    out
}

/// Where it is, with the line of the source where that is known.
fn place(finding: &Finding, style: Style) -> String {
    let place = &finding.place;
    match (place.span, place.source.as_deref()) {
        (Some(span), Some(source)) => {
            // Columns are counted without the mark that a file may begin with.
            let source = source.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
            let marked = marked(span, source);
            Pointer { path: &place.path, line: span.line, column: span.column, source, marked }.show(style)
        }
        _ => format!(" {} {}\n", style.blue("-->"), super::concise::place(finding)),
    }
}

/// The bytes of a line that a place is about.
fn marked(span: Span, line: &str) -> Range<usize> {
    let byte = |column: usize| line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    let start = byte(span.column);
    let end = if span.end_line > span.line { line.len() } else { byte(span.end_column) };
    start..end.max(start)
}

fn diff_line(line: &str, style: Style) -> String {
    let text = shown(line.trim_end_matches('\r'));
    let painted = match line.chars().next() {
        Some('+') => style.green(&text),
        Some('-') => style.red(&text),
        Some('@') => style.blue(&text),
        _ => text,
    };
    format!("    {painted}\n")
}
