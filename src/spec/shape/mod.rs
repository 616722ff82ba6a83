//! Holds a document against the grammar: unknown, missing and mistyped keys.
//!
//! Knows the [`grammar`](super::grammar) and nothing of what the keys mean together. Every text of the document is
//! looked at here, so that nothing behind it meets a control character.

mod words;

use std::ops::Range;

use super::grammar::{Key, Name, ROOT, Shape};
use super::node::{Entry, Node, Table, Value};
use super::problem::Problem;
use crate::text::{any_of, count, nearest, quote};

/// Collects everything about the document that does not fit the grammar.
pub fn check(document: &Table<'_>, problems: &mut Vec<Problem>) {
    let mut walk = Walk { problems, path: Vec::new() };
    let Shape::Table(groups) = ROOT else { return };
    walk.table(document, groups, &(0..0));
}

struct Walk<'p> {
    problems: &'p mut Vec<Problem>,
    /// The keys on the way from the root.
    path: Vec<String>,
}

impl Walk<'_> {
    fn say(&mut self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::new(span.clone(), message).help(help));
    }

    /// Where we are, as a header names it.
    fn here(&self) -> String {
        if self.path.is_empty() { "the file".to_owned() } else { quote(&format!("[{}]", self.path.join("."))) }
    }

    /// `owner` is the place of the key that holds the table.
    fn table(&mut self, table: &Table<'_>, groups: &[&'static [Key]], owner: &Range<usize>) {
        let keys = || groups.iter().flat_map(|group| group.iter());
        let mut meant = Vec::new();
        for entry in &table.entries {
            match keys().find(|key| key.name == entry.key) {
                Some(key) => self.entry(entry, &key.shape, owner),
                None => meant.extend(self.unknown(entry, groups)),
            }
        }
        // A misspelt key is one mistake, not also a missing one.
        let missing = |key: &&Key| key.required && table.entry(key.name).is_none() && !meant.contains(&key.name);
        for key in keys().filter(missing) {
            let message = format!("{} has no `{}`", self.here(), key.name);
            self.say(owner, message, format!("add {}: {}", words::sample(key, &self.path), words::lower(key.about)));
        }
    }

    fn entry(&mut self, entry: &Entry<'_>, shape: &Shape, owner: &Range<usize>) {
        self.path.push(entry.key.to_string());
        if let Shape::NotYet(instead) = shape {
            self.path.pop();
            let message = format!("{} cannot be given here", quote(&entry.key));
            self.say(&entry.at, message, *instead);
            return;
        }
        self.node(&entry.node, shape, if entry.at.is_empty() { owner } else { &entry.at });
        self.path.pop();
    }

    /// Returns the key that was probably meant.
    fn unknown(&mut self, entry: &Entry<'_>, groups: &[&'static [Key]]) -> Option<&'static str> {
        let names: Vec<&'static str> = groups
            .iter()
            .flat_map(|group| group.iter())
            .filter(|key| !matches!(key.shape, Shape::NotYet(_)))
            .map(|key| key.name)
            .collect();
        let message = format!("unknown key {} in {}", quote(&entry.key), self.here());
        let near = nearest(&entry.key, names.iter().copied());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys here are {}", crate::text::all_of(&names)),
        };
        self.say(&entry.at, message, help);
        near
    }

    /// `owner` is the place of the key that holds the value.
    fn node(&mut self, node: &Node<'_>, shape: &Shape, owner: &Range<usize>) {
        match (shape, &node.value) {
            (Shape::Flag, Value::Flag(_)) => {}
            (Shape::Whole(min, max), Value::Whole(number)) => {
                if number < min || number > max {
                    self.out_of_range(node, words::whole_range(*min, *max));
                }
            }
            (Shape::Whole(min, max), Value::Number(number)) if number.is_infinite() => {
                self.out_of_range(node, words::whole_range(*min, *max));
            }
            (Shape::Number(min, max), Value::Whole(_) | Value::Number(_)) => {
                let number = node.as_number().unwrap_or(f64::NAN);
                if !(*min..=*max).contains(&number) {
                    self.out_of_range(node, words::range(*min, *max));
                }
            }
            (Shape::Choice(words), Value::Text(text)) => self.choice(node, text, words, None),
            (
                Shape::Line(_) | Shape::Prose(_) | Shape::Text(_) | Shape::Open(_) | Shape::Scalar | Shape::Any,
                Value::Text(text),
            ) => self.text(node, text, shape),
            (Shape::Scalar, Value::Whole(_) | Value::Number(_) | Value::Flag(_)) => self.finite(node),
            (Shape::Any, _) => self.any(node),
            (Shape::List(least, item), Value::List(items)) => {
                if items.len() < *least {
                    self.say(&node.span, "the list is empty", "give it at least one item, or leave the key out");
                }
                for item_node in items {
                    self.node(item_node, item, &item_node.span);
                }
            }
            (Shape::Table(groups), Value::Table(table)) => self.table(table, groups, owner),
            (Shape::Names(name, least, value), Value::Table(table)) => {
                if table.entries.len() < *least {
                    self.say(owner, format!("{} is empty", self.here()), "give it at least one field");
                }
                for entry in &table.entries {
                    self.name(entry, *name);
                    self.entry(entry, value, owner);
                }
            }
            (Shape::Either(Shape::Choice(words), long), Value::Text(text)) => {
                self.choice(node, text, words, Some(long));
            }
            (Shape::Either(short, _), Value::Text(_)) => self.node(node, short, owner),
            (Shape::Either(_, long @ Shape::List(..)), Value::List(_)) => self.node(node, long, owner),
            (Shape::Either(_, long @ (Shape::Table(_) | Shape::Names(..))), Value::Table(_)) => {
                self.node(node, long, owner);
            }
            _ => self.wrong_type(node, shape),
        }
    }

    fn wrong_type(&mut self, node: &Node<'_>, shape: &Shape) {
        let key = self.path.last().map_or_else(String::new, |key| format!("{} is ", quote(key)));
        let message = format!("{key}{}, where {} belongs", node.kind(), words::expected(shape));
        self.say(&node.span, message, words::instead(shape, node, &self.path));
    }

    fn out_of_range(&mut self, node: &Node<'_>, help: String) {
        let key = self.path.last().map_or("", String::as_str);
        self.say(&node.span, format!("{} is out of range", quote(key)), help);
    }

    /// `long`: what can stand here instead of a word.
    fn choice(&mut self, node: &Node<'_>, text: &str, words: &[&str], long: Option<&Shape>) {
        if words.contains(&text) {
            return;
        }
        let key = self.path.last().map_or("", String::as_str);
        let message = format!("{} cannot be {}", quote(key), quote(text));
        let near = nearest(text, words.iter().copied()).filter(|_| words.len() > 1);
        let help = near.map_or_else(
            || {
                let long = long.map(|shape| format!(", or {}", words::expected(shape))).unwrap_or_default();
                format!("write {}{long}", any_of(words))
            },
            |near| format!("did you mean `{near}`? it can be {}", any_of(words)),
        );
        self.say(&node.span, message, help);
    }

    fn text(&mut self, node: &Node<'_>, text: &str, shape: &Shape) {
        let key = self.path.last().map_or("", String::as_str);
        let (longest, one_line, blank) = match shape {
            Shape::Line(longest) => (*longest, true, false),
            Shape::Open(_) => (200, true, false),
            Shape::Prose(longest) => (*longest, false, false),
            Shape::Text(longest) => (*longest, false, true),
            _ => (usize::MAX, false, true),
        };
        // What a server sends as it stands may read in any direction; what people read in its code may not.
        let is_data = matches!(shape, Shape::Text(_) | Shape::Any);
        let key = quote(key);
        if let Some(help) = words::forbidden(text, is_data) {
            self.say(&node.span, format!("{key} holds a character that must not stand in a text"), help);
        }
        if !blank && text.trim().is_empty() {
            self.say(&node.span, format!("{key} is empty"), "write something, or leave the key out");
        }
        if one_line && text.contains('\n') {
            self.say(&node.span, format!("{key} has several lines"), "write it on one line");
        }
        let length = text.chars().count();
        if length > longest {
            let message = format!("{key} is too long: {}", count(length, "character"));
            self.say(&node.span, message, format!("write at most {longest}"));
        }
    }

    /// Texts within a value that is otherwise free, and what JSON has no place for.
    fn any(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Text(text) => self.text(node, text, &Shape::Any),
            Value::Time => self.wrong_type(node, &Shape::Any),
            Value::List(items) => items.iter().for_each(|item| self.any(item)),
            Value::Table(table) => {
                for entry in &table.entries {
                    self.name(entry, Name::Any);
                    self.path.push(entry.key.to_string());
                    self.any(&entry.node);
                    self.path.pop();
                }
            }
            Value::Whole(_) | Value::Number(_) | Value::Flag(_) => self.finite(node),
        }
    }

    fn finite(&mut self, node: &Node<'_>) {
        if node.as_number().is_some_and(|number| !number.is_finite()) {
            self.say(&node.span, "a number that is infinite, or none, has no place in JSON", "write a finite number");
        }
    }

    /// A key that the spec chose; what kind of name it must be is for validation, where the messages know more.
    fn name(&mut self, entry: &Entry<'_>, name: Name) {
        if let Some(help) = words::forbidden(&entry.key, false) {
            self.say(&entry.at, "the key holds a character that must not stand in a text", help);
        }
        if entry.key.is_empty() && name == Name::Any {
            self.say(&entry.at, "the key is empty", "give it a name");
        }
    }
}
