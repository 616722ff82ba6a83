// Owned by mcpgen: edits are overwritten.
//! Turns a JSON Schema into nodes, and refuses what would not be enforced.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::combined::{Combined, is_part};
use super::keywords::{
    allowed, any, count, is_annotation, kinds, range, refuse_unknown, required, text,
};
use super::place::{Compiled, Place};
use super::{Array, Node, Object, Property, Schema, check};

pub(super) fn compile(schema: &Value) -> Compiled<Schema> {
    let none = Map::new();
    let at = Place::ROOT;
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
    for (index, name) in sources.keys().enumerate() {
        if endless(index, &definitions) {
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

pub(super) struct Compiler<'s> {
    names: HashMap<&'s str, usize>,
}

impl Compiler<'_> {
    pub(super) fn node(&self, schema: &Value, at: &Place) -> Compiled<Node> {
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
            combined: Combined::new(self, keywords, at)?.map(Box::new),
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
            !matches!(keyword.as_str(), "$ref" | "$defs") && !is_annotation(keyword)
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
            if properties.iter().any(|property| property.name == name) {
                continue;
            }
            // A part of a schema may speak of a field that another part describes.
            if is_part(at) {
                properties.push(Property {
                    name: name.to_owned(),
                    required: true,
                    default: None,
                    node: Node::default(),
                });
            } else {
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

/// Whether a definition leads round in a circle back to itself without ever meeting a part of the
/// value.
fn endless(index: usize, definitions: &[Node]) -> bool {
    let mut seen = vec![false; definitions.len()];
    let mut next = vec![&definitions[index]];
    while let Some(node) = next.pop() {
        match node.reference {
            Some(to) if to == index => return true,
            Some(to) if !seen[to] => {
                seen[to] = true;
                next.push(&definitions[to]);
            }
            _ => next.extend(node.combined.iter().flat_map(|combined| combined.parts())),
        }
    }
    false
}

fn prove_defaults(schema: &Schema, node: &Node, at: &Place) -> Compiled<()> {
    if let Some(array) = &node.array {
        prove_defaults(schema, &array.items, &at.then("items"))?;
    }
    for part in node.combined.iter().flat_map(|combined| combined.parts()) {
        prove_defaults(schema, part, at)?;
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
