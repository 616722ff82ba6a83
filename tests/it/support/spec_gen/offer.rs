//! Answers at random: blocks, structured values, steps and questions.

use std::fmt::Write;

use super::{Argument, Writer};

/// The forms that every generated spec has, which long names and odd texts are put into.
const FORMS: &str = r#"
[forms.person_of_contact.fields]
type = { type = "string", min_length = 1, max_length = 20 }
"photo-Url" = { type = "string", format = "uri", optional = true }
level = { type = "string", enum = ["a b", "c"], titles = ["A, B", "{C}"], default = "c" }
several = { type = "array", items = { type = "string", enum = ["x", "*/"] }, max_items = 2 }
[forms.raw]
schema = { type = "object", properties = { "odd key" = { type = "number" }, match = { type = "string" } } }
"#;

impl Writer {
    pub(super) fn forms(&mut self) {
        self.out.push_str(FORMS);
    }

    /// `icons` and `meta`.
    pub(super) fn extras(&mut self) {
        if self.dice.once_in(6) {
            let meta = format!("{{ \"example.org/a\" = {}, n = [1, {{ b = true }}] }}", self.quoted());
            self.key("meta", &meta);
            self.line(
                "icons = [{ src = \"data:,x\", mime_type = \"image/png\", sizes = [\"any\"], theme = \"dark\" }]",
            );
        }
    }

    /// What stands in `respond` of a tool.
    pub(super) fn answer(&mut self, arguments: &[Argument], cached: bool, has_output: bool) {
        let mut known: Vec<Argument> = arguments.iter().map(Argument::again).collect();
        if !cached && self.dice.once_in(2) {
            known.extend(self.steps(arguments));
        }
        match self.dice.below(5) {
            0 => {
                let text = self.template(&known);
                self.key("protocol_error", &text);
                return;
            }
            1 => {
                let blocks = format!("[{}, {}]", self.block(&known), self.block(&known));
                self.key("content", &blocks);
            }
            2 => {
                let mut members = vec![format!("\"odd key\" = [{}, 2.5, {{}}, []]", self.template(&known))];
                members.extend(known.iter().enumerate().map(|(n, it)| format!("m{n} = \"{{{}}}\"", it.wire)));
                let text = format!("{{ {} }}", members.join(", "));
                // What `output` says is about other fields.
                if !has_output {
                    self.key("structured", &text);
                }
                let text = self.template(&known);
                self.key("text", &text);
            }
            _ => {
                let text = self.template(&known);
                self.key("text", &text);
            }
        }
        if self.dice.once_in(3) {
            self.line("is_error = true");
        }
    }

    /// What stands in `respond` of a resource.
    pub(super) fn contents(&mut self, arguments: &[Argument]) {
        let mut known: Vec<Argument> = arguments.iter().map(Argument::again).collect();
        known.extend(self.steps(arguments));
        if self.dice.once_in(2) {
            self.line("data = \"aGVsbG8=\"");
        } else {
            let text = self.template(&known);
            self.key("text", &text);
        }
    }

    /// A key of a message and its value.
    pub(super) fn message(&mut self, arguments: &[Argument]) -> (&'static str, String) {
        if self.dice.once_in(3) { ("content", self.block(arguments)) } else { ("text", self.template(arguments)) }
    }

    fn block(&mut self, arguments: &[Argument]) -> String {
        let mut block = match self.dice.below(5) {
            0 => format!("type = \"text\", text = {}", self.template(arguments)),
            1 => "type = \"image\", data = \"aGVsbG8=\", mime_type = \"image/png\"".to_owned(),
            2 => "type = \"audio\", data = \"\"\"\naGVs\nbG8=\n\"\"\", mime_type = \"audio/wav\"".to_owned(),
            3 => format!("type = \"resource\", uri = \"x://y\", text = {}", self.template(arguments)),
            _ => {
                let (name, description) = (self.template(&[]), self.prose());
                format!("type = \"resource_link\", uri = \"x://y\", name = {name}, description = {description}")
            }
        };
        if self.dice.once_in(3) {
            block.push_str(", audience = [\"user\", \"assistant\"], priority = 0.25");
        }
        format!("{{ {block} }}")
    }

    /// Writes steps; returns what they ask as what templates can name.
    pub(super) fn steps(&mut self, arguments: &[Argument]) -> Vec<Argument> {
        let mut steps = Vec::new();
        for _ in 0..=self.dice.below(self.size + 1) {
            let text = self.template(arguments);
            steps.push(match self.dice.below(6) {
                0 => format!("{{ progress = 12345.5, total = 99999, message = {text} }}"),
                1 => "{ progress = 1 }".to_owned(),
                2 => format!("{{ log = {text}, level = \"critical\" }}"),
                3 => format!("{{ sleep = \"{}\" }}", self.dice.pick(&["1ms", "2s", "3m"])),
                4 => format!("{{ changed = \"{}\" }}", self.dice.pick(&["tools", "prompts", "resources"])),
                _ => "{ updated = \"x://y\" }".to_owned(),
            });
        }
        let mut known = Vec::new();
        let optional = self.dice.once_in(2);
        for round in 0..self.dice.below(3) {
            let mut questions = String::new();
            for n in 0..=self.dice.below(2) {
                let key =
                    format!("{}{round}q{n}", self.dice.pick(&["who", "Type", "a-b", "long_key_that_goes_on_and_on"]));
                let text = self.template(arguments);
                let (question, fields): (String, &[&str]) = match self.dice.below(4) {
                    0 => (
                        format!("form = \"person_of_contact\", message = {text}"),
                        &["", ".type", ".photo-Url", ".level", ".several"],
                    ),
                    1 => (format!("form = \"raw\", message = {text}"), &["", ".match"]),
                    2 => (format!("sample = {text}, max_tokens = 12345"), &[""]),
                    _ => ("roots = true".to_owned(), &[""]),
                };
                let _ = write!(questions, "{key} = {{ {question}, optional = {optional} }}, ");
                known.extend(fields.iter().map(|field| Argument {
                    wire: format!("{key}{field}"),
                    single: true,
                    optional,
                }));
            }
            steps.push(format!("{{ ask = {{ {} }} }}", questions.trim_end_matches(", ")));
        }
        self.key("steps", &format!("[{}]", steps.join(", ")));
        known
    }
}

impl Argument {
    fn again(&self) -> Self {
        Self { wire: self.wire.clone(), single: self.single, optional: self.optional }
    }
}
