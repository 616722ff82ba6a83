//! How much was found, and what to do next: a few lines for people, whatever form the findings have.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::check::{Finding, Severity, Verdict};
use crate::text::count;

/// From the worst on.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// `2 errors and 1 note in 3 servers, 94 files; 1 more is waived`.
#[must_use]
pub fn summary(verdict: &Verdict) -> String {
    let mut out = match counts(&verdict.findings) {
        found if found.is_empty() => "nothing to complain about".to_owned(),
        found if verdict.is_clean() => format!("{found}, and nothing worse,"),
        found => found,
    };
    let (servers, files) = (verdict.checked.servers.len(), verdict.checked.files);
    let _ = write!(out, " in {}", count(servers, "server"));
    // A server that runs has none.
    if files > 0 {
        let _ = write!(out, ", {}", count(files, "file"));
    }
    if verdict.checked.is_without_spec {
        out.push_str("; only what every server has was asked, for there is no spec here to hold it against");
    }
    let more = if verdict.findings.is_empty() { "" } else { " more" };
    match verdict.waived.len() {
        0 => {}
        1 => out = format!("{out}; 1{more} is waived"),
        waived => out = format!("{out}; {waived}{more} are waived"),
    }
    out
}

/// `2 errors, 1 warning and 3 notes`; empty where there are none.
pub(super) fn counts<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> String {
    let mut numbers = [0; SEVERITIES.len()];
    for finding in findings {
        numbers[finding.severity as usize] += 1;
    }
    let told = SEVERITIES.iter().zip(numbers).filter(|(_, number)| *number > 0);
    let told: Vec<String> = told.map(|(severity, number)| count(number, severity.as_str())).collect();
    match told.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// What to do about the findings: lines that name the next commands.
#[must_use]
pub fn hints(verdict: &Verdict) -> String {
    const NAMED: usize = 10;
    let ids: BTreeSet<&str> = verdict.findings.iter().map(|finding| finding.rule.id).collect();
    let mut out = String::new();
    if let Some(first) = ids.first() {
        let mut others: Vec<&str> = ids.iter().skip(1).take(NAMED).copied().collect();
        if ids.len() > NAMED + 1 {
            others.push("…");
        }
        let others = if others.is_empty() { String::new() } else { format!("; also for {}", others.join(", ")) };
        let _ = writeln!(out, "help: `mcpgen explain {first}` says why it matters and what to do{others}");
    }
    match verdict.findings.iter().filter(|finding| finding.is_fixable()).count() {
        0 => {}
        fixable if fixable == verdict.findings.len() => out.push_str("next: `mcpgen check --fix` mends all of it\n"),
        fixable => {
            let _ = writeln!(out, "next: `mcpgen check --fix` mends {fixable} of them");
        }
    }
    out
}
