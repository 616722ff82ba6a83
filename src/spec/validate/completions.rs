//! `complete`: what clients can offer for an argument of a prompt or of the address of a resource.

use std::collections::HashSet;

use super::Check;
use super::claims::Space;
use crate::name::FieldName;
use crate::spec::node::{Entry, Node, Table};
use crate::spec::types::{Complete, Completion};
use crate::text::quote;

/// How long a name and that of an argument can be together, so that a line of rendered code has room for both.
const LONGEST: usize = 48;

/// The word for what the user's own code says.
const CODE: &str = "code";

impl Check<'_> {
    /// Takes the names of the functions that complete the arguments of one prompt or resource.
    pub(super) fn completions(&self, noun: &'static str, owner: &str, table: &Table<'_>) {
        for entry in table.entries_of("arguments") {
            self.listed_once(entry);
            let complete = entry.node.as_table().and_then(|table| table.entry("complete"));
            let Some(complete) = complete.filter(|it| it.node.as_text() == Some(CODE)) else { continue };
            // One that is no name is told where the arguments are read.
            let Ok(argument) = FieldName::parse(&entry.key) else { continue };
            let function = Completion { noun, owner, argument: &argument }.function();
            let what = format!("the completion of {} of the {noun} {}", quote(&entry.key), quote(owner));
            let length = owner.len() + argument.snake().len().max(argument.wire().len());
            if length > LONGEST {
                let message = format!("{what} has names that are too long for code: {length} characters together");
                let help =
                    format!("shorten the name of the {noun} or of the argument: together they can have {LONGEST}");
                self.say(&complete.at, message, help);
            }
            self.claim(Space::Function, &function, &what, &complete.at);
        }
    }

    /// Says where a value that clients can offer is there twice.
    fn listed_once(&self, argument: &Entry<'_>) {
        let mut seen: HashSet<&str> = HashSet::new();
        for node in argument.node.as_table().map(|table| table.items_of("complete")).unwrap_or_default() {
            let Some(value) = node.as_text().map(str::trim) else { continue };
            if !seen.insert(value) {
                self.say(&node.span, format!("{} is listed twice", quote(value)), "remove one");
            }
        }
    }
}

/// What clients can offer for an argument, by what is said of it.
pub(super) fn complete(argument: Option<&Table<'_>>) -> Complete {
    let Some(node) = argument.and_then(|table| table.node("complete")) else { return Complete::Values(Vec::new()) };
    if node.as_text().is_some() {
        return Complete::Code;
    }
    let items = argument.map(|table| table.items_of("complete")).unwrap_or_default();
    Complete::Values(items.iter().filter_map(Node::as_text).map(|text| text.trim().to_owned()).collect())
}
