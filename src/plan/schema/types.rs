//! Fields and their types in JSON Schema 2020-12. Named types stay references.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::spec::{Field, Format, NamedType, Presence, Type, Variant};

/// An object with these fields, and the definitions of all types that they need.
pub(super) fn object(fields: &[Field], types: &[NamedType]) -> Value {
    let mut out = bare_object(fields);
    let mut needed = BTreeSet::new();
    collect(fields, types, &mut needed);
    let defs: Map<String, Value> = types
        .iter()
        .filter(|named| needed.contains(named.name.pascal()))
        .map(|named| (named.name.pascal().to_owned(), Value::Object(bare_object(&named.fields))))
        .collect();
    if !defs.is_empty() {
        out.insert("$defs".into(), Value::Object(defs));
    }
    Value::Object(out)
}

pub(super) fn bare_object(fields: &[Field]) -> Map<String, Value> {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.wire().to_owned(), property(field))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.presence == Presence::Required).map(|field| field.name.wire()).collect();
    let mut out = Map::new();
    out.insert("type".into(), json!("object"));
    out.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        out.insert("required".into(), json!(required));
    }
    out
}

fn collect<'a>(fields: &'a [Field], types: &'a [NamedType], needed: &mut BTreeSet<&'a str>) {
    for field in fields {
        collect_type(&field.ty, types, needed);
    }
}

fn collect_type<'a>(ty: &'a Type, types: &'a [NamedType], needed: &mut BTreeSet<&'a str>) {
    match ty {
        Type::Array { items, .. } => collect_type(items, types, needed),
        Type::Object { fields, .. } => collect(fields, types, needed),
        Type::Named(name) if needed.insert(name.pascal()) => {
            if let Some(named) = types.iter().find(|named| named.name == *name) {
                collect(&named.fields, types, needed);
            }
        }
        _ => {}
    }
}

fn property(field: &Field) -> Value {
    let mut out = type_schema(&field.ty);
    if let Some(description) = &field.description {
        out.insert("description".into(), json!(description));
    }
    if let Presence::Default(value) = &field.presence {
        out.insert("default".into(), value.clone());
    }
    if let Some(example) = &field.example {
        out.insert("examples".into(), json!([example]));
    }
    if let Some(header) = &field.header {
        out.insert("x-mcp-header".into(), json!(header));
    }
    Value::Object(out)
}

fn type_schema(ty: &Type) -> Map<String, Value> {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            out.insert(key.to_owned(), value);
        }
    };
    match ty {
        Type::String { min_length, max_length, pattern, format } => {
            put("type", json!("string"));
            match format {
                Some(Format::Byte) => put("contentEncoding", json!("base64")),
                Some(format) => put("format", json!(format_name(*format))),
                None => {}
            }
            put("minLength", json!(min_length));
            put("maxLength", json!(max_length));
            put("pattern", json!(pattern));
        }
        Type::Enum { variants, .. } => {
            put("type", json!("string"));
            match titled(variants) {
                Some(choices) => put("oneOf", choices),
                None => put("enum", variants.iter().map(|variant| json!(variant.wire)).collect()),
            }
        }
        Type::Integer { minimum, maximum } => {
            put("type", json!("integer"));
            put("minimum", json!(minimum));
            put("maximum", json!(maximum));
        }
        Type::Number { minimum, maximum } => {
            put("type", json!("number"));
            put("minimum", json!(minimum));
            put("maximum", json!(maximum));
        }
        Type::Boolean => put("type", json!("boolean")),
        Type::Array { items, min_items, max_items, unique_items } => {
            put("type", json!("array"));
            let several = match &**items {
                Type::Enum { variants, .. } => titled(variants).map(|choices| json!({ "anyOf": choices })),
                _ => None,
            };
            put("items", several.unwrap_or_else(|| Value::Object(type_schema(items))));
            put("minItems", json!(min_items));
            put("maxItems", json!(max_items));
            put("uniqueItems", unique_items.then_some(true).map_or(Value::Null, Value::Bool));
        }
        Type::Object { fields, .. } => return bare_object(fields),
        Type::Map => put("type", json!("object")),
        Type::Named(name) => put("$ref", json!(format!("#/$defs/{name}"))),
    }
    out
}

/// The values of an enum with their titles, where they have some.
fn titled(variants: &[Variant]) -> Option<Value> {
    let choice = |variant: &Variant| Some(json!({ "const": variant.wire, "title": variant.title.as_ref()? }));
    variants.iter().map(choice).collect()
}

/// The format as JSON Schema calls it.
pub fn format_name(format: Format) -> &'static str {
    match format {
        Format::Date => "date",
        Format::DateTime => "date-time",
        Format::Email => "email",
        Format::Uri => "uri",
        Format::Uuid => "uuid",
        Format::Byte => "byte",
    }
}
