//! The table itself. Its order is the order of new specs.

use super::{Key, Name, Shape, may, must};

/// The greatest whole number that a spec can hold.
const MAX: i64 = i64::MAX;
const LINE: Shape = Shape::Line(200);
const PROSE: Shape = Shape::Prose(4_000);

/// The whole file.
pub static ROOT: Shape = Shape::Table(&[ROOT_KEYS]);

const ROOT_KEYS: &[Key] = &[
    must("server", Shape::Table(&[SERVER]), "Who the server is."),
    may(
        "config",
        Shape::Names(Name::Snake, 0, &SETTING),
        "Settings, read from the environment when the server starts.",
    ),
    may("upstream", Shape::Table(&[UPSTREAM]), "The service that the tools call."),
    may(
        "types",
        Shape::Names(Name::Type, 0, &FIELDS),
        "Named objects, used in inputs and outputs as `type = \"Name\"`.",
    ),
    may(
        "tools",
        Shape::Names(Name::Snake, 0, &TOOL),
        "What clients can call. Without any, the server gets `process_request`.",
    ),
    may("resources", Shape::Names(Name::Snake, 0, &RESOURCE), "What clients can read."),
    may("prompts", Shape::Names(Name::Snake, 0, &PROMPT), "Messages that people can start from."),
    may("auth", Shape::Table(&[AUTH]), "Who may call the server."),
    may("cache", Shape::Table(&[CACHE]), "Where cached answers are kept."),
    may("limits", Shape::Table(&[LIMITS]), "What the server takes on; the environment can change each."),
    may("deploy", Shape::Table(&[DEPLOY]), "What a deployment asks for."),
    may("alerts", Shape::Table(&[ALERTS]), "When a person is called."),
];

const SERVER: &[Key] = &[
    must("name", Shape::Line(51), "Its name in snake_case, without the `_v2` that its crate carries."),
    may("title", Shape::Line(100), "Its name for people; made from `name` where it is missing."),
    must("description", Shape::Line(500), "What it is for, in one sentence."),
    may("features", Shape::List(0, &LINE), "What it can do, listed in its README."),
    may("range", Shape::Line(64), "The range of the ports registry to allocate from; `v2` where it is missing."),
    may("port", Shape::Whole(1, 65_535), "The port to ask for at the first allocation, instead of `range`."),
    may("docs", Shape::Flag, "Whether the server has a documentation page; default true."),
];

const UPSTREAM: &[Key] = &[
    may("base_url", Shape::Line(2_000), "Default of the setting `endpoint`, which is required without it."),
    may(
        "auth",
        Shape::Open(&["bearer", "basic", "none", "header:X-API-Key", "query:api_key"]),
        "How a call identifies itself; default `bearer`.",
    ),
    may("timeout_seconds", Shape::Whole(1, 3_600), "Longest time for one attempt; default 30."),
    may("max_retries", Shape::Whole(0, 10), "Attempts after the first; default 3."),
];

static SETTING: Shape = Shape::Table(&[TYPE, LIMITS_OF_VALUES, VALUE, SETTING_ONLY]);

const SETTING_ONLY: &[Key] = &[
    may("secret", Shape::Flag, "Redacted everywhere and never logged."),
    may("env", Shape::Line(100), "The environment variable that holds it; by default the names of server and setting."),
];

/// The types that need no definition.
pub const TYPES: &[&str] = &["string", "integer", "number", "boolean", "array", "object"];

const TYPE_NAME: Shape = Shape::Open(TYPES);

const TYPE: &[Key] =
    &[must("type", TYPE_NAME, "string, integer, number, boolean, array, object, or the name of a type.")];

const LIMITS_OF_VALUES: &[Key] = &[
    may("enum", Shape::List(1, &Shape::Text(200)), "The texts that are allowed."),
    may(
        "format",
        Shape::Choice(&["date", "date-time", "email", "uri", "uuid", "byte"]),
        "A format that a text must have.",
    ),
    may("min_length", Shape::Whole(0, MAX), "Least number of characters."),
    may("max_length", Shape::Whole(0, MAX), "Greatest number of characters."),
    may("pattern", Shape::Line(1_000), "A regular expression that must match somewhere in a text."),
    may("minimum", Shape::Number(f64::MIN, f64::MAX), "Least number."),
    may("maximum", Shape::Number(f64::MIN, f64::MAX), "Greatest number."),
];

static LIMITS_OF_LISTS: [Key; 5] = [
    may("items", Shape::Either(&TYPE_NAME, &ITEM), "What each item of an array is: a type, or a table."),
    may("min_items", Shape::Whole(0, MAX), "Least number of items."),
    may("max_items", Shape::Whole(0, MAX), "Greatest number of items."),
    may("unique_items", Shape::Flag, "No two items are equal."),
    may("fields", Shape::Names(Name::Field, 1, &FIELD), "The fields of an object; without them it is any JSON object."),
];

const VALUE: &[Key] = &[
    may("description", PROSE, "For people and models."),
    may("default", Shape::Any, "The value where it is missing; it need not be given then."),
    may("optional", Shape::Flag, "Whether it may be missing."),
    may("example", Shape::Any, "A value that it could have."),
];

/// A field of an input, an output, a type or an object.
pub static FIELD: Shape = Shape::Either(&TYPE_NAME, &Shape::Table(&[TYPE, LIMITS_OF_VALUES, &LIMITS_OF_LISTS, VALUE]));

/// An item of an array, in its long form.
pub static ITEM: Shape = Shape::Table(&[TYPE, LIMITS_OF_VALUES, &LIMITS_OF_LISTS, ITEM_NOT]);

const ITEM_NOT: &[Key] = &[
    may("description", Shape::NotYet("describe the array itself, beside its `type`"), ""),
    may("example", Shape::NotYet("give the array itself an `example`, beside its `type`"), ""),
    may("default", Shape::NotYet("give the array itself a `default`, beside its `type`"), ""),
    may("optional", Shape::NotYet("an item is there or not; the array itself can be optional"), ""),
];

static FIELDS: Shape = Shape::Names(Name::Field, 1, &FIELD);

static TOOL: Shape = Shape::Table(&[&[
    may("title", Shape::Line(100), "Its name for people."),
    must("description", PROSE, "What it does, for models and people."),
    may("read_only", Shape::Flag, "It changes nothing."),
    may("destructive", Shape::Flag, "It may destroy something."),
    may("idempotent", Shape::Flag, "A second call with the same arguments changes nothing more."),
    may("open_world", Shape::Flag, "It reaches things outside."),
    may(
        "cache",
        Shape::Open(&["none", "short", "medium", "long", "90s"]),
        "How long an answer may be reused: none, short (60 s), medium (300 s), long (3600 s), or a time.",
    ),
    may("pagination", Shape::Flag, "Adds the arguments `page` and `page_size`."),
    may("scopes", SCOPES, "With `oauth`: scopes that a token needs for this tool, besides those of every call."),
    may("input", Shape::Names(Name::Field, 0, &FIELD), "Its arguments."),
    may(
        "output",
        Shape::Names(Name::Field, 0, &FIELD),
        "The fields of its structured result; without them it is any JSON.",
    ),
    may("request", REQUEST, "The call of the upstream that answers it, without a line of Rust."),
    may("respond", RESPOND, "A fixed answer, without a line of Rust."),
]]);

const REQUEST: Shape = Shape::Table(&[&[
    may("method", Shape::Choice(&["GET", "POST", "PUT", "PATCH", "DELETE"]), "HTTP method; default GET."),
    must("path", Shape::Line(2_000), "The path below the endpoint, with {placeholders}."),
    may("query", Shape::Names(Name::Any, 0, &Shape::Scalar), "Query parameters."),
    may("headers", Shape::Names(Name::Header, 0, &Shape::Line(2_000)), "Headers."),
    may(
        "body",
        Shape::Either(&Shape::Choice(&["input"]), &Shape::Names(Name::Any, 0, &Shape::Any)),
        "What is sent: `input` for all arguments, or a table.",
    ),
    may("retry", Shape::Flag, "Whether a failed call may be repeated; default true for GET, PUT and DELETE."),
    may("result", Shape::Text(1_000), "A JSON pointer to the part of the answer that is the result, such as `/data`."),
]]);

const RESPOND: Shape = Shape::Table(&[&[
    must("text", Shape::Text(100_000), "The answer, with {placeholders}."),
    may("is_error", Shape::Flag, "Whether the answer is a tool error."),
    may("content", Shape::NotYet("write one `text`; answers in parts are not yet available"), ""),
    may("steps", Shape::NotYet("write one `text`; answers in steps are not yet available"), ""),
]]);

static RESOURCE: Shape = Shape::Table(&[&[
    may("title", Shape::Line(100), "Its name for people."),
    must("description", PROSE, "What it is."),
    must("uri", Shape::Line(2_000), "Its URI, with {placeholders} where it has arguments."),
    may(
        "mime_type",
        Shape::Line(200),
        "The media type of its content; `text/plain` with `text`, else `application/json`.",
    ),
    may("text", Shape::Text(100_000), "Its fixed content, with {placeholders}."),
    may("request", REQUEST, "The call of the upstream that reads it, without a line of Rust."),
    may("file", Shape::NotYet("write the content as `text`; reading a file is not yet available"), ""),
    may("respond", Shape::NotYet("write the content as `text = \"…\"` of the resource itself"), ""),
]]);

static PROMPT: Shape = Shape::Table(&[&[
    may("title", Shape::Line(100), "Its name for people."),
    must("description", PROSE, "What it is for."),
    may("arguments", Shape::Names(Name::Field, 0, &ARGUMENT), "Its arguments; each is a text."),
    must("messages", Shape::List(1, &MESSAGE), "What it says."),
]]);

static ARGUMENT: Shape = Shape::Table(&[&[
    may("description", PROSE, "For people."),
    may("optional", Shape::Flag, "Whether it may be left out."),
]]);

static MESSAGE: Shape = Shape::Table(&[&[
    may("role", Shape::Choice(&["user", "assistant"]), "Who speaks; default user."),
    must("text", Shape::Prose(100_000), "What is said, with {placeholders}."),
]]);

const SCOPES: Shape = Shape::List(0, &Shape::Line(200));

const AUTH: &[Key] = &[
    may(
        "mode",
        Shape::Choice(&["none", "bearer", "oauth"]),
        "none, bearer: whoever has a key, or oauth: whoever has an access token; default none.",
    ),
    may("allow_anonymous", Shape::Flag, "With `none`: serve anyone also off loopback."),
    may("issuer", Shape::Line(2_000), "With `oauth`: who issues the tokens; default of the setting `OAUTH_ISSUER`."),
    may(
        "audience",
        Shape::Line(2_000),
        "With `oauth`: whom tokens are issued for, the address of `/mcp` as clients know it; default of the setting \
         `OAUTH_AUDIENCE`.",
    ),
    may("scopes", SCOPES, "With `oauth`: scopes that every call needs."),
];

const CACHE: &[Key] = &[may(
    "backend",
    Shape::Choice(&["memory", "redis"]),
    "memory, or redis: Redis where `CACHE_URL` says so; default memory.",
)];

const LIMITS: &[Key] = &[
    may("body_bytes", Shape::Whole(1_024, 1 << 30), "Largest request body; default 1048576."),
    may("request_timeout_seconds", Shape::Whole(1, 3_600), "Longest time for one request; default 60."),
    may("concurrency", Shape::Whole(1, 65_535), "Requests at once; more are answered 503; default 256."),
    may(
        "requests_per_second",
        Shape::Whole(0, 1_000_000),
        "Requests a second, more are answered 429; 0, the default, is no limit.",
    ),
];

const DEPLOY: &[Key] = &[
    may("replicas", Shape::Whole(0, 1_000), "Copies; default 1."),
    may("cpus", Shape::Number(0.01, 1_024.0), "Processors for each; default 1."),
    may(
        "memory",
        Shape::Open(&["64MiB", "128MiB", "256MiB", "512MiB", "1GiB"]),
        "Memory for each, in MiB or GiB; default `128MiB`.",
    ),
];

const ALERTS: &[Key] = &[
    may("error_rate", Shape::Number(0.0001, 1.0), "Share of failed requests; default 0.10."),
    may("response_seconds", Shape::Number(0.001, 3_600.0), "99th percentile of the response time; default 1.0."),
];
