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
        let needs = |ty: &NamedType| references(&ty.fields, &|field| field.presence != Presence::Optional, true);
        for ty in types {
            if !reaches(types, &ty.name, &needs) {
                continue;
            }
            let Some(span) = self.known.get(ty.name.pascal()) else { continue };
            let message = format!("a value of the type `{}` would have to hold another one, without an end", ty.name);
            self.say(span, message, "make a field on the way `optional = true`, or an array");
        }
    }
}

/// The types that can hold themselves other than in a list: Rust must box them on the way.
#[must_use]
pub fn recursive_types(types: &[NamedType]) -> BTreeSet<TypeName> {
    let holds = |ty: &NamedType| references(&ty.fields, &|_| true, false);
    types.iter().filter(|ty| reaches(types, &ty.name, &holds)).map(|ty| ty.name.clone()).collect()
}

/// Whether one comes from `start` back to it.
fn reaches(types: &[NamedType], start: &TypeName, next: &dyn Fn(&NamedType) -> Vec<TypeName>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![start.clone()];
    while let Some(name) = open.pop() {
        for target in types.iter().filter(|ty| ty.name == name).flat_map(next) {
            if target == *start {
                return true;
            }
            if seen.insert(target.clone()) {
                open.push(target);
            }
        }
    }
    false
}

/// The named types that the fields hold directly, where `counts` lets a field count. Lists count if they cannot be empty
/// and `lists` says so.
fn references(fields: &[Field], counts: &dyn Fn(&Field) -> bool, lists: bool) -> Vec<TypeName> {
    let mut found = Vec::new();
    for field in fields.iter().filter(|field| counts(field)) {
        of_type(&field.ty, counts, lists, &mut found);
    }
    found
}

fn of_type(ty: &Type, counts: &dyn Fn(&Field) -> bool, lists: bool, found: &mut Vec<TypeName>) {
    match ty {
        Type::Named(name) => found.push(name.clone()),
        Type::Object { fields, .. } => found.extend(references(fields, counts, lists)),
        Type::Array { items, min_items, .. } if lists && min_items.is_some_and(|least| least > 0) => {
            of_type(items, counts, lists, found);
        }
        _ => {}
    }
}
