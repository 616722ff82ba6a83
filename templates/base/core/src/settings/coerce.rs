// Owned by mcpgen: edits are overwritten.
//! From the text of a variable to a JSON value of the type that its schema asks for.
//!
//! Limits are not checked here: the schema does that afterwards.

use serde_json::Value;

/// What the text of a setting becomes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    Text,
    Integer,
    Number,
    Boolean,
    /// JSON, or its items with commas between them.
    List(Box<Form>),
    /// JSON only.
    Json,
}

impl Form {
    pub(super) fn of(schema: &Value, definitions: &Value) -> Self {
        let name = schema["$ref"].as_str().and_then(|to| to.strip_prefix("#/$defs/"));
        let schema = name.map_or(schema, |name| &definitions[name]);
        match schema["type"].as_str() {
            Some("integer") => Self::Integer,
            Some("number") => Self::Number,
            Some("boolean") => Self::Boolean,
            Some("array") => match Self::of(&schema["items"], definitions) {
                Self::List(_) | Self::Json => Self::Json,
                plain => Self::List(Box::new(plain)),
            },
            Some("object") => Self::Json,
            _ => Self::Text,
        }
    }

    pub(super) fn value(&self, text: &str) -> Result<Value, String> {
        let trimmed = text.trim();
        let value = match self {
            Self::Text => Some(Value::from(text)),
            Self::Integer => trimmed.parse().ok().map(|number: i64| Value::from(number)),
            // Infinities and NaN have no JSON, and become `None` here.
            Self::Number => {
                trimmed.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::from)
            }
            Self::Boolean => boolean(trimmed).map(Value::from),
            Self::List(items) if !trimmed.starts_with('[') => {
                return trimmed.split(',').map(|item| items.value(item.trim())).collect();
            }
            Self::List(_) | Self::Json => serde_json::from_str(trimmed).ok(),
        };
        value.ok_or_else(|| format!("must be {}", self.described()))
    }

    const fn described(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "a whole number of at most 64 bits",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::List(_) => "a list: JSON, or items with commas between them",
            Self::Json => "JSON",
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Form;

    fn of(schema: &Value) -> Form {
        Form::of(schema, &json!({ "Unit": { "type": "integer" } }))
    }

    #[test]
    fn text_becomes_the_type_of_its_schema() {
        let rows = [
            (json!({"type": "string"}), " 7 ", json!(" 7 ")),
            (json!({"enum": ["a"]}), "a", json!("a")),
            (json!({"type": "integer"}), " -7 ", json!(-7)),
            (json!({"$ref": "#/$defs/Unit"}), "7", json!(7)),
            (json!({"type": "number"}), "0.5", json!(0.5)),
            (json!({"type": "boolean"}), "TRUE", json!(true)),
            (json!({"type": "boolean"}), "off", json!(false)),
            (
                json!({"type": "array", "items": {"type": "string"}}),
                "a, b,c",
                json!(["a", "b", "c"]),
            ),
            (json!({"type": "array", "items": {"type": "string"}}), r#"["a, b"]"#, json!(["a, b"])),
            (json!({"type": "array", "items": {"type": "integer"}}), "1,2", json!([1, 2])),
            (json!({"type": "array"}), "1,2", json!(["1", "2"])),
            (json!({"type": "object"}), r#"{"a": 1}"#, json!({"a": 1})),
        ];
        for (schema, text, value) in rows {
            assert_eq!(of(&schema).value(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn other_text_is_refused_without_repeating_it() {
        let rows = [
            (json!({"type": "integer"}), "7.5"),
            (json!({"type": "integer"}), "99999999999999999999"),
            (json!({"type": "number"}), "NaN"),
            (json!({"type": "boolean"}), "maybe"),
            (json!({"type": "object"}), "{hunter2"),
            (json!({"type": "array", "items": {"type": "object"}}), "hunter2"),
            (json!({"type": "array", "items": {"type": "integer"}}), "1,hunter2"),
        ];
        for (schema, text) in rows {
            let message = of(&schema).value(text).expect_err(text);
            assert!(!message.contains("hunter2"), "{message}");
        }
    }
}
