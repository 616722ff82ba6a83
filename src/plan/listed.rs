//! What clients read in `tools/list` and its like: `schemas.json` in the words of the protocol.
//!
//! Knows what the base adds and under which keys it sends things. Knows no revision: they differ around the entries, not
//! in them.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::spec::{Hints, Spec};

/// The tools that every server has, as the base that is rendered with it says them.
static BUILT_IN: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../templates/base/core/src/built_in.json")).unwrap_or_default()
});

/// What the base says of all of those: they look at the server itself, and change nothing.
const BUILT_IN_HINTS: Hints =
    Hints { read_only: Some(true), destructive: None, idempotent: None, open_world: Some(false) };

/// The entries of every list of a server, under the names that the lists have in answers.
pub fn listed(spec: &Spec, schemas: &Value) -> Value {
    let of_spec = spec.tools.iter().map(|tool| {
        let name = tool.name.snake();
        tool_entry(name, &schemas["tools"][name], tool.hints)
    });
    let tools = of_spec.chain(BUILT_IN.iter().map(|(name, text)| tool_entry(name, text, BUILT_IN_HINTS)));
    let entries = |section: &str| schemas[section].as_object().into_iter().flatten();
    let (templates, resources): (Vec<_>, Vec<_>) = entries("resources").partition(|(name, _)| {
        spec.resources.iter().any(|resource| resource.name.snake() == *name && !resource.arguments.is_empty())
    });
    let all = |of: Vec<(&String, &Value)>, uri: &str| -> Value {
        of.into_iter().map(|(name, said)| entry(name, said, &[("uri", uri)])).collect()
    };
    json!({
        "tools": tools.collect::<Vec<_>>(),
        "resources": all(resources, "uri"),
        "resourceTemplates": all(templates, "uriTemplate"),
        "prompts": entries("prompts").map(|(name, said)| prompt(name, said)).collect::<Vec<_>>(),
    })
}

fn tool_entry(name: &str, said: &Value, hints: Hints) -> Value {
    let mut tool = entry(name, said, &[("input", "inputSchema"), ("output", "outputSchema")]);
    let hints = [
        ("readOnlyHint", hints.read_only),
        ("destructiveHint", hints.destructive),
        ("idempotentHint", hints.idempotent),
        ("openWorldHint", hints.open_world),
    ];
    let hints: Map<String, Value> =
        hints.into_iter().filter_map(|(key, hint)| Some((key.to_owned(), json!(hint?)))).collect();
    if !hints.is_empty() {
        tool["annotations"] = Value::Object(hints);
    }
    tool
}

fn prompt(name: &str, said: &Value) -> Value {
    let mut prompt = entry(name, said, &[]);
    let arguments: Vec<Value> =
        said["arguments"].as_array().into_iter().flatten().map(|argument| kept(argument, &[])).collect();
    if !arguments.is_empty() {
        prompt["arguments"] = Value::Array(arguments);
    }
    prompt
}

fn entry(name: &str, said: &Value, renamed: &[(&str, &str)]) -> Value {
    let mut entry = kept(said, renamed);
    entry["name"] = json!(name);
    entry
}

/// What is the same in `schemas.json` and on the wire, and what has another name there.
fn kept(said: &Value, renamed: &[(&str, &str)]) -> Value {
    const SAME: &[&str] = &["name", "title", "description", "mimeType", "required", "annotations", "icons"];
    let key_of = |key: &str| {
        let renamed = renamed.iter().chain(&[("meta", "_meta")]).find(|(here, _)| *here == key);
        renamed.map(|(_, there)| *there).or_else(|| SAME.iter().copied().find(|same| *same == key))
    };
    let said = said.as_object().into_iter().flatten();
    Value::Object(said.filter_map(|(key, value)| Some((key_of(key)?.to_owned(), value.clone()))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec;

    fn of(example: &str) -> Value {
        let spec = spec::read(spec::example(example).unwrap(), "server.toml").unwrap();
        listed(&spec, &crate::plan::schemas(&spec))
    }

    fn names(list: &Value) -> Vec<&str> {
        list.as_array().unwrap().iter().filter_map(|entry| entry["name"].as_str()).collect()
    }

    #[test]
    fn every_list_has_what_clients_read() {
        let weather = of("weather");
        let tools = ["get_forecast", "list_alerts", "report_weather", "get_status", "list_capabilities"];
        assert_eq!(names(&weather["tools"]), tools);
        let keys = |entry: &Value| entry.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let tool = &weather["tools"][0];
        assert_eq!(keys(tool), ["title", "description", "inputSchema", "outputSchema", "name", "annotations"]);
        assert_eq!(tool["annotations"], json!({ "readOnlyHint": true }));
        assert_eq!(weather["tools"][4]["annotations"], json!({ "readOnlyHint": true, "openWorldHint": false }));
        assert_eq!(keys(&weather["resources"][0]), ["uri", "description", "mimeType", "name"]);
        assert_eq!(weather["resourceTemplates"][0]["uriTemplate"], "weather://stations/{id}");
        assert_eq!(
            weather["prompts"],
            json!([{
                "title": "Plan a trip",
                "description": "Plan a trip around the weather",
                "name": "plan_trip",
                "arguments": [
                    { "name": "city", "description": "Where to", "required": true },
                    { "name": "days", "description": "For how long", "required": false },
                ],
            }])
        );
        assert_eq!(of("hello")["prompts"], json!([]));
    }

    /// A type that is used twice, or in itself, is said once: JSON Schema 2020-12 with `$defs`, and nothing inlined.
    #[test]
    fn shared_and_recursive_types_stay_references() {
        let text = "[server]\nname = \"x\"\ndescription = \"d\"\n[types.Place]\ncity = \"string\"\n\
                    [types.Node]\nat = { type = \"Place\" }\nnext = { type = \"Node\", optional = true }\n\
                    [tools.walk]\ndescription = \"d\"\n[tools.walk.input]\nfrom = { type = \"Place\" }\n\
                    to = { type = \"Place\" }\nvia = { type = \"array\", items = \"Node\" }\n\
                    [tools.walk.output]\nway = \"Node\"\n";
        let spec = spec::read(text, "server.toml").unwrap_or_else(|problems| panic!("{problems}"));
        let lists = listed(&spec, &crate::plan::schemas(&spec));
        let tool = &lists["tools"][0];
        let (place, node) = (json!({ "$ref": "#/$defs/Place" }), json!({ "$ref": "#/$defs/Node" }));
        let defs = json!({
            "Place": { "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] },
            "Node": { "type": "object", "properties": { "at": place, "next": node }, "required": ["at"] },
        });
        let input = &tool["inputSchema"];
        assert_eq!(
            input["properties"],
            json!({ "from": place, "to": place, "via": { "type": "array", "items": node } })
        );
        assert_eq!(tool["outputSchema"]["properties"], json!({ "way": node }));
        let city = json!({ "city": "Oslo" });
        let mut chain = json!({ "at": city });
        for _ in 0..3 {
            chain = json!({ "at": city, "next": chain });
        }
        let mut broken = chain.clone();
        broken["next"]["next"]["at"] = json!({});
        let (given, answered) =
            (|node| json!({ "from": city, "to": city, "via": [node] }), |node| json!({ "way": node }));
        let cases =
            [(input, given(&chain), given(&broken)), (&tool["outputSchema"], answered(&chain), answered(&broken))];
        for (schema, right, wrong) in cases {
            assert_eq!(schema["$defs"], defs);
            assert!(jsonschema::meta::validate(schema).is_ok(), "{schema}");
            let compiled = jsonschema::draft202012::new(schema).unwrap();
            assert!(compiled.is_valid(&right) && !compiled.is_valid(&wrong), "{schema}");
        }
    }
}
