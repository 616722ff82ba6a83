//! `[types.*]`: objects with a name, and the circles that they may form.

use std::collections::BTreeSet;

use super::Check;
use super::claims::Space;
use crate::name::TypeName;
use crate::spec::node::Table;
use crate::spec::types::{Field, NamedType, Presence, Type};
use crate::text::quote;

impl<'d> Check<'d> {
    pub(super) fn types(&self, document: &'d Table<'d>) -> Vec<NamedType> {
        let mut types = Vec::new();
        for entry in document.entries_of("types") {
            let name = TypeName::parse(&entry.key).unwrap_or_else(|error| {
                self.bad_name("type", entry, &error);
                TypeName::trusted(&entry.key)
            });
            let what = format!("the type {}", quote(&entry.key));
            self.claim(Space::Type, name.pascal(), &what, &entry.at);
            let Some(table) = entry.node.as_table() else { continue };
            let fields = self.fields(&table.entries, name.pascal(), &what);
            types.push(NamedType { name, fields });
        }
        self.refuse_infinite(&types);
        types
    }

    /// A type that must hold itself has no finite value.
    fn refuse_infinite(&self, types: &[NamedType]) {
        for ty in types {
            if !reaches_itself(types, &ty.name) {
                continue;
            }
            let Some(span) = self.known.get(ty.name.pascal()) else { continue };
            let message = format!("a value of the type `{}` would have to hold another one, without an end", ty.name);
            self.say(span, message, "make a field on the way `optional = true`, or an array");
        }
    }
}

/// Whether one comes back to the type on the way of what its values must hold.
fn reaches_itself(types: &[NamedType], start: &TypeName) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        let Some(ty) = types.iter().find(|ty| ty.name == *name) else { continue };
        for needed in needs(&ty.fields) {
            if needed == start {
                return true;
            }
            if seen.insert(needed) {
                open.push(needed);
            }
        }
    }
    false
}

/// The named types that a value with these fields must hold. A default is no way out: it holds the field as well.
fn needs(fields: &[Field]) -> Vec<&TypeName> {
    fields.iter().filter(|field| field.presence != Presence::Optional).flat_map(|field| needed_by(&field.ty)).collect()
}

fn needed_by(ty: &Type) -> Vec<&TypeName> {
    match ty {
        Type::Named(name) => vec![name],
        Type::Object { fields, .. } => needs(fields),
        Type::Array { items, min_items: Some(1..), .. } => needed_by(items),
        _ => Vec::new(),
    }
}
