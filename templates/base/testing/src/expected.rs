// Owned by mcpgen: edits are overwritten.
//! What the upstream has to be asked: the request of a spec with the values of a case in it.
//!
//! `{name}` is a field of the input and `{config.name}` a setting. An optional one that is missing
//! leaves its parameter out, a list repeats it. This is a second reading of the spec's words, apart
//! from the code that was generated from them: a test compares the two.

use mcp_base::plain;
use serde_json::{Map, Value};

use crate::case::Case;
use crate::upstream::{Recorded, decoded};

/// A request that the upstream should have seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    method: String,
    path: Vec<String>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Value>,
}

impl Expected {
    pub(crate) fn of(case: &Case, schemas: &Value, settings: &Map<String, Value>) -> Self {
        let fields = &schemas["tools"][&case.name]["input"]["properties"];
        let values = Values {
            input: with_defaults(&case.input, fields),
            settings,
        };
        let request = &case.request;
        let texts = |key: &str| -> Vec<(String, String)> {
            let entries = request[key].as_object().into_iter().flatten();
            let texts = |(name, text): (&String, &Value)| {
                let texts = values.texts(text.as_str().unwrap_or_default());
                texts.into_iter().map(|text| (name.clone(), text)).collect::<Vec<_>>()
            };
            entries.flat_map(texts).collect()
        };
        let path = request["path"].as_str().unwrap_or_default();
        let mut query = texts("query");
        query.sort();
        Self {
            method: plain(&request["method"]),
            path: path.split('/').map(|part| plain(&values.value(part))).collect(),
            query,
            headers: texts("headers"),
            body: request.get("body").map(|body| match body.as_str() {
                Some("input") => Value::Object(values.input.clone()),
                _ => values.filled(body).unwrap_or_default(),
            }),
        }
    }

    /// Fails the test if this is not what the upstream saw.
    #[track_caller]
    pub fn assert_is(&self, seen: &Recorded) {
        let Self {
            method,
            path,
            query,
            headers,
            body,
        } = self;
        assert_eq!(&seen.method, method, "another method: {seen:?}");
        let seen_path: Vec<_> = seen.path.split('/').map(decoded).collect();
        assert_eq!(&seen_path, path, "another path: {seen:?}");
        let mut seen_query = seen.query.clone();
        seen_query.sort();
        assert_eq!(&seen_query, query, "another query: {seen:?}");
        for (name, value) in headers {
            assert_eq!(seen.header(name), Some(value.as_str()), "another `{name}`: {seen:?}");
        }
        if let Some(body) = body {
            assert_eq!(&seen.json(), body, "another body: {seen:?}");
        }
    }
}

struct Values<'v> {
    input: Map<String, Value>,
    settings: &'v Map<String, Value>,
}

impl Values<'_> {
    /// The texts of a parameter: none, one, or one for each item of a list.
    fn texts(&self, template: &str) -> Vec<String> {
        match self.value(template) {
            Value::Null => Vec::new(),
            Value::Array(items) => items.iter().map(plain).collect(),
            one => vec![plain(&one)],
        }
    }

    /// The value of a template: of any type if it is one placeholder and nothing else.
    fn value(&self, template: &str) -> Value {
        let mut pieces = pieces(template);
        if let [Piece::Name(name)] = pieces.as_slice() {
            return self.named(name);
        }
        let texts = pieces.iter_mut().map(|piece| match piece {
            Piece::Text(text) => std::mem::take(text),
            Piece::Name(name) => plain(&self.named(name)),
        });
        Value::String(texts.collect())
    }

    fn named(&self, name: &str) -> Value {
        let found = match name.strip_prefix("config.") {
            Some(setting) => self.settings.get(setting),
            None => self.input.get(name),
        };
        found.cloned().unwrap_or_default()
    }

    /// The same JSON with values in place; `None` for a parameter that is left out.
    fn filled(&self, template: &Value) -> Option<Value> {
        Some(match template {
            Value::String(text) => self.value(text),
            Value::Array(items) => items.iter().filter_map(|item| self.filled(item)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter();
                let fields = fields.filter_map(|(name, of)| Some((name.clone(), self.filled(of)?)));
                Value::Object(fields.collect())
            }
            other => return Some(other.clone()),
        })
        .filter(|value| !value.is_null())
    }
}

fn with_defaults(input: &Value, fields: &Value) -> Map<String, Value> {
    let mut input = input.as_object().cloned().unwrap_or_default();
    for (name, field) in fields.as_object().into_iter().flatten() {
        if let Some(default) = field.get("default") {
            input.entry(name).or_insert_with(|| default.clone());
        }
    }
    input
}

#[derive(Debug, PartialEq)]
enum Piece {
    Text(String),
    Name(String),
}

/// Takes a template apart; `{{` and `}}` are braces.
fn pieces(template: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
        } else {
            let Some((name, after)) = rest.split_once('}') else {
                panic!("`{template}` has a single brace")
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Name(name.to_owned()));
            rest = after;
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn expected(request: &Value) -> Expected {
        let case = json!({ "input": { "city": "A/b", "tags": ["x", "y"] }, "request": request });
        let mut case: Case = serde_json::from_value(case).expect("it is a case");
        "t".clone_into(&mut case.name);
        let fields = json!({ "days": { "type": "integer", "default": 3 } });
        let schemas = json!({ "tools": { "t": { "input": { "properties": fields } } } });
        let settings = json!({ "units": "metric" });
        Expected::of(&case, &schemas, settings.as_object().expect("it is an object"))
    }

    #[test]
    fn parameters_are_left_out_repeated_and_filled_with_defaults() {
        let query = json!({
            "tags": "{tags}", "days": "{days}", "none": "{none}", "units": "u:{config.units}",
        });
        let expected = expected(&json!({ "method": "GET", "path": "/a/{city}", "query": query }));
        assert_eq!(expected.path, ["", "a", "A/b"]);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let query =
            [pair("days", "3"), pair("tags", "x"), pair("tags", "y"), pair("units", "u:metric")];
        assert_eq!(expected.query, query);
        assert_eq!(expected.body, None);
    }

    #[test]
    fn bodies_keep_the_types_of_values() {
        let body =
            json!({ "at": { "city": "{city}", "none": "{none}" }, "days": "{days}", "n": 1 });
        let expected = expected(&json!({ "method": "POST", "path": "/a", "body": body }));
        assert_eq!(expected.body, Some(json!({ "at": { "city": "A/b" }, "days": 3, "n": 1 })));
    }

    #[test]
    fn a_body_can_be_the_whole_input() {
        let expected = expected(&json!({ "method": "POST", "path": "/a", "body": "input" }));
        let body = json!({ "city": "A/b", "tags": ["x", "y"], "days": 3 });
        assert_eq!(expected.body, Some(body));
    }

    #[test]
    fn doubled_braces_are_braces() {
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(pieces("{{a}}"), [text("{a}")]);
        assert_eq!(pieces("{a}b"), [Piece::Name("a".to_owned()), text("b")]);
    }
}
