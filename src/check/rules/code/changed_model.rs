//! A type in `models.rs` that is not what the spec says.

use proc_macro2::Ident;
use syn::{Field, Item};

use super::{is_edited, is_fresh};
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RESTORE;
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP106",
    name: "changed-model",
    severity: Severity::Error,
    summary: "a type in `models.rs` is gone or has other fields than the spec says",
    docs: "The types in `src/models.rs` are what the schemas say, so that what the base has checked can be read into them. \
           One with another field, type or serde attribute fails when it is called, or loses what a client sent.\n\nRestore \
           `src/models.rs` from version control. Fields are changed in `server.toml`: then delete `src/models.rs`, and \
           `mcpgen check --fix` renders it again. Types of your own belong into a file of yours.",
    check: Check::Server(check),
};

const FILE: &str = "src/models.rs";

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(file) = server.files.get(FILE).filter(|file| is_edited(file) && is_fresh(server)) else { return };
    let (Some(found), Some(expected)) = (file.rust(), file.expected_rust()) else { return };
    for (name, wanted) in expected.items.iter().filter_map(|item| Some((name_of(item)?, item))) {
        let there =
            found.items.iter().find(|item| name_of(item) == Some(name) && !rust::is_off(rust::attributes(item)));
        let (span, message) = match there {
            None => (None, format!("the type `{name}` is gone, and the tools need it")),
            Some(there) if !rust::is_same(there, wanted) => {
                let (at, what) = difference(there, wanted).unwrap_or((name, "other attributes"));
                let at = name_of(there).filter(|_| at == name).unwrap_or(at);
                (Some(at.span()), format!("the type `{name}` is not what the spec says: {}", told(at, what)))
            }
            Some(_) => continue,
        };
        let place = span.map_or_else(|| file.line(1), |span| file.place(Span::rust(span)));
        out.add(place, message).help(format!("{RESTORE}; fields are changed in `server.toml`"));
    }
}

fn told(at: &Ident, what: &str) -> String {
    if what == "other attributes" {
        format!("it has {what}")
    } else {
        what.replace("{}", &format!("`{}`", rust::bare_name(at)))
    }
}

fn name_of(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        _ => None,
    }
}

/// The first field or variant that differs, or else the type itself, and how.
fn difference<'a>(found: &'a Item, wanted: &'a Item) -> Option<(&'a Ident, &'static str)> {
    match (found, wanted) {
        (Item::Struct(found), Item::Struct(wanted)) => {
            let lost = wanted.fields.iter().find(|field| named(found.fields.iter(), field).is_none());
            if let Some(field) = lost {
                return Some((field.ident.as_ref()?, "{} is gone"));
            }
            found.fields.iter().find_map(|field| match named(wanted.fields.iter(), field) {
                None => Some((field.ident.as_ref()?, "{} is new")),
                Some(other) if !rust::is_same(&field.ty, &other.ty) => {
                    Some((field.ident.as_ref()?, "{} has another type"))
                }
                Some(other) if !rust::is_same(field, other) => Some((field.ident.as_ref()?, "{} has other attributes")),
                Some(_) => None,
            })
        }
        (Item::Enum(found), Item::Enum(wanted)) => {
            let has = |list: &syn::ItemEnum, name: &Ident| list.variants.iter().any(|variant| variant.ident == *name);
            if let Some(lost) = wanted.variants.iter().find(|variant| !has(found, &variant.ident)) {
                return Some((&lost.ident, "{} is gone"));
            }
            found.variants.iter().find_map(|variant| {
                match wanted.variants.iter().find(|other| other.ident == variant.ident) {
                    None => Some((&variant.ident, "{} is new")),
                    Some(other) if !rust::is_same(variant, other) => Some((&variant.ident, "{} has other attributes")),
                    Some(_) => None,
                }
            })
        }
        _ => None,
    }
}

fn named<'a>(mut fields: impl Iterator<Item = &'a Field>, like: &Field) -> Option<&'a Field> {
    fields.find(|field| field.ident == like.ident)
}
