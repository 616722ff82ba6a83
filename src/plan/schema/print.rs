//! JSON as it is written into files: for people, and with nothing in it that they cannot see.

use std::fmt::Write as _;

use serde_json::Value;

use crate::text::is_unseen;

/// JSON for people: indented, a newline at the end, what a reader cannot see as escapes.
pub fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".into());
    seen(&text) + "\n"
}

/// JSON text in which every character can be seen: outside of its strings there is nothing that could not.
pub fn seen(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 1);
    let mut rest = json;
    while let Some(at) = rest.find(|c| is_unseen(c) && c != '\n') {
        let (seen, unseen) = rest.split_at(at);
        out.push_str(seen);
        let mut chars = unseen.chars();
        for unit in chars.next().unwrap_or_default().encode_utf16(&mut [0; 2]) {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
        rest = chars.as_str();
    }
    out + rest
}
