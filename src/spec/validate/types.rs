//! `[types.*]`: objects with a name, and the circles that they may form.

use std::collections::HashMap;

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
        for ty in endless(types) {
            let Some(span) = self.known.get(ty.name.pascal()) else { continue };
            let message = format!("a value of the type `{}` would have to hold another one, without an end", ty.name);
            self.say(span, message, "make a field on the way `optional = true`, or an array");
        }
    }
}

/// The types whose values must hold values of their own type: those on a circle of needs, or between two.
fn endless(types: &[NamedType]) -> impl Iterator<Item = &NamedType> {
    let index: HashMap<&TypeName, usize> = types.iter().enumerate().map(|(at, ty)| (&ty.name, at)).collect();
    let needs = types.iter().map(|ty| needs(&ty.fields).into_iter().filter_map(|name| index.get(name).copied()));
    let needs: Vec<Vec<usize>> = needs.map(Iterator::collect).collect();
    let without_end = left_over(&needs);
    let mut needed_by = vec![Vec::new(); types.len()];
    for (at, needs) in needs.iter().enumerate().filter(|(at, _)| without_end[*at]) {
        for need in needs {
            needed_by[*need].push(at);
        }
    }
    let without_beginning = left_over(&needed_by);
    types.iter().enumerate().filter(move |(at, _)| without_end[*at] && without_beginning[*at]).map(|(_, ty)| ty)
}

/// What stays when everything that points at nothing that stays has been taken away.
fn left_over(edges: &[Vec<usize>]) -> Vec<bool> {
    let mut incoming = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        for to in targets {
            incoming[*to].push(from);
        }
    }
    let mut open: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut stays = vec![true; edges.len()];
    let mut done: Vec<usize> = (0..edges.len()).filter(|at| open[*at] == 0).collect();
    while let Some(at) = done.pop() {
        stays[at] = false;
        for from in &incoming[at] {
            open[*from] -= 1;
            if open[*from] == 0 {
                done.push(*from);
            }
        }
    }
    stays
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
