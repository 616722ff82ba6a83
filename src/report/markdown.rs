//! Findings as Markdown: the summary of a job on GitHub.
//!
//! Nothing in a name or message is markup there, but for balanced code spans: every other character that could mean
//! something is written as a number, and what GitHub looks for in the finished text (`@name`, `#1`) is taken apart.

use std::fmt::Write as _;

use super::summary;
use crate::check::{Finding, Verdict};
use crate::text::visible;

/// Bytes of the tables together. GitHub takes 1 MiB a step, and other commands of the step may have written some.
const MOST: usize = 512 << 10;

/// Room for what says how many rows were left out.
const ROOM: usize = 1 << 10;

/// A table of all findings, and one of those that are waived.
#[must_use]
pub fn markdown(verdict: &Verdict) -> String {
    let mut out = format!("## mcpgen check\n\n{}\n", prose(&summary(verdict)));
    let rows = verdict.findings.iter().map(|finding| row(finding, finding.help.as_deref().unwrap_or_default()));
    table(&mut out, "what to do", rows);
    if !verdict.waived.is_empty() {
        out.push_str("\n### Waived\n");
        table(&mut out, "why it does not count", verdict.waived.iter().map(|(finding, reason)| row(finding, reason)));
    }
    out
}

/// A table with as many rows as there is room for.
fn table(out: &mut String, last: &str, rows: impl Iterator<Item = String>) {
    let mut left_out = 0;
    for (index, row) in rows.enumerate() {
        if index == 0 {
            let _ = write!(out, "\n| | rule | where | what | {last} |\n|---|---|---|---|---|\n");
        }
        if left_out > 0 || out.len() + row.len() + ROOM > MOST {
            left_out += 1;
        } else {
            out.push_str(&row);
        }
    }
    if left_out > 0 {
        let _ = writeln!(out, "\n… and {left_out} more: the log of the job has them.");
    }
}

fn row(finding: &Finding, last: &str) -> String {
    let place = code(&super::concise::place(finding));
    let (rule, message) = (finding.rule, prose(&visible(&finding.message)));
    format!("| {} | {} {} | {place} | {message} | {} |\n", finding.severity, rule.id, rule.name, prose(&visible(last)))
}

/// One line of text in which only balanced code spans are markup.
fn prose(text: &str) -> String {
    if !text.matches('`').count().is_multiple_of(2) {
        return plain(text);
    }
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { plain(part) }).collect()
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", numbered(text)) }
}

/// Text that is neither markup nor what GitHub makes a link or a mention of.
fn plain(text: &str) -> String {
    const APART: &str = "&#8203;";
    numbered(text).replace("&#64;", &format!("&#64;{APART}")).replace("&#35;", &format!("&#35;{APART}"))
}

/// Text with every character as a number that Markdown or HTML could take for markup.
fn numbered(text: &str) -> String {
    let is_markup = |c: char| c.is_ascii_punctuation() && !matches!(c, ',' | '\'' | '/' | ';' | '-');
    let one = |c: char| if is_markup(c) { format!("&#{};", u32::from(c)) } else { c.to_string() };
    text.chars().map(one).collect()
}
