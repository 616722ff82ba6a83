//! Schemas of tools that are none.

use serde_json::Value;

use super::json_schema;
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, Question};
use crate::check::rule::{Check, Rule};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP1013",
    name: "live-invalid-schema",
    severity: Severity::Error,
    summary: "a listed tool has a schema that is no valid JSON Schema of an object",
    docs: "`tools/list` has an `inputSchema` for every tool, and an `outputSchema` for those with structured output. \
           Many clients refuse all tools of a server, or fail, where one of them is no valid JSON Schema, does not \
           say `\"type\": \"object\"`, or has a `$ref` that leads nowhere. Without `$schema` it is read as draft \
           2020-12.\n\nMend the schema where it comes from: the spec, or the code of a server that mcpgen did not \
           make.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let Some(listed) = view.tools() else { return };
    for tool in &listed.tools {
        let name = quote(tool["name"].as_str().unwrap_or_default());
        for (key, is_needed) in [("inputSchema", true), ("outputSchema", false)] {
            let why = match tool.get(key) {
                Some(schema) => wrong(schema),
                None if is_needed => Some("it is not there".to_owned()),
                None => None,
            };
            if let Some(why) = why {
                let message = format!("`{key}` of {name} is no valid schema: {why}");
                let help = "mend it where it comes from; `mcpgen check` says whether the server is as rendered";
                out.add(view.place(Question::Tools(listed.revision)), message).help(help);
            }
        }
    }
}

fn wrong(schema: &Value) -> Option<String> {
    if schema["type"] != "object" {
        return Some("its `type` is not `object`".to_owned());
    }
    if let Some((at, must)) = json_schema::wrong(schema) {
        return Some(format!("{} must be {must}", quote(&at)));
    }
    dangling(schema, schema).map(|target| format!("{} leads nowhere", quote(target)))
}

/// A reference within the schema to what is not there.
fn dangling<'a>(value: &'a Value, whole: &Value) -> Option<&'a str> {
    /// Keys whose values are data, in which `$ref` means nothing.
    const DATA: &[&str] = &["const", "default", "enum", "examples"];
    match value {
        Value::Array(items) => items.iter().find_map(|item| dangling(item, whole)),
        Value::Object(fields) => {
            let target = fields.get("$ref").and_then(Value::as_str);
            if let Some(pointer) = target.and_then(|target| target.strip_prefix('#'))
                && (pointer.is_empty() || pointer.starts_with('/'))
                && whole.pointer(&pointer.replace("%25", "%")).is_none()
            {
                return target;
            }
            let inner = fields.iter().filter(|(key, _)| !DATA.contains(&key.as_str()));
            inner.into_iter().find_map(|(_, value)| dangling(value, whole))
        }
        _ => None,
    }
}
