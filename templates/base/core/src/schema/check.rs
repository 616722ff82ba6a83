// Owned by mcpgen: edits are overwritten.
//! Checks a value against compiled nodes.
//!
//! A value without problems costs no allocation but those of its defaults and of `uniqueItems`: the
//! path to a field is a list on the stack, and becomes text only for a problem.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

use super::compare::{Whole, compared, repeats, same, whole};
use super::path::{Path, Step};
use super::words::{at_least, at_most, listed, plain};
use super::{Array, Kinds, Node, Object, Problem, Range, Text};

/// As deep as `serde_json` reads; it also ends a default that contains itself.
const DEEPEST: usize = 128;
/// A hostile array of a million wrong items must not become a million sentences.
const MOST_PROBLEMS: usize = 100;

pub(super) fn problems(root: &Node, definitions: &[Node], value: &mut Value) -> Vec<Problem> {
    let mut checker = Checker::new(definitions);
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

pub(super) struct Checker<'s> {
    definitions: &'s [Node],
    problems: Vec<Problem>,
    full: bool,
}

impl<'s> Checker<'s> {
    fn new(definitions: &'s [Node]) -> Self {
        Self {
            definitions,
            problems: Vec::new(),
            full: false,
        }
    }

    pub(super) fn node(&mut self, node: &Node, value: &mut Value, path: &Path) {
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
        if let Some(combined) = &node.combined {
            self.combined(combined, value, path);
        }
    }

    /// What a schema would make of a value, and what is wrong with it.
    pub(super) fn attempt(&self, node: &Node, value: &Value, path: &Path) -> (Value, Vec<Problem>) {
        let mut value = value.clone();
        let mut attempt = Checker::new(self.definitions);
        attempt.node(node, &mut value, path);
        (value, attempt.problems)
    }

    /// Takes over the problems of an attempt.
    pub(super) fn take(&mut self, problems: Vec<Problem>) {
        let room = MOST_PROBLEMS - self.problems.len();
        self.full |= problems.len() > room;
        self.problems.extend(problems.into_iter().take(room));
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
        self.report(path, format!("must be {kinds}, not {is}"));
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
            if property.may_be_null_instead(fields.get(&property.name)) {
                fields.shift_remove(&property.name);
            }
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

    pub(super) fn report(&mut self, path: &Path, message: impl Into<String>) {
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
