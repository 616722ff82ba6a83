// Owned by mcpgen: edits are overwritten.
//! Inputs that a schema refuses, made from that schema.

use serde_json::{Map, Value, json};

/// A server does not list more problems than a caller can read.
const MOST_FIELDS: usize = 8;

/// An input that is wrong, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Invalid {
    /// The input.
    pub input: Value,
    /// The fields that are wrong, sorted.
    pub fields: Vec<String>,
}

impl Invalid {
    /// Every field of the wrong type, beside one that does not exist; and, if some are required,
    /// no field at all.
    pub(crate) fn of(schema: &Value) -> Vec<Self> {
        let missing = Self::missing(schema);
        let mut all = vec![Self::wrong(schema)];
        all.extend(missing);
        all.retain(|invalid| !invalid.fields.is_empty());
        all
    }

    fn wrong(schema: &Value) -> Self {
        let fields = schema["properties"].as_object().into_iter().flatten();
        let fields = fields.filter_map(|(name, field)| Some((name, wrong(field, schema)?)));
        let mut input = Map::new();
        for (name, value) in fields.take(MOST_FIELDS) {
            input.insert(name.clone(), value);
        }
        if schema["additionalProperties"] == false {
            input.insert("no_such_field".to_owned(), Value::Bool(true));
        }
        let mut fields: Vec<_> = input.keys().cloned().collect();
        fields.extend(required(schema).into_iter().filter(|name| !input.contains_key(name)));
        fields.sort();
        Self {
            input: Value::Object(input),
            fields,
        }
    }

    fn missing(schema: &Value) -> Option<Self> {
        let mut fields = required(schema);
        fields.truncate(MOST_FIELDS);
        fields.sort();
        (!fields.is_empty() && required(schema).len() == fields.len()).then(|| Self {
            input: json!({}),
            fields,
        })
    }
}

fn required(schema: &Value) -> Vec<String> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.filter_map(|name| Some(name.as_str()?.to_owned())).collect()
}

/// A value of a type that the field does not have; `None` if it may have any.
fn wrong(field: &Value, root: &Value) -> Option<Value> {
    if let Some(target) = field["$ref"].as_str() {
        return wrong(root.pointer(target.strip_prefix('#')?)?, root);
    }
    let types: Vec<&str> = match &field["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let values = [("object", json!({})), ("string", json!("wrong")), ("boolean", json!(true))];
    values.into_iter().find(|(of, _)| !types.contains(of)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_wrong_and_then_missing() {
        let schema = json!({
            "type": "object",
            "properties": {
                "city": { "type": "string" },
                "place": { "$ref": "#/$defs/Place" },
                "anything": {},
            },
            "required": ["city"],
            "additionalProperties": false,
            "$defs": { "Place": { "type": ["object", "null"] } },
        });
        let [wrong, missing] =
            <[Invalid; 2]>::try_from(Invalid::of(&schema)).expect("there are two");
        assert_eq!(wrong.input, json!({ "city": {}, "place": "wrong", "no_such_field": true }));
        assert_eq!(wrong.fields, ["city", "no_such_field", "place"]);
        assert_eq!(missing.input, json!({}));
        assert_eq!(missing.fields, ["city"]);
    }

    #[test]
    fn a_schema_that_takes_anything_refuses_nothing() {
        assert_eq!(Invalid::of(&json!({ "type": "object", "properties": { "a": {} } })), []);
    }
}
