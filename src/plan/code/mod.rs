//! Fragments of Rust that the arguments of a tool decide: what stands between the lines of a template.
//!
//! Knows how a placeholder becomes an expression. Every text of the spec leaves here as an escaped literal.

mod literal;
mod request;

pub use literal::{bare, cache, float_code, hints, number_code};
pub use request::{Statement, path, statements, uses_input};

use literal::literal_code;

use crate::escape;
use crate::name::FieldName;
use crate::spec::{BodyValue, Field, Form, FormBody, Part, Presence, Question, QuestionKind, Template, Type};
use crate::tree::RelPath;

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

/// Whether a text is one that the program holds: `"a"`, `include_str!("…")`.
pub fn is_static(template: &Template) -> bool {
    matches!(template.parts.as_slice(), [] | [Part::Text(_) | Part::File(_)])
}

/// What is in a file, from the file of a body: three folders below that of the server.
pub fn included(how: &str, path: &RelPath) -> String {
    format!("{how}!({})", escape::rust(&format!("../../../{path}")))
}

impl Scope<'_> {
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
        if is_static(template) { text } else { format!("&{text}") }
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
