//! Types and values in words, for tables that people read.

use serde_json::Value;

use crate::plan::schema;
use crate::spec::Type;

/// Markdown code, where the text can stand in it.
pub fn in_code(text: &str) -> String {
    if text.is_empty() || text.contains(['`', '|']) { text.to_owned() } else { format!("`{text}`") }
}

/// Text as it stands, anything else as JSON.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A type in words.
pub fn kind(ty: &Type) -> String {
    let range = |low: Option<String>, high: Option<String>, what: &str| match (low, high) {
        (None, None) => what.to_owned(),
        (Some(low), None) => format!("{what} from {low}"),
        (None, Some(high)) => format!("{what} up to {high}"),
        (Some(low), Some(high)) => format!("{what} from {low} to {high}"),
    };
    match ty {
        Type::String { format: None, .. } => "string".into(),
        Type::String { format: Some(format), .. } => format!("string ({})", schema::format_name(*format)),
        Type::Enum { variants, .. } => {
            let names: Vec<&str> = variants.iter().map(|variant| variant.wire.as_str()).collect();
            format!("one of {}", names.join(", "))
        }
        Type::Integer { minimum, maximum } => {
            range(minimum.map(|n| n.to_string()), maximum.map(|n| n.to_string()), "integer")
        }
        Type::Number { minimum, maximum } => {
            range(minimum.map(|n| n.to_string()), maximum.map(|n| n.to_string()), "number")
        }
        Type::Boolean => "boolean".into(),
        Type::Array { items, .. } => format!("list of {}", kind(items)),
        Type::Object { .. } | Type::Map => "object".into(),
        Type::Named(name) => name.pascal().to_owned(),
    }
}
