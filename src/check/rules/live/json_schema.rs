//! What a JSON Schema may say: which kind of value each keyword takes, as the meta-schemas have it.
//!
//! A validator of meta-schemas would say the same, and make the binary half as large again for one rule; a test holds
//! one against the other.

use serde_json::Value;

/// What a keyword takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Schema,
    /// In drafts before 2020-12 also a list of them.
    Items,
    Schemas,
    SchemaMap,
    Text,
    Flag,
    Number,
    AboveZero,
    Count,
    Texts,
    TextsMap,
    /// Schemas or lists of texts, by name.
    Either,
    Types,
    List,
}

const KEYWORDS: &[(Takes, &[&str])] = &[
    (Takes::Schema, &["additionalProperties", "contains", "contentSchema", "else", "if", "not"]),
    (Takes::Schema, &["propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"]),
    (Takes::Items, &["items"]),
    (Takes::Schemas, &["allOf", "anyOf", "oneOf", "prefixItems"]),
    (Takes::SchemaMap, &["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]),
    (Takes::Text, &["$anchor", "$comment", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema", "pattern"]),
    (Takes::Text, &["contentEncoding", "contentMediaType", "description", "format", "title"]),
    (Takes::Flag, &["deprecated", "readOnly", "uniqueItems", "writeOnly"]),
    (Takes::Number, &["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"]),
    (Takes::AboveZero, &["multipleOf"]),
    (Takes::Count, &["maxContains", "maxItems", "maxLength", "maxProperties"]),
    (Takes::Count, &["minContains", "minItems", "minLength", "minProperties"]),
    (Takes::Texts, &["required"]),
    (Takes::TextsMap, &["dependentRequired"]),
    (Takes::Either, &["dependencies"]),
    (Takes::Types, &["type"]),
    (Takes::List, &["enum", "examples"]),
];

/// What drafts before 2020-12 do not all know: whatever it says there means nothing.
const NEWER: &[&str] = &[
    "$anchor",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "contentSchema",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "maxContains",
    "minContains",
    "prefixItems",
    "unevaluatedItems",
    "unevaluatedProperties",
    "writeOnly",
];

const TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

/// The first place in a schema that says what none may, as a JSON pointer, and what it must be.
pub fn wrong(schema: &Value) -> Option<(String, &'static str)> {
    let dialect = schema["$schema"].as_str().unwrap_or_default();
    let is = |drafts: &[&str]| drafts.iter().any(|draft| dialect.contains(draft));
    if is(&["draft-03", "draft-04", "draft-05", "draft-06"]) {
        return None;
    }
    Draft { is_older: is(&["draft-07", "2019-09"]) }.schema(schema)
}

/// The words that a schema is written in.
#[derive(Debug, Clone, Copy)]
struct Draft {
    /// Whether it is draft 7 or 2019-09: then `items` may be a list, and not every keyword is known.
    is_older: bool,
}

type Wrong = Option<(String, &'static str)>;

impl Draft {
    fn schema(self, schema: &Value) -> Wrong {
        let fields = match schema {
            Value::Object(fields) => fields,
            Value::Bool(_) => return None,
            _ => return Some(here("a schema: an object, `true` or `false`")),
        };
        fields.iter().find_map(|(key, value)| {
            if self.is_older && NEWER.contains(&key.as_str()) {
                return None;
            }
            let (takes, _) = KEYWORDS.iter().find(|(_, keys)| keys.contains(&key.as_str()))?;
            self.value(*takes, value).map(|(at, must)| (format!("/{}{at}", escaped(key)), must))
        })
    }

    fn value(self, takes: Takes, value: &Value) -> Wrong {
        let must = |is_fine: bool, must: &'static str| (!is_fine).then(|| here(must));
        match takes {
            Takes::Items if self.is_older && value.is_array() => self.each(value),
            Takes::Schema | Takes::Items => self.schema(value),
            Takes::Schemas if value.as_array().is_some_and(|items| !items.is_empty()) => self.each(value),
            Takes::Schemas => Some(here("a list of schemas with at least one")),
            Takes::SchemaMap => map(value, |schema| self.schema(schema)),
            Takes::Text => must(value.is_string(), "a text"),
            Takes::Flag => must(value.is_boolean(), "`true` or `false`"),
            Takes::Number => must(value.is_number(), "a number"),
            Takes::AboveZero => must(value.as_f64().is_some_and(|number| number > 0.0), "a number above 0"),
            Takes::Count => must(is_count(value), "a whole number from 0 on"),
            Takes::Texts => must(is_texts(value), "a list of texts, each once"),
            Takes::TextsMap => map(value, |texts| must(is_texts(texts), "a list of texts, each once")),
            Takes::Either => map(value, |value| if is_texts(value) { None } else { self.schema(value) }),
            Takes::Types => must(is_types(value), "the name of a type, or a list of such names"),
            Takes::List => must(value.is_array(), "a list"),
        }
    }

    fn each(self, schemas: &Value) -> Wrong {
        let schemas = schemas.as_array().into_iter().flatten().enumerate();
        schemas
            .into_iter()
            .find_map(|(index, schema)| self.schema(schema).map(|(at, must)| (format!("/{index}{at}"), must)))
    }
}

fn here(must: &'static str) -> (String, &'static str) {
    (String::new(), must)
}

fn map(value: &Value, wrong: impl Fn(&Value) -> Wrong) -> Wrong {
    let Some(entries) = value.as_object() else { return Some(here("an object")) };
    entries.iter().find_map(|(key, value)| wrong(value).map(|(at, must)| (format!("/{}{at}", escaped(key)), must)))
}

/// A key as a JSON pointer has it.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn is_count(value: &Value) -> bool {
    value.is_u64() || value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0)
}

/// Texts, none of them twice.
fn is_texts(value: &Value) -> bool {
    let Some(items) = value.as_array() else { return false };
    let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
    let distinct: std::collections::HashSet<&&str> = texts.iter().collect();
    texts.len() == items.len() && distinct.len() == items.len()
}

fn is_types(value: &Value) -> bool {
    let is_type = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
    match value {
        Value::Array(items) => !items.is_empty() && is_texts(value) && items.iter().all(is_type),
        one => is_type(one),
    }
}

#[cfg(test)]
mod tests {
    use jsonschema::{draft7, draft201909, draft202012};
    use serde_json::json;

    use super::*;

    /// Values of every kind, for every keyword.
    fn values() -> Vec<Value> {
        let flat = json!([
            null, true, 0, 1, -1, 1.5, 2.0, 1e300, "", "object", "objet", "#", [], {},
            ["a"], ["a", "a"], ["object", "null"], ["object", "object"], [1], [{}], [true, {}], [null], [{ "type": 1 }],
            { "a": 1 }, { "a": {} }, { "a": false }, { "a": ["x"] }, { "a": ["x", "x"] }, { "type": "objet" },
            { "a": { "minLength": -1 } }, { "items": [] }, { "items": [{}] }, { "enum": 1 }, { "exclusiveMinimum": true },
        ]);
        flat.as_array().unwrap().clone()
    }

    type MetaSchema = (&'static str, fn(&Value) -> bool);

    #[test]
    fn it_says_what_the_meta_schemas_say() {
        let drafts: [MetaSchema; 3] = [
            ("https://json-schema.org/draft/2020-12/schema", draft202012::meta::is_valid),
            ("https://json-schema.org/draft/2019-09/schema", draft201909::meta::is_valid),
            ("http://json-schema.org/draft-07/schema#", draft7::meta::is_valid),
        ];
        // What these may be is also a matter of their characters.
        let apart = ["$anchor", "$dynamicAnchor", "$id", "$schema"];
        for (dialect, is_valid) in drafts {
            for key in KEYWORDS.iter().flat_map(|(_, keys)| *keys).filter(|key| !apart.contains(key)) {
                for value in values() {
                    let schema = json!({ "$schema": dialect, "properties": { "b/c": { *key: value } } });
                    match (wrong(&schema), is_valid(&schema)) {
                        (None, false) if dialect.contains("2020") => panic!("it takes {schema}"),
                        (Some((at, _)), true) => panic!("{at} is fine in {schema}"),
                        (Some((at, _)), false) => assert!(at.starts_with(&format!("/properties/b~1c/{key}")), "{at}"),
                        _ => {}
                    }
                }
            }
        }
    }

    #[test]
    fn the_place_and_what_it_must_be_are_told() {
        let schema = json!({ "type": "object", "$defs": { "a/b": { "anyOf": [true, { "required": "x" }] } } });
        let told = wrong(&schema).unwrap();
        assert_eq!(told, ("/$defs/a~1b/anyOf/1/required".to_owned(), "a list of texts, each once"));
    }
}
