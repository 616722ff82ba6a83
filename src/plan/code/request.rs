//! A call of the upstream as Rust: what stands behind `Request::get(…)`.
//!
//! Knows in which order a request is filled in, and which argument goes where.

use serde::Serialize;

use super::{Input, Scope, literal_code};
use crate::escape;
use crate::spec::{BodyValue, Part, Request, RequestBody, Template};

/// One statement that fills in a request: `request.query("days", &input.days);`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The method of the request.
    pub method: &'static str,
    /// Its arguments, as Rust.
    pub arguments: String,
}

/// Every statement behind `Request::get(…)`, in the order of the wire: path, query, headers, body.
pub fn statements(request: &Request, input: Input<'_>) -> Vec<Statement> {
    let scope = Scope::of(input);
    let mut out = Vec::new();
    for (name, value) in path_values(&scope, &request.path) {
        out.push(pair("path", &name, &value));
    }
    for (key, template) in &request.query {
        out.push(pair("query", key, &scope.value(template)));
    }
    for (key, template) in &request.headers {
        out.push(pair("header", key, &scope.value(template)));
    }
    match &request.body {
        RequestBody::None => {}
        RequestBody::Input => out.push(Statement { method: "json", arguments: "&input".into() }),
        RequestBody::Json(members) => {
            for (key, value) in members {
                fields(&scope, &format!("/{}", pointer_part(key)), value, &mut out);
            }
        }
    }
    if request.retry && !request.method.is_idempotent() {
        out.push(Statement { method: "retry", arguments: String::new() });
    }
    out
}

/// Whether the body of the tool needs its input at all.
pub fn uses_input(request: &Request) -> bool {
    fn in_body(value: &BodyValue) -> bool {
        match value {
            BodyValue::Template(template) => names_argument(template),
            BodyValue::Literal(_) => false,
            BodyValue::Object(members) => members.iter().any(|(_, value)| in_body(value)),
            BodyValue::Array(items) => items.iter().any(in_body),
        }
    }
    let body = match &request.body {
        RequestBody::None => false,
        RequestBody::Input => true,
        RequestBody::Json(members) => members.iter().any(|(_, value)| in_body(value)),
    };
    let mut templates = std::iter::once(&request.path)
        .chain(request.query.iter().map(|(_, template)| template))
        .chain(request.headers.iter().map(|(_, template)| template));
    body || templates.any(names_argument)
}

/// The path with its placeholders, as a Rust literal; the request fills them in.
pub fn path(request: &Request) -> String {
    let text: String = request
        .path
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Argument(name) => format!("{{{}}}", name.wire()),
            Part::Setting(name) => format!("{{config.{}}}", name.wire()),
            Part::Answer(..) | Part::File(_) => String::new(),
        })
        .collect();
    escape::rust(&text)
}

/// Whether a template names an argument.
fn names_argument(template: &Template) -> bool {
    template.parts.iter().any(|part| matches!(part, Part::Argument(_)))
}

/// What fills in the placeholders of a path, each once.
fn path_values(scope: &Scope<'_>, path: &Template) -> Vec<(String, String)> {
    let mut values = Vec::new();
    for part in &path.parts {
        let value = match part {
            Part::Text(_) | Part::Answer(..) | Part::File(_) => continue,
            Part::Argument(name) => (name.wire().to_owned(), format!("&{}", scope.access(name))),
            Part::Setting(name) => (format!("config.{}", name.wire()), format!("&self.settings.{}", name.ident())),
        };
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// A statement for each value of a body, by its pointer (RFC 6901).
fn fields(scope: &Scope<'_>, pointer: &str, value: &BodyValue, out: &mut Vec<Statement>) {
    match value {
        BodyValue::Template(template) => out.push(pair("field", pointer, &scope.value(template))),
        BodyValue::Literal(literal) => {
            out.push(pair("field", pointer, &format!("&{}", literal_code(literal))));
        }
        BodyValue::Object(members) => {
            for (key, value) in members {
                fields(scope, &format!("{pointer}/{}", pointer_part(key)), value, out);
            }
        }
        BodyValue::Array(items) => {
            for (i, value) in items.iter().enumerate() {
                fields(scope, &format!("{pointer}/{i}"), value, out);
            }
        }
    }
}

fn pair(method: &'static str, key: &str, value: &str) -> Statement {
    Statement { method, arguments: format!("{}, {value}", escape::rust(key)) }
}

fn pointer_part(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
