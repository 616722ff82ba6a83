//! From a registry to the bytes of its file.
//!
//! Knows the one layout there is: an entry a line, known keys in one order, then unknown keys as they came. The same
//! registry always gives the same bytes, and reading them back gives the same registry.

use std::fmt::Write as _;

use super::registry::{Extra, Ports, Range, Reserved, Server};

/// The version of the layout that is written, and the newest that is read.
pub(super) const VERSION: u64 = 1;

impl Ports {
    /// The registry as the text of its file.
    #[must_use]
    pub fn to_text(&self) -> String {
        // About one line of a hundred bytes or more for each server.
        let mut out = String::with_capacity(1_000 + 150 * self.servers.len());
        let _ = write!(out, "{{\n  \"version\": {VERSION},\n");
        block(&mut out, "ranges", ('{', '}'), &self.ranges, range);
        out.push_str(",\n");
        block(&mut out, "reserved", ('[', ']'), &self.reserved, reserved);
        out.push_str(",\n");
        block(&mut out, "servers", ('{', '}'), &self.servers, server);
        for (key, value) in &self.extra {
            out.push_str(",\n  ");
            quote(&mut out, key);
            // The one place where a value may stand on several lines: nothing else is on them.
            let _ = write!(out, ": {value}");
        }
        out.push_str("\n}\n");
        out
    }
}

fn block<T>(out: &mut String, key: &str, (open, close): (char, char), items: &[T], line: fn(&mut String, &T)) {
    let _ = write!(out, "  \"{key}\": {open}");
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n    " } else { ",\n    " });
        line(out, item);
    }
    out.push_str(if items.is_empty() { "" } else { "\n  " });
    out.push(close);
}

fn range(out: &mut String, range: &Range) {
    quote(out, &range.name);
    out.push_str(": ");
    let mut entry = Entry { out, empty: true };
    entry.number("start", range.start);
    entry.number("end", range.end);
    entry.text("description", range.description.as_deref());
    entry.finish(&range.extra);
}

fn reserved(out: &mut String, reserved: &Reserved) {
    let mut entry = Entry { out, empty: true };
    entry.number("start", reserved.start);
    entry.number("end", reserved.end);
    entry.text("reason", reserved.reason.as_deref());
    entry.finish(&reserved.extra);
}

fn server(out: &mut String, server: &Server) {
    quote(out, &server.id);
    out.push_str(": ");
    let mut entry = Entry { out, empty: true };
    entry.number("port", server.port);
    if let Some(port) = server.health_port {
        entry.number("health_port", port);
    }
    entry.text("range", server.range.as_deref());
    entry.text("status", Some(server.status.as_str()));
    entry.text("description", server.description.as_deref());
    entry.text("allocated", server.allocated.as_deref());
    entry.text("released", server.released.as_deref());
    entry.finish(&server.extra);
}

/// One object on one line.
struct Entry<'a> {
    out: &'a mut String,
    empty: bool,
}

impl Entry<'_> {
    fn key(&mut self, key: &str) {
        self.out.push_str(if self.empty { "{ " } else { ", " });
        self.empty = false;
        quote(self.out, key);
        self.out.push_str(": ");
    }

    fn number(&mut self, key: &str, value: u16) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.key(key);
            quote(self.out, value);
        }
    }

    fn finish(mut self, extra: &Extra) {
        for (key, value) in extra {
            self.key(key);
            self.out.push_str(&one_line(value));
        }
        self.out.push_str(" }");
    }
}

/// A JSON string.
fn quote(out: &mut String, text: &str) {
    if text.bytes().any(|b| b < b' ' || matches!(b, b'"' | b'\\')) {
        let _ = write!(out, "{}", serde_json::Value::from(text));
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

/// A JSON text without its line breaks and the blanks around them, none of which can be inside a string.
fn one_line(json: &str) -> String {
    json.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
