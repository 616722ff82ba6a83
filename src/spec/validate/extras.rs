//! `icons` and `meta`: what clients see beside names and descriptions.

use super::{Check, trimmed};
use crate::spec::node::{Node, Table};
use crate::spec::types::{Extras, Icon};
use crate::text::quote;

/// What begins the keys of `_meta` that MCP keeps to itself.
const RESERVED: [&str; 2] = ["modelcontextprotocol", "mcp"];

impl Check<'_> {
    pub(super) fn extras(&self, table: &Table<'_>) -> Extras {
        let icons = table.items_of("icons").iter().filter_map(Node::as_table).map(|icon| self.icon(icon)).collect();
        for entry in table.entries_of("meta") {
            let labels = entry.key.split_once('/').map_or("", |(prefix, _)| prefix);
            if labels.split('.').nth(1).is_some_and(|label| RESERVED.contains(&label)) {
                let message = format!("the key {} of `meta` is one that MCP keeps to itself", quote(&entry.key));
                self.say(&entry.at, message, "begin it with a domain of your own, such as `org.example/`");
            }
        }
        let meta = table.node("meta").map(Node::to_json);
        Extras { icons, meta: meta.and_then(|meta| meta.as_object().cloned()).unwrap_or_default() }
    }

    fn icon(&self, table: &Table<'_>) -> Icon {
        if let Some((src, span)) = table.text("src")
            && !["https://", "http://", "data:"].iter().any(|scheme| src.starts_with(scheme))
        {
            let message = format!("{} is not an address of a picture", quote(src));
            self.say(&span, message, "begin it with `https://` or `data:`");
        }
        for node in table.items_of("sizes") {
            let Some(size) = node.as_text() else { continue };
            let is_number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
            let is_size = size.split_once('x').is_some_and(|(width, height)| is_number(width) && is_number(height));
            if size != "any" && !is_size {
                self.say(&node.span, format!("{} is not a size", quote(size)), "write it like `48x48`, or `any`");
            }
        }
        let mime_type = table.text("mime_type").map(|(text, span)| self.mime_type(text, &span));
        Icon {
            src: trimmed(table, "src").unwrap_or_default(),
            mime_type,
            sizes: table.items_of("sizes").iter().filter_map(Node::as_text).map(str::to_owned).collect(),
            theme: table.text("theme").map(|(text, _)| text.to_owned()),
        }
    }
}
