//! Fields and what they hold: the shared language of inputs, outputs, types and settings.

use std::collections::HashMap;
use std::ops::Range;

use super::claims::Space;
use super::values::Pending;
use super::{Check, trimmed};
use crate::name::{FieldName, TypeName, variant};
use crate::spec::grammar;
use crate::spec::node::{Entry, Node, Table, Value};
use crate::spec::types::{Field, Format, Presence, Type, Variant};
use crate::text::{nearest, quote};

/// What other languages call our types.
const SYNONYMS: &[(&str, &str)] = &[
    ("str", "string"),
    ("text", "string"),
    ("int", "integer"),
    ("i64", "integer"),
    ("u64", "integer"),
    ("float", "number"),
    ("f64", "number"),
    ("double", "number"),
    ("bool", "boolean"),
    ("list", "array"),
    ("vec", "array"),
    ("map", "object"),
    ("dict", "object"),
    ("json", "object"),
    ("any", "object"),
];

impl<'d> Check<'d> {
    /// The fields of one object. `owner` is the Rust name of the object, `what` what people call it.
    pub(super) fn fields(&self, entries: &'d [Entry<'d>], owner: &str, what: &str) -> Vec<Field> {
        let mut seen: HashMap<String, &str> = HashMap::new();
        let mut fields = Vec::new();
        for entry in entries {
            let name = FieldName::parse(&entry.key).unwrap_or_else(|error| {
                self.bad_name("field", entry, &error);
                FieldName::trusted("field")
            });
            if let Some(first) = seen.insert(name.ident(), &entry.key).filter(|_| name.wire() == entry.key) {
                let message = format!(
                    "the fields {} and {} are one in Rust, `{}`",
                    quote(first),
                    quote(&entry.key),
                    name.ident()
                );
                self.say(&entry.at, message, "rename one of them");
            }
            let what = format!("{what}, field {}", quote(&entry.key));
            fields.push(self.field(name, entry, owner, &what));
        }
        fields
    }

    fn field(&self, name: FieldName, entry: &'d Entry<'d>, owner: &str, what: &str) -> Field {
        let type_name = format!("{owner}{}", name.pascal());
        match &entry.node.value {
            Value::Table(table) => self.field_of(name, table, &type_name, what),
            Value::Text(text) => plain(name, self.named(text, &entry.node.span)),
            _ => plain(name, None),
        }
    }

    /// A field in its long form.
    pub(super) fn field_of(&self, name: FieldName, table: &'d Table<'d>, type_name: &str, what: &str) -> Field {
        let presence = self.presence(table);
        let ty = self.ty(table, type_name, what);
        for key in ["default", "example"] {
            if let (Some(node), Some(ty)) = (table.node(key), &ty) {
                self.pending.borrow_mut().push(Pending { node, ty: ty.clone(), key });
            }
        }
        let example = table.node("example").map(Node::to_json);
        Field {
            name,
            description: trimmed(table, "description"),
            example,
            presence,
            ty: ty.unwrap_or_else(any_text),
            header: table.text("header").map(|(text, _)| text.to_owned()),
        }
    }

    fn presence(&self, table: &Table<'_>) -> Presence {
        let optional = table.flag("optional").unwrap_or(false);
        match table.node("default") {
            Some(default) => {
                if let (true, Some(entry)) = (optional, table.entry("optional")) {
                    let message = "`optional = true` contradicts the default: a field with a default is never missing";
                    self.say(
                        &entry.at,
                        message,
                        "keep one: `default` for a value, `optional` to see that it is missing",
                    );
                }
                Presence::Default(default.to_json())
            }
            None if optional => Presence::Optional,
            None => Presence::Required,
        }
    }

    fn ty(&self, table: &'d Table<'d>, type_name: &str, what: &str) -> Option<Type> {
        let (name, span) = table.text("type")?;
        self.check_belonging(table, name);
        match name {
            "string" if table.node("enum").is_some() => Some(self.enumeration(table, type_name, what)),
            "string" => Some(self.string(table)),
            "integer" => Some(self.integer(table)),
            "number" => Some(self.number(table)),
            "boolean" => Some(Type::Boolean),
            "array" => self.array(table, type_name, what, &span),
            "object" => Some(self.object(table, type_name, what)),
            _ => self.named(name, &span),
        }
    }

    /// A type without anything but its name.
    fn named(&self, name: &str, span: &Range<usize>) -> Option<Type> {
        match name {
            "string" => Some(any_text()),
            "integer" => Some(Type::Integer { minimum: None, maximum: None }),
            "number" => Some(Type::Number { minimum: None, maximum: None }),
            "boolean" => Some(Type::Boolean),
            "object" => Some(Type::Map),
            "array" => {
                let help = "write a table: `{ type = \"array\", items = \"string\" }`";
                self.say(span, "an array has to say what its items are", help);
                None
            }
            _ if self.known.contains_key(name) => Some(Type::Named(TypeName::trusted(name))),
            _ => {
                self.say(span, format!("there is no type {}", quote(name)), self.help_for_type(name));
                None
            }
        }
    }

    fn help_for_type(&self, name: &str) -> String {
        let folded = name.to_ascii_lowercase();
        if let Some((_, ours)) = SYNONYMS.iter().find(|(theirs, _)| *theirs == folded) {
            return format!("did you mean `{ours}`?");
        }
        if let Some(item) = name.strip_suffix("[]") {
            return format!("write `{{ type = \"array\", items = {} }}`", format_args!("\"{item}\""));
        }
        if matches!(folded.as_str(), "date" | "date-time" | "datetime" | "email" | "uri" | "url" | "uuid" | "byte") {
            return "write `type = \"string\"`, and the `format` beside it".to_owned();
        }
        let names = grammar::TYPES.iter().copied().chain(self.known.keys().map(String::as_str));
        match nearest(name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it can be {}, or a name from `[types]`", crate::text::any_of(grammar::TYPES)),
        }
    }

    fn string(&self, table: &Table<'_>) -> Type {
        if let Some(entry) = table.entry("titles") {
            self.say(&entry.at, "`titles` says nothing without `enum`", "remove it, or add `enum`");
        }
        let (min_length, max_length) = self.bounds(table, "min_length", "max_length");
        let pattern = table.text("pattern").map(|(text, span)| {
            if let Err(error) = regex_lite::Regex::new(text) {
                let help =
                    "look-around and back-references are not supported; in TOML, '…' spares doubling backslashes";
                self.say(&span, format!("the pattern is not a regular expression: {error}"), help);
            }
            text.to_owned()
        });
        let format = table.text("format").and_then(|(text, _)| format_named(text));
        let has_example = ["example", "default"].iter().any(|key| table.entry(key).is_some());
        if let Some(text) = &pattern
            && !has_example
            && regex_lite::Regex::new(text).is_ok()
            && table.flag("optional") != Some(true)
            && crate::pattern::example(text, min_length.unwrap_or(0), max_length.unwrap_or(u64::MAX)).is_none()
        {
            let span = table.entry("pattern").map(|entry| entry.at.clone()).unwrap_or_default();
            self.say(
                &span,
                "no text is known that matches this pattern",
                "add an `example`: tests and README need one",
            );
        }
        Type::String { min_length, max_length, pattern, format }
    }

    fn enumeration(&self, table: &Table<'_>, type_name: &str, what: &str) -> Type {
        let mut variants = Vec::new();
        let mut seen: HashMap<String, &str> = HashMap::new();
        let titles = table.items_of("titles");
        if let (Some(entry), true) = (table.entry("titles"), titles.len() != table.items_of("enum").len()) {
            self.say(
                &entry.at,
                "`titles` has not one for each of `enum`",
                "give each text its title, in the same order",
            );
        }
        for (at, node) in table.items_of("enum").iter().enumerate() {
            let Some(wire) = node.as_text() else { continue };
            let name = variant(wire);
            if let Some(first) = seen.insert(name.clone(), wire) {
                let message = if first == wire {
                    format!("{} is listed twice", quote(wire))
                } else {
                    format!("{} and {} would be one variant in Rust, `{name}`", quote(first), quote(wire))
                };
                self.say(&node.span, message, "remove one, or write them with other letters and digits");
            }
            let title = titles.get(at).and_then(Node::as_text).map(str::to_owned);
            variants.push(Variant { wire: wire.to_owned(), name, title });
        }
        self.claim(Space::Type, type_name, &format!("the enum of {what}"), &self.place(table));
        Type::Enum { name: TypeName::trusted(type_name), variants }
    }

    fn array(&self, table: &'d Table<'d>, type_name: &str, what: &str, span: &Range<usize>) -> Option<Type> {
        let (min_items, max_items) = self.bounds(table, "min_items", "max_items");
        let unique_items = table.flag("unique_items").unwrap_or(false);
        let item_name = format!("{type_name}Item");
        let items = match table.node("items") {
            None => {
                self.say(span, "an array has to say what its items are", "add `items = \"string\"`, or another type");
                return None;
            }
            Some(Node { value: Value::Text(name), span }) => self.named(name, span)?,
            Some(Node { value: Value::Table(item), .. }) => self.ty(item, &item_name, &format!("{what}, items"))?,
            Some(_) => return None,
        };
        Some(Type::Array { items: Box::new(items), min_items, max_items, unique_items })
    }

    fn object(&self, table: &'d Table<'d>, type_name: &str, what: &str) -> Type {
        if table.node("fields").is_none() {
            return Type::Map;
        }
        self.claim(Space::Type, type_name, &format!("the object of {what}"), &self.place(table));
        let fields = self.fields(table.entries_of("fields"), type_name, what);
        Type::Object { name: TypeName::trusted(type_name), fields }
    }

    /// Where a field says what it is.
    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    fn place(&self, table: &Table<'_>) -> Range<usize> {
        table.node("type").map_or(0..0, |node| node.span.clone())
    }
}

/// A required field of this type; a problem with the type has been told, so that any does.
fn plain(name: FieldName, ty: Option<Type>) -> Field {
    let ty = ty.unwrap_or_else(any_text);
    Field { name, description: None, example: None, presence: Presence::Required, ty, header: None }
}

/// Any text.
pub(super) fn any_text() -> Type {
    Type::String { min_length: None, max_length: None, pattern: None, format: None }
}

fn format_named(text: &str) -> Option<Format> {
    Some(match text {
        "date" => Format::Date,
        "date-time" => Format::DateTime,
        "email" => Format::Email,
        "uri" => Format::Uri,
        "uuid" => Format::Uuid,
        "byte" => Format::Byte,
        _ => return None,
    })
}
