//! What a server offers: tools, resources, prompts, and the forms that they ask with.

use super::table::{
    CACHE_CLASS, FIELD, ICONS, LIMITS_OF_LISTS, LIMITS_OF_VALUES, LINE, MAX, META, PROSE, SCOPES, TYPE, TYPE_NAME,
    VALUE,
};
use super::{Key, Name, Shape, may, must};

/// An argument of a tool: a field that a header can repeat.
static ARGUMENT_OF_TOOL: Shape =
    Shape::Either(&TYPE_NAME, &Shape::Table(&[TYPE, LIMITS_OF_VALUES, &LIMITS_OF_LISTS, VALUE, IN_HEADER]));

const IN_HEADER: &[Key] = &[may(
    "header",
    Shape::Line(100),
    "The end of the header `Mcp-Param-…` in which clients repeat it, such as `Region`.",
)];

pub(super) static FORM: Shape = Shape::Table(&[&[
    may("fields", Shape::Names(Name::Field, 1, &FORM_FIELD), "What is asked for."),
    may("schema", RAW_SCHEMA, "The same as JSON Schema, where `fields` cannot say it."),
]]);

const RAW_SCHEMA: Shape = Shape::Names(Name::Any, 1, &Shape::Any);

/// The types of what a person fills in: forms are flat.
const FORM_TYPES: Shape = Shape::Choice(&["string", "integer", "number", "boolean", "array"]);

static FORM_FIELD: Shape = Shape::Either(
    &Shape::Choice(&["string", "integer", "number", "boolean"]),
    &Shape::Table(&[FORM_TYPE, CHOICES, FORM_LIMITS, VALUE]),
);

const FORM_TYPE: &[Key] = &[must("type", FORM_TYPES, "string, integer, number, boolean, or array: several of a list.")];

const CHOICES: &[Key] = &[
    may("enum", Shape::List(1, &Shape::Text(200)), "The texts that are allowed."),
    may("titles", Shape::List(1, &Shape::Line(200)), "The same for people, one for each of `enum`."),
];

const FORM_LIMITS: &[Key] = &[
    may("format", Shape::Choice(&["date", "date-time", "email", "uri"]), "A format that a text must have."),
    may("min_length", Shape::Whole(0, MAX), "Least number of characters."),
    may("max_length", Shape::Whole(0, MAX), "Greatest number of characters."),
    may("minimum", Shape::Number(f64::MIN, f64::MAX), "Least number."),
    may("maximum", Shape::Number(f64::MIN, f64::MAX), "Greatest number."),
    may("items", Shape::Table(&[FORM_ITEM, CHOICES]), "What an array is chosen from."),
    may("min_items", Shape::Whole(0, MAX), "Least number of items."),
    may("max_items", Shape::Whole(0, MAX), "Greatest number of items."),
];

const FORM_ITEM: &[Key] = &[must("type", Shape::Choice(&["string"]), "string, with an `enum`.")];

pub(super) static TOOL: Shape = Shape::Table(&[&[
    may("title", Shape::Line(100), "Its name for people."),
    must("description", PROSE, "What it does, for models and people."),
    may("read_only", Shape::Flag, "It changes nothing."),
    may("destructive", Shape::Flag, "It may destroy something."),
    may("idempotent", Shape::Flag, "A second call with the same arguments changes nothing more."),
    may("open_world", Shape::Flag, "It reaches things outside."),
    may(
        "cache",
        CACHE_CLASS,
        "How long an answer may be reused: none, short (60 s), medium (300 s), long (3600 s), or a time.",
    ),
    may("pagination", Shape::Flag, "Adds the arguments `page` and `page_size`."),
    may("scopes", SCOPES, "With `oauth`: scopes that a token needs for this tool, besides those of every call."),
    may(
        "task",
        Shape::Choice(&["optional", "required"]),
        "Whether clients can, or must, let it run as a task, whose result they fetch later.",
    ),
    may(
        "requires",
        Shape::List(1, &Shape::Choice(&["elicitation", "sampling", "roots"])),
        "What a client must be able to do; steps that ask imply theirs.",
    ),
    may("icons", ICONS, "Its pictures."),
    may("meta", META, "Whatever else clients should know, as `_meta`."),
    may("input", Shape::Names(Name::Field, 0, &ARGUMENT_OF_TOOL), "Its arguments."),
    may(
        "input_schema",
        RAW_SCHEMA,
        "Its arguments as JSON Schema 2020-12, where `input` cannot say it; the body takes any JSON.",
    ),
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

const RESPOND: Shape = Shape::Table(&[
    &[
        may("text", Shape::Text(100_000), "The answer, with {placeholders}."),
        may("content", Shape::List(1, &BLOCK), "The answer in blocks, instead of one text."),
        may(
            "structured",
            Shape::Names(Name::Any, 1, &Shape::Any),
            "The structured answer; a placeholder alone keeps its type.",
        ),
        may("is_error", Shape::Flag, "Whether the answer is a tool error."),
        may("protocol_error", Shape::Prose(4_000), "An error of the protocol, instead of an answer."),
    ],
    STEPS,
]);

const STEPS: &[Key] = &[may("steps", Shape::List(1, &STEP), "What happens before the answer, in order.")];

static STEP: Shape = Shape::Table(&[&[
    may("progress", Shape::Number(0.0, f64::MAX), "Tells how much is done."),
    may("total", Shape::Number(0.0, f64::MAX), "Of how much, beside `progress`."),
    may("message", Shape::Prose(4_000), "In words, beside `progress`."),
    may("log", Shape::Prose(4_000), "Sends a message of the log to the client."),
    may(
        "level",
        Shape::Choice(&["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"]),
        "How important it is, beside `log`; default info.",
    ),
    may("sleep", Shape::Line(100), "Waits: `50ms`, `2s`, or an argument such as `{seconds}s`."),
    may("ask", Shape::Names(Name::Field, 1, &QUESTION), "Asks the client, all questions at once."),
    may("changed", Shape::Choice(&["tools", "prompts", "resources"]), "Says that a list has changed."),
    may("updated", Shape::Line(2_000), "Says that the resource at this address has changed."),
]]);

static QUESTION: Shape = Shape::Table(&[&[
    may("form", Shape::Line(64), "The form that a person fills in."),
    may("message", Shape::Prose(4_000), "What the person is told, beside `form`."),
    may("sample", Shape::Prose(100_000), "What the client's model is asked."),
    may("max_tokens", Shape::Whole(1, 1_000_000), "Longest answer of the model, beside `sample`; default 1000."),
    may("roots", Shape::Flag, "Whether the folders of the client are asked for."),
    may("optional", Shape::Flag, "Whether it is asked only of clients that can answer."),
]]);

const ANNOTATIONS: &[Key] = &[
    may("audience", Shape::List(1, &Shape::Choice(&["user", "assistant"])), "Whom it is for."),
    may("priority", Shape::Number(0.0, 1.0), "How important it is, from 0 to 1."),
];

static BLOCK: Shape = Shape::Table(&[BLOCK_KEYS, ANNOTATIONS]);

/// The most characters of the path of a file beside the spec.
pub const LONGEST_FILE: usize = 100;

const FILE: Key =
    may("file", Shape::Line(LONGEST_FILE), "Instead, a file beside the spec that has it, such as `assets/logo.png`.");

const BLOCK_KEYS: &[Key] = &[
    must("type", Shape::Choice(&["text", "image", "audio", "resource", "resource_link"]), "What it is."),
    may("text", Shape::Text(100_000), "A text, or the text of a resource, with {placeholders}."),
    may("data", Shape::Text(1_000_000), "The bytes of a picture, a sound or a resource, in base64."),
    FILE,
    may("mime_type", Shape::Line(200), "The media type."),
    may("uri", Shape::Line(2_000), "The address of a resource."),
    may("name", LINE, "The name of a linked resource."),
    may("description", PROSE, "What a linked resource is."),
];

pub(super) static RESOURCE: Shape = Shape::Table(&[
    &[
        may("title", Shape::Line(100), "Its name for people."),
        must("description", PROSE, "What it is."),
        must("uri", Shape::Line(2_000), "Its URI, with {placeholders} where it has arguments."),
        may(
            "mime_type",
            Shape::Line(200),
            "The media type of its content; `text/plain` with `text`, else `application/json`.",
        ),
        may("cache", CACHE_CLASS, "How long a client may reuse its content; default none."),
        may("icons", ICONS, "Its pictures."),
        may("meta", META, "Whatever else clients should know, as `_meta`."),
        may("arguments", Shape::Names(Name::Field, 0, &URI_ARGUMENT), "More about the arguments of its URI."),
        may("text", Shape::Text(100_000), "Its fixed content, with {placeholders}."),
        may("data", Shape::Text(1_000_000), "Its fixed content in base64, where it is no text."),
        FILE,
        may("request", REQUEST, "The call of the upstream that reads it, without a line of Rust."),
        may("respond", CONTENTS, "Its fixed content in the long form, with steps before it."),
    ],
    ANNOTATIONS,
]);

const CONTENTS: Shape = Shape::Table(&[
    &[
        may("text", Shape::Text(100_000), "The content, with {placeholders}."),
        may("data", Shape::Text(1_000_000), "The content in base64, where it is no text."),
        FILE,
    ],
    STEPS,
]);

static URI_ARGUMENT: Shape = Shape::Table(&[&[may("description", PROSE, "For people."), COMPLETE]]);

const COMPLETE: Key = may(
    "complete",
    Shape::Either(&Shape::Choice(&["code"]), &Shape::List(1, &LINE)),
    "Values that clients can offer while it is typed; or `code`: your own says them.",
);

pub(super) static PROMPT: Shape = Shape::Table(&[&[
    may("title", Shape::Line(100), "Its name for people."),
    must("description", PROSE, "What it is for."),
    may("icons", ICONS, "Its pictures."),
    may("meta", META, "Whatever else clients should know, as `_meta`."),
    may("arguments", Shape::Names(Name::Field, 0, &ARGUMENT), "Its arguments; each is a text."),
    may("messages", Shape::List(1, &MESSAGE), "What it says; without them it is your own code."),
    may("respond", Shape::Table(&[STEPS]), "What happens before it says that."),
]]);

static ARGUMENT: Shape = Shape::Table(&[&[
    may("description", PROSE, "For people."),
    may("optional", Shape::Flag, "Whether it may be left out."),
    COMPLETE,
]]);

static MESSAGE: Shape = Shape::Table(&[&[
    may("role", Shape::Choice(&["user", "assistant"]), "Who speaks; default user."),
    may("text", Shape::Prose(100_000), "What is said, with {placeholders}."),
    may("content", Shape::Table(&[BLOCK_KEYS, ANNOTATIONS]), "The same as a block, where it is more than a text."),
]]);
