// Owned by mcpgen: edits are overwritten.
//! A value as plain text, for templates such as `Hello, {name}!`.

use serde::Serialize;
use serde_json::Value;

/// A string, number, boolean or enum as its bare text, nothing for `None`, a list joined by
/// commas, and anything else as JSON.
#[must_use]
pub fn plain<T: Serialize + ?Sized>(value: &T) -> String {
    // Only a map with keys that are no text cannot be JSON, and no schema describes one.
    serde_json::to_value(value).map_or_else(|_| String::new(), text)
}

fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(items) => items.into_iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_value_has_its_text() {
        assert_eq!(plain("a b"), "a b");
        assert_eq!(plain(&3), "3");
        assert_eq!(plain(&true), "true");
        assert_eq!(plain(&None::<i64>), "");
        assert_eq!(plain(&["a", "b"]), "a,b");
        assert_eq!(plain(&json!({ "a": 1 })), r#"{"a":1}"#);
    }
}
