//! Rules on ports: that the registry is sound, knows every server, and that everything says what it says.

mod mentions;
mod missing_registry;
mod other_port;
mod port_mention;
mod registry;
mod released_server;
mod reserved_port;
mod spec_port;
mod unregistered_server;

use crate::check::document;
use crate::check::finding::Place;
use crate::check::place::Span;
use crate::check::rule::Rule;
use crate::check::view::{FileView, RegistryView, ServerView};

pub use mentions::is_other_port;

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[
    &unregistered_server::RULE,
    &other_port::RULE,
    &port_mention::RULE,
    &registry::INVALID,
    &registry::DUPLICATE_NAME,
    &registry::DUPLICATE_PORT,
    &registry::OUTSIDE_RANGE,
    &reserved_port::RULE,
    &released_server::RULE,
    &spec_port::RULE,
    &missing_registry::RULE,
];

/// The port that everything of a server should say: the registry's, or else the one that it was rendered with.
pub fn port_of(server: &ServerView<'_>) -> Option<u16> {
    server.registered().map(|known| known.port).or_else(|| server.rendered()?.inputs.port)
}

/// Whether its folder has another name than its spec: then the registry cannot know it by its folder.
fn is_misnamed(server: &ServerView<'_>) -> bool {
    server.sound_spec().is_some_and(|spec| spec.server.name.crate_name() != server.id)
}

/// The value of a key of a TOML file as a place; the file itself where it has none.
fn value_of(file: &FileView<'_>, keys: &[&str]) -> Place {
    let node = document::toml(file.text).ok();
    match node.as_ref().and_then(|node| node.at(keys)) {
        Some(value) => file.bytes(value.span.clone()),
        None => file.whole(),
    }
}

/// The entry of a server in the registry as a place; the registry itself where it cannot be found.
fn entry_of(registry: &RegistryView<'_>, text: &str, root: Option<&document::Node>, id: &str) -> Place {
    let entry = root.and_then(|root| root.get("servers")?.entry(id));
    place_in(registry, text, entry.map(|(key, _)| Span::of(text, key.span.clone())))
}

/// A part of the registry as a place.
fn place_in(registry: &RegistryView<'_>, text: &str, span: Option<Span>) -> Place {
    let source = span.and_then(|span| text.lines().nth(span.line.saturating_sub(1))).map(str::to_owned);
    Place { path: registry.path.to_owned(), span, source }
}
