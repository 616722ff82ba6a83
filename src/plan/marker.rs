//! What stands for the contents of a file in the JSON that a server's tests read.
//!
//! Knows how the tests tell it from a value that happens to look so. Knows no spec.

use serde_json::{Map, Value, json};

use crate::tree::RelPath;

/// The text of a file.
pub fn text(path: &RelPath) -> Value {
    json!({ "$text": path })
}

/// The bytes of a file in base64.
pub fn base64(path: &RelPath) -> Value {
    json!({ "$base64": path })
}

/// What a file says as JSON.
pub fn json(path: &RelPath) -> Value {
    json!({ "$json": path })
}

/// A value of a spec as it is, whatever it looks like.
pub fn literal(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(literal).collect(),
        Value::Object(fields) => escaped(fields.into_iter().map(|(key, of)| (key, literal(of))).collect()),
        other => other,
    }
}

/// An object that is none of these; what is in it may be.
pub fn escaped(fields: Map<String, Value>) -> Value {
    let looks_so = fields.len() == 1 && fields.keys().all(|key| key.starts_with('$'));
    if looks_so { json!({ "$literal": fields }) } else { Value::Object(fields) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_file_is_told_apart() {
        let value =
            json!([{ "$text": "a" }, { "$text": { "$x": 1 } }, { "a": { "$json": "b" } }, { "$a": 1, "$b": 2 }]);
        let expected = json!([
            { "$literal": { "$text": "a" } },
            { "$literal": { "$text": { "$literal": { "$x": 1 } } } },
            { "a": { "$literal": { "$json": "b" } } },
            { "$a": 1, "$b": 2 },
        ]);
        assert_eq!(literal(value), expected);
    }
}
