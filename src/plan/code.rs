//! Fragments of Rust that the arguments of a tool decide: what stands between the lines of a template.
//!
//! Knows how a placeholder becomes an expression. Every text of the spec leaves here as an escaped literal.

use serde::Serialize;

use crate::escape;
use crate::name::FieldName;
use crate::spec::{
    BodyValue, Cache, Field, Form, FormBody, Hints, Part, Presence, Question, QuestionKind, Request, RequestBody,
    Template, Type,
};
use crate::tree::RelPath;

/// One statement that fills in a request: `request.query("days", &input.days);`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The method of the request.
    pub method: &'static str,
    /// Its arguments, as Rust.
    pub arguments: String,
}

/// What a body takes.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// A struct with these fields.
    Fields(&'a [Field]),
    /// Any JSON, because the spec gives a schema of its own.
    Raw,
}

/// What placeholders can stand for.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The arguments.
    pub input: Input<'a>,
    /// What the client was asked.
    pub questions: &'a [Asked<'a>],
}

/// A question, and the form that it shows.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The question.
    pub question: &'a Question,
    /// Its form, where it has one.
    pub form: Option<&'a Form>,
}

impl<'a> Scope<'a> {
    /// Arguments alone.
    pub fn of(input: Input<'a>) -> Self {
        Self { input, questions: &[] }
    }
}

/// Every statement behind `Request::get(…)`, in the order of the wire: path, query, headers, body.
pub fn statements(request: &Request, input: Input<'_>) -> Vec<Statement> {
    let scope = Scope::of(input);
    let mut out = Vec::new();
    for (name, value) in scope.path_values(&request.path) {
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
            Part::Answer(..) | Part::File(_) => String::new(),
        })
        .collect();
    escape::rust(&text)
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

/// What is in a file, from the file of a body: three folders below that of the server.
pub fn included(how: &str, path: &RelPath) -> String {
    format!("{how}!({})", escape::rust(&format!("../../../{path}")))
}

fn pair(method: &'static str, key: &str, value: &str) -> Statement {
    Statement { method, arguments: format!("{}, {value}", escape::rust(key)) }
}

impl Scope<'_> {
    /// What fills in the placeholders of a path, each once.
    fn path_values(&self, path: &Template) -> Vec<(String, String)> {
        let mut values = Vec::new();
        for part in &path.parts {
            let value = match part {
                Part::Text(_) | Part::Answer(..) | Part::File(_) => continue,
                Part::Argument(name) => (name.wire().to_owned(), format!("&{}", self.access(name))),
                Part::Setting(name) => (format!("config.{}", name.wire()), format!("&self.settings.{}", name.ident())),
            };
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }

    /// `input.city`, or `input["city"]` where the input is any JSON.
    fn access(&self, name: &FieldName) -> String {
        match self.input {
            Input::Fields(_) => format!("input.{}", name.ident()),
            Input::Raw => format!("input[{}]", escape::rust(name.wire())),
        }
    }

    /// A text that is made once and then given away: `"a"`, `input.name`, `format!("Hello, {}!", input.name)`.
    pub fn text(&self, template: &Template) -> String {
        match template.parts.as_slice() {
            [] => escape::rust(""),
            [Part::Text(text)] => escape::rust(text),
            [part] => self.in_text(part),
            _ => self.format(template),
        }
    }

    /// The same, where what it is made of is needed again: `input.name.as_str()`.
    pub fn borrowed_text(&self, template: &Template) -> String {
        let text = self.text(template);
        match template.parts.as_slice() {
            [Part::Argument(_) | Part::Answer(..)] if !text.starts_with("plain(") => format!("{text}.as_str()"),
            _ => text,
        }
    }

    /// A text as `&str`: `"a"`, `&input.name`, `&format!(…)`.
    pub fn str(&self, template: &Template) -> String {
        let text = self.text(template);
        if text.starts_with('"') || text.starts_with("include_str!") { text } else { format!("&{text}") }
    }

    /// What a client answered, or a field of it, as a reference.
    fn answer(&self, key: &FieldName, field: Option<&FieldName>) -> String {
        let ident = key.ident();
        let Some((asked, field)) = self.asked(key).zip(field) else { return format!("&{ident}") };
        let access = match asked.form.map(|form| &form.body) {
            Some(FormBody::Schema(_)) => format!("0[{}]", escape::rust(field.wire())),
            _ => field.ident(),
        };
        if asked.question.optional {
            format!("&{ident}.as_ref().map(|form| &form.{access})")
        } else {
            format!("&{ident}.{access}")
        }
    }

    fn asked(&self, key: &FieldName) -> Option<&Asked<'_>> {
        self.questions.iter().find(|asked| asked.question.key == *key)
    }

    /// Whether an answer is a text as it stands.
    fn is_text_answer(&self, key: &FieldName, field: Option<&FieldName>) -> bool {
        let Some(asked) = self.asked(key).filter(|asked| !asked.question.optional) else { return false };
        match (&asked.question.kind, asked.form.map(|form| &form.body), field) {
            (QuestionKind::Sample { .. }, ..) => true,
            (_, Some(FormBody::Fields(fields)), Some(field)) => {
                fields.iter().any(|known| known.name == *field && is_text(known))
            }
            _ => false,
        }
    }

    /// One placeholder, as it can stand in a text.
    fn in_text(&self, part: &Part) -> String {
        match part {
            Part::Text(text) => escape::rust(text),
            Part::Argument(name) => self.argument(name),
            Part::Setting(name) => format!("plain(&self.settings.{})", name.ident()),
            Part::File(path) => included("include_str", path),
            Part::Answer(key, field) => {
                let value = self.answer(key, field.as_ref());
                if self.is_text_answer(key, field.as_ref()) {
                    value.trim_start_matches('&').to_owned()
                } else {
                    format!("plain({value})")
                }
            }
        }
    }

    /// The lines of a value of JSON, for `json!`; what is behind the last is `end`.
    pub fn json(&self, value: &BodyValue, indent: usize, end: &str, out: &mut Vec<String>) {
        match value {
            BodyValue::Template(template) => push_to_last(out, &format!("{}{end}", self.value(template))),
            BodyValue::Literal(literal) => push_to_last(out, &format!("{}{end}", literal_code(literal))),
            BodyValue::Object(members) if members.is_empty() => push_to_last(out, &format!("{{}}{end}")),
            BodyValue::Array(items) if items.is_empty() => push_to_last(out, &format!("[]{end}")),
            BodyValue::Object(members) => {
                push_to_last(out, "{");
                for (key, value) in members {
                    out.push(format!("{:1$}{2}: ", "", indent + 4, escape::rust(key)));
                    self.json(value, indent + 4, ",", out);
                }
                out.push(format!("{:indent$}}}{end}", ""));
            }
            BodyValue::Array(items) => {
                push_to_last(out, "[");
                for item in items {
                    out.push(format!("{:1$}", "", indent + 4));
                    self.json(item, indent + 4, ",", out);
                }
                out.push(format!("{:indent$}]{end}", ""));
            }
        }
    }

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
            [Part::Argument(name)] => format!("&{}", self.access(name)),
            [Part::Setting(name)] => format!("&self.settings.{}", name.ident()),
            [Part::Answer(key, field)] => self.answer(key, field.as_ref()),
            _ => format!("&{}", self.format(template)),
        }
    }

    fn format(&self, template: &Template) -> String {
        let (mut literal, mut arguments) = (String::new(), String::new());
        for part in &template.parts {
            if let Part::Text(text) = part {
                literal.push_str(&text.replace('{', "{{").replace('}', "}}"));
                continue;
            }
            let value = self.in_text(part);
            if value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                // What a name alone stands for is written in place.
                literal.push_str(&["{", &value, "}"].concat());
            } else {
                literal.push_str("{}");
                arguments.push_str(", ");
                arguments.push_str(&value);
            }
        }
        format!("format!({}{arguments})", escape::rust(&literal))
    }

    /// Text as it stands; anything else in its plain form.
    fn argument(&self, name: &FieldName) -> String {
        let access = self.access(name);
        match self.input {
            Input::Fields(fields) if fields.iter().any(|field| field.name == *name && is_text(field)) => access,
            _ => format!("plain(&{access})"),
        }
    }
}

fn push_to_last(out: &mut Vec<String>, text: &str) {
    match out.last_mut() {
        Some(last) => last.push_str(text),
        None => out.push(text.to_owned()),
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

/// A number with a point in it: `50.0`, `12_345.5`.
pub fn float_code(number: f64) -> String {
    let text = format!("{number:?}");
    let Some((whole, fraction)) = text.split_once('.').filter(|_| !text.contains('e')) else { return text };
    let group = |digits: &str, from_end: bool| -> String {
        let is_break = |i: usize| if from_end { (digits.len() - i).is_multiple_of(3) } else { i.is_multiple_of(3) };
        let mut out = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && digits.len() > 4 && is_break(i) {
                out.push('_');
            }
            out.push(c);
        }
        out
    };
    format!("{}.{}", group(whole, true), group(fraction, false))
}

/// Code without what is in its string literals.
pub fn bare(code: &str) -> String {
    let (mut out, mut inside, mut escaped) = (String::with_capacity(code.len()), false, false);
    for c in code.chars() {
        match (inside, escaped, c) {
            (true, true, _) => escaped = false,
            (true, false, '\\') => escaped = true,
            (_, _, '"') => inside = !inside,
            (true, ..) => {}
            (false, ..) => out.push(c),
        }
    }
    out
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
        for (number, code) in [(0.0, "0.0"), (50.0, "50.0"), (12_345.678_91, "12_345.678_91"), (1e300, "1e300")] {
            assert_eq!(float_code(number), code);
        }
    }

    #[test]
    fn what_is_in_a_literal_is_no_code() {
        assert_eq!(bare(r#"plain(&a, "plain(\"b\")", c)"#), "plain(&a, , c)");
    }
}
