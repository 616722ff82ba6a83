//! `tests/data`: for each tool, resource and prompt a call, and what comes of it.
//!
//! Knows how a spec is read a second time, by the server's own tests. Knows no template and no Rust.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{context, marker, sample, schema};
use crate::name::FieldName;
use crate::spec::{
    Auth, Body, BodyValue, Complete, Contents, Field, FormBody, Part, Presence, Prompt, PromptBody, Question,
    QuestionKind, Request, RequestBody, Resource, Respond, Setting, Spec, Template, Tool, ToolAnswer, UpstreamAuth,
};

/// What stands for a text of which nothing more is known.
const EXAMPLE: &str = "example";

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
    if context::shares_states(spec) {
        out.insert("STATE_KEY".into(), "key that all replicas of the server share".into());
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
    let input = match &tool.input_schema {
        Some(schema) => sample::of_schema(schema),
        None => sample::required(&tool.input, &spec.types),
    };
    let output =
        if tool.output.is_empty() { json!({ "example": true }) } else { sample::object(&tool.output, &spec.types) };
    let mut out = Map::from_iter([("input".to_owned(), input.clone())]);
    match &tool.body {
        Body::Code => {}
        Body::Respond(respond) => {
            let filler = Filler { spec, fields: &tool.input, input: &input, answers: BTreeMap::new() };
            answered(respond, filler, |filler| filler.answer(&respond.answer), &mut out);
        }
        Body::Request(request) => exchange(spec, request, output, &mut out),
    }
    Value::Object(out)
}

/// What is asked, what comes of it, and what comes without it.
fn answered<A>(
    respond: &Respond<A>,
    mut filler: Filler<'_>,
    output: impl Fn(&Filler<'_>) -> Value,
    out: &mut Map<String, Value>,
) {
    let questions: Vec<&Question> = respond.questions().collect();
    if questions.iter().any(|question| question.optional) {
        out.insert("unasked".into(), output(&filler));
    }
    let asks: Vec<Value> = questions
        .iter()
        .map(|question| {
            let (method, answer, known) = filler.question(question);
            filler.answers.insert(question.key.wire().to_owned(), known);
            json!({ "key": question.key.wire(), "method": method, "answer": answer })
        })
        .collect();
    if !asks.is_empty() {
        out.insert("asks".into(), json!(asks));
    }
    out.insert("output".into(), output(&filler));
}

/// `tests/data/resources/<resource>.json`; without `output` where the body is not written yet.
pub fn resource(spec: &Spec, resource: &Resource) -> Value {
    let input: Map<String, Value> =
        resource.arguments.iter().map(|it| (it.name.wire().to_owned(), json!(in_address(&it.complete)))).collect();
    let uri = resource.arguments.iter().fold(resource.uri.clone(), |uri, it| {
        uri.replace(&format!("{{{}}}", it.name.wire()), in_address(&it.complete))
    });
    let input = Value::Object(input);
    let mut out = Map::from_iter([("uri".to_owned(), json!(uri))]);
    if !resource.arguments.is_empty() {
        out.insert("input".into(), input.clone());
    }
    match &resource.body {
        Body::Code => {}
        Body::Respond(respond) => {
            let filler = Filler { spec, fields: &[], input: &input, answers: BTreeMap::new() };
            let is_json = resource.mime_type.ends_with("json");
            let output = |filler: &Filler<'_>| match &respond.answer {
                // A body that says JSON is read as what it says.
                Contents::Text(text) => match (text.parts.as_slice(), filler.fill(text)) {
                    ([Part::File(path)], _) if is_json => marker::json(path),
                    (_, Value::String(text)) if is_json => {
                        serde_json::from_str(&text).map_or_else(|_| json!(text), marker::literal)
                    }
                    (_, text) => text,
                },
                Contents::Data(data) => schema::bytes(data),
            };
            answered(respond, filler, output, &mut out);
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
        .map(|argument| {
            (argument.name.wire().to_owned(), json!(argument.complete.values().first().map_or(EXAMPLE, String::as_str)))
        })
        .collect();
    let input = Value::Object(input);
    let mut out = Map::from_iter([("input".to_owned(), input.clone())]);
    if let PromptBody::Respond(respond) = &prompt.body {
        let filler = Filler { spec, fields: &[], input: &input, answers: BTreeMap::new() };
        let output = |filler: &Filler<'_>| {
            let messages = respond.answer.iter();
            let fill = |template: &Template| filler.fill(template);
            messages
                .map(|it| json!({ "role": it.role.as_str(), "content": schema::block(&it.content, &fill) }))
                .collect::<Value>()
        };
        answered(respond, filler, output, &mut out);
    }
    Value::Object(out)
}

/// A value for an argument of an address: the first that clients can offer and that stands there as it is.
fn in_address(complete: &Complete) -> &str {
    let is_plain = |value: &&String| {
        value.starts_with(|c: char| c.is_ascii_alphanumeric())
            && value.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
    };
    complete.values().iter().find(is_plain).map_or(EXAMPLE, String::as_str)
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
    out.insert("output".into(), marker::literal(output));
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
    /// What a client answered, by key: texts, lists of addresses, forms.
    answers: BTreeMap<String, Value>,
}

impl Filler<'_> {
    /// How a question is asked, what a client answers, and what of it a body sees.
    fn question(&self, question: &Question) -> (&'static str, Value, Value) {
        match &question.kind {
            QuestionKind::Form { form, .. } => {
                let form = self.spec.forms.iter().find(|known| known.name == *form);
                let content = match form.map(|form| &form.body) {
                    Some(FormBody::Fields(fields)) => sample::object(fields, &self.spec.types),
                    Some(FormBody::Schema(schema)) => sample::of_schema(schema),
                    None => json!({}),
                };
                ("elicitation/create", json!({ "action": "accept", "content": content }), content)
            }
            QuestionKind::Sample { .. } => {
                let said = "what a model says";
                let content = json!({ "type": "text", "text": said });
                let answer =
                    json!({ "role": "assistant", "content": content, "model": "test", "stopReason": "endTurn" });
                ("sampling/createMessage", answer, json!(said))
            }
            QuestionKind::Roots => {
                let uri = "file:///example";
                ("roots/list", json!({ "roots": [{ "uri": uri, "name": "example" }] }), json!([uri]))
            }
        }
    }

    /// The answer of a tool as one value, as REST gives it.
    fn answer(&self, answer: &ToolAnswer) -> Value {
        let (content, structured) = match answer {
            ToolAnswer::Refusal(message) => return self.fill(message),
            ToolAnswer::Reply { content, structured, .. } => (content, structured),
        };
        if !structured.is_empty() {
            return self.object(structured);
        }
        let fill = |template: &Template| self.fill(template);
        let mut blocks: Vec<Value> = content.iter().map(|block| schema::block(block, &fill)).collect();
        match blocks.as_mut_slice() {
            [one] if one["type"] == "text" => one["text"].take(),
            _ => json!({ "content": blocks }),
        }
    }

    fn object(&self, members: &[(String, BodyValue)]) -> Value {
        marker::escaped(members.iter().map(|(key, value)| (key.clone(), self.json(value))).collect())
    }

    fn json(&self, value: &BodyValue) -> Value {
        match value {
            BodyValue::Literal(value) => marker::literal(value.clone()),
            BodyValue::Object(members) => self.object(members),
            BodyValue::Array(items) => items.iter().map(|item| self.json(item)).collect(),
            BodyValue::Template(template) => match template.parts.as_slice() {
                [Part::File(path)] => marker::text(path),
                [part] => marker::literal(self.part(part)),
                _ => self.fill(template),
            },
        }
    }

    /// A text; of a file, which one: what is in it may change.
    fn fill(&self, template: &Template) -> Value {
        match template.parts.as_slice() {
            [Part::File(path)] => marker::text(path),
            parts => parts.iter().map(|part| plain(&self.part(part))).collect::<String>().into(),
        }
    }

    /// What a placeholder stands for.
    fn part(&self, part: &Part) -> Value {
        match part {
            Part::Text(text) => json!(text),
            // Beside nothing else.
            Part::File(path) => marker::text(path),
            Part::Argument(name) => self.argument(name),
            Part::Setting(name) => {
                let setting = self.spec.settings.iter().find(|setting| setting.field.name == *name);
                setting.map(setting_value).unwrap_or_default()
            }
            Part::Answer(key, field) => {
                let answer = self.answers.get(key.wire()).cloned().unwrap_or_default();
                match field {
                    Some(field) => answer.get(field.wire()).cloned().unwrap_or_default(),
                    None => answer,
                }
            }
        }
    }

    fn argument(&self, name: &FieldName) -> Value {
        if let Some(value) = self.input.get(name.wire()) {
            return value.clone();
        }
        match self.fields.iter().find(|field| field.name == *name).map(|field| &field.presence) {
            Some(Presence::Default(value)) => value.clone(),
            _ => Value::Null,
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
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
