//! `schemas.json`: what clients see of a server, and its settings.
//!
//! Keeps the order and the names of the spec. Knows no template.

mod print;
mod types;

pub use print::{pretty, seen};
pub use types::format_name;

use serde_json::{Map, Value, json};

use super::marker;
use crate::spec::{
    Annotations, Block, BlockKind, Bytes, Cache, Complete, Contents, Extras, Field, Form, FormBody, Icon, NamedType,
    Part, Prompt, PromptBody, Resource, Setting, Template, Tool,
};
use types::{bare_object, object};

/// A tool: what a client sees of it.
pub fn tool(tool: &Tool, types: &[NamedType]) -> Value {
    let mut out = head(tool.title.as_deref(), &tool.description);
    extras(&tool.extras, &mut out);
    let input = match &tool.input_schema {
        Some(schema) => Value::Object(schema.clone()),
        None => closed(object(&tool.input, types)),
    };
    out.insert("input".into(), input);
    if !tool.output.is_empty() {
        out.insert("output".into(), object(&tool.output, types));
    }
    Value::Object(out)
}

/// A resource: what a client sees of it.
pub fn resource(resource: &Resource) -> Value {
    let mut out = Map::from_iter([("uri".to_owned(), json!(resource.uri))]);
    out.extend(head(resource.title.as_deref(), &resource.description));
    extras(&resource.extras, &mut out);
    out.insert("mimeType".into(), json!(resource.mime_type));
    if let Some(annotations) = annotations(&resource.annotations) {
        out.insert("annotations".into(), annotations);
    }
    if let Some(seconds) = seconds(resource.cache) {
        out.insert("ttlSeconds".into(), json!(seconds));
    }
    let complete: Map<String, Value> = resource
        .arguments
        .iter()
        .filter_map(|argument| Some((argument.name.wire().to_owned(), proposed(&argument.complete)?)))
        .collect();
    if !complete.is_empty() {
        out.insert("complete".into(), Value::Object(complete));
    }
    Value::Object(out)
}

/// A prompt: what a client sees of it, and what it says.
pub fn prompt(prompt: &Prompt) -> Value {
    let mut out = head(prompt.title.as_deref(), &prompt.description);
    extras(&prompt.extras, &mut out);
    let arguments = prompt.arguments.iter().map(|argument| {
        let mut out = Map::new();
        out.insert("name".into(), json!(argument.name.wire()));
        if let Some(description) = &argument.description {
            out.insert("description".into(), json!(description));
        }
        out.insert("required".into(), json!(!argument.optional));
        if let Some(complete) = proposed(&argument.complete) {
            out.insert("complete".into(), complete);
        }
        Value::Object(out)
    });
    out.insert("arguments".into(), arguments.collect());
    if let (PromptBody::Respond(respond), true) = (&prompt.body, prompt.is_data()) {
        let messages = respond.answer.iter().map(|message| {
            let role = message.role.as_str();
            match &message.content {
                Block { kind: BlockKind::Text(text), annotations } if *annotations == Annotations::default() => {
                    json!({ "role": role, "text": placeholders(text) })
                }
                content => json!({ "role": role, "content": block(content, &|text| json!(placeholders(text))) }),
            }
        });
        out.insert("messages".into(), messages.collect());
    }
    Value::Object(out)
}

/// What can be proposed for an argument: values, or that code says which.
fn proposed(complete: &Complete) -> Option<Value> {
    match complete {
        Complete::Values(values) => (!values.is_empty()).then(|| json!(values)),
        Complete::Code => Some(json!("code")),
    }
}

/// A form: what a client shows.
pub fn form(form: &Form) -> Value {
    match &form.body {
        FormBody::Schema(schema) => Value::Object(schema.clone()),
        FormBody::Fields(fields) => {
            let mut out = bare_object(fields);
            if let Some(properties) = out.get_mut("properties").and_then(Value::as_object_mut) {
                // Clients know few keywords here.
                properties
                    .values_mut()
                    .filter_map(Value::as_object_mut)
                    .for_each(|of| drop(of.shift_remove("examples")));
            }
            Value::Object(out)
        }
    }
}

/// What is no text in base64, or for the tests in which file it is.
pub fn bytes(of: &Bytes) -> Value {
    match of {
        Bytes::Base64(data) => json!(data),
        Bytes::File(path) => marker::base64(path),
    }
}

/// A block as the protocol has it; `text` makes texts of templates.
pub fn block(block: &Block, text: &dyn Fn(&Template) -> Value) -> Value {
    let mut out = match &block.kind {
        BlockKind::Text(template) => json!({ "type": "text", "text": text(template) }),
        BlockKind::Image(of) => json!({ "type": "image", "data": bytes(&of.data), "mimeType": of.mime_type }),
        BlockKind::Audio(of) => json!({ "type": "audio", "data": bytes(&of.data), "mimeType": of.mime_type }),
        BlockKind::Resource { uri, mime_type, contents } => {
            let mut resource = json!({ "uri": text(uri), "mimeType": mime_type });
            match contents {
                Contents::Text(template) => resource["text"] = text(template),
                Contents::Data(data) => resource["blob"] = bytes(data),
            }
            json!({ "type": "resource", "resource": resource })
        }
        BlockKind::Link { uri, name, description, mime_type } => {
            let mut link = json!({ "type": "resource_link", "uri": text(uri), "name": text(name) });
            if let Some(description) = description {
                // Braces in it are no placeholders.
                let description = Template { parts: vec![Part::Text(description.clone())] };
                link["description"] = text(&description);
            }
            if let Some(mime_type) = mime_type {
                link["mimeType"] = json!(mime_type);
            }
            link
        }
    };
    if let Some(annotations) = annotations(&block.annotations) {
        out["annotations"] = annotations;
    }
    out
}

/// For whom something is; nothing where that is not said.
fn annotations(of: &Annotations) -> Option<Value> {
    let mut out = Map::new();
    if !of.audience.is_empty() {
        out.insert("audience".into(), of.audience.iter().map(|role| role.as_str()).collect());
    }
    if let Some(priority) = of.priority {
        out.insert("priority".into(), json!(priority));
    }
    (!out.is_empty()).then_some(Value::Object(out))
}

/// `icons` and `meta`.
pub fn extras(extras: &Extras, out: &mut Map<String, Value>) {
    if !extras.icons.is_empty() {
        out.insert("icons".into(), extras.icons.iter().map(icon).collect());
    }
    if !extras.meta.is_empty() {
        out.insert("meta".into(), Value::Object(extras.meta.clone()));
    }
}

fn icon(icon: &Icon) -> Value {
    let mut out = Map::from_iter([("src".to_owned(), json!(icon.src))]);
    if let Some(mime_type) = &icon.mime_type {
        out.insert("mimeType".into(), json!(mime_type));
    }
    if !icon.sizes.is_empty() {
        out.insert("sizes".into(), json!(icon.sizes));
    }
    if let Some(theme) = &icon.theme {
        out.insert("theme".into(), json!(theme));
    }
    Value::Object(out)
}

/// A time for which something may be reused; nothing where it may not.
pub fn seconds(cache: Cache) -> Option<u32> {
    match cache {
        Cache::None => None,
        Cache::Short => Some(60),
        Cache::Medium => Some(300),
        Cache::Long => Some(3_600),
        Cache::Seconds(seconds) => Some(seconds),
    }
}

/// The settings: the environment as a schema.
pub fn settings(settings: &[Setting], types: &[NamedType]) -> Value {
    let fields: Vec<Field> = settings.iter().map(|setting| setting.field.clone()).collect();
    let mut out = object(&fields, types);
    for setting in settings {
        let property = &mut out["properties"][setting.field.name.wire()];
        property["x-env"] = json!(setting.env.as_str());
        if setting.secret {
            property["x-secret"] = json!(true);
        }
    }
    closed(out)
}

fn head(title: Option<&str>, description: &str) -> Map<String, Value> {
    let mut out = Map::new();
    if let Some(title) = title {
        out.insert("title".into(), json!(title));
    }
    out.insert("description".into(), json!(description));
    out
}

fn closed(mut object: Value) -> Value {
    object["additionalProperties"] = json!(false);
    // `$defs` reads best as the last key.
    if let Some(map) = object.as_object_mut()
        && let Some(defs) = map.shift_remove("$defs")
    {
        map.insert("$defs".into(), defs);
    }
    object
}

/// A template in the form that the server fills in: `{argument}`, with literal braces doubled.
pub fn placeholders(template: &Template) -> String {
    template
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.replace('{', "{{").replace('}', "}}"),
            Part::Argument(name) => format!("{{{}}}", name.wire()),
            Part::Setting(name) => format!("{{config.{}}}", name.wire()),
            Part::Answer(..) | Part::File(_) => String::new(),
        })
        .collect()
}
