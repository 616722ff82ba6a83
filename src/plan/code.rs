//! Fragments of Rust that the arguments of a tool decide: what stands between the lines of a template.
//!
//! Knows how a placeholder becomes an expression. Every text of the spec leaves here as an escaped literal.

use serde::Serialize;

use crate::escape;
use crate::name::FieldName;
use crate::spec::{BodyValue, Cache, Field, Hints, Part, Presence, Request, RequestBody, Template, Type};

/// One statement that fills in a request: `request.query("days", &input.days);`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The method of the request.
    pub method: &'static str,
    /// Its arguments, as Rust.
    pub arguments: String,
}

/// Every statement behind `Request::get(…)`, in the order of the wire: path, query, headers, body.
pub fn statements(request: &Request, input: &[Field]) -> Vec<Statement> {
    let scope = Scope { input };
    let mut out = Vec::new();
    for (name, value) in path_values(&request.path) {
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
                scope.body(&format!("/{}", pointer_part(key)), value, &mut out);
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
            BodyValue::Template(template) => !arguments(template).is_empty(),
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
    body || templates.any(|template| !arguments(template).is_empty())
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
        })
        .collect();
    escape::rust(&text)
}

/// What fills in the placeholders of a path, each once.
fn path_values(path: &Template) -> Vec<(String, String)> {
    let mut values = Vec::new();
    for part in &path.parts {
        let value = match part {
            Part::Text(_) => continue,
            Part::Argument(name) => (name.wire().to_owned(), format!("&input.{}", name.ident())),
            Part::Setting(name) => (format!("config.{}", name.wire()), format!("&self.settings.{}", name.ident())),
        };
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// The arguments that a template names, each once.
pub fn arguments(template: &Template) -> Vec<&FieldName> {
    let mut names = Vec::new();
    for part in &template.parts {
        if let Part::Argument(name) = part
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// `format!("Hello, {}!", input.name)`, or the text alone where there is nothing to fill in.
pub fn text(template: &Template, input: &[Field]) -> String {
    let scope = Scope { input };
    match template.parts.as_slice() {
        [] => escape::rust(""),
        [Part::Text(text)] => escape::rust(text),
        _ => scope.format(template),
    }
}

fn pair(method: &'static str, key: &str, value: &str) -> Statement {
    Statement { method, arguments: format!("{}, {value}", escape::rust(key)) }
}

struct Scope<'a> {
    input: &'a [Field],
}

impl Scope<'_> {
    fn body(&self, pointer: &str, value: &BodyValue, out: &mut Vec<Statement>) {
        match value {
            BodyValue::Template(template) => out.push(pair("field", pointer, &self.value(template))),
            BodyValue::Literal(literal) => {
                out.push(pair("field", pointer, &format!("&{}", literal_code(literal))));
            }
            BodyValue::Object(members) => {
                for (key, value) in members {
                    self.body(&format!("{pointer}/{}", pointer_part(key)), value, out);
                }
            }
            BodyValue::Array(items) => {
                for (i, value) in items.iter().enumerate() {
                    self.body(&format!("{pointer}/{i}"), value, out);
                }
            }
        }
    }

    /// A reference to what a template stands for; one placeholder alone keeps its type.
    fn value(&self, template: &Template) -> String {
        match template.parts.as_slice() {
            [] => "\"\"".into(),
            [Part::Text(text)] => escape::rust(text),
            [Part::Argument(name)] => format!("&input.{}", name.ident()),
            [Part::Setting(name)] => format!("&self.settings.{}", name.ident()),
            _ => format!("&{}", self.format(template)),
        }
    }

    fn format(&self, template: &Template) -> String {
        let (mut literal, mut arguments) = (String::new(), String::new());
        for part in &template.parts {
            match part {
                Part::Text(text) => literal.push_str(&text.replace('{', "{{").replace('}', "}}")),
                Part::Argument(name) => {
                    literal.push_str("{}");
                    arguments.push_str(", ");
                    arguments.push_str(&self.argument(name));
                }
                Part::Setting(name) => {
                    literal.push_str("{}");
                    arguments.push_str(", plain(&self.settings.");
                    arguments.push_str(&name.ident());
                    arguments.push(')');
                }
            }
        }
        format!("format!({}{arguments})", escape::rust(&literal))
    }

    /// Text as it stands; anything else in its plain form.
    fn argument(&self, name: &FieldName) -> String {
        let ident = name.ident();
        if self.input.iter().any(|field| field.name == *name && is_text(field)) {
            format!("input.{ident}")
        } else {
            format!("plain(&input.{ident})")
        }
    }
}

fn is_text(field: &Field) -> bool {
    matches!(field.ty, Type::String { .. }) && field.presence != Presence::Optional
}

/// A number, a boolean or text as a Rust literal that clippy accepts.
fn literal_code(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => escape::rust(text),
        serde_json::Value::Number(number) => number_code(&number.to_string()),
        other => other.to_string(),
    }
}

/// `12345` as `12_345`; beyond 32 bits with its type.
pub fn number_code(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{text}_f64");
    }
    let wide = digits.parse::<i32>().is_err();
    if digits.len() < 5 {
        return text.to_owned();
    }
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('_');
        }
        out.push(c);
    }
    format!("{sign}{out}{}", if wide { "_i64" } else { "" })
}

fn pointer_part(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The hints as a struct literal, laid out for an entry of `server.rs`.
pub fn hints(hints: Hints) -> String {
    let given: Vec<String> = [
        ("read_only", hints.read_only),
        ("destructive", hints.destructive),
        ("idempotent", hints.idempotent),
        ("open_world", hints.open_world),
    ]
    .into_iter()
    .filter_map(|(name, hint)| hint.map(|hint| format!("            {name}: Some({hint}),\n")))
    .collect();
    match given.len() {
        0 => "Hints::NONE".into(),
        4 => format!("Hints {{\n{}        }}", given.concat()),
        _ => format!("Hints {{\n{}            ..Hints::NONE\n        }}", given.concat()),
    }
}

/// `CacheClass::Medium`.
pub fn cache(cache: Cache) -> String {
    match cache {
        Cache::None => "CacheClass::None".into(),
        Cache::Short => "CacheClass::Short".into(),
        Cache::Medium => "CacheClass::Medium".into(),
        Cache::Long => "CacheClass::Long".into(),
        Cache::Seconds(seconds) => format!("CacheClass::Seconds({})", number_code(&seconds.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable_and_fit() {
        assert_eq!(number_code("1000"), "1000");
        assert_eq!(number_code("-1234567"), "-1_234_567");
        assert_eq!(number_code("3000000000"), "3_000_000_000_i64");
        assert_eq!(number_code("1.5"), "1.5_f64");
    }
}
