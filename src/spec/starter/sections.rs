//! The tables of the template and the values that stand in them.

/// One table of the template.
pub(super) struct Section {
    /// The header without brackets: the way from the root.
    pub(super) header: &'static str,
    /// Whether it is switched on.
    pub(super) live: bool,
    /// Keys and their values; those switched on are marked.
    pub(super) rows: &'static [(&'static str, &'static str, bool)],
}

const ON: bool = true;
const OFF: bool = false;

/// Every table, in the order of the template.
pub(super) const SECTIONS: &[Section] = &[
    Section {
        header: "server",
        live: ON,
        rows: &[
            ("name", "\"{name}\"", ON),
            ("title", "\"{title}\"", ON),
            ("description", "\"{title} for MCP clients\"", ON),
            ("features", "[\"Processes requests\"]", OFF),
            ("range", "\"v2\"", OFF),
            ("port", "9004", OFF),
            ("docs", "true", OFF),
            ("schema_budget_bytes", "16384", OFF),
            ("sessions", "\"local\"", OFF),
            ("deprecated", "[\"logging\", \"roots\", \"sampling\"]", OFF),
            ("changes", "[\"tools\", \"subscriptions\"]", OFF),
            ("list_cache", "\"medium\"", OFF),
            (
                "icons",
                "[{ src = \"https://example.com/icon.png\", mime_type = \"image/png\", sizes = [\"48x48\"], theme = \"light\" }]",
                OFF,
            ),
            ("meta", "{ \"com.example/team\" = \"tools\" }", OFF),
        ],
    },
    Section {
        header: "config.units",
        live: OFF,
        rows: &[
            ("type", "\"string\"", OFF),
            ("enum", "[\"metric\", \"imperial\"]", OFF),
            ("default", "\"metric\"", OFF),
            ("description", "\"Unit system\"", OFF),
            ("secret", "false", OFF),
            ("env", "\"UNITS\"", OFF),
        ],
    },
    Section {
        header: "upstream",
        live: ON,
        rows: &[
            ("base_url", "\"https://api.example.com\"", OFF),
            ("auth", "\"bearer\"", ON),
            ("timeout_seconds", "30", OFF),
            ("max_retries", "3", OFF),
        ],
    },
    Section {
        header: "types.Item",
        live: OFF,
        rows: &[
            ("id", "{ type = \"string\", format = \"uuid\" }", OFF),
            ("labels", "{ type = \"array\", items = \"string\", max_items = 10, optional = true }", OFF),
        ],
    },
    Section {
        header: "forms.contact.fields",
        live: OFF,
        rows: &[
            ("email", "{ type = \"string\", format = \"email\", description = \"Where to write to\" }", OFF),
            (
                "size",
                "{ type = \"string\", enum = [\"s\", \"l\"], titles = [\"Small\", \"Large\"], default = \"s\" }",
                OFF,
            ),
            (
                "days",
                "{ type = \"array\", items = { type = \"string\", enum = [\"mon\", \"tue\"] }, max_items = 2, optional = true }",
                OFF,
            ),
        ],
    },
    Section {
        header: "forms.anything",
        live: OFF,
        rows: &[("schema", "{ type = \"object\", properties = { age = { type = \"integer\" } } }", OFF)],
    },
    Section {
        header: "tools.process_request",
        live: ON,
        rows: &[
            ("title", "\"Process\"", OFF),
            ("description", "\"Process a request\"", ON),
            ("read_only", "true", OFF),
            ("destructive", "false", OFF),
            ("idempotent", "true", OFF),
            ("open_world", "true", OFF),
            ("cache", "\"medium\"", ON),
            ("pagination", "true", OFF),
            ("scopes", "[\"{name}.write\"]", OFF),
            ("task", "\"optional\"", OFF),
            ("icons", "[{ src = \"https://example.com/tool.png\" }]", OFF),
            ("meta", "{ \"com.example/cost\" = 2 }", OFF),
        ],
    },
    Section {
        header: "tools.process_request.input",
        live: ON,
        rows: &[
            ("data", "{ type = \"string\", description = \"What to process\" }", ON),
            ("options", "{ type = \"object\", default = {}, description = \"How to process it\" }", ON),
        ],
    },
    Section {
        header: "tools.process_request.output",
        live: OFF,
        rows: &[("summary", "\"string\"", OFF), ("items", "{ type = \"array\", items = \"Item\" }", OFF)],
    },
    Section {
        header: "tools.process_request.request",
        live: ON,
        rows: &[
            ("method", "\"POST\"", ON),
            ("path", "\"/process\"", ON),
            ("query", "{ units = \"{config.units}\" }", OFF),
            ("headers", "{ X-Request-Source = \"mcp\" }", OFF),
            ("body", "\"input\"", ON),
            ("retry", "false", OFF),
            ("result", "\"/data\"", OFF),
        ],
    },
    Section { header: "tools.greet", live: OFF, rows: &[("description", "\"Say hello\"", OFF)] },
    Section {
        header: "tools.greet.input",
        live: OFF,
        rows: &[("person", "{ type = \"string\", header = \"Person\" }", OFF)],
    },
    Section {
        header: "tools.greet.respond",
        live: OFF,
        rows: &[("text", "\"Hello, {person}!\"", OFF), ("is_error", "false", OFF)],
    },
    Section {
        header: "tools.sign_up",
        live: OFF,
        rows: &[
            ("description", "\"Sign someone up, by asking them\"", OFF),
            ("requires", "[\"elicitation\"]", OFF),
            ("input_schema", "{ type = \"object\", properties = { city = { type = \"string\" } } }", OFF),
        ],
    },
    Section {
        header: "tools.sign_up.respond",
        live: OFF,
        rows: &[
            ("structured", "{ email = \"{contact.email}\", size = \"{contact.size}\" }", OFF),
            ("protocol_error", "\"instead of an answer\"", OFF),
        ],
    },
    Section {
        header: "tools.sign_up.respond.content",
        live: OFF,
        rows: &[
            ("type", "\"resource\"", OFF),
            ("uri", "\"{name}://contacts/1\"", OFF),
            ("text", "\"Write to {contact.email}\"", OFF),
            ("mime_type", "\"text/plain\"", OFF),
            ("data", "\"aGVsbG8=\"", OFF),
            ("file", "\"assets/contact.txt\"", OFF),
            ("name", "\"a contact\"", OFF),
            ("description", "\"of a `resource_link`\"", OFF),
            ("audience", "[\"user\"]", OFF),
            ("priority", "0.5", OFF),
        ],
    },
    Section {
        header: "tools.sign_up.respond.steps",
        live: OFF,
        rows: &[
            ("progress", "1", OFF),
            ("total", "2", OFF),
            ("message", "\"Looking around\"", OFF),
            ("log", "\"or another of these, one a step\"", OFF),
            ("level", "\"info\"", OFF),
            ("sleep", "\"50ms\"", OFF),
            ("changed", "\"tools\"", OFF),
            ("updated", "\"{name}://contacts/1\"", OFF),
        ],
    },
    Section {
        header: "tools.sign_up.respond.steps.ask.contact",
        live: OFF,
        rows: &[
            ("form", "\"contact\"", OFF),
            ("message", "\"Who are you?\"", OFF),
            ("sample", "\"or a question to the client's model\"", OFF),
            ("max_tokens", "100", OFF),
            ("roots", "true", OFF),
            ("optional", "false", OFF),
        ],
    },
    Section {
        header: "resources.guide",
        live: OFF,
        rows: &[
            ("title", "\"Guide\"", OFF),
            ("description", "\"How to use this server\"", OFF),
            ("uri", "\"{name}://guide/{chapter}\"", OFF),
            ("mime_type", "\"text/markdown\"", OFF),
            ("text", "\"# Chapter {chapter}\"", OFF),
            ("data", "\"aGVsbG8=\"", OFF),
            ("file", "\"assets/guide.md\"", OFF),
            ("cache", "\"medium\"", OFF),
            ("icons", "[{ src = \"https://example.com/guide.png\" }]", OFF),
            ("meta", "{ \"com.example/edition\" = 2 }", OFF),
            ("audience", "[\"user\", \"assistant\"]", OFF),
            ("priority", "0.5", OFF),
        ],
    },
    Section {
        header: "resources.guide.arguments.chapter",
        live: OFF,
        rows: &[("description", "\"Which chapter\"", OFF), ("complete", "[\"intro\", \"usage\"]", OFF)],
    },
    Section {
        header: "resources.guide.respond",
        live: OFF,
        rows: &[
            ("text", "\"the long form of the resource's own `text`\"", OFF),
            ("data", "\"aGVsbG8=\"", OFF),
            ("file", "\"assets/guide.md\"", OFF),
            ("steps", "[{ progress = 1 }]", OFF),
        ],
    },
    Section {
        header: "prompts.summarize",
        live: OFF,
        rows: &[
            ("title", "\"Summarize\"", OFF),
            ("description", "\"Summarize a subject\"", OFF),
            ("icons", "[{ src = \"https://example.com/prompt.png\" }]", OFF),
            ("meta", "{ \"com.example/kind\" = \"text\" }", OFF),
        ],
    },
    Section {
        header: "prompts.summarize.arguments.subject",
        live: OFF,
        rows: &[
            ("description", "\"What to summarize\"", OFF),
            ("optional", "false", OFF),
            ("complete", "[\"tea\", \"coffee\"]", OFF),
        ],
    },
    Section {
        header: "prompts.summarize.messages",
        live: OFF,
        rows: &[
            ("role", "\"user\"", OFF),
            ("text", "\"Summarize what is known about {subject}.\"", OFF),
            ("content", "{ type = \"text\", text = \"the same as a block\", audience = [\"assistant\"] }", OFF),
        ],
    },
    Section { header: "prompts.summarize.respond", live: OFF, rows: &[("steps", "[{ sleep = \"1s\" }]", OFF)] },
    Section {
        header: "auth",
        live: OFF,
        rows: &[
            ("mode", "\"none\"", OFF),
            ("allow_anonymous", "true", OFF),
            ("issuer", "\"https://login.example.com\"", OFF),
            ("audience", "\"https://mcp.example.com/mcp\"", OFF),
            ("scopes", "[\"{name}\"]", OFF),
        ],
    },
    Section { header: "cache", live: OFF, rows: &[("backend", "\"redis\"", OFF)] },
    Section {
        header: "limits",
        live: OFF,
        rows: &[
            ("body_bytes", "1048576", OFF),
            ("request_timeout_seconds", "60", OFF),
            ("concurrency", "256", OFF),
            ("requests_per_second", "0", OFF),
        ],
    },
    Section {
        header: "deploy",
        live: OFF,
        rows: &[("replicas", "2", OFF), ("cpus", "0.5", OFF), ("memory", "\"128MiB\"", OFF)],
    },
    Section { header: "alerts", live: OFF, rows: &[("error_rate", "0.1", OFF), ("response_seconds", "1.0", OFF)] },
];
