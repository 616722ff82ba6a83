//! Fields at random: every type, limit and shorthand.

use std::fmt::Write;

use super::{Argument, FIELD_NAMES, Writer, toml_string};

/// Texts that make odd variants; no two make the same.
const VARIANTS: &[&str] =
    &["open", "in progress", "404", "", "self", "Ünï", "type", "a\"b", "…", "+1", "PascalCase", "{{x}}", "\\", "*/ z"];

impl Writer {
    /// Writes fields as lines, and returns them as arguments.
    pub(super) fn fields(&mut self, least: usize, depth: usize) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for n in 0..least + self.dice.below(self.size + 1) {
            let (argument, text) = self.field(n, depth);
            self.key(&argument.wire, &text);
            arguments.push(argument);
        }
        arguments
    }

    fn field(&mut self, n: usize, depth: usize) -> (Argument, String) {
        let wire = format!("{}{n}f", self.dice.pick(FIELD_NAMES));
        let (ty, single, value) = self.ty(depth);
        if self.dice.once_in(6) {
            let short = self.dice.pick(&["string", "integer", "number", "boolean"]);
            return (Argument { wire, single: true, optional: false }, toml_string(short));
        }
        let mut text = format!("{{ {ty}{}", self.described());
        let optional = self.dice.once_in(4);
        if optional {
            text.push_str(", optional = true");
        } else if let (Some(value), true) = (&value, self.dice.once_in(3)) {
            let _ = write!(text, ", default = {value}");
        }
        if let (Some(value), true) = (&value, self.dice.once_in(3)) {
            let _ = write!(text, ", example = {value}");
        }
        (Argument { wire, single, optional }, text + " }")
    }

    /// The keys of a type, whether it is a single value, and a value that it allows.
    fn ty(&mut self, depth: usize) -> (String, bool, Option<String>) {
        match self.dice.below(if depth == 0 { 7 } else { 11 }) {
            0 => ("type = \"string\"".into(), true, Some(self.prose())),
            1 => {
                let ty = "type = \"string\", min_length = 2, max_length = 5, pattern = '^[a-z]\\w+$'";
                (ty.into(), true, Some("\"abc\"".into()))
            }
            2 => {
                let first = self.dice.below(VARIANTS.len() - 2);
                let variants: Vec<String> = VARIANTS[first..first + 2].iter().map(|v| toml_string(v)).collect();
                (format!("type = \"string\", enum = [{}]", variants.join(", ")), true, Some(variants[1].clone()))
            }
            3 => {
                let (format, value) = self.dice.pick(&[
                    ("date", "2026-01-31"),
                    ("date-time", "2026-01-31T08:30:00Z"),
                    ("email", "someone@example.org"),
                    ("uri", "https://example.org/?q=1"),
                    ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
                    ("byte", "aGVsbG8="),
                ]);
                (format!("type = \"string\", format = \"{format}\""), true, Some(toml_string(value)))
            }
            4 => {
                let limits = self.dice.pick(&["", ", minimum = -5", ", minimum = 1, maximum = 9223372036854775807"]);
                (format!("type = \"integer\"{limits}"), true, Some("7".into()))
            }
            5 => {
                let limits = self.dice.pick(&["", ", minimum = 0", ", minimum = 0.5, maximum = 1e3"]);
                (format!("type = \"number\"{limits}"), true, Some((self.dice.pick(&["2", "2.5", "1e2"])).into()))
            }
            6 => ("type = \"boolean\"".into(), true, Some("false".into())),
            7 => {
                ("type = \"object\"".into(), false, Some(format!("{{ any = {{}}, \"odd key\" = {} }}", self.quoted())))
            }
            8 => {
                let fields: Vec<String> = (0..=self.dice.below(2))
                    .map(|n| self.field(n, depth - 1))
                    .map(|(a, t)| format!("{} = {t}", a.wire))
                    .collect();
                (format!("type = \"object\", fields = {{ {} }}", fields.join(", ")), false, None)
            }
            9 if !self.types.is_empty() => {
                let name = self.dice.pick(&self.types);
                (format!("type = \"{name}\""), false, None)
            }
            _ => {
                let (item, _, value) = self.ty(depth - 1);
                let ty = format!("type = \"array\", items = {{ {item} }}, max_items = 3");
                (ty, false, value.map(|value| format!("[{value}]")))
            }
        }
    }
}
