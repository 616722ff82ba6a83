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
    Section { header: "tools.greet.input", live: OFF, rows: &[("person", "\"string\"", OFF)] },
    Section {
        header: "tools.greet.respond",
        live: OFF,
        rows: &[("text", "\"Hello, {person}!\"", OFF), ("is_error", "false", OFF)],
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
        ],
    },
    Section {
        header: "prompts.summarize",
        live: OFF,
        rows: &[("title", "\"Summarize\"", OFF), ("description", "\"Summarize a subject\"", OFF)],
    },
    Section {
        header: "prompts.summarize.arguments.subject",
        live: OFF,
        rows: &[("description", "\"What to summarize\"", OFF), ("optional", "false", OFF)],
    },
    Section {
        header: "prompts.summarize.messages",
        live: OFF,
        rows: &[("role", "\"user\"", OFF), ("text", "\"Summarize what is known about {subject}.\"", OFF)],
    },
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
