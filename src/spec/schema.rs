//! The grammar as a JSON Schema, for editors.
//!
//! Draft-07: taplo and everything built on it, the schema stores and the older validators read it, and nothing here
//! needs more. It accepts what the shape check accepts, with three differences that JSON forces: `1.0` is a whole
//! number to JSON, a date of TOML is text or nothing to it, and characters that are refused in texts are left to
//! `mcpgen spec check`. Names are held against a pattern here, where an editor can show it.

use serde_json::{Map, Value as Json, json};

use super::grammar::{FIELD, ITEM, Key, Name, ROOT, Shape};

/// Shapes that contain themselves, by the name of their definition.
static DEFINITIONS: [(&str, &Shape); 2] = [("field", &FIELD), ("item", &ITEM)];

/// The JSON Schema of `server.toml`.
#[must_use]
pub fn schema() -> Json {
    let mut root = of_shape(&ROOT);
    let definitions: Map<String, Json> =
        DEFINITIONS.iter().map(|(name, shape)| ((*name).to_owned(), of_shape(shape))).collect();
    if let Some(root) = root.as_object_mut() {
        root.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
        root.insert("title".into(), json!("server.toml of mcpgen"));
        root.insert("definitions".into(), Json::Object(definitions));
    }
    root
}

/// The schema of a shape that stands within another.
fn within(shape: &'static Shape) -> Json {
    match DEFINITIONS.iter().find(|(_, defined)| std::ptr::eq(*defined, shape)) {
        Some((name, _)) => json!({ "$ref": format!("#/definitions/{name}") }),
        None => of_shape(shape),
    }
}

fn of_shape(shape: &'static Shape) -> Json {
    match shape {
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole(min, max) => {
            let mut schema = json!({ "type": "integer", "minimum": min });
            if *max < i64::MAX {
                schema["maximum"] = json!(max);
            }
            schema
        }
        Shape::Number(min, max) if *max < f64::MAX => json!({ "type": "number", "minimum": min, "maximum": max }),
        Shape::Number(..) => json!({ "type": "number" }),
        Shape::Line(longest) => line(*longest),
        Shape::Prose(longest) => json!({ "type": "string", "maxLength": longest, "pattern": r"\S" }),
        Shape::Text(longest) => json!({ "type": "string", "maxLength": longest }),
        Shape::Open(usual) => json!({ "anyOf": [{ "enum": usual }, line(200)] }),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Scalar => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Any | Shape::NotYet(_) => json!({}),
        Shape::List(0, item) => json!({ "type": "array", "items": within(item) }),
        Shape::List(least, item) => json!({ "type": "array", "minItems": least, "items": within(item) }),
        Shape::Table(_) => table(shape),
        Shape::Names(name, least, value) => names(*name, *least, value),
        Shape::Either(short, long) => json!({ "anyOf": [within(short), within(long)] }),
    }
}

fn line(longest: usize) -> Json {
    json!({ "type": "string", "maxLength": longest, "pattern": r"^.*\S.*$" })
}

fn table(shape: &'static Shape) -> Json {
    let property = |key: &'static Key| {
        let mut schema = within(&key.shape);
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".into(), json!(key.about));
        }
        (key.name.to_owned(), schema)
    };
    let properties: Map<String, Json> = shape.keys().map(property).collect();
    let required: Vec<&str> = shape.keys().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn names(name: Name, least: usize, value: &'static Shape) -> Json {
    let mut schema = json!({
        "type": "object",
        "propertyNames": { "pattern": name.pattern() },
        "additionalProperties": within(value),
    });
    if least > 0 {
        schema["minProperties"] = json!(least);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_a_schema() {
        let schema = schema();
        assert!(jsonschema::draft7::meta::is_valid(&schema));
        assert!(jsonschema::draft7::new(&schema).is_ok());
    }

    #[test]
    fn what_is_known_and_refused_is_not_offered() {
        let definitions = &schema()["definitions"];
        let offers = |of: &str, key: &str| definitions[of].to_string().contains(&format!("\"{key}\":"));
        assert!(offers("field", "optional") && offers("item", "min_length") && !offers("item", "optional"));
    }
}
