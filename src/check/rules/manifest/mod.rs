//! Rules on manifests: the `Cargo.toml` of a server and that of the workspace, and the lock file.
//!
//! A manifest is the user's but for some keys: more dependencies, features, profiles and lints are theirs to add.

mod duplicate_dependency;
mod forbidden_dependency;
mod invalid_manifest;
mod manifest_key;
mod missing_dependency;
mod not_a_member;
mod outdated_lock;
mod package_name;
mod unshared_version;
mod untested_version;

use crate::check::document::{self, Node, Value};
use crate::check::rule::Rule;
use crate::check::rules::spec::{Stale, stale};
use crate::check::view::{FileView, Files, FleetView, ServerView, State};

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[
    &package_name::RULE,
    &manifest_key::RULE,
    &not_a_member::RULE,
    &unshared_version::RULE,
    &forbidden_dependency::RULE,
    &missing_dependency::RULE,
    &duplicate_dependency::RULE,
    &outdated_lock::RULE,
    &invalid_manifest::RULE,
    &untested_version::RULE,
];

const FILE: &str = "Cargo.toml";

/// A manifest that is not as mcpgen rendered it, and can be read.
struct Manifest<'v, 'f> {
    file: &'v FileView<'f>,
    /// What it says.
    found: &'v Node,
}

impl<'v, 'f> Manifest<'v, 'f> {
    fn of(files: &'v Files<'f>) -> Option<Self> {
        let file = files.get(FILE).filter(|file| file.is_suspect() && file.state != State::Outdated)?;
        Some(Self { file, found: file.document()? })
    }

    /// What would be rendered, where that can be held against it: not while the spec or the templates say more than was
    /// rendered, because then that is to be mended first.
    fn expected_in(&self, server: &ServerView<'_>) -> Option<Node> {
        if stale(server).is_some() { None } else { self.expected() }
    }

    /// The same for the fleet's.
    fn expected_of(&self, fleet: &FleetView<'_>) -> Option<Node> {
        let stale = fleet.record.read().and_then(|record| Stale::of(&fleet.own, record));
        if stale.is_some() { None } else { self.expected() }
    }

    fn expected(&self) -> Option<Node> {
        document::toml(self.file.expected?).ok()
    }
}

/// A value as it would be written in one line.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Plain(text) => text.clone(),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let entry = |(key, value): &(Node, Node)| format!("{} = {}", key.word().unwrap_or_default(), shown(value));
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}
