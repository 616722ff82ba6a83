//! Tools that are not those of the spec.

use std::collections::BTreeSet;

use serde_json::Value;

use super::lists::{are, differing, named};
use super::{REBUILD, data};
use crate::check::finding::{Findings, Severity};
use crate::check::live::{Listed, LiveView, Question, STATUS_TOOL};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1012",
    name: "live-tools",
    severity: Severity::Error,
    summary: "a running server lists other tools than its spec has, or describes them otherwise",
    docs: "`tools/list` and `/info` have the tools of the spec, and `get_status` and `list_capabilities`; names, \
           titles, descriptions, hints and schemas are what the spec says. Where they are not, another state of the \
           server runs than the one in the repository.\n\nBuild and start the server as it is in the repository.",
    check: Check::Live(check),
};

/// The tools that come with every server.
const BUILT_IN: [&str; 2] = [STATUS_TOOL, "list_capabilities"];

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(listed) = view.tools() else { return };
    let place = view.place(Question::Tools(listed.revision));
    let mut say = |message: String| {
        out.add(place.clone(), message).help(REBUILD);
    };
    let entries = view.expected.and_then(|expected| expected.lists["tools"].as_array()).map(Vec::as_slice);
    let of_spec: Vec<&Value> =
        entries.unwrap_or_default().iter().filter(|tool| !BUILT_IN.iter().any(|name| tool["name"] == *name)).collect();
    let expected: Vec<&str> = of_spec.iter().filter_map(|tool| tool["name"].as_str()).chain(BUILT_IN).collect();
    let missing: Vec<&str> = expected.iter().copied().filter(|name| listed.tool(name).is_none()).collect();
    if listed.is_whole && !missing.is_empty() {
        say(format!("{} not listed", are(&missing)));
    }
    if view.expected.is_some() {
        let more: Vec<&str> = listed.names().filter(|name| !expected.contains(name)).collect();
        if !more.is_empty() {
            say(format!("{} listed, and not in the spec", are(&more)));
        }
        for tool in of_spec {
            if let Some(what) = named(&listed.tools, tool).and_then(|found| differing(tool, found)) {
                say(what);
            }
        }
    }
    if let Some(told) = otherwise(view, &listed) {
        out.add(view.place(Question::Info), told).help(REBUILD);
    }
}

/// Whether `/info` names other tools than the list.
fn otherwise(view: &LiveView<'_>, listed: &Listed) -> Option<String> {
    let data = data(view, Question::Info)?;
    let told: BTreeSet<&str> = data["tools"].as_array()?.iter().filter_map(Value::as_str).collect();
    let names: BTreeSet<&str> = listed.names().collect();
    let only_there: Vec<&str> = told.difference(&names).copied().collect();
    let only_here: Vec<&str> = names.difference(&told).copied().collect();
    match (only_there.as_slice(), only_here.as_slice()) {
        (_, [_, ..]) => Some(format!("{} in `tools/list`, and not in `/info`", are(&only_here))),
        ([_, ..], _) if listed.is_whole => Some(format!("{} in `/info`, and not in `tools/list`", are(&only_there))),
        _ => None,
    }
}
