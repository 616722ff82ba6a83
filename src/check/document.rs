//! TOML, YAML and JSON as one kind of tree: what keys and values a file has, and where.
//!
//! Knows the three syntaxes and what bounds a hostile file. Knows nothing of what the keys mean.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle};
use toml::de::{DeTable, DeValue};

/// Values within values.
const DEEPEST: usize = 64;

/// Values of one file, those that aliases repeat included.
const MOST: usize = 200_000;

/// A value and the bytes that it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub span: Range<usize>,
    /// What it is.
    pub value: Value,
}

/// What a [`Node`] can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text in quotes, or in YAML any plain text that is no number, boolean or null.
    Text(String),
    /// A number, boolean, date or null, as it is written.
    Plain(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and their values, in the order of the file.
    Map(Vec<(Node, Node)>),
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Where.
    pub span: Range<usize>,
    /// Why: a lower-case sentence.
    pub message: String,
}

impl Node {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A key and its value.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<(&Self, &Self)> {
        self.entries().find(|(name, _)| name.word() == Some(key))
    }

    /// The value at the end of these keys.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The keys and values of a map; of anything else, none.
    pub fn entries(&self) -> impl Iterator<Item = (&Self, &Self)> {
        let entries = if let Value::Map(entries) = &self.value { entries.as_slice() } else { &[] };
        entries.iter().map(|(key, value)| (key, value))
    }

    /// The items of a list; of anything else, none.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// A scalar as it is written, without quotes.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Plain(text) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Every value in it, itself included, keys not; with the keys that lead there.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&[&'a str], &'a Self)) {
        fn step<'a>(node: &'a Node, keys: &mut Vec<&'a str>, visit: &mut impl FnMut(&[&'a str], &'a Node)) {
            visit(keys, node);
            for item in node.items() {
                step(item, keys, visit);
            }
            for (key, value) in node.entries() {
                keys.push(key.word().unwrap_or_default());
                step(value, keys, visit);
                keys.pop();
            }
        }
        step(self, &mut Vec::new(), visit);
    }
}

fn unreadable(span: Range<usize>, message: impl Into<String>) -> Unreadable {
    Unreadable { span, message: message.into() }
}

/// Reads TOML.
///
/// # Errors
///
/// When it is none, or nested too deep.
pub fn toml(text: &str) -> Result<Node, Unreadable> {
    let table = DeTable::parse(text).map_err(|error| unreadable(error.span().unwrap_or(0..0), error.message()))?;
    Ok(Node { span: table.span(), value: toml_table(table.get_ref()) })
}

fn toml_table(table: &DeTable<'_>) -> Value {
    let entry = |(key, value): (&toml::Spanned<Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| {
        let key = Node { span: key.span(), value: Value::Text(key.get_ref().to_string()) };
        (key, Node { span: value.span(), value: toml_value(value.get_ref()) })
    };
    Value::Map(table.iter().map(entry).collect())
}

fn toml_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Plain(number.to_string()),
        DeValue::Float(number) => Value::Plain(number.to_string()),
        DeValue::Boolean(flag) => Value::Plain(flag.to_string()),
        DeValue::Datetime(date) => Value::Plain(date.to_string()),
        DeValue::Array(items) => Value::List(
            items.iter().map(|item| Node { span: item.span(), value: toml_value(item.get_ref()) }).collect(),
        ),
        DeValue::Table(table) => toml_table(table),
    }
}

/// Reads JSON, with comments and trailing commas as editors allow them in their settings.
///
/// # Errors
///
/// When it is none, or nested too deep.
pub fn json(text: &str) -> Result<Node, Unreadable> {
    use jsonc_parser::common::Ranged as _;
    use jsonc_parser::{CollectOptions, ParseOptions};
    let parsed = jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default())
        .map_err(|error| unreadable(error.range().start..error.range().end, error.kind().to_string()))?;
    let value = parsed.value.ok_or_else(|| unreadable(0..0, "there is nothing in it"))?;
    debug_assert!(value.range().end <= text.len());
    Ok(json_value(&value))
}

fn json_value(value: &jsonc_parser::ast::Value<'_>) -> Node {
    use jsonc_parser::ast::{ObjectPropName, Value as Json};
    use jsonc_parser::common::Ranged as _;
    let span = |range: jsonc_parser::common::Range| range.start..range.end;
    let inner = match value {
        Json::StringLit(text) => Value::Text(text.value.to_string()),
        Json::NumberLit(number) => Value::Plain(number.value.to_owned()),
        Json::BooleanLit(flag) => Value::Plain(flag.value.to_string()),
        Json::NullKeyword(_) => Value::Plain("null".to_owned()),
        Json::Array(array) => Value::List(array.elements.iter().map(json_value).collect()),
        Json::Object(object) => Value::Map(
            object
                .properties
                .iter()
                .map(|property| {
                    let name = match &property.name {
                        ObjectPropName::String(text) => text.value.to_string(),
                        ObjectPropName::Word(word) => word.value.to_owned(),
                    };
                    let key = Node { span: span(property.name.range()), value: Value::Text(name) };
                    (key, json_value(&property.value))
                })
                .collect(),
        ),
    };
    Node { span: span(value.range()), value: inner }
}

/// Reads the documents of a YAML file.
///
/// # Errors
///
/// When it is none, nested too deep, or its aliases repeat too much.
pub fn yaml(text: &str) -> Result<Vec<Node>, Unreadable> {
    let places = Places::new(text);
    let mut reader = YamlReader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = places.byte(error.marker().index());
            unreadable(at..at, error.info())
        })?;
        let span = places.byte(span.start.index())..places.byte(span.end.index());
        reader.take(event, span)?;
    }
    Ok(reader.documents)
}

/// The parser counts characters.
struct Places {
    /// The byte that each character begins with; empty where the text is ASCII.
    bytes: Vec<usize>,
    length: usize,
}

impl Places {
    fn new(text: &str) -> Self {
        let bytes = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() };
        Self { bytes, length: text.len() }
    }

    fn byte(&self, index: usize) -> usize {
        let at = if self.bytes.is_empty() { index } else { self.bytes.get(index).copied().unwrap_or(self.length) };
        at.min(self.length)
    }
}

#[derive(Default)]
struct YamlReader {
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    count: usize,
}

/// A list or map whose end has not come yet.
struct Open {
    start: usize,
    anchor: usize,
    is_map: bool,
    nodes: Vec<Node>,
    /// How many values it has in it.
    size: usize,
}

impl YamlReader {
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), Unreadable> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let is_plain = style == ScalarStyle::Plain && is_no_text(&text);
                let value = if is_plain { Value::Plain(text.into_owned()) } else { Value::Text(text.into_owned()) };
                self.put(Node { span, value }, anchor, 1)
            }
            Event::Alias(anchor) => {
                let (mut node, size) = self
                    .anchors
                    .get(&anchor)
                    .cloned()
                    .unwrap_or_else(|| (Node { span: span.clone(), value: Value::Plain("null".to_owned()) }, 1));
                node.span = span;
                self.put(node, 0, size)
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, span, false),
            Event::MappingStart(anchor, _) => self.begin(anchor, span, true),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let end = open.nodes.last().map_or(span.end, |last| last.span.end.max(span.start));
                let value = if open.is_map {
                    let mut nodes = open.nodes.into_iter();
                    let mut entries = Vec::new();
                    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
                        entries.push((key, value));
                    }
                    Value::Map(entries)
                } else {
                    Value::List(open.nodes)
                };
                self.count += 1;
                self.keep(Node { span: open.start..end, value }, open.anchor, open.size + 1)
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, span: Range<usize>, is_map: bool) -> Result<(), Unreadable> {
        if self.open.len() >= DEEPEST {
            return Err(unreadable(span, "it is nested too deep"));
        }
        self.open.push(Open { start: span.start, anchor, is_map, nodes: Vec::new(), size: 0 });
        Ok(())
    }

    /// Takes a value that is new, or one that an alias repeats with all that is in it.
    fn put(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Unreadable> {
        self.count += size;
        self.keep(node, anchor, size)
    }

    fn keep(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Unreadable> {
        if self.count > MOST {
            return Err(unreadable(node.span, "it has too many values"));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut() {
            Some(open) => {
                open.size += size;
                open.nodes.push(node);
            }
            None => self.documents.push(node),
        }
        Ok(())
    }
}

/// Whether a plain scalar is a number, boolean or null (YAML 1.2, section 10.3).
fn is_no_text(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(node: &Node) -> Vec<String> {
        let mut words = Vec::new();
        node.walk(&mut |keys, node| words.extend(node.word().map(|word| format!("{}={word}", keys.join(".")))));
        words
    }

    #[test]
    fn three_syntaxes_are_one_tree() {
        let expected = ["a.b=1", "a.c=x", "a.c=true"];
        assert_eq!(words(&toml("[a]\nb = 1\nc = ['x', true]\n").unwrap()), expected);
        assert_eq!(words(&json("{ \"a\": { \"b\": 1, \"c\": [\"x\", true,], } } // end").unwrap()), expected);
        assert_eq!(words(&yaml("a:\n  b: 1\n  c: [x, true]\n").unwrap()[0]), expected);
    }

    #[test]
    fn places_are_bytes() {
        for (text, node) in [
            ("a = \"é\"\nport = 9004\n", toml("a = \"é\"\nport = 9004\n").unwrap()),
            ("é: 1\nport: 9004\n", yaml("é: 1\nport: 9004\n").unwrap().remove(0)),
            ("{\"é\": 1, \"port\": 9004}", json("{\"é\": 1, \"port\": 9004}").unwrap()),
        ] {
            let port = node.get("port").unwrap();
            assert_eq!(&text[port.span.clone()], "9004");
        }
    }

    #[test]
    fn large_files_are_read() {
        let servers = |n: u16| format!("\"s{n}\":{{\"url\":\"http://127.0.0.1:{n}/mcp\",\"at\":[1.5,\"[ {{\"]}}");
        let all: Vec<String> = (0..2_000).map(servers).collect();
        assert_eq!(json(&format!("{{{}}}", all.join(","))).unwrap().entries().count(), 2_000);
        let numbers = vec!["1.5"; 3_000].join(", ");
        assert_eq!(toml(&format!("a = [{numbers}]")).unwrap().get("a").unwrap().items().len(), 3_000);
        let service =
            |n: u16| format!("  s{n}:\n    image: a\n    environment: {{ A: 1, B: 2 }}\n    ports: [1, 2, 3]\n");
        let services: String = (0..5_000).map(service).collect();
        assert_eq!(
            yaml(&format!("services:\n{services}")).unwrap()[0].get("services").unwrap().entries().count(),
            5_000
        );
    }

    #[test]
    fn hostile_files_are_refused_and_cost_little() {
        assert!(json(&"[".repeat(100_000)).is_err());
        assert!(toml(&format!("a = {}", "[".repeat(100_000))).is_err());
        assert!(toml(&format!("{}a = 1", "a.".repeat(100_000))).is_err());
        assert!(yaml(&"[".repeat(100_000)).is_err());
        assert!(yaml(&"- ".repeat(100_000)).is_err());
        let repeated = |i: usize| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", "));
        let laughs: String =
            std::iter::once("a0: &a0 [x, x, x, x]\n".to_owned()).chain((1..12).map(repeated)).collect();
        assert_eq!(yaml(&laughs).unwrap_err().message, "it has too many values");
    }
}
