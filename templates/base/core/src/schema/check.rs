// Owned by mcpgen: edits are overwritten.
//! Checks a value against compiled nodes.
//!
//! A value without problems costs no allocation but that of its defaults: the path to a field is a
//! list on the stack, and becomes text only for a problem.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::{Array, Kinds, Node, Object, Problem, Range, Text};
use crate::canonical;

/// As deep as `serde_json` reads; it also ends a default that contains itself.
const DEEPEST: usize = 128;
/// A hostile array of a million wrong items must not become a million sentences.
const MOST_PROBLEMS: usize = 100;
/// Up to here, comparing all pairs is cheaper than hashing.
const FEW_ITEMS: usize = 16;
/// More names than this do not help the reader of a message.
const MOST_NAMES: usize = 20;
/// A name that the caller made up is repeated up to this length.
const LONGEST_NAME: usize = 64;

pub(super) fn problems(root: &Node, definitions: &[Node], value: &mut Value) -> Vec<Problem> {
    let mut checker = Checker {
        definitions,
        problems: Vec::new(),
        full: false,
    };
    checker.node(root, value, &Path::ROOT);
    if checker.full {
        let message = "has more problems, which are left out here".to_owned();
        checker.problems.push(Problem {
            field: String::new(),
            message,
        });
    }
    checker.problems
}

struct Checker<'s> {
    definitions: &'s [Node],
    problems: Vec<Problem>,
    full: bool,
}

impl Checker<'_> {
    fn node(&mut self, node: &Node, value: &mut Value, path: &Path) {
        if self.full {
            return;
        }
        if let Some(index) = node.reference {
            // The compiler proved that a chain of references ends.
            return self.node(&self.definitions[index], value, path);
        }
        if path.depth > DEEPEST {
            return self.report(path, "is nested too deeply");
        }
        if !self.kind(node.kinds, value, path) {
            return;
        }
        if let Some(allowed) = &node.allowed
            && !allowed.iter().any(|one| same(one, value))
        {
            let names = listed(allowed.iter().map(plain));
            return self.report(path, format!("must be one of {names}"));
        }
        match value {
            Value::String(text) => self.text(node.text.as_deref(), text, path),
            Value::Number(number) => self.range(node.range.as_deref(), number, path),
            Value::Array(items) => self.array(node.array.as_deref(), items, path),
            Value::Object(fields) => self.object(node.object.as_deref(), fields, path),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Whether the type is right; a whole number written as `3.0` becomes `3` on the way.
    fn kind(&mut self, kinds: Kinds, value: &mut Value, path: &Path) -> bool {
        let is = Kinds::of(value);
        if kinds == Kinds::ANY || kinds.has(is) {
            return true;
        }
        if let Value::Number(number) = value
            && kinds.has(Kinds::INTEGER)
        {
            match whole(number) {
                Whole::Is(integer) => {
                    *value = Value::from(integer);
                    return true;
                }
                Whole::TooLarge => self.report(path, "must fit into 64 bits"),
                Whole::Not => self.report(path, format!("must be {kinds}")),
            }
            return false;
        }
        let help = if is == Kinds::of(&Value::Null) { "; leave it out instead" } else { "" };
        self.report(path, format!("must be {kinds}, not {is}{help}"));
        false
    }

    fn text(&mut self, rules: Option<&Text>, text: &str, path: &Path) {
        let Some(rules) = rules else { return };
        // A character takes one to four bytes, so most texts need no counting.
        let bytes = text.len() as u64;
        let characters = || text.chars().count() as u64;
        if bytes < rules.shortest || bytes / 4 < rules.shortest && characters() < rules.shortest {
            self.report(path, at_least(rules.shortest, "character"));
        }
        if bytes > rules.longest && characters() > rules.longest {
            self.report(path, at_most(rules.longest, "character"));
        }
        if let Some(pattern) = &rules.pattern
            && !pattern.is_match(text)
        {
            self.report(path, format!("must match the pattern `{pattern}`"));
        }
        if let Some(format) = rules.format
            && !format.admits(text)
        {
            self.report(path, format!("must be {}", format.described()));
        }
    }

    fn range(&mut self, range: Option<&Range>, number: &Number, path: &Path) {
        let Some(range) = range else { return };
        if let Some(minimum) = &range.minimum
            && compared(number, minimum) == Ordering::Less
        {
            self.report(path, format!("must be at least {minimum}"));
        }
        if let Some(maximum) = &range.maximum
            && compared(number, maximum) == Ordering::Greater
        {
            self.report(path, format!("must be at most {maximum}"));
        }
    }

    fn array(&mut self, rules: Option<&Array>, items: &mut [Value], path: &Path) {
        let Some(rules) = rules else { return };
        let length = items.len() as u64;
        if length < rules.fewest {
            self.report(path, at_least(rules.fewest, "item"));
        }
        if length > rules.most {
            self.report(path, at_most(rules.most, "item"));
        }
        for (index, item) in items.iter_mut().enumerate() {
            self.node(&rules.items, item, &path.then(Step::Index(index)));
        }
        if rules.unique && repeats(items) {
            self.report(path, "must not hold the same item twice");
        }
    }

    fn object(&mut self, rules: Option<&Object>, fields: &mut Map<String, Value>, path: &Path) {
        let Some(rules) = rules else { return };
        let mut known = 0;
        for property in &rules.properties {
            if let Some(value) = fields.get_mut(&property.name) {
                known += 1;
                self.node(&property.node, value, &path.then(Step::Field(&property.name)));
            } else if let Some(default) = &property.default {
                known += 1;
                let mut value = default.clone();
                self.node(&property.node, &mut value, &path.then(Step::Field(&property.name)));
                fields.insert(property.name.clone(), value);
            } else if property.required {
                self.report(&path.then(Step::Field(&property.name)), "is required");
            }
        }
        if fields.len() > known {
            self.others(rules, fields, path);
        }
    }

    /// The fields that no property describes.
    fn others(&mut self, rules: &Object, fields: &mut Map<String, Value>, path: &Path) {
        let names = || rules.properties.iter().map(|property| property.name.clone());
        for (name, value) in fields {
            if self.full || rules.properties.iter().any(|property| property.name == *name) {
                continue;
            }
            let path = path.then(Step::Field(name));
            match &rules.others {
                Some(node) => self.node(node, value, &path),
                None if rules.properties.is_empty() => self.report(&path, "is not known"),
                None => {
                    let message = format!("is not known; the fields are {}", listed(names()));
                    self.report(&path, message);
                }
            }
        }
    }

    fn report(&mut self, path: &Path, message: impl Into<String>) {
        if self.problems.len() == MOST_PROBLEMS {
            self.full = true;
        } else {
            self.problems.push(Problem {
                field: path.text(),
                message: message.into(),
            });
        }
    }
}

/// The way to a field, from the innermost step outwards.
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
    depth: usize,
}

enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

impl Path<'_> {
    const ROOT: Self = Self {
        parent: None,
        step: Step::Field(""),
        depth: 0,
    };

    const fn then<'a>(&'a self, step: Step<'a>) -> Path<'a> {
        Path {
            parent: Some(self),
            step,
            depth: self.depth + 1,
        }
    }

    fn text(&self) -> String {
        let Some(parent) = self.parent else { return String::new() };
        let mut text = parent.text();
        match self.step {
            Step::Field(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.extend(name.chars().take(LONGEST_NAME));
            }
            Step::Index(index) => {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "[{index}]");
            }
        }
        text
    }
}

enum Whole {
    Is(i64),
    TooLarge,
    Not,
}

fn whole(number: &Number) -> Whole {
    if let Some(integer) = number.as_i64() {
        return Whole::Is(integer);
    }
    match number.as_f64() {
        _ if number.is_u64() => Whole::TooLarge,
        Some(float) if float.fract() != 0.0 => Whole::Not,
        // `Display` writes a whole float without a point, and never with an exponent.
        Some(float) => float.to_string().parse().map_or(Whole::TooLarge, Whole::Is),
        None => Whole::Not,
    }
}

/// Whole numbers are compared exactly, others as floats.
fn compared(left: &Number, right: &Number) -> Ordering {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
    }
}

fn repeats(items: &[Value]) -> bool {
    if items.len() <= FEW_ITEMS {
        let mut rest = items.iter();
        return rest.clone().any(|item| {
            rest.next();
            rest.as_slice().contains(item)
        });
    }
    let mut seen = HashSet::with_capacity(items.len());
    !items.iter().all(|item| seen.insert(canonical::text(item)))
}

fn at_least(count: u64, noun: &str) -> String {
    match count {
        1 => "must not be empty".to_owned(),
        _ => format!("must have at least {count} {noun}s"),
    }
}

fn at_most(count: u64, noun: &str) -> String {
    match count {
        0 => "must be empty".to_owned(),
        1 => format!("must have at most 1 {noun}"),
        _ => format!("must have at most {count} {noun}s"),
    }
}

/// Names and values in backticks: `` `metric`, `imperial` ``.
fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(MOST_NAMES);
    let mut listed: Vec<_> = names.take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    if more > 0 {
        listed.push(format!("{more} more"));
    }
    listed.join(", ")
}

/// As JSON has it: `1` and `1.0` are the same number.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => compared(left, right) == Ordering::Equal,
        _ => left == right,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
