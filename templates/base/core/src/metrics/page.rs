// Owned by mcpgen: edits are overwritten.
//! The text format of Prometheus, version 0.0.4.

use std::fmt::{Display, Write as _};

use super::instruments::{BOUNDS, Histogram};

/// A page that is being written; every sample carries the name of the server.
pub(super) struct Page {
    server: &'static str,
    family: &'static str,
    text: String,
}

impl Page {
    pub(super) const fn new(server: &'static str) -> Self {
        Self {
            server,
            family: "",
            text: String::new(),
        }
    }

    pub(super) fn text(self) -> String {
        self.text
    }

    /// Begins a family: the samples that follow belong to it.
    pub(super) fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.family = name;
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    pub(super) fn sample(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        self.text.push_str(self.family);
        self.text.push_str(suffix);
        self.text.push_str("{server=\"");
        self.escaped(self.server);
        for (name, value) in labels {
            self.text.push_str("\",");
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.escaped(value);
        }
        self.line(format_args!("\"}} {value}"));
    }

    pub(super) fn histogram(&mut self, labels: &[(&str, &str)], histogram: &Histogram) {
        let bounds = BOUNDS.iter().map(|bound| bound.1).chain(["+Inf"]);
        let mut total = 0;
        for (count, bound) in histogram.counts().into_iter().zip(bounds) {
            total += count;
            self.sample("_bucket", &[labels, &[("le", bound)]].concat(), total);
        }
        self.sample("_sum", labels, histogram.sum().as_secs_f64());
        // From the buckets, so that both always agree.
        self.sample("_count", labels, total);
    }

    fn escaped(&mut self, value: &str) {
        for character in value.chars() {
            match character {
                '\\' => self.text.push_str("\\\\"),
                '"' => self.text.push_str("\\\""),
                '\n' => self.text.push_str("\\n"),
                plain => self.text.push(plain),
            }
        }
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.text, "{text}");
    }
}
