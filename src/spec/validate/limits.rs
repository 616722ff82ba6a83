//! Limits of values: which type each belongs to, and that they leave something.

use super::Check;
use crate::spec::node::{Table, Value};
use crate::spec::types::Type;
use crate::text::{any_of, quote};

/// Which types a limit belongs to.
const BELONGS: &[(&str, &[&str])] = &[
    ("enum", &["string"]),
    ("titles", &["string"]),
    ("format", &["string"]),
    ("min_length", &["string"]),
    ("max_length", &["string"]),
    ("pattern", &["string"]),
    ("minimum", &["integer", "number"]),
    ("maximum", &["integer", "number"]),
    ("items", &["array"]),
    ("min_items", &["array"]),
    ("max_items", &["array"]),
    ("unique_items", &["array"]),
    ("fields", &["object"]),
];

impl Check<'_> {
    /// Refuses limits that say nothing about the type.
    pub(super) fn check_belonging(&self, table: &Table<'_>, name: &str) {
        let is_enum = table.node("enum").is_some() && name == "string";
        for (key, types) in BELONGS {
            let Some(entry) = table.entry(key) else { continue };
            if !types.contains(&name) {
                let message = format!("`{key}` says nothing about {}", quote(name));
                let help = format!("remove it, or change the type: it belongs to {}", any_of(types));
                self.say(&entry.at, message, help);
            } else if is_enum && !matches!(*key, "enum" | "titles") {
                let message = format!("`{key}` says nothing beside `enum`, which lists every text");
                self.say(&entry.at, message, "remove one of them");
            }
        }
    }

    pub(super) fn integer(&self, table: &Table<'_>) -> Type {
        let bound = |key: &str| {
            let node = table.node(key)?;
            if let Value::Number(number) = node.value {
                let message = format!("`{key}` of an integer is not a whole number");
                self.say(&node.span, message, format!("write {}, or `type = \"number\"`", number.trunc()));
            }
            table.whole(key)
        };
        let (minimum, maximum) = (bound("minimum"), bound("maximum"));
        if minimum.zip(maximum).is_some_and(|(min, max)| min > max) {
            self.crossed(table, "minimum", "maximum");
        }
        Type::Integer { minimum, maximum }
    }

    pub(super) fn number(&self, table: &Table<'_>) -> Type {
        let (minimum, maximum) = (table.number("minimum"), table.number("maximum"));
        if minimum.zip(maximum).is_some_and(|(min, max)| min > max) {
            self.crossed(table, "minimum", "maximum");
        }
        Type::Number { minimum, maximum }
    }

    pub(super) fn bounds(&self, table: &Table<'_>, least: &str, greatest: &str) -> (Option<u64>, Option<u64>) {
        let bound = |key| table.whole(key).and_then(|n| u64::try_from(n).ok());
        let (min, max) = (bound(least), bound(greatest));
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            self.crossed(table, least, greatest);
        }
        (min, max)
    }

    fn crossed(&self, table: &Table<'_>, least: &str, greatest: &str) {
        let Some(node) = table.node(greatest) else { return };
        let message = format!("`{least}` is greater than `{greatest}`: no value is allowed");
        self.say(&node.span, message, "swap them");
    }
}
