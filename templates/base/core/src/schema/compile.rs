// Owned by mcpgen: edits are overwritten.
//! Turns a JSON Schema into nodes, and refuses what would not be enforced.

use std::collections::HashMap;

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::{
    Array, Format, Kinds, Node, Object, Property, Range, Schema, SchemaError, Text, check,
};

/// Keywords that describe and do not constrain; `x-…` are of this kind, too.
const ANNOTATIONS: [&str; 12] = [
    "$comment",
    "$id",
    "$schema",
    "contentMediaType",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

type Compiled<T> = Result<T, SchemaError>;

pub(super) fn compile(schema: &Value) -> Compiled<Schema> {
    let none = Map::new();
    let at = Place {
        parent: None,
        key: "",
    };
    let sources = match schema.get("$defs") {
        None => &none,
        Some(Value::Object(sources)) => sources,
        Some(_) => return at.then("$defs").refuse("must be an object"),
    };
    let names = sources.keys().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
    let compiler = Compiler { names };
    let definitions = sources
        .iter()
        .map(|(name, source)| compiler.node(source, &at.then("$defs").then(name)))
        .collect::<Compiled<Vec<_>>>()?;
    for (name, node) in sources.keys().zip(&definitions) {
        if endless(node, &definitions) {
            return at.then("$defs").then(name).refuse("refers to nothing but itself");
        }
    }
    let schema = Schema {
        root: compiler.node(schema, &at)?,
        definitions,
    };
    prove_defaults(&schema, &schema.root, &at)?;
    for (name, node) in sources.keys().zip(&schema.definitions) {
        prove_defaults(&schema, node, &at.then("$defs").then(name))?;
    }
    Ok(schema)
}

struct Compiler<'s> {
    names: HashMap<&'s str, usize>,
}

impl Compiler<'_> {
    fn node(&self, schema: &Value, at: &Place) -> Compiled<Node> {
        let keywords = match schema {
            Value::Object(keywords) => keywords,
            Value::Bool(true) => return Ok(Node::default()),
            _ => return at.refuse("must be an object"),
        };
        refuse_unknown(keywords, at)?;
        if let Some(reference) = keywords.get("$ref") {
            return self.reference(reference, keywords, &at.then("$ref"));
        }
        Ok(Node {
            reference: None,
            kinds: kinds(keywords, at)?,
            allowed: allowed(keywords, at)?,
            text: text(keywords, at)?.map(Box::new),
            range: range(keywords, at)?.map(Box::new),
            array: self.array(keywords, at)?.map(Box::new),
            object: self.object(keywords, at)?.map(Box::new),
        })
    }

    fn reference(&self, to: &Value, keywords: &Map<String, Value>, at: &Place) -> Compiled<Node> {
        let name = to.as_str().and_then(|to| to.strip_prefix("#/$defs/"));
        // The two escapes of JSON pointers, the last one last.
        let name = name.map(|name| name.replace("~1", "/").replace("~0", "~"));
        let Some(&index) = name.and_then(|name| self.names.get(name.as_str())) else {
            return at.refuse(format!("{to} is not one of the `$defs`"));
        };
        let beside = |keyword: &&String| {
            !matches!(keyword.as_str(), "$ref" | "$defs")
                && !ANNOTATIONS.contains(&keyword.as_str())
                && !keyword.starts_with("x-")
        };
        if let Some(keyword) = keywords.keys().find(beside) {
            return at.refuse(format!("`{keyword}` beside a reference is not supported"));
        }
        Ok(Node {
            reference: Some(index),
            ..Node::default()
        })
    }

    fn array(&self, keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Array>> {
        if !any(keywords, &["items", "minItems", "maxItems", "uniqueItems"]) {
            return Ok(None);
        }
        let items = match keywords.get("items") {
            Some(items) => self.node(items, &at.then("items"))?,
            None => Node::default(),
        };
        Ok(Some(Array {
            items,
            fewest: count(keywords, "minItems", at)?.unwrap_or(0),
            most: count(keywords, "maxItems", at)?.unwrap_or(u64::MAX),
            unique: match keywords.get("uniqueItems") {
                None => false,
                Some(Value::Bool(unique)) => *unique,
                Some(_) => return at.then("uniqueItems").refuse("must be a boolean"),
            },
        }))
    }

    fn object(&self, keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Object>> {
        if !any(keywords, &["properties", "required", "additionalProperties"]) {
            return Ok(None);
        }
        let required = required(keywords, at)?;
        let mut properties = Vec::new();
        if let Some(sources) = keywords.get("properties") {
            let at = at.then("properties");
            let Value::Object(sources) = sources else { return at.refuse("must be an object") };
            for (name, source) in sources {
                properties.push(Property {
                    name: name.clone(),
                    required: required.contains(&name.as_str()),
                    default: source.get("default").cloned(),
                    node: self.node(source, &at.then(name))?,
                });
            }
        }
        for name in required {
            if !properties.iter().any(|property| property.name == name) {
                return at
                    .then("required")
                    .refuse(format!("`{name}` is not one of the properties"));
            }
        }
        let others = match keywords.get("additionalProperties") {
            None => Some(Node::default()),
            Some(Value::Bool(false)) => None,
            Some(schema) => Some(self.node(schema, &at.then("additionalProperties"))?),
        };
        Ok(Some(Object { properties, others }))
    }
}

fn refuse_unknown(keywords: &Map<String, Value>, at: &Place) -> Compiled<()> {
    for keyword in keywords.keys() {
        let known = match keyword.as_str() {
            "$defs" => at.parent.is_none(),
            "$ref"
            | "additionalProperties"
            | "contentEncoding"
            | "enum"
            | "format"
            | "items"
            | "maxItems"
            | "maxLength"
            | "maximum"
            | "minItems"
            | "minLength"
            | "minimum"
            | "pattern"
            | "properties"
            | "required"
            | "type"
            | "uniqueItems" => true,
            annotation => ANNOTATIONS.contains(&annotation) || annotation.starts_with("x-"),
        };
        if !known {
            return at.then(keyword).refuse("this keyword is not supported");
        }
    }
    Ok(())
}

fn kinds(keywords: &Map<String, Value>, at: &Place) -> Compiled<Kinds> {
    let at = at.then("type");
    let kind = |name: &Value| name.as_str().and_then(Kinds::named);
    let kinds = match keywords.get("type") {
        None => return Ok(Kinds::ANY),
        Some(Value::Array(names)) if !names.is_empty() => {
            names.iter().try_fold(Kinds::ANY, |kinds, name| Some(kinds.with(kind(name)?)))
        }
        Some(name) => kind(name),
    };
    kinds.map_or_else(|| at.refuse("is not a type of JSON Schema"), Ok)
}

fn allowed(keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Vec<Value>>> {
    match keywords.get("enum") {
        None => Ok(None),
        Some(Value::Array(values)) if !values.is_empty() => Ok(Some(values.clone())),
        Some(_) => at.then("enum").refuse("must be a list of at least one value"),
    }
}

fn text(keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Text>> {
    if !any(keywords, &["minLength", "maxLength", "pattern", "format", "contentEncoding"]) {
        return Ok(None);
    }
    let pattern = match string(keywords, "pattern", at)? {
        None => None,
        Some(pattern) => match Regex::new(pattern) {
            Ok(pattern) => Some(pattern),
            Err(error) => return at.then("pattern").refuse(error.to_string()),
        },
    };
    Ok(Some(Text {
        shortest: count(keywords, "minLength", at)?.unwrap_or(0),
        longest: count(keywords, "maxLength", at)?.unwrap_or(u64::MAX),
        pattern,
        format: format(keywords, at)?,
    }))
}

fn format(keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Format>> {
    let encoding = match string(keywords, "contentEncoding", at)? {
        None => None,
        Some("base64") => Some(Format::Byte),
        Some(_) => return at.then("contentEncoding").refuse("only `base64` is supported"),
    };
    let Some(name) = string(keywords, "format", at)? else { return Ok(encoding) };
    match Format::named(name) {
        Some(format) if encoding.is_none_or(|encoding| encoding == format) => Ok(Some(format)),
        Some(_) => at.then("format").refuse("contradicts `contentEncoding`"),
        None => at.then("format").refuse(format!("the format `{name}` is not supported")),
    }
}

fn range(keywords: &Map<String, Value>, at: &Place) -> Compiled<Option<Range>> {
    let bound = |keyword| match keywords.get(keyword) {
        None => Ok(None),
        Some(Value::Number(bound)) => Ok(Some(bound.clone())),
        Some(_) => at.then(keyword).refuse("must be a number"),
    };
    let range = Range {
        minimum: bound("minimum")?,
        maximum: bound("maximum")?,
    };
    Ok((range.minimum.is_some() || range.maximum.is_some()).then_some(range))
}

fn required<'s>(keywords: &'s Map<String, Value>, at: &Place) -> Compiled<Vec<&'s str>> {
    let names = match keywords.get("required") {
        None => Some(Vec::new()),
        Some(Value::Array(names)) => names.iter().map(Value::as_str).collect(),
        Some(_) => None,
    };
    names.map_or_else(|| at.then("required").refuse("must be a list of names"), Ok)
}

fn count(keywords: &Map<String, Value>, keyword: &str, at: &Place) -> Compiled<Option<u64>> {
    match keywords.get(keyword).map(Value::as_u64) {
        None => Ok(None),
        Some(Some(count)) => Ok(Some(count)),
        Some(None) => at.then(keyword).refuse("must be a whole number of at least 0"),
    }
}

fn string<'s>(
    keywords: &'s Map<String, Value>,
    keyword: &str,
    at: &Place,
) -> Compiled<Option<&'s str>> {
    match keywords.get(keyword) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => at.then(keyword).refuse("must be a string"),
    }
}

fn any(keywords: &Map<String, Value>, names: &[&str]) -> bool {
    names.iter().any(|name| keywords.contains_key(*name))
}

/// Whether following the reference leads round in a circle without ever meeting a value.
fn endless<'n>(mut node: &'n Node, definitions: &'n [Node]) -> bool {
    for _ in 0..=definitions.len() {
        match node.reference {
            Some(index) => node = &definitions[index],
            None => return false,
        }
    }
    true
}

fn prove_defaults(schema: &Schema, node: &Node, at: &Place) -> Compiled<()> {
    if let Some(array) = &node.array {
        prove_defaults(schema, &array.items, &at.then("items"))?;
    }
    let Some(object) = &node.object else { return Ok(()) };
    for property in &object.properties {
        let at = at.then("properties");
        let at = at.then(&property.name);
        if let Some(default) = &property.default {
            let problems =
                check::problems(&property.node, &schema.definitions, &mut default.clone());
            if let Some(problem) = problems.first() {
                return at.then("default").refuse(problem.to_string());
            }
        }
        prove_defaults(schema, &property.node, &at)?;
    }
    match &object.others {
        Some(others) => prove_defaults(schema, others, &at.then("additionalProperties")),
        None => Ok(()),
    }
}

/// A place in the schema, as a list on the stack.
struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    key: &'a str,
}

impl Place<'_> {
    const fn then<'a>(&'a self, key: &'a str) -> Place<'a> {
        Place {
            parent: Some(self),
            key,
        }
    }

    fn refuse<T>(&self, message: impl Into<String>) -> Compiled<T> {
        Err(SchemaError {
            pointer: self.pointer(),
            message: message.into(),
        })
    }

    fn pointer(&self) -> String {
        match self.parent {
            None => String::new(),
            Some(parent) => {
                let key = self.key.replace('~', "~0").replace('/', "~1");
                format!("{}/{key}", parent.pointer())
            }
        }
    }
}
