//! The table itself, but for what a server offers. Its order is the order of new specs.

use super::offer::{FORM, PROMPT, RESOURCE, TOOL};
use super::{Key, Name, Shape, may, must};

/// The greatest whole number that a spec can hold.
pub(super) const MAX: i64 = i64::MAX;
pub(super) const LINE: Shape = Shape::Line(200);
pub(super) const PROSE: Shape = Shape::Prose(4_000);

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
    may("forms", Shape::Names(Name::Snake, 0, &FORM), "What a person can be asked to fill in, while a call runs."),
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
    may(
        "sessions",
        Shape::Choice(&["local", "off"]),
        "Whether clients before 2026-07-28 get a session, in which they can be asked things; default local, and off with \
         more than one replica.",
    ),
    may(
        "deprecated",
        Shape::List(0, &Shape::Choice(&["logging", "roots", "sampling"])),
        "What it uses although MCP is about to drop it.",
    ),
    may(
        "changes",
        Shape::List(0, &Shape::Choice(&["tools", "prompts", "resources", "subscriptions"])),
        "Which lists it says the changes of, and whether clients can subscribe to resources; steps imply theirs.",
    ),
    may("list_cache", CACHE_CLASS, "How long a client may reuse its lists; default medium."),
    may("icons", ICONS, "Its pictures."),
    may("meta", META, "Whatever else clients should know, as `_meta`."),
    may(
        "schema_budget_bytes",
        Shape::Whole(1, 1 << 30),
        "The most bytes that `tools/list` may have; default: any number.",
    ),
];

pub(super) const CACHE_CLASS: Shape = Shape::Open(&["none", "short", "medium", "long", "90s"]);
pub(super) const META: Shape = Shape::Names(Name::Any, 1, &Shape::Any);
pub(super) const ICONS: Shape = Shape::List(1, &ICON);

static ICON: Shape = Shape::Table(&[&[
    must("src", Shape::Line(100_000), "Where the picture is: an `https:` or a `data:` address."),
    may("mime_type", Shape::Line(200), "Its media type."),
    may("sizes", Shape::List(1, &Shape::Line(20)), "Its sizes, such as `48x48`, or `any`."),
    may("theme", Shape::Choice(&["light", "dark"]), "The background that it is made for."),
]]);

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

pub(super) const TYPE_NAME: Shape = Shape::Open(TYPES);

pub(super) const TYPE: &[Key] =
    &[must("type", TYPE_NAME, "string, integer, number, boolean, array, object, or the name of a type.")];

pub(super) const LIMITS_OF_VALUES: &[Key] = &[
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

pub(super) static LIMITS_OF_LISTS: [Key; 5] = [
    may("items", Shape::Either(&TYPE_NAME, &ITEM), "What each item of an array is: a type, or a table."),
    may("min_items", Shape::Whole(0, MAX), "Least number of items."),
    may("max_items", Shape::Whole(0, MAX), "Greatest number of items."),
    may("unique_items", Shape::Flag, "No two items are equal."),
    may("fields", Shape::Names(Name::Field, 1, &FIELD), "The fields of an object; without them it is any JSON object."),
];

pub(super) const VALUE: &[Key] = &[
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

/// Scopes of access tokens.
pub(super) const SCOPES: Shape = Shape::List(0, &Shape::Line(200));

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
