//! `tests/data`: for each tool, resource and prompt a call, and what comes of it.
//!
//! Knows how a spec is read a second time, by the server's own tests. Knows no template and no Rust.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{sample, schema};
use crate::name::FieldName;
use crate::spec::{
    Auth, Body, BodyValue, Field, Part, Presence, Prompt, Request, RequestBody, Resource, Role, Setting, Spec,
    Template, Tool, UpstreamAuth,
};

/// `tests/data/settings.json`: what the tests start the server with, by variable.
pub fn settings(spec: &Spec, settings: &[Setting]) -> Value {
    let mut out: BTreeMap<String, String> = settings
        .iter()
        .filter(|setting| setting.field.presence == Presence::Required)
        .map(|setting| (setting.env.to_string(), plain(&setting_value(setting))))
        .collect();
    if spec.auth == Auth::Bearer {
        out.insert("AUTH_TOKEN".into(), "key of the caller".into());
    }
    if let Some(upstream) = &spec.upstream {
        let prefix = spec.server.name.screaming();
        out.insert(format!("{prefix}_ENDPOINT"), "{upstream}".into());
        out.insert(format!("{prefix}_MAX_RETRIES"), "1".into());
        match upstream.auth {
            UpstreamAuth::None => {}
            UpstreamAuth::Basic => drop(out.insert(format!("{prefix}_API_KEY"), "user:password".into())),
            _ => drop(out.insert(format!("{prefix}_API_KEY"), "key of the upstream".into())),
        }
    }
    json!(out)
}

/// `tests/data/tools/<tool>.json`.
pub fn tool(spec: &Spec, tool: &Tool) -> Value {
    let input = sample::required(&tool.input, &spec.types);
    let output =
        if tool.output.is_empty() { json!({ "example": true }) } else { sample::object(&tool.output, &spec.types) };
    let mut out = Map::from_iter([("input".to_owned(), input.clone())]);
    match &tool.body {
        Body::Code => {}
        Body::Respond(respond) => {
            out.insert("output".into(), json!(Filler { spec, fields: &tool.input, input: &input }.fill(&respond.text)));
        }
        Body::Request(request) => exchange(spec, request, output, &mut out),
    }
    Value::Object(out)
}

/// `tests/data/resources/<resource>.json`; without `output` where the body is not written yet.
pub fn resource(spec: &Spec, resource: &Resource) -> Value {
    let input: Map<String, Value> =
        resource.arguments.iter().map(|name| (name.wire().to_owned(), json!("example"))).collect();
    let uri = resource
        .arguments
        .iter()
        .fold(resource.uri.clone(), |uri, name| uri.replace(&format!("{{{}}}", name.wire()), "example"));
    let input = Value::Object(input);
    let mut out = Map::from_iter([("uri".to_owned(), json!(uri))]);
    if !resource.arguments.is_empty() {
        out.insert("input".into(), input.clone());
    }
    match &resource.body {
        Body::Code => {}
        Body::Respond(respond) => {
            out.insert("output".into(), json!(Filler { spec, fields: &[], input: &input }.fill(&respond.text)));
        }
        Body::Request(request) => exchange(spec, request, json!({ "example": true }), &mut out),
    }
    Value::Object(out)
}

/// `tests/data/prompts/<prompt>.json`.
pub fn prompt(spec: &Spec, prompt: &Prompt) -> Value {
    let input: Map<String, Value> = prompt
        .arguments
        .iter()
        .filter(|argument| !argument.optional)
        .map(|argument| (argument.name.wire().to_owned(), json!("example")))
        .collect();
    let input = Value::Object(input);
    let filler = Filler { spec, fields: &[], input: &input };
    let messages: Vec<Value> = prompt
        .messages
        .iter()
        .map(|message| {
            let role = match message.role {
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            json!({ "role": role, "content": { "type": "text", "text": filler.fill(&message.text) } })
        })
        .collect();
    json!({ "input": input, "output": messages })
}

/// A call of the upstream as the spec writes it, and its answer.
fn exchange(spec: &Spec, request: &Request, output: Value, out: &mut Map<String, Value>) {
    let texts = |pairs: &[(String, Template)]| -> Map<String, Value> {
        pairs.iter().map(|(key, template)| (key.clone(), json!(schema::placeholders(template)))).collect()
    };
    let (mut query, mut headers) = (texts(&request.query), texts(&request.headers));
    match spec.upstream.as_ref().map(|upstream| &upstream.auth) {
        None | Some(UpstreamAuth::None) => {}
        Some(UpstreamAuth::Bearer) => drop(headers.insert("Authorization".into(), json!("Bearer {config.api_key}"))),
        // `user:password`
        Some(UpstreamAuth::Basic) => {
            drop(headers.insert("Authorization".into(), json!("Basic dXNlcjpwYXNzd29yZA==")));
        }
        Some(UpstreamAuth::Header(name)) => drop(headers.insert(name.clone(), json!("{config.api_key}"))),
        Some(UpstreamAuth::Query(name)) => drop(query.insert(name.clone(), json!("{config.api_key}"))),
    }
    let mut asked = Map::new();
    asked.insert("method".into(), json!(request.method.as_str()));
    asked.insert("path".into(), json!(schema::placeholders(&request.path)));
    for (key, pairs) in [("query", query), ("headers", headers)] {
        if !pairs.is_empty() {
            asked.insert(key.into(), Value::Object(pairs));
        }
    }
    match &request.body {
        RequestBody::None => {}
        RequestBody::Input => drop(asked.insert("body".into(), json!("input"))),
        RequestBody::Json(members) => drop(asked.insert("body".into(), object(members))),
    }
    out.insert("request".into(), Value::Object(asked));
    out.insert("answer".into(), sample::at_pointer(&request.result, output.clone()));
    out.insert("output".into(), output);
}

fn object(members: &[(String, BodyValue)]) -> Value {
    members.iter().map(|(key, value)| (key.clone(), body_value(value))).collect::<Map<_, _>>().into()
}

fn body_value(value: &BodyValue) -> Value {
    match value {
        BodyValue::Template(template) => json!(schema::placeholders(template)),
        BodyValue::Literal(literal) => literal.clone(),
        BodyValue::Object(members) => object(members),
        BodyValue::Array(items) => items.iter().map(body_value).collect(),
    }
}

/// What stands for placeholders in the tests: samples, else defaults, else nothing.
struct Filler<'a> {
    spec: &'a Spec,
    fields: &'a [Field],
    input: &'a Value,
}

impl Filler<'_> {
    fn fill(&self, template: &Template) -> String {
        template
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Argument(name) => self.argument(name),
                Part::Setting(name) => {
                    let setting = self.spec.settings.iter().find(|setting| setting.field.name == *name);
                    setting.map(|setting| plain(&setting_value(setting))).unwrap_or_default()
                }
            })
            .collect()
    }

    fn argument(&self, name: &FieldName) -> String {
        if let Some(value) = self.input.get(name.wire()) {
            return plain(value);
        }
        match self.fields.iter().find(|field| field.name == *name).map(|field| &field.presence) {
            Some(Presence::Default(value)) => plain(value),
            _ => String::new(),
        }
    }
}

/// The value of a setting in the tests.
fn setting_value(setting: &Setting) -> Value {
    match &setting.field.presence {
        Presence::Default(value) => value.clone(),
        Presence::Optional => Value::Null,
        Presence::Required => sample::required(std::slice::from_ref(&setting.field), &[])
            .get(setting.field.name.wire())
            .cloned()
            .unwrap_or_default(),
    }
}

/// A value as it stands in a text.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
