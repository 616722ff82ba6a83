//! A TOML document as a tree of values that know their place.
//!
//! Knows TOML's types and nothing of the format of a spec. Texts have `\n` line endings; whole numbers fit an `i64`.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Map, Number, Value as Json};

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    /// The bytes of the value; of a table that has a header, the header.
    pub span: Range<usize>,
    /// What it is.
    pub value: Value<'a>,
}

/// A value of TOML.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    /// A string.
    Text(Cow<'a, str>),
    /// An integer.
    Whole(i64),
    /// A float.
    Number(f64),
    /// A boolean.
    Flag(bool),
    /// A date, a time or both.
    Time,
    /// An array.
    List(Vec<Node<'a>>),
    /// A table.
    Table(Table<'a>),
}

/// A table, in the order of the text.
#[derive(Debug, Clone, Default)]
pub struct Table<'a> {
    /// Its entries; no key twice.
    pub entries: Vec<Entry<'a>>,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// Where the key is.
    pub at: Range<usize>,
    /// The value.
    pub node: Node<'a>,
}

impl<'a> Node<'a> {
    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The table, if it is one.
    #[must_use]
    pub fn as_table(&self) -> Option<&Table<'a>> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The number, if it is one, whole or not.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            #[expect(clippy::cast_precision_loss, reason = "limits beyond 2^53 are compared as floats anyway")]
            Value::Whole(number) => Some(number as f64),
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// What it is, with its article, as messages say it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a string",
            Value::Whole(_) => "an integer",
            Value::Number(_) => "a float",
            Value::Flag(_) => "a boolean",
            Value::Time => "a date or time",
            Value::List(_) => "an array",
            Value::Table(_) => "a table",
        }
    }

    /// The value as JSON; what JSON has no place for (dates, `inf`, `nan`) becomes `null`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Text(text) => Json::String(text.to_string()),
            Value::Whole(number) => Json::from(*number),
            Value::Number(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
            Value::Flag(flag) => Json::Bool(*flag),
            Value::Time => Json::Null,
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Table(table) => {
                let entries = table.entries.iter().map(|entry| (entry.key.to_string(), entry.node.to_json()));
                Json::Object(entries.collect::<Map<_, _>>())
            }
        }
    }
}

impl<'a> Table<'a> {
    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    #[must_use]
    pub fn node(&self, key: &str) -> Option<&Node<'a>> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The text of a key, with its place; nothing where it is missing or no text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<(&str, Range<usize>)> {
        let node = self.node(key)?;
        Some((node.as_text()?, node.span.clone()))
    }

    /// The whole number of a key.
    #[must_use]
    pub fn whole(&self, key: &str) -> Option<i64> {
        match self.node(key)?.value {
            Value::Whole(number) => Some(number),
            _ => None,
        }
    }

    /// The number of a key.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<f64> {
        self.node(key)?.as_number()
    }

    /// The boolean of a key.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.node(key)?.value {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The entries of a table within this one; none where it is missing.
    #[must_use]
    pub fn entries_of(&self, key: &str) -> &[Entry<'a>] {
        self.node(key).and_then(Node::as_table).map_or(&[], |table| &table.entries)
    }

    /// The items of a list within this table; none where it is missing.
    #[must_use]
    pub fn items_of(&self, key: &str) -> &[Node<'a>] {
        self.node(key).and_then(Node::as_list).unwrap_or(&[])
    }
}
