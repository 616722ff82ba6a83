//! The names that clients make of a server's name and a tool's, which have to be as short as those of tools.

use super::{Check, golden};
use crate::name::{MAX_TOOL_NAME, ServerName, ToolName, flattened};
use crate::spec::node::Table;
use crate::text::{count, quote};

impl Check<'_> {
    /// Says which tools get a name that clients refuse. The two that every server has are not looked at.
    pub(super) fn flattened(&self, document: &Table<'_>, name: &ServerName) {
        let id = name.crate_name();
        let say = |span, tool: &str| {
            let length = flattened(&id, tool).iter().map(String::len).max().unwrap_or_default();
            let Some(more) = length.checked_sub(MAX_TOOL_NAME).filter(|more| *more > 0) else { return };
            let [_, before] = flattened(&id, "");
            let message = format!(
                "the tool {} has {length} characters behind the name of the server, {}: clients accept {MAX_TOOL_NAME}",
                quote(tool),
                quote(&before),
            );
            let help = format!("shorten the name of the tool or of the server by {}", count(more, "character"));
            self.say(span, message, help);
        };
        if golden::applies(document) {
            let server = document.node("server").and_then(|server| server.as_table()?.entry("name"));
            if let Some(entry) = server {
                say(&entry.at, golden::NAME);
            }
            return;
        }
        for entry in document.entries_of("tools") {
            if ToolName::parse(&entry.key).is_ok() {
                say(&entry.at, &entry.key);
            }
        }
    }
}
