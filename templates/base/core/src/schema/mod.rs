// Owned by mcpgen: edits are overwritten.
//! JSON Schema 2020-12 as far as specs use it: compiled at the start, checked on every call.
//!
//! This module knows schemas and values. It does not know tools, settings or what becomes of a
//! problem. A keyword that it could not enforce is refused when the schema is compiled, so that no
//! limit of a spec is ever ignored in silence.

mod check;
mod combined;
mod compare;
mod compile;
mod format;
mod keywords;
mod path;
mod place;
mod words;

use std::fmt;

use regex_lite::Regex;
use serde::Serialize;
use serde_json::{Number, Value};

use self::combined::Combined;
use self::format::Format;

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    root: Node,
    definitions: Vec<Node>,
}

impl Schema {
    /// Compiles a schema, and proves that its defaults satisfy it.
    ///
    /// # Errors
    ///
    /// When the schema is malformed, refers to nothing, or uses a keyword that is not enforced here.
    pub fn compile(schema: &Value) -> Result<Self, SchemaError> {
        compile::compile(schema)
    }

    /// Checks a value, and gives it back with the defaults filled in at every depth.
    ///
    /// # Errors
    ///
    /// With every problem found, in the order of the schema.
    pub fn check(&self, mut value: Value) -> Result<Value, Vec<Problem>> {
        let problems = check::problems(&self.root, &self.definitions, &mut value);
        if problems.is_empty() { Ok(value) } else { Err(problems) }
    }
}

/// What is wrong with one field of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where it is, such as `tags[2]` or `address.city`; empty for the value as a whole.
    pub field: String,
    /// What is wrong, such as `must be at least 1`. It never repeats the value.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "the input {}", self.message),
            field => write!(f, "`{field}` {}", self.message),
        }
    }
}

/// Why a schema cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    /// Where it is in the schema, as a JSON pointer.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the schema is wrong at `{}`: {}", self.pointer, self.message)
    }
}

impl std::error::Error for SchemaError {}

/// One schema object. Each part applies only to values of its type, as the standard has it.
#[derive(Debug, Default)]
struct Node {
    /// The definition that stands for this node; nothing else is set then.
    reference: Option<usize>,
    kinds: Kinds,
    allowed: Option<Vec<Value>>,
    text: Option<Box<Text>>,
    range: Option<Box<Range>>,
    array: Option<Box<Array>>,
    object: Option<Box<Object>>,
    combined: Option<Box<Combined>>,
}

#[derive(Debug)]
struct Text {
    shortest: u64,
    longest: u64,
    pattern: Option<Regex>,
    format: Option<Format>,
}

#[derive(Debug)]
struct Range {
    minimum: Option<Number>,
    maximum: Option<Number>,
}

#[derive(Debug)]
struct Array {
    items: Node,
    fewest: u64,
    most: u64,
    unique: bool,
}

#[derive(Debug)]
struct Object {
    properties: Vec<Property>,
    /// What a field without a property must be; `None` refuses it.
    others: Option<Node>,
}

#[derive(Debug)]
struct Property {
    name: String,
    required: bool,
    default: Option<Value>,
    node: Node,
}

impl Property {
    /// Whether this is a null for a field that may be missing and is never null. Models write such
    /// nulls for "nothing", so they count as missing.
    fn may_be_null_instead(&self, value: Option<&Value>) -> bool {
        let kinds = self.node.kinds;
        value.is_some_and(Value::is_null)
            && !self.required
            && kinds != Kinds::ANY
            && !kinds.has(Kinds::of(&Value::Null))
    }
}

/// The set of types that a node admits; the empty set admits all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Kinds(u8);

impl Kinds {
    const ANY: Self = Self(0);
    const INTEGER: Self = Self(1);
    const NUMBER: Self = Self(2);
    /// With the article that a message needs.
    const NAMES: [(&str, &str, Self); 7] = [
        ("integer", "a whole number", Self::INTEGER),
        ("number", "a number", Self::NUMBER),
        ("string", "a string", Self(4)),
        ("boolean", "a boolean", Self(8)),
        ("array", "an array", Self(16)),
        ("object", "an object", Self(32)),
        ("null", "null", Self(64)),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|known| known.0 == name).map(|known| known.2)
    }

    const fn of(value: &Value) -> Self {
        match value {
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self(4),
            Value::Bool(_) => Self(8),
            Value::Array(_) => Self(16),
            Value::Object(_) => Self(32),
            Value::Null => Self(64),
        }
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Self::NAMES.iter().filter(|known| self.has(known.2));
        for (place, known) in names.enumerate() {
            if place > 0 {
                f.write_str(" or ")?;
            }
            f.write_str(known.1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
