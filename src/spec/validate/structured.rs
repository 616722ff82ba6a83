//! `structured`: a fixed answer as a value, which must be what `output` promises.
//!
//! Knows of a placeholder what its type is, and nothing of the value that a call will give it: limits are held against
//! what stands in the spec only.

use std::collections::HashSet;
use std::ops::Range;

use super::Check;
use super::placeholders::{Piece, Use, pieces};
use super::scope::{Known, Scope};
use super::values::{Judge, Types, in_words};
use crate::spec::node::{Entry, Node, Table, Value};
use crate::spec::types::{BodyValue, Field, Presence, Type};
use crate::text::{any_of, nearest, quote};

impl Check<'_> {
    /// The answer in `structured`.
    pub(super) fn structured(
        &self,
        table: &Table<'_>,
        scope: &Scope<'_>,
        output: &[Field],
        types: &Types<'_>,
    ) -> Vec<(String, BodyValue)> {
        let entries = table.entries_of("structured");
        if let (Some(entry), false) = (table.entry("structured"), output.is_empty() || entries.is_empty()) {
            self.promised(entry, entries, scope, output, types);
        }
        entries.iter().map(|entry| (entry.key.to_string(), self.json(&entry.node, scope))).collect()
    }

    fn promised(
        &self,
        structured: &Entry<'_>,
        entries: &[Entry<'_>],
        scope: &Scope<'_>,
        output: &[Field],
        types: &Types<'_>,
    ) {
        let judge = Judge { check: self, types, what: "value", scope: Some(scope) };
        let names: Vec<&str> = output.iter().map(|field| field.name.wire()).collect();
        for entry in entries {
            if let Some(field) = output.iter().find(|field| field.name.wire() == entry.key) {
                judge.value(&entry.node, &field.ty);
                continue;
            }
            let help = match nearest(&entry.key, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it can be {}", any_of(&names)),
            };
            let message = format!("`output` of {} has no field {}", scope.what, quote(&entry.key));
            self.say(&entry.at, message, help);
        }
        let is_missing = |field: &&Field| {
            field.presence == Presence::Required && !entries.iter().any(|entry| entry.key == field.name.wire())
        };
        for field in output.iter().filter(is_missing) {
            let message = format!("`structured` has no `{}`, which `output` requires", field.name);
            self.say(&structured.at, message, "add it");
        }
    }

    fn json(&self, node: &Node<'_>, scope: &Scope<'_>) -> BodyValue {
        match &node.value {
            Value::Text(text) => BodyValue::Template(self.template(text, &node.span, scope, Use::Body)),
            Value::List(items) => BodyValue::Array(items.iter().map(|item| self.json(item, scope)).collect()),
            Value::Table(table) => {
                let member = |entry: &Entry<'_>| (entry.key.to_string(), self.json(&entry.node, scope));
                BodyValue::Object(table.entries.iter().map(member).collect())
            }
            _ => BodyValue::Literal(node.to_json()),
        }
    }
}

impl Judge<'_, '_> {
    /// A text with placeholders: without any, it is what it says; one alone keeps its type; else it is a string.
    pub(super) fn template(&self, node: &Node<'_>, text: &str, ty: &Type, scope: &Scope<'_>) {
        match pieces(text).as_slice() {
            [] => self.text(node, "", ty),
            [Piece::Text(text)] => self.text(node, text, ty),
            [Piece::Name(name)] => {
                if let Some(known) = scope.known(name) {
                    self.placeholder(&node.span, name, &known, ty);
                }
            }
            _ if matches!(ty, Type::String { .. } | Type::Enum { .. }) => {}
            // What cannot be read is told where it is read.
            pieces if pieces.iter().any(|piece| matches!(piece, Piece::Broken(..))) => {}
            _ => {
                let why = format!("is a text with placeholders, and its type is {}", in_words(ty));
                self.say(&node.span, &why, "write one placeholder and nothing beside it: alone it keeps its type");
            }
        }
    }

    fn placeholder(&self, span: &Range<usize>, name: &str, known: &Known<'_>, ty: &Type) {
        let braced = quote(&format!("{{{name}}}"));
        // What can be any JSON can be `null`, too.
        if known.may_miss && known.ty.is_some() {
            let message = format!("{braced} may be missing, and `null` would be there instead of {}", in_words(ty));
            let help = match known.question {
                Some(question) => format!("remove the `optional` of {}, or this field", quote(question)),
                None => format!("give {} a default, or remove its `optional`", quote(name)),
            };
            return self.check.say(span, message, help);
        }
        let Some(given) = known.ty else { return };
        if fits(given, ty, self.types, &mut HashSet::new()) {
            return;
        }
        let (given, wanted) = (in_words(given), in_words(ty));
        let message = if given == wanted {
            format!("{braced} is {given}, and what belongs here is another")
        } else {
            format!("{braced} is {given}, where {wanted} belongs")
        };
        self.check.say(span, message, "change the type of one of them");
    }
}

/// Whether each value of `given` has the type `wanted`, limits aside. `seen` are the pairs of objects that were looked at:
/// types can form circles.
fn fits(given: &Type, wanted: &Type, types: &Types<'_>, seen: &mut HashSet<[*const Field; 2]>) -> bool {
    match (given, wanted) {
        (Type::String { .. } | Type::Enum { .. }, Type::String { .. })
        | (Type::Integer { .. }, Type::Integer { .. })
        | (Type::Integer { .. } | Type::Number { .. }, Type::Number { .. })
        | (Type::Boolean, Type::Boolean)
        | (Type::Object { .. } | Type::Map | Type::Named(_), Type::Map) => true,
        (Type::Enum { variants: given, .. }, Type::Enum { variants: wanted, .. }) => {
            given.iter().all(|given| wanted.iter().any(|wanted| wanted.wire == given.wire))
        }
        (Type::Array { items: given, .. }, Type::Array { items: wanted, .. }) => fits(given, wanted, types, seen),
        (Type::Named(given), Type::Named(wanted)) if given == wanted => true,
        (given, wanted) => match (fields_of(given, types), fields_of(wanted, types)) {
            (Some(given), Some(wanted)) => {
                !seen.insert([given.as_ptr(), wanted.as_ptr()]) || fields_fit(given, wanted, types, seen)
            }
            _ => false,
        },
    }
}

fn fields_fit(given: &[Field], wanted: &[Field], types: &Types<'_>, seen: &mut HashSet<[*const Field; 2]>) -> bool {
    let of = |fields: &'_ [Field], name: &str| fields.iter().position(|field| field.name.wire() == name);
    let are_known = given.iter().all(|field| of(wanted, field.name.wire()).is_some());
    are_known
        && wanted.iter().all(|wanted| match of(given, wanted.name.wire()).map(|at| &given[at]) {
            None => wanted.presence != Presence::Required,
            Some(given) => {
                let may_miss = given.presence == Presence::Optional && wanted.presence == Presence::Required;
                !may_miss && fits(&given.ty, &wanted.ty, types, seen)
            }
        })
}

fn fields_of<'t>(ty: &'t Type, types: &Types<'t>) -> Option<&'t [Field]> {
    match ty {
        Type::Object { fields, .. } => Some(fields),
        Type::Named(name) => types.get(name.pascal()).copied(),
        _ => None,
    }
}
