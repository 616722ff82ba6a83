//! Answers that do not say how long they took and which request they belong to.

use crate::check::finding::{Findings, Severity};
use crate::check::live::{Answer, LiveView};
use crate::check::rule::{Check, Rule};
use crate::text::count;

pub static RULE: Rule = Rule {
    id: "MCP1015",
    name: "live-headers",
    severity: Severity::Warning,
    summary: "answers lack `X-Process-Time` or `X-Request-Id`",
    docs: "`X-Process-Time` says how many seconds the server took, `X-Request-Id` which line of its log belongs to \
           the answer. Every answer has both, also one that says no.\n\nBuild and start the server as it is in the \
           repository; look at what stands in front of it, such as a proxy that takes headers away.",
    check: Check::Live(check),
};

/// Whether the value of a header can be one.
type IsFine = fn(&str) -> bool;

/// The headers, as people and as answers write them.
const HEADERS: &[(&str, &str, IsFine)] = &[
    ("X-Process-Time", "x-process-time", |value| value.parse::<f64>().is_ok_and(|seconds| seconds >= 0.0)),
    ("X-Request-Id", "x-request-id", |value| !value.is_empty()),
];

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let answers: Vec<_> =
        view.answers.given.iter().filter_map(|(question, given)| Some((*question, given.as_ref().ok()?))).collect();
    for (name, header, is_fine) in HEADERS {
        let lacks = |answer: &Answer| !answer.header(header).is_some_and(is_fine);
        let mut lacking = answers.iter().filter(|(_, answer)| lacks(answer)).map(|(question, _)| *question);
        let Some(first) = lacking.next() else { continue };
        let told = match lacking.count() {
            0 => format!("the answer to {} has no `{name}`", first.told()),
            more if more + 1 == answers.len() => format!("no answer has `{name}`"),
            more => format!("the answers to {} and {} have no `{name}`", first.told(), count(more, "other question")),
        };
        let help = "the base sets it for every answer: look at what stands in front of the server";
        out.add(view.place(first), told).help(help);
    }
}
