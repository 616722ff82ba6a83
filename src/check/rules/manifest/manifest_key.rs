//! A key of a manifest that mcpgen keeps, and that is gone or says something else.

use super::{Manifest, shown};
use crate::check::document::{Node, Value};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FleetView, ServerView};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP302",
    name: "manifest-key",
    severity: Severity::Error,
    summary: "a key of `Cargo.toml` that mcpgen keeps is gone or has another value",
    docs: "A manifest is yours but for some keys. Of a server's, mcpgen keeps what the workspace says for all (edition, Rust \
           version, `publish`, `[lints]`) and the description; of the workspace's, the resolver, `[workspace.package]`, the \
           lints and `[profile.release]`. Where they differ, the servers of a fleet are not built and checked \
           alike.\n\nSet the key back. What you add beside it stays: dependencies, features, lints, profiles, metadata.",
    check: Check::Both(check, check_fleet),
};

const OF_SERVER: &[&[&str]] = &[
    &["package", "edition"],
    &["package", "rust-version"],
    &["package", "publish"],
    &["package", "description"],
    &["lints"],
];

const OF_FLEET: &[&[&str]] = &[
    &["workspace", "resolver"],
    &["workspace", "package"],
    &["workspace", "lints", "rust", "unsafe_code"],
    &["workspace", "lints", "clippy"],
    &["profile", "release"],
];

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(manifest) = Manifest::of(&server.files) else { return };
    let Some(expected) = manifest.expected_in(server) else { return };
    compare(&manifest, &expected, OF_SERVER, out);
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    let Some(manifest) = Manifest::of(&fleet.own) else { return };
    let Some(expected) = manifest.expected_of(fleet) else { return };
    compare(&manifest, &expected, OF_FLEET, out);
}

fn compare(manifest: &Manifest<'_, '_>, expected: &Node, keys: &[&[&str]], out: &mut Findings) {
    for path in keys {
        let Some(wanted) = expected.at(path) else { continue };
        let mut path: Vec<&str> = path.to_vec();
        hold(manifest, wanted, &mut path, out);
    }
}

/// Says at the outermost key what is wrong; a map may have more keys than expected, and so may a list.
fn hold<'n>(manifest: &Manifest<'_, '_>, wanted: &'n Node, path: &mut Vec<&'n str>, out: &mut Findings) {
    let key = path.join(".");
    let help = match &wanted.value {
        Value::Map(_) => format!("set `[{key}]` back; keys of your own beside it stay"),
        // To be pasted: whole, however long it is.
        _ => format!("set `{key} = {}`; keys of your own beside it stay", shown(wanted)),
    };
    let Some(found) = manifest.found.at(path) else {
        let message = format!("{} is gone, which mcpgen keeps", quote(&key));
        out.add(nearest(manifest, path), message).help(help);
        return;
    };
    if let (Value::Map(entries), Value::Map(_)) = (&wanted.value, &found.value) {
        for (name, value) in entries {
            path.push(name.word().unwrap_or_default());
            hold(manifest, value, path, out);
            path.pop();
        }
        return;
    }
    if !is_same(found, wanted) {
        let (found, wanted) = (quote(&shown(found)), quote(&shown(wanted)));
        let message = format!("{} is {found}, where mcpgen keeps {wanted}", quote(&key));
        out.add(nearest(manifest, path), message).help(help);
    }
}

fn is_same(found: &Node, wanted: &Node) -> bool {
    match (&found.value, &wanted.value) {
        (Value::List(found), Value::List(wanted)) => {
            wanted.iter().all(|wanted| found.iter().any(|found| is_same(found, wanted)))
        }
        (found, wanted) => found == wanted,
    }
}

/// The innermost key on the way that is there.
fn nearest(manifest: &Manifest<'_, '_>, path: &[&str]) -> crate::check::Place {
    let entry = |length: usize| {
        let (last, before) = path.get(..length)?.split_last()?;
        manifest.found.at(before)?.entry(last)
    };
    match (1..=path.len()).rev().find_map(entry) {
        Some((key, _)) => manifest.file.bytes(key.span.clone()),
        None => manifest.file.whole(),
    }
}
