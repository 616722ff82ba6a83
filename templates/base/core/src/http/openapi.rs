// Owned by mcpgen: edits are overwritten.
//! `/openapi.json`: the REST twins in the words of OpenAPI 3.1, written once at the start.

use axum::body::Bytes;
use serde_json::{Map, Value, json};

use super::rest::PROCESS;
use crate::server::Auth;
use crate::site::Site;
use crate::toolset::Entry;

/// The whole document.
pub(super) fn document(site: &Site, auth: Auth, scopes: &[&str]) -> Bytes {
    let about = site.status.about;
    let mut schemas = Map::new();
    let mut paths = fixed_paths();
    for entry in site.toolset.entries() {
        let mut operation = operation(entry, &mut schemas);
        if auth == Auth::OAuth && !entry.scopes.is_empty() {
            let scopes = [scopes, &entry.scopes].concat();
            operation["security"] = json!([{ "token": scopes }]);
        }
        if entry.name == PROCESS {
            let mut twin = operation.clone();
            twin["operationId"] = json!("process");
            paths.insert("/api/v1/process".to_owned(), json!({ "post": twin }));
        }
        let path = format!("/api/v1/tools/{}", entry.name);
        paths.insert(path, json!({ "post": operation }));
    }
    schemas.insert("Envelope".to_owned(), envelope(&json!({})));
    let mut components = json!({ "schemas": schemas, "responses": responses() });
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": site.texts.title.as_deref().unwrap_or(about.name),
            "version": about.version,
            "description": about.description,
        },
        "paths": paths,
    });
    match auth {
        Auth::None | Auth::Anonymous => {}
        Auth::Bearer => {
            components["securitySchemes"] =
                json!({ "key": { "type": "http", "scheme": "bearer" } });
            document["security"] = json!([{ "key": [] }]);
        }
        Auth::OAuth => {
            components["securitySchemes"] =
                json!({ "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } });
            document["security"] = json!([{ "token": scopes }]);
        }
    }
    document["components"] = components;
    Bytes::from(document.to_string())
}

fn fixed_paths() -> Map<String, Value> {
    let open = |id: &str, summary: &str, content: Value| {
        let content = json!({ "200": { "description": "the answer", "content": content } });
        json!({ "get": { "operationId": id, "summary": summary, "security": [], "responses": content } })
    };
    let asked = |id: &str, summary: &str| {
        let content = json!({ "application/json": { "schema": reference("schemas", "Envelope") } });
        let answers = json!({ "200": { "description": "the answer", "content": content } });
        json!({ "get": { "operationId": id, "summary": summary, "responses": answers } })
    };
    let healthy = json!({ "type": "object", "properties": { "status": { "const": "healthy" } } });
    let mut status = asked("status", "How the server is");
    status["get"]["parameters"] = json!([{ "name": "detailed", "in": "query", "schema": { "type": "boolean", "default": false } }]);
    let health = open("health", "Alive", json!({ "application/json": { "schema": healthy } }));
    let ready = json!({ "application/json": { "schema": reference("schemas", "Envelope") } });
    let text = json!({ "text/plain": { "schema": { "type": "string" } } });
    Map::from_iter([
        ("/health".to_owned(), health),
        ("/ready".to_owned(), open("ready", "Ready for calls", ready)),
        ("/metrics".to_owned(), open("metrics", "Metrics for Prometheus", text)),
        ("/info".to_owned(), asked("info", "What the server is")),
        ("/api/v1/status".to_owned(), status),
    ])
}

fn operation(entry: &Entry, schemas: &mut Map<String, Value>) -> Value {
    let input = moved(&entry.text.input, &format!("{}.input", entry.name), schemas);
    let output = match &entry.text.output {
        Some(output) => moved(output, &format!("{}.output", entry.name), schemas),
        None => json!({}),
    };
    let mut answers = json!({
        "200": { "description": "the answer", "content": { "application/json": { "schema": envelope(&output) } } },
    });
    for code in ["400", "401", "403", "413", "415", "422", "429", "500", "502", "503", "504"] {
        answers[code] = reference("responses", "Error");
    }
    let mut operation = json!({ "operationId": entry.name });
    if let Some(title) = &entry.text.title {
        operation["summary"] = json!(title);
    }
    operation["description"] = json!(entry.text.description);
    operation["requestBody"] =
        json!({ "required": true, "content": { "application/json": { "schema": input } } });
    operation["responses"] = answers;
    operation
}

fn responses() -> Value {
    let content = json!({ "application/json": { "schema": reference("schemas", "Envelope") } });
    json!({ "Error": { "description": "no, and why", "content": content } })
}

fn envelope(data: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "status": { "enum": ["ok", "error"] },
            "data": data,
            "message": { "type": "string" },
            "timestamp": { "type": "string", "format": "date-time" },
        },
        "required": ["status", "data", "message", "timestamp"],
    })
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

/// A schema whose `$defs` stand among the components: a `$ref` means the whole document there.
fn moved(schema: &Map<String, Value>, prefix: &str, schemas: &mut Map<String, Value>) -> Value {
    let mut schema = schema.clone();
    if let Some(Value::Object(definitions)) = schema.remove("$defs") {
        for (name, definition) in definitions {
            schemas.insert(format!("{prefix}.{name}"), pointed(definition, prefix));
        }
    }
    pointed(Value::Object(schema), prefix)
}

fn pointed(value: Value, prefix: &str) -> Value {
    match value {
        Value::Object(fields) => {
            let field = |(key, value): (String, Value)| match (key.as_str(), value.as_str()) {
                ("$ref", Some(target)) => {
                    let name = target.trim_start_matches("#/$defs/");
                    (key, json!(format!("#/components/schemas/{prefix}.{name}")))
                }
                _ => (key, pointed(value, prefix)),
            };
            Value::Object(fields.into_iter().map(field).collect())
        }
        Value::Array(items) => items.into_iter().map(|item| pointed(item, prefix)).collect(),
        other => other,
    }
}
