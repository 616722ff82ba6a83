//! Valid specs at random: short and long, with odd names and with texts that try to break out of whatever they are
//! rendered into.
//!
//! A number decides everything, so a spec that broke something can be had again.

use std::fmt::Write;

use proptest::prelude::*;

/// Texts of valid specs.
pub fn specs() -> impl Strategy<Value = String> {
    (0_usize..5, any::<u64>()).prop_map(|(size, seed)| spec(seed, size))
}

/// The text of one valid spec; `size` bounds how many of each thing it has.
pub fn spec(seed: u64, size: usize) -> String {
    let mut writer = Writer { dice: Dice(seed), size, out: String::new(), types: Vec::new(), settings: Vec::new() };
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

/// Texts that make odd variants; no two make the same.
const VARIANTS: &[&str] =
    &["open", "in progress", "404", "", "self", "Ünï", "type", "a\"b", "…", "+1", "PascalCase", "{{x}}", "\\", "*/ z"];

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

/// A small generator of random numbers (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number under `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    /// True once in `n`.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

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
            2 => "word_".repeat(10) + "end",
            3 => "get_forecast".to_owned(),
            _ => "r2d2".to_owned(),
        };
        format!("{base}_{kind}{}", char::from(b'a' + u8::try_from(n % 26).unwrap()))
    }

    fn server(&mut self) {
        self.line("[server]");
        let name = self.dice.pick(&["weather", "a", "x9", "my_long_server_name_that_goes_on_and_on", "Big-Shop_v2"]);
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

    /// Writes fields as lines, and returns them as arguments.
    fn fields(&mut self, least: usize, depth: usize) -> Vec<Argument> {
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

    fn tool(&mut self, n: usize, upstream: bool) {
        let name = self.snake("t", n);
        let _ = writeln!(self.out, "\n[tools.{name}]");
        let description = self.prose();
        self.key("description", &description);
        if self.dice.once_in(3) {
            let title = self.quoted();
            self.key("title", &title);
        }
        match self.dice.below(4) {
            0 => self.line("read_only = true\ncache = \"90s\""),
            1 => self.line("destructive = true\nidempotent = true\nopen_world = false"),
            2 => self.line("cache = \"long\""),
            _ => {}
        }
        if self.dice.once_in(4) {
            self.line("pagination = true");
        }
        let _ = writeln!(self.out, "[tools.{name}.input]");
        let arguments = self.fields(0, 2);
        if self.dice.once_in(2) {
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
                let text = self.template(&arguments);
                self.key("text", &text);
                if self.dice.once_in(3) {
                    self.line("is_error = true");
                }
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
        match self.dice.below(3) {
            0 if upstream => {
                let _ = writeln!(self.out, "[resources.{name}.request]\npath = \"/r{places}\"");
            }
            1 => {
                let text = self.template(&arguments);
                self.key("text", &text);
                self.key("mime_type", "\"text/markdown; charset=utf-8\"");
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
            arguments.push(Argument { wire, single: true, optional: false });
        }
        for _ in 0..=self.dice.below(2) {
            let text = self.template(&arguments);
            let _ = writeln!(self.out, "[[prompts.{name}.messages]]\ntext = {text}");
            if self.dice.once_in(2) {
                self.line("role = \"assistant\"");
            }
        }
    }

    fn rest(&mut self) {
        for section in [
            "[auth]\nmode = \"bearer\"",
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
