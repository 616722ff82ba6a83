//! Valid specs at random: short and long, with odd names and with texts that try to break out of whatever they are
//! rendered into.
//!
//! A number decides everything, so a spec that broke something can be had again.

mod fields;
mod offer;

use std::fmt::Write;

use proptest::prelude::*;

use super::dice::Dice;

/// Texts of valid specs.
pub fn specs() -> impl Strategy<Value = String> {
    (0_usize..5, any::<u64>()).prop_map(|(size, seed)| spec(seed, size))
}

/// The text of one valid spec; `size` bounds how many of each thing it has.
pub fn spec(seed: u64, size: usize) -> String {
    let mut writer = Writer {
        dice: Dice(seed),
        size,
        out: String::new(),
        has_long_name: false,
        types: Vec::new(),
        settings: Vec::new(),
    };
    writer.spec();
    writer.out
}

/// Pieces that end strings, comments, tags and templates somewhere.
const HOSTILE: &[&str] = &[
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "\"#",
    "\"##",
    "`",
    "```",
    "\\",
    "\\n",
    "\\u{0}",
    "*/",
    "/*",
    "//",
    "///",
    "//!",
    "#",
    "<!--",
    "-->",
    "</script>",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "${HOME}",
    "$(id)",
    "${{ x }}",
    "%s",
    "{}",
    "{0}",
    "|",
    "---",
    ": ",
    "- ",
    "[x](y)",
    "!important",
    "é",
    "ß",
    "日本語",
    "🦀",
    "\u{200f}",
    "\u{200e}",
    "\u{301}",
    "\u{feff}",
    "r#\"",
    "EOF",
    "\\\\",
    "&amp;",
    "0",
    "true",
    "null",
    "~",
    "@",
    "*",
    "\t",
];

const WORDS: &[&str] = &["weather", "report", "a", "list of things", "Use it well.", "x"];

/// Words that are keywords, or nearly.
const FIELD_NAMES: &[&str] = &[
    "type",
    "self",
    "photoUrls",
    "X-Request-ID",
    "_id",
    "async",
    "r",
    "HTTPServer2Go",
    "crate",
    "fields",
    "items",
    "enum",
    "default",
    "data",
    "value",
    "input",
    "Ab",
    "match",
];

/// A string of TOML, in one of its spellings.
pub fn toml_string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// An argument, to be put into templates.
struct Argument {
    wire: String,
    single: bool,
    optional: bool,
}

struct Writer {
    dice: Dice,
    size: usize,
    out: String,
    types: Vec<String>,
    /// Whether there is little room for the names of tools.
    has_long_name: bool,
    /// Settings that templates may name, and whether they are always there.
    settings: Vec<(String, bool)>,
}

impl Writer {
    fn spec(&mut self) {
        self.server();
        let (settings, types) = (self.dice.below(self.size + 1), self.dice.below(self.size + 1));
        let (tools, resources) = (self.dice.below(self.size + 1), self.dice.below(self.size + 1));
        (0..settings).for_each(|n| self.setting(n));
        let upstream = self.dice.once_in(2);
        if upstream {
            self.upstream();
        }
        (0..types).for_each(|n| self.named_type(n));
        self.forms();
        (0..tools).for_each(|n| self.tool(n, upstream));
        (0..resources).for_each(|n| self.resource(n, upstream));
        (0..self.dice.below(self.size + 1)).for_each(|n| self.prompt(n));
        self.rest();
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    fn key(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.out, "{key} = {value}");
    }

    /// Text of one line that is not blank.
    fn text(&mut self) -> String {
        let mut text = self.dice.pick(WORDS).to_owned();
        for _ in 0..self.dice.below(2 * self.size + 1) {
            text.push_str(if self.dice.once_in(3) { " " } else { "" });
            let pieces = if self.dice.once_in(2) { WORDS } else { HOSTILE };
            text.push_str(self.dice.pick(pieces));
        }
        text
    }

    fn quoted(&mut self) -> String {
        toml_string(&self.text())
    }

    /// Text of one or more lines.
    fn prose(&mut self) -> String {
        let lines: Vec<String> = (0..=self.dice.below(self.size + 1)).map(|_| self.text()).collect();
        toml_string(&lines.join(if self.dice.once_in(2) { "\n" } else { "\n\n" }))
    }

    fn described(&mut self) -> String {
        if self.dice.once_in(2) { String::new() } else { format!(", description = {}", self.prose()) }
    }

    /// A name in `snake_case`, unlike any with another number or kind.
    fn snake(&mut self, kind: &str, n: usize) -> String {
        let base = match self.dice.below(5) {
            0 => "a".to_owned(),
            1 => "x1_2y".to_owned(),
            // Clients put the name of the server before that of a tool, and accept 64 characters of both.
            2 if kind == "t" && self.has_long_name => "word".to_owned(),
            2 if kind == "t" => "word_".repeat(8) + "end",
            2 => "word_".repeat(10) + "end",
            3 => "get_forecast".to_owned(),
            _ => "r2d2".to_owned(),
        };
        format!("{base}_{kind}{}", char::from(b'a' + u8::try_from(n % 26).unwrap()))
    }

    fn server(&mut self) {
        self.line("[server]");
        let name = self.dice.pick(&["weather", "a", "x9", "my_long_server_name_that_goes_on_and_on", "Big-Shop_v2"]);
        self.has_long_name = name.len() > 20;
        self.key("name", &toml_string(name));
        let description = self.quoted();
        self.key("description", &description);
        if self.dice.once_in(2) {
            let title = self.quoted();
            self.key("title", &title);
        }
        if self.dice.once_in(3) {
            let features = format!("[{}, {}]", self.quoted(), self.quoted());
            self.key("features", &features);
        }
        match self.dice.below(4) {
            0 => self.key("port", "9004"),
            1 => self.key("range", "\"v2\""),
            _ => {}
        }
        if self.dice.once_in(4) {
            self.key("docs", "false");
        }
        if self.dice.once_in(4) {
            self.line("sessions = \"off\"\nchanges = [\"tools\", \"subscriptions\"]\nlist_cache = \"2h\"");
        }
        self.line("deprecated = [\"logging\", \"roots\", \"sampling\"]");
        self.extras();
    }

    fn setting(&mut self, n: usize) {
        let name = self.snake("c", n);
        let _ = writeln!(self.out, "\n[config.{name}]");
        let secret = self.dice.once_in(4);
        let (ty, default) = match self.dice.below(if secret { 1 } else { 5 }) {
            0 => ("\"string\"", self.quoted()),
            1 => ("\"integer\"", "-3".to_owned()),
            2 => ("\"number\"", "7".to_owned()),
            3 => ("\"boolean\"", "true".to_owned()),
            _ => ("\"string\"\nenum = [\"metric\", \"imperial units\"]", "\"metric\"".to_owned()),
        };
        self.key("type", ty);
        let optional = self.dice.once_in(3);
        if optional {
            self.key("optional", "true");
        } else if !secret && self.dice.once_in(2) {
            self.key("default", &default);
        }
        if self.dice.once_in(2) {
            let description = self.prose();
            self.key("description", &description);
        }
        if self.dice.once_in(3) {
            self.key("env", &toml_string(&format!("MY_{}", name.to_uppercase())));
        }
        if secret {
            self.key("secret", "true");
        } else {
            self.settings.push((name, !optional));
        }
    }

    fn upstream(&mut self) {
        self.line("\n[upstream]");
        if self.dice.once_in(2) {
            let url = self.dice.pick(&["https://api.example.com", "http://10.0.0.7:8080/base/", "http://[::1]:9/%20"]);
            self.key("base_url", &toml_string(url));
        }
        let auth = self.dice.pick(&["bearer", "basic", "none", "header:X-API-Key", "query:appid"]);
        self.key("auth", &toml_string(auth));
        if self.dice.once_in(3) {
            self.line("timeout_seconds = 5\nmax_retries = 0");
        }
    }

    fn named_type(&mut self, n: usize) {
        let name = format!("{}Ty{n}", self.dice.pick(&["Alert", "A", "X1", "PhotoURL"]));
        let _ = writeln!(self.out, "\n[types.{name}]");
        self.fields(1, 2);
        if self.dice.once_in(4) {
            self.key("next", &format!("{{ type = \"{name}\", optional = true }}"));
            self.key("more", &format!("{{ type = \"array\", items = \"{name}\" }}"));
        }
        self.types.push(name);
    }

    fn tool(&mut self, n: usize, upstream: bool) {
        let name = self.snake("t", n);
        let _ = writeln!(self.out, "\n[tools.{name}]");
        let description = self.prose();
        self.key("description", &description);
        if self.dice.once_in(3) {
            let title = self.quoted();
            self.key("title", &title);
        }
        let kind = self.dice.below(4);
        match kind {
            0 => self.line("read_only = true\ncache = \"90s\""),
            1 => self.line("destructive = true\nidempotent = true\nopen_world = false"),
            2 => self.line("cache = \"long\""),
            _ => {}
        }
        let cached = matches!(kind, 0 | 2);
        self.extras();
        if self.dice.once_in(4) {
            let task = self.dice.pick(&["task = \"optional\"", "task = \"required\""]);
            self.line(task);
        }
        if self.dice.once_in(4) {
            self.line("pagination = true");
        }
        let _ = writeln!(self.out, "[tools.{name}.input]");
        let arguments = self.fields(0, 2);
        let has_output = self.dice.once_in(2);
        if has_output {
            let _ = writeln!(self.out, "[tools.{name}.output]");
            self.fields(0, 2);
        }
        match self.dice.below(3) {
            0 if upstream => {
                let _ = writeln!(self.out, "[tools.{name}.request]");
                self.request(&arguments);
            }
            1 => {
                let _ = writeln!(self.out, "[tools.{name}.respond]");
                self.answer(&arguments, cached, has_output);
            }
            _ => {}
        }
    }

    /// A text with placeholders, quoted.
    fn template(&mut self, arguments: &[Argument]) -> String {
        let mut text = self.text().replace('{', "{{").replace('}', "}}");
        for argument in arguments.iter().filter(|argument| argument.single) {
            if self.dice.once_in(2) {
                let _ = write!(text, " {{{}}}", argument.wire);
            }
        }
        if let Some((setting, _)) = self.settings.first() {
            let _ = write!(text, "{{config.{setting}}}");
        }
        toml_string(&text)
    }

    fn request(&mut self, arguments: &[Argument]) {
        let method = self.dice.pick(&["GET", "POST", "PUT", "PATCH", "DELETE"]);
        self.key("method", &toml_string(method));
        let mut path = "/v1/some%20thing".to_owned();
        let mut query = vec!["limit = 10".to_owned(), "\"odd key\" = true".to_owned()];
        for argument in arguments.iter().filter(|argument| argument.single) {
            if argument.optional {
                query.push(format!("{0} = \"{{{0}}}\"", argument.wire));
            } else {
                let _ = write!(path, "/{{{}}}", argument.wire);
            }
        }
        self.key("path", &toml_string(&path));
        self.key("query", &format!("{{ {} }}", query.join(", ")));
        if self.dice.once_in(2) {
            self.key("headers", "{ X-Source = \"mcp\", accept = \"a b\" }");
        }
        match self.dice.below(3) {
            0 if method != "GET" => self.key("body", "\"input\""),
            1 if method != "GET" => {
                let mut body = vec![format!("fixed = {{ \"odd key\" = [1, 2.5, {}] }}", self.template(arguments))];
                body.extend(arguments.iter().map(|argument| format!("{0} = \"{{{0}}}\"", argument.wire)));
                self.key("body", &format!("{{ {} }}", body.join(", ")));
            }
            _ => {}
        }
        if self.dice.once_in(3) {
            self.line("retry = true\nresult = \"/data/0/a~1b\"");
        }
    }

    fn resource(&mut self, n: usize, upstream: bool) {
        let name = self.snake("r", n);
        let _ = writeln!(self.out, "\n[resources.{name}]");
        let description = self.prose();
        self.key("description", &description);
        let arguments: Vec<Argument> = (0..self.dice.below(3))
            .map(|n| Argument { wire: format!("id{n}"), single: true, optional: false })
            .collect();
        let places = arguments.iter().map(|argument| format!("/{{{}}}", argument.wire)).collect::<Vec<_>>().concat();
        self.key("uri", &toml_string(&format!("weather://r{n}{places}")));
        if let Some(argument) = arguments.first().filter(|_| name.len() < 40 && self.dice.once_in(3)) {
            let _ = writeln!(self.out, "arguments.{}.complete = \"code\"", argument.wire);
        }
        self.extras();
        match self.dice.below(4) {
            0 if upstream => {
                let _ = writeln!(self.out, "[resources.{name}.request]\npath = \"/r{places}\"");
            }
            1 => {
                let text = self.template(&arguments);
                self.key("text", &text);
                self.key("mime_type", "\"text/markdown; charset=utf-8\"");
            }
            2 => {
                let _ = writeln!(self.out, "[resources.{name}.respond]");
                self.contents(&arguments);
            }
            _ => {}
        }
    }

    fn prompt(&mut self, n: usize) {
        let name = self.snake("p", n);
        let _ = writeln!(self.out, "\n[prompts.{name}]");
        let description = self.prose();
        self.key("description", &description);
        let mut arguments = Vec::new();
        for n in 0..self.dice.below(3) {
            let wire = format!("{}{n}a", self.dice.pick(FIELD_NAMES));
            let _ = writeln!(self.out, "[prompts.{name}.arguments.{wire}]\noptional = {}", self.dice.once_in(2));
            if self.dice.once_in(3) {
                // Code has no room for two long names.
                let is_short = name.len() + wire.len() < 40;
                self.line(if is_short { "complete = \"code\"" } else { "complete = [\"one\", \"two\"]" });
            }
            arguments.push(Argument { wire, single: true, optional: false });
        }
        if self.dice.once_in(5) {
            // Without messages it is the user's code.
            return;
        }
        if self.dice.once_in(3) {
            let _ = writeln!(self.out, "[prompts.{name}.respond]");
            arguments.extend(self.steps(&[]));
        }
        for _ in 0..=self.dice.below(2) {
            let (key, value) = self.message(&arguments);
            let _ = writeln!(self.out, "[[prompts.{name}.messages]]\n{key} = {value}");
            if self.dice.once_in(2) {
                self.line("role = \"assistant\"");
            }
        }
    }

    fn rest(&mut self) {
        let auth = self.dice.pick(&[
            "[auth]\nmode = \"bearer\"",
            "[auth]\nmode = \"oauth\"",
            "[auth]\nmode = \"oauth\"\nissuer = \"https://login.example.com/\"\nscopes = [\"read\", \"a:b/c\"]",
        ]);
        for section in [
            auth,
            "[cache]\nbackend = \"redis\"",
            "[limits]\nbody_bytes = 65536\nrequest_timeout_seconds = 5\nconcurrency = 1\nrequests_per_second = 100",
            "[deploy]\nreplicas = 3\ncpus = 0.25\nmemory = \"1GiB\"",
            "[alerts]\nerror_rate = 0.5\nresponse_seconds = 2",
        ] {
            if self.dice.once_in(3) {
                self.line(&format!("\n{section}"));
            }
        }
    }
}
