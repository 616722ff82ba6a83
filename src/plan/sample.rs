//! Values that a type allows: for the README's examples and the tests that every server comes with.
//!
//! Knows types. Same type, same value: nothing here is random.

use serde_json::{Map, Value, json};

use crate::pattern;
use crate::spec::{Field, Format, NamedType, Presence, Type};

/// How deep a value may nest before optional fields are left out; named types may refer to themselves.
const DEPTH: usize = 4;

/// An object with a value for every field that is required or has a default or an example.
pub fn object(fields: &[Field], types: &[NamedType]) -> Value {
    Sampler { types, is_sparse: false }.object(fields, 0)
}

/// An object with the required fields only.
pub fn required(fields: &[Field], types: &[NamedType]) -> Value {
    Sampler { types, is_sparse: true }.object(fields, 0)
}

struct Sampler<'a> {
    types: &'a [NamedType],
    /// Whether what may be missing is missing.
    is_sparse: bool,
}

impl Sampler<'_> {
    fn object(&self, fields: &[Field], depth: usize) -> Value {
        let mut out = Map::new();
        for field in fields {
            if let Some(value) = self.field(field, depth) {
                out.insert(field.name.wire().to_owned(), value);
            }
        }
        Value::Object(out)
    }

    fn field(&self, field: &Field, depth: usize) -> Option<Value> {
        // Defaults within a named type stay: only those of the input itself are what the test is about.
        let may_be_missing =
            if depth == 0 { field.presence != Presence::Required } else { field.presence == Presence::Optional };
        if self.is_sparse && may_be_missing {
            return None;
        }
        match (&field.example, &field.presence) {
            (Some(example), _) => Some(match field.ty {
                // A whole number in the spec is still a number that need not be whole.
                Type::Number { .. } => example.as_f64().map_or_else(|| example.clone(), |number| json!(number)),
                _ => example.clone(),
            }),
            (None, Presence::Required) => Some(self.value(&field.ty, field.name.wire(), 0, depth)),
            (None, Presence::Default(value)) => Some(value.clone()),
            (None, Presence::Optional) => None,
        }
    }

    /// The value number `n` of a type; values with different numbers differ where the type has more than one.
    fn value(&self, ty: &Type, name: &str, n: usize, depth: usize) -> Value {
        match ty {
            Type::String { min_length, max_length, pattern: Some(pattern), .. } => {
                json!(pattern::example(pattern, min_length.unwrap_or(0), max_length.unwrap_or(u64::MAX)))
            }
            Type::String { min_length, max_length, format, .. } => {
                json!(text(name, n, *min_length, *max_length, *format))
            }
            Type::Enum { variants, .. } => json!(variants[n % variants.len()].wire),
            Type::Integer { minimum, maximum } => {
                let offset = i64::try_from(n).unwrap_or(0);
                let start = minimum.unwrap_or_else(|| maximum.map_or(1, |maximum| maximum.min(1)));
                json!(start.saturating_add(offset).min(maximum.unwrap_or(i64::MAX)))
            }
            Type::Number { minimum, maximum } => match (minimum, maximum) {
                (Some(low), Some(high)) => json!(f64::midpoint(*low, *high)),
                (Some(bound), None) | (None, Some(bound)) => json!(bound),
                (None, None) => json!(1.5),
            },
            Type::Boolean => json!(n.is_multiple_of(2)),
            Type::Array { items, min_items, max_items, .. } => {
                let wanted = u64::from(depth < DEPTH);
                let count = min_items.unwrap_or(wanted).max(wanted).min(max_items.unwrap_or(u64::MAX));
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                (0..count).map(|i| self.value(items, name, i, depth + 1)).collect()
            }
            Type::Object { fields, .. } => self.object(fields, depth + 1),
            Type::Map => json!({}),
            Type::Named(name) => {
                let named = self.types.iter().find(|named| named.name == *name);
                named.map_or(Value::Null, |named| self.object(&named.fields, depth + 1))
            }
        }
    }
}

fn text(name: &str, n: usize, min: Option<u64>, max: Option<u64>, format: Option<Format>) -> String {
    let digit = n % 10;
    match format {
        Some(Format::Date) => return format!("2026-01-0{}", digit.max(1)),
        Some(Format::DateTime) => return format!("2026-01-01T12:00:0{digit}Z"),
        Some(Format::Email) => return format!("someone{n}@example.org"),
        Some(Format::Uri) => return format!("https://example.org/{n}"),
        Some(Format::Uuid) => return format!("00000000-0000-4000-8000-00000000000{digit}"),
        Some(Format::Byte) => return "aGVsbG8=".into(),
        None => {}
    }
    let mut text = if n == 0 { format!("some {}", name.replace('_', " ")) } else { format!("{n} {name}") };
    let least = usize::try_from(min.unwrap_or(0)).unwrap_or(usize::MAX).min(10_000);
    while text.chars().count() < least {
        text.push('x');
    }
    let most = usize::try_from(max.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    text.chars().take(most).collect()
}

/// A value that a JSON Schema of a spec allows, where its types, choices, defaults and required properties say enough.
pub fn of_schema(schema: &Map<String, Value>) -> Value {
    let root = Value::Object(schema.clone());
    of_raw(&root, &root, "value", 0)
}

fn of_raw(schema: &Value, root: &Value, name: &str, depth: usize) -> Value {
    for known in [&schema["const"], &schema["default"], &schema["examples"][0], &schema["enum"][0]] {
        if !known.is_null() {
            return known.clone();
        }
    }
    if let Some(target) = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#')) {
        let target = root.pointer(target).filter(|_| depth < DEPTH);
        return target.map_or(Value::Null, |target| of_raw(target, root, name, depth + 1));
    }
    for choice in [&schema["oneOf"][0], &schema["anyOf"][0]] {
        if choice.is_object() && schema["properties"].is_null() {
            return of_raw(choice, root, name, depth + 1);
        }
    }
    match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
        Some("string") => json!(text(name, 0, schema["minLength"].as_u64(), schema["maxLength"].as_u64(), None)),
        Some("integer") => json!(schema["minimum"].as_i64().unwrap_or(1)),
        Some("number") => json!(schema["minimum"].as_f64().unwrap_or(1.5)),
        Some("boolean") => json!(true),
        Some("array") => {
            let count = usize::try_from(schema["minItems"].as_u64().unwrap_or(1)).unwrap_or(1).min(16);
            (0..count).map(|_| of_raw(&schema["items"], root, name, depth + 1)).collect()
        }
        Some("object") => {
            let properties = schema["properties"].as_object().into_iter().flatten().filter(|_| depth < DEPTH);
            properties.map(|(name, of)| (name.clone(), of_raw(of, root, name, depth + 1))).collect::<Map<_, _>>().into()
        }
        _ => Value::Null,
    }
}

/// An answer in which the JSON pointer leads to `value` (RFC 6901; a part that is a number is an index).
pub fn at_pointer(pointer: &str, value: Value) -> Value {
    pointer.split('/').skip(1).collect::<Vec<_>>().into_iter().rev().fold(value, |inner, part| {
        let key = part.replace("~1", "/").replace("~0", "~");
        match key.parse::<usize>() {
            Ok(index) if index < 16 => {
                (0..=index).map(|i| if i == index { inner.clone() } else { Value::Null }).collect()
            }
            _ => Value::Object(Map::from_iter([(key, inner)])),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_built_from_its_end() {
        assert_eq!(at_pointer("", json!(1)), json!(1));
        assert_eq!(at_pointer("/data/a~1b/1", json!(true)), json!({ "data": { "a/b": [null, true] } }));
    }

    #[test]
    fn a_text_keeps_its_limits() {
        assert_eq!(text("city", 0, Some(12), None, None), "some cityxxx");
        assert_eq!(text("city", 1, None, Some(3), None), "1 c");
    }
}
