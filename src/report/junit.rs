//! `JUnit` XML, for test reports: a suite for each server, a case for each finding.
//!
//! Errors and warnings are failures, notes are passed cases that say something, waived findings are skipped; a server
//! without any has one case, which is passed.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use crate::check::{Finding, Severity, Verdict};
use crate::text::visible;

/// What is said in one suite.
#[derive(Default)]
struct Suite<'v> {
    findings: Vec<&'v Finding>,
    waived: Vec<(&'v Finding, &'v str)>,
}

/// The report.
#[must_use]
pub fn junit(verdict: &Verdict) -> String {
    let mut suites: BTreeMap<Option<&str>, Suite<'_>> = BTreeMap::new();
    for server in &verdict.checked.servers {
        suites.entry(Some(server)).or_default();
    }
    for finding in &verdict.findings {
        suites.entry(finding.server.as_deref()).or_default().findings.push(finding);
    }
    for (finding, reason) in &verdict.waived {
        suites.entry(finding.server.as_deref()).or_default().waived.push((finding, reason));
    }
    let (tests, failures, skipped): (usize, usize, usize) = (
        suites.values().map(Suite::tests).sum(),
        suites.values().map(Suite::failures).sum(),
        suites.values().map(Suite::skipped).sum(),
    );
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mcpgen check\" tests=\"{tests}\" \
         failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n"
    );
    for (server, suite) in &suites {
        suite.write(server.unwrap_or("fleet"), &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

impl Suite<'_> {
    fn tests(&self) -> usize {
        (self.findings.len() + self.waived.len()).max(1)
    }

    fn failures(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity != Severity::Note).count()
    }

    fn skipped(&self) -> usize {
        self.waived.len()
    }

    fn write(&self, name: &str, out: &mut String) {
        let name = xml(name);
        let (tests, failures, skipped) = (self.tests(), self.failures(), self.skipped());
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">"
        );
        let mut names = HashMap::new();
        for finding in &self.findings {
            let said = xml(&super::concise::line(finding));
            let help = finding.help.as_deref().map(|help| format!("\nhelp: {}", xml(help))).unwrap_or_default();
            let message = xml(&finding.message);
            let inner = match finding.severity {
                Severity::Note => format!("<system-out>{said}{help}</system-out>"),
                severity => format!("<failure type=\"{severity}\" message=\"{message}\">{said}{help}</failure>"),
            };
            case(&name, finding, &mut names, &inner, out);
        }
        for (finding, reason) in &self.waived {
            let inner = format!("<skipped message=\"waived: {}\"/>", xml(reason));
            case(&name, finding, &mut names, &inner, out);
        }
        if self.findings.is_empty() && self.waived.is_empty() {
            let _ = writeln!(out, "    <testcase classname=\"mcpgen.{name}\" name=\"conforms\"/>");
        }
        out.push_str("  </testsuite>\n");
    }
}

/// A case; where several would have one name, they are counted.
fn case(suite: &str, finding: &Finding, names: &mut HashMap<String, usize>, inner: &str, out: &mut String) {
    let rule = finding.rule;
    let mut name = format!("{} {} at {}", rule.id, rule.name, super::concise::place(finding));
    let times = names.entry(name.clone()).or_default();
    *times += 1;
    if *times > 1 {
        let _ = write!(name, " ({times})");
    }
    let file = xml(&finding.place.path);
    let line = finding.place.span.map(|span| format!(" line=\"{}\"", span.line)).unwrap_or_default();
    let _ = writeln!(
        out,
        "    <testcase classname=\"mcpgen.{suite}\" name=\"{}\" file=\"{file}\"{line}>\n      {inner}\n    </testcase>",
        xml(&name)
    );
}

/// Text for an attribute or between tags, without what XML 1.0 does not allow anywhere.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            _ => out.push(c),
        }
    }
    out
}
