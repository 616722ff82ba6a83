//! Tools that are not those of the spec.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{REBUILD, data};
use crate::check::finding::{Findings, Severity};
use crate::check::live::{Expected, Listed, LiveView, Question, STATUS_TOOL};
use crate::check::rule::{Check, Rule};
use crate::spec::{Hints, Tool};
use crate::text::{all_of, quote};

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
    let of_spec = view.expected.map(|expected| expected.spec.tools.as_slice()).unwrap_or_default();
    let expected: Vec<&str> = of_spec.iter().map(|tool| tool.name.snake()).chain(BUILT_IN).collect();
    let missing: Vec<&str> = expected.iter().copied().filter(|name| listed.tool(name).is_none()).collect();
    if listed.is_whole && !missing.is_empty() {
        say(format!("{} not listed", are(&missing)));
    }
    if let Some(known) = view.expected {
        let more: Vec<&str> = listed.names().filter(|name| !expected.contains(name)).collect();
        if !more.is_empty() {
            say(format!("{} listed, and not in the spec", are(&more)));
        }
        for tool in of_spec {
            if let Some(found) = listed.tool(tool.name.snake())
                && let Some(what) = differs(tool, found, &known)
            {
                say(format!("{what} of `{}` is not what the spec says", tool.name));
            }
        }
    }
    if let Some(told) = otherwise(view, &listed) {
        out.add(view.place(Question::Info), told).help(REBUILD);
    }
}

/// `` `a` is ``, `` `a` and `b` are ``, at most a few of them by name.
fn are(names: &[&str]) -> String {
    const FEW: usize = 5;
    match names {
        [one] => format!("{} is", quote(one)),
        few if few.len() <= FEW => format!("{} are", all_of(few)),
        many => format!("{} and {} more are", all_of(&many[..FEW]), many.len() - FEW),
    }
}

/// What of a tool is not as the spec says, the first thing alone.
fn differs(tool: &Tool, found: &Value, expected: &Expected<'_>) -> Option<String> {
    let said = &expected.schemas["tools"][tool.name.snake()];
    let parts = [
        ("the title", "title", said.get("title").cloned()),
        ("the description", "description", said.get("description").cloned()),
        ("`inputSchema`", "inputSchema", said.get("input").cloned()),
        ("`outputSchema`", "outputSchema", said.get("output").cloned()),
        ("`annotations`", "annotations", annotations(tool.hints)),
    ];
    parts.into_iter().find_map(|(what, key, said)| {
        let (said, found) = (said.unwrap_or_default(), found.get(key).unwrap_or(&Value::Null));
        let at = difference(&said, found)?;
        Some(if at.is_empty() { what.to_owned() } else { format!("{what}, at {},", quote(&at)) })
    })
}

fn annotations(hints: Hints) -> Option<Value> {
    let hints = [
        ("readOnlyHint", hints.read_only),
        ("destructiveHint", hints.destructive),
        ("idempotentHint", hints.idempotent),
        ("openWorldHint", hints.open_world),
    ];
    let said: Map<String, Value> =
        hints.into_iter().filter_map(|(key, hint)| Some((key.to_owned(), json!(hint?)))).collect();
    (!said.is_empty()).then_some(Value::Object(said))
}

/// Where two values differ, as a JSON pointer; empty: as a whole.
fn difference(one: &Value, other: &Value) -> Option<String> {
    if one == other {
        return None;
    }
    if let (Value::Object(one), Value::Object(other)) = (one, other) {
        let keys = one.keys().chain(other.keys().filter(|key| !one.contains_key(*key)));
        let null = Value::Null;
        for key in keys {
            let (left, right) = (one.get(key), other.get(key));
            if left.is_some() == right.is_some() {
                if let Some(at) = difference(left.unwrap_or(&null), right.unwrap_or(&null)) {
                    return Some(format!("/{key}{at}"));
                }
            } else {
                return Some(format!("/{key}"));
            }
        }
    }
    Some(String::new())
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
