//! Values in the spec that must be what their own types allow: defaults, examples, and what `structured` answers.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde_json::Value as Json;

use super::scope::Scope;
use super::{Check, formats};
use crate::spec::node::{Node, Table, Value};
use crate::spec::types::{Field, Presence, Spec, Type, Variant};
use crate::text::{all_of, any_of, nearest, quote};

/// A value that is held against its type once all types are known.
pub(super) struct Pending<'d> {
    pub(super) node: &'d Node<'d>,
    pub(super) ty: Type,
    /// `default` or `example`.
    pub(super) key: &'static str,
}

/// The named types and their fields.
pub(super) type Types<'t> = BTreeMap<&'t str, &'t [Field]>;

impl Check<'_> {
    pub(super) fn defaults_and_examples(&self, types: &Types<'_>) {
        for pending in self.pending.take() {
            Judge { check: self, types, what: pending.key, scope: None }.value(pending.node, &pending.ty);
        }
    }
}

/// What holds a value against a type.
pub(super) struct Judge<'j, 'd> {
    pub(super) check: &'j Check<'d>,
    pub(super) types: &'j Types<'j>,
    /// What the value is, as messages say it.
    pub(super) what: &'static str,
    /// What placeholders in texts stand for; without it, texts stand for themselves.
    pub(super) scope: Option<&'j Scope<'j>>,
}

impl Judge<'_, '_> {
    pub(super) fn say(&self, span: &Range<usize>, why: &str, help: impl Into<String>) {
        self.check.say(span, format!("the {} {why}", self.what), help);
    }

    pub(super) fn value(&self, node: &Node<'_>, ty: &Type) {
        match (ty, &node.value) {
            (_, Value::Text(text)) => match self.scope {
                Some(scope) => self.template(node, text, ty, scope),
                None => self.text(node, text, ty),
            },
            (Type::Integer { minimum, maximum }, Value::Whole(number)) => {
                self.range(node, minimum.is_some_and(|min| *number < min), "minimum", *minimum);
                self.range(node, maximum.is_some_and(|max| *number > max), "maximum", *maximum);
            }
            (Type::Number { minimum, maximum }, Value::Whole(_) | Value::Number(_)) => {
                let number = node.as_number().unwrap_or_default();
                self.range(node, minimum.is_some_and(|min| number < min), "minimum", *minimum);
                self.range(node, maximum.is_some_and(|max| number > max), "maximum", *maximum);
            }
            (Type::Boolean, Value::Flag(_)) | (Type::Map, Value::Table(_)) => {}
            // What JSON has no place for is refused by the shape check already.
            (_, value) if matches!(value, Value::Time) || matches!(value, Value::Number(n) if !n.is_finite()) => {}
            (Type::Array { .. }, Value::List(items)) => self.list(node, items, ty),
            (Type::Object { fields, .. }, Value::Table(table)) => self.object(node, table, fields),
            (Type::Named(name), Value::Table(table)) => {
                if let Some(fields) = self.types.get(name.pascal()) {
                    self.object(node, table, fields);
                }
            }
            _ => self.another_type(node, ty),
        }
    }

    fn another_type(&self, node: &Node<'_>, ty: &Type) {
        let why = format!("is {}, and its type is {}", node.kind(), in_words(ty));
        self.say(&node.span, &why, format!("write {}", in_words(ty)));
    }

    fn range<T: std::fmt::Display>(&self, node: &Node<'_>, outside: bool, limit: &str, bound: Option<T>) {
        if let (true, Some(bound)) = (outside, bound) {
            self.say(&node.span, &format!("breaks its own limit `{limit} = {bound}`"), "change one of them");
        }
    }

    /// A text as it stands.
    pub(super) fn text(&self, node: &Node<'_>, text: &str, ty: &Type) {
        let (min_length, max_length, pattern, format) = match ty {
            Type::String { min_length, max_length, pattern, format } => (min_length, max_length, pattern, format),
            Type::Enum { variants, .. } => return self.word(node, text, variants),
            _ => return self.another_type(node, ty),
        };
        let length = text.chars().count() as u64;
        self.range(node, min_length.is_some_and(|min| length < min), "min_length", *min_length);
        self.range(node, max_length.is_some_and(|max| length > max), "max_length", *max_length);
        if let Some(Ok(regex)) = pattern.as_deref().map(regex_lite::Regex::new)
            && !regex.is_match(text)
        {
            self.say(&node.span, "does not match its own `pattern`", "change one of them");
        }
        if let Some(format) = format
            && !formats::holds(*format, text)
        {
            let help = format!("write it like `{}`", formats::sample(*format));
            self.say(&node.span, &format!("{} does not have its own `format`", quote(text)), help);
        }
    }

    fn word(&self, node: &Node<'_>, text: &str, variants: &[Variant]) {
        let wires: Vec<&str> = variants.iter().map(|variant| variant.wire.as_str()).collect();
        if !wires.contains(&text) {
            let help = match nearest(text, wires.iter().copied()) {
                Some(near) => format!("did you mean {}?", quote(near)),
                None => format!("it can be {}", any_of(&wires)),
            };
            self.say(&node.span, &format!("{} is not one of `enum`", quote(text)), help);
        }
    }

    fn list(&self, node: &Node<'_>, items: &[Node<'_>], ty: &Type) {
        let Type::Array { items: item, min_items, max_items, unique_items } = ty else { return };
        let length = items.len() as u64;
        self.range(node, min_items.is_some_and(|min| length < min), "min_items", *min_items);
        self.range(node, max_items.is_some_and(|max| length > max), "max_items", *max_items);
        for item_node in items {
            self.value(item_node, item);
        }
        if *unique_items {
            let mut seen = HashSet::new();
            let twice = items.iter().position(|item| !seen.insert(item.to_json().to_string()));
            if let Some(at) = twice {
                self.say(&items[at].span, "breaks its own limit `unique_items`", "remove the item that is there twice");
            }
        }
    }

    fn object(&self, node: &Node<'_>, table: &Table<'_>, fields: &[Field]) {
        for entry in &table.entries {
            if let Some(field) = fields.iter().find(|field| field.name.wire() == entry.key) {
                self.value(&entry.node, &field.ty);
                continue;
            }
            let names: Vec<&str> = fields.iter().map(|field| field.name.wire()).collect();
            let help = match nearest(&entry.key, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its fields are {}", all_of(&names)),
            };
            self.say(&entry.at, &format!("has a field {} that its type does not have", quote(&entry.key)), help);
        }
        let missing = |field: &&Field| field.presence == Presence::Required && table.entry(field.name.wire()).is_none();
        for field in fields.iter().filter(missing) {
            let why = format!("has no `{}`, which its type requires", field.name);
            self.say(&node.span, &why, "add it, or give that field a default of its own");
        }
    }
}

/// A type in words, with its article.
pub(super) fn in_words(ty: &Type) -> &'static str {
    match ty {
        Type::String { .. } => "a string",
        Type::Enum { .. } => "a string of its `enum`",
        Type::Integer { .. } => "an integer",
        Type::Number { .. } => "a number",
        Type::Boolean => "`true` or `false`",
        Type::Array { .. } => "an array",
        Type::Object { .. } | Type::Map | Type::Named(_) => "a table",
    }
}

/// Makes the defaults and examples of numbers floats, however the spec wrote them.
pub(super) fn settle(spec: &mut Spec) {
    let types = spec.types.clone();
    let known: Types<'_> = types.iter().map(|ty| (ty.name.pascal(), ty.fields.as_slice())).collect();
    let fields = spec.settings.iter_mut().map(|setting| &mut setting.field);
    let fields = fields.chain(spec.types.iter_mut().flat_map(|ty| &mut ty.fields));
    let fields = fields.chain(spec.tools.iter_mut().flat_map(|tool| tool.input.iter_mut().chain(&mut tool.output)));
    fields.for_each(|field| settle_field(field, &known));
}

fn settle_field(field: &mut Field, types: &Types<'_>) {
    if let Presence::Default(value) = &mut field.presence {
        settle_value(value, &field.ty, types);
    }
    if let Some(value) = &mut field.example {
        settle_value(value, &field.ty, types);
    }
    settle_type(&mut field.ty, types);
}

fn settle_type(ty: &mut Type, types: &Types<'_>) {
    match ty {
        Type::Array { items, .. } => settle_type(items, types),
        Type::Object { fields, .. } => fields.iter_mut().for_each(|field| settle_field(field, types)),
        _ => {}
    }
}

fn settle_value(value: &mut Json, ty: &Type, types: &Types<'_>) {
    match (ty, value) {
        (Type::Number { .. }, value) => {
            if let Some(number) = value.as_f64() {
                *value = Json::from(number);
            }
        }
        (Type::Array { items, .. }, Json::Array(values)) => {
            for value in values {
                settle_value(value, items, types);
            }
        }
        (Type::Object { fields, .. }, Json::Object(map)) => settle_fields(map, fields, types),
        (Type::Named(name), Json::Object(map)) => {
            if let Some(fields) = types.get(name.pascal()) {
                settle_fields(map, fields, types);
            }
        }
        _ => {}
    }
}

fn settle_fields(map: &mut serde_json::Map<String, Json>, fields: &[Field], types: &Types<'_>) {
    for field in fields {
        if let Some(value) = map.get_mut(field.name.wire()) {
            settle_value(value, &field.ty, types);
        }
    }
}
