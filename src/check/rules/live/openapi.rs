//! A server whose REST side is described wrongly.

use super::{REBUILD, says};
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};
use crate::text::{all_of, count};

pub static RULE: Rule = Rule {
    id: "MCP1010",
    name: "live-openapi",
    severity: Severity::Error,
    summary: "`GET /openapi.json` is no OpenAPI 3 document, or lacks a tool",
    docs: "`/openapi.json` describes the REST twins of all tools, in the words of OpenAPI 3: clients are generated \
           from it.\n\nA server that mcpgen rendered has it; another one needs a route for it.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(answer) = view.get(Question::OpenApi) else { return };
    let place = view.place(Question::OpenApi);
    if answer.status != 200 {
        let message = format!("`/openapi.json` does not describe the server: {}", says(answer));
        out.add(place, message).help("answer it with 200 and an OpenAPI 3 document");
        return;
    }
    let document = answer.json().unwrap_or_default();
    let is_openapi = document["openapi"].as_str().is_some_and(|version| version.starts_with("3."));
    if !is_openapi || !document["paths"].is_object() {
        out.add(place, "`/openapi.json` is no OpenAPI 3 document").help(REBUILD);
        return;
    }
    let Some(listed) = view.tools() else { return };
    let path = |name: &str| format!("/api/v1/tools/{name}");
    let lacking: Vec<&str> = listed.names().filter(|name| document["paths"].get(path(name)).is_none()).collect();
    if !lacking.is_empty() {
        let message = match lacking.as_slice() {
            few @ ([_] | [_, _] | [_, _, _]) => format!("`/openapi.json` does not have {}", all_of(few)),
            many => format!("`/openapi.json` does not have {}, such as `{}`", count(many.len(), "tool"), path(many[0])),
        };
        out.add(place, message).help(REBUILD);
    }
}
