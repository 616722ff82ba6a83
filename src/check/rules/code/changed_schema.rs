//! Schemas that are not what the spec says.

use std::collections::HashMap;

use super::{is_edited, is_fresh};
use crate::check::document::{self, Node, Value};
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RESTORE;
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP109",
    name: "changed-schema",
    severity: Severity::Error,
    summary: "`schemas.json` says something else than the spec",
    docs: "`schemas.json` is compiled into the server: what it says of tools, resources, prompts and settings is what clients \
           are shown and what every value is checked against.\n\nRestore it from version control, or delete it: `mcpgen check --fix` \
           renders it again. What is meant to be different belongs into `server.toml`.",
    check: Check::Server(check),
};

const FILE: &str = "schemas.json";

/// Keys whose values have a name each.
const SECTIONS: &[&str] = &["tools", "resources", "prompts"];

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(file) = server.files.get(FILE).filter(|file| is_edited(file) && is_fresh(server)) else { return };
    let help = format!("{RESTORE}; schemas are changed in `server.toml`");
    if let Some(Err(why)) = file.documents() {
        out.add(file.bytes(why.span.clone()), format!("`{FILE}` is no JSON: {}", why.message)).help(help);
        return;
    }
    let (Some(found), Some(expected)) = (file.document(), file.expected.and_then(|text| document::json(text).ok()))
    else {
        return;
    };
    for (key, at) in differences(found, &expected) {
        match key {
            (section, Some(name)) => {
                let noun = section.trim_end_matches('s');
                out.add(file.bytes(at), format!("the {noun} {} is not described as the spec says", quote(name)))
            }
            (key, None) => out.add(file.bytes(at), format!("{} is not what the spec says", quote(key))),
        }
        .help(help.as_str());
    }
}

type Difference<'a> = ((&'a str, Option<&'a str>), std::ops::Range<usize>);

/// What differs, by its key, or by its section and name; and where.
fn differences<'a>(found: &'a Node, expected: &'a Node) -> Vec<Difference<'a>> {
    let mut out = Vec::new();
    for (key, at, found, expected) in pairs(found, expected) {
        match (found, expected) {
            (Some(found), Some(expected)) if SECTIONS.contains(&key) => {
                let named =
                    pairs(found, expected).into_iter().filter(|(_, _, found, expected)| !is_same(*found, *expected));
                out.extend(named.map(|(name, at, ..)| ((key, Some(name)), at)));
            }
            (found, expected) if !is_same(found, expected) => out.push(((key, None), at)),
            _ => {}
        }
    }
    out
}

type Pair<'a> = (&'a str, std::ops::Range<usize>, Option<&'a Node>, Option<&'a Node>);

/// The keys of both maps with their values; where a key is not found, the map is the place.
fn pairs<'a>(found: &'a Node, expected: &'a Node) -> Vec<Pair<'a>> {
    let by_key = |node: &'a Node| -> HashMap<&'a str, &'a Node> {
        node.entries().filter_map(|(key, value)| Some((key.word()?, value))).collect()
    };
    let (has, wanted) = (by_key(found), by_key(expected));
    let start = found.span.start..found.span.start;
    let there = found.entries().filter_map(|(key, value)| {
        let word = key.word()?;
        Some((word, key.span.clone(), Some(value), wanted.get(word).copied()))
    });
    let lost = expected.entries().filter_map(|(key, value)| {
        let word = key.word().filter(|word| !has.contains_key(word))?;
        Some((word, start.clone(), None, Some(value)))
    });
    there.chain(lost).collect()
}

fn is_same(a: Option<&Node>, b: Option<&Node>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => is_equal(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Whether two values are equal, wherever they stand and whatever the order of their keys.
fn is_equal(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_equal(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            // Nearly always the keys are in the same order: only then is this no search.
            let in_order = a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0.value == b.0.value);
            if in_order {
                return a.iter().zip(b).all(|(a, b)| is_equal(&a.1, &b.1));
            }
            let (a, b) = (sorted(a), sorted(b));
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.0 == b.0 && is_equal(a.1, b.1))
        }
        (a, b) => a == b,
    }
}

fn sorted(map: &[(Node, Node)]) -> Vec<(&str, &Node)> {
    let mut entries: Vec<_> = map.iter().filter_map(|(key, value)| Some((key.word()?, value))).collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_named_by_section_and_key() {
        let read = |text: &str| document::json(text).unwrap();
        let expected = read(r#"{"title": "A", "tools": {"a": {"x": 1, "y": [2]}, "b": {}}, "settings": {}}"#);
        let keys = |text: &str| {
            let found = read(text);
            differences(&found, &expected)
                .into_iter()
                .map(|((key, name), _)| format!("{key}/{}", name.unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        assert!(keys(r#"{"settings": {}, "tools": {"b": {}, "a": {"y": [2], "x": 1}}, "title": "A"}"#).is_empty());
        assert_eq!(
            keys(r#"{"title": "B", "tools": {"a": {"x": 2, "y": [2]}, "c": {}}, "settings": {}}"#),
            ["title/", "tools/a", "tools/c", "tools/b"]
        );
    }
}
