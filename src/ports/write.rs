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
        let mut out = format!("{{\n  \"version\": {VERSION},\n");
        block(&mut out, "ranges", ('{', '}'), self.ranges.iter().map(range));
        out.push_str(",\n");
        block(&mut out, "reserved", ('[', ']'), self.reserved.iter().map(reserved));
        out.push_str(",\n");
        block(&mut out, "servers", ('{', '}'), self.servers.iter().map(server));
        for (key, value) in &self.extra {
            // The one place where a value may stand on several lines: nothing else is on them.
            let _ = write!(out, ",\n  {}: {value}", quote(key));
        }
        out.push_str("\n}\n");
        out
    }
}

fn block(out: &mut String, key: &str, (open, close): (char, char), lines: impl Iterator<Item = String>) {
    let _ = write!(out, "  \"{key}\": {open}");
    let mut any = false;
    for line in lines {
        out.push_str(if any { ",\n    " } else { "\n    " });
        out.push_str(&line);
        any = true;
    }
    out.push_str(if any { "\n  " } else { "" });
    out.push(close);
}

fn range(range: &Range) -> String {
    let mut entry = Entry::default();
    entry.number("start", range.start);
    entry.number("end", range.end);
    entry.text("description", range.description.as_deref());
    format!("{}: {}", quote(&range.name), entry.finish(&range.extra))
}

fn reserved(reserved: &Reserved) -> String {
    let mut entry = Entry::default();
    entry.number("start", reserved.start);
    entry.number("end", reserved.end);
    entry.text("reason", reserved.reason.as_deref());
    entry.finish(&reserved.extra)
}

fn server(server: &Server) -> String {
    let mut entry = Entry::default();
    entry.number("port", server.port);
    if let Some(port) = server.health_port {
        entry.number("health_port", port);
    }
    entry.text("range", server.range.as_deref());
    entry.text("status", Some(server.status.as_str()));
    entry.text("description", server.description.as_deref());
    entry.text("allocated", server.allocated.as_deref());
    entry.text("released", server.released.as_deref());
    format!("{}: {}", quote(&server.id), entry.finish(&server.extra))
}

/// One object on one line.
#[derive(Default)]
struct Entry(String);

impl Entry {
    fn raw(&mut self, key: &str, value: &str) {
        self.0.push_str(if self.0.is_empty() { "{ " } else { ", " });
        let _ = write!(self.0, "{}: {value}", quote(key));
    }

    fn number(&mut self, key: &str, value: u16) {
        self.raw(key, &value.to_string());
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.raw(key, &quote(value));
        }
    }

    fn finish(mut self, extra: &Extra) -> String {
        for (key, value) in extra {
            self.raw(key, &one_line(value));
        }
        self.0.push_str(" }");
        self.0
    }
}

/// A JSON string.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A JSON text without its line breaks and the blanks around them, none of which can be inside a string.
fn one_line(json: &str) -> String {
    json.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
