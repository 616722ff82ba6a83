//! What a server offers: tools, resources and prompts, and what answers them.

use serde_json::{Map, Value};

use super::{Annotations, Block, Complete, Contents, Extras, Field, Respond, ToolAnswer};
use crate::name::{FieldName, ToolName};
use crate::tree::RelPath;

/// `[tools.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Its name.
    pub name: ToolName,
    /// Its name for people; one line.
    pub title: Option<String>,
    /// What it does, for models and people.
    pub description: String,
    /// What a client may assume.
    pub hints: Hints,
    /// How long an answer may be reused.
    pub cache: Cache,
    /// Its arguments; with `pagination = true`, `page` and `page_size` are the last two.
    pub input: Vec<Field>,
    /// Its structured result; empty: any JSON.
    pub output: Vec<Field>,
    /// Its arguments as a JSON Schema of its own, instead of `input`.
    pub input_schema: Option<Map<String, Value>>,
    /// Whether it takes `page` and `page_size`.
    pub pagination: bool,
    /// The scopes that a caller's token needs for it, besides those of every call.
    pub scopes: Vec<String>,
    /// Whether it can run as a task.
    pub task: Option<TaskSupport>,
    /// What a client must be able to do.
    pub requires: Vec<Ability>,
    /// What clients see beside its name.
    pub extras: Extras,
    /// What answers a call.
    pub body: Body<ToolAnswer>,
}

/// Whether a client can, or must, let a tool run as a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskSupport {
    /// It can.
    Optional,
    /// It must.
    Required,
}

/// What a client may be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// Have a person fill in a form.
    Elicitation,
    /// Ask its model.
    Sampling,
    /// Name its folders.
    Roots,
}

/// What a client may assume of a tool; `None` where the spec is silent (MCP `ToolAnnotations`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hints {
    /// It changes nothing.
    pub read_only: Option<bool>,
    /// It may destroy something.
    pub destructive: Option<bool>,
    /// A second call with the same arguments changes nothing more.
    pub idempotent: Option<bool>,
    /// It reaches things outside.
    pub open_world: Option<bool>,
}

/// How long an answer may be reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// Never.
    None,
    /// 60 s.
    Short,
    /// 300 s.
    Medium,
    /// 3,600 s.
    Long,
    /// This many seconds; at least 1.
    Seconds(u32),
}

/// What answers a tool call or a resource read; `A` is what a fixed answer is.
#[derive(Debug, Clone, PartialEq)]
pub enum Body<A> {
    /// A Seeded Rust function that the user fills in.
    Code,
    /// A call of the upstream; the spec then has one.
    Request(Request),
    /// A fixed answer.
    Respond(Respond<A>),
}

/// `request = { … }`: one call of the upstream.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// The path below the endpoint; starts with `/`.
    pub path: Template,
    /// Query parameters, in the order of the spec.
    pub query: Vec<(String, Template)>,
    /// Headers, in the order of the spec; the names are valid.
    pub headers: Vec<(String, Template)>,
    /// What is sent.
    pub body: RequestBody,
    /// Whether a failed call may be repeated: the method is idempotent, or the spec allows it.
    pub retry: bool,
    /// A JSON pointer (RFC 6901) to the part of the answer that is the result; empty: all of it.
    pub result: String,
}

/// HTTP methods of upstream calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

/// What an upstream call sends.
#[derive(Debug, Clone, PartialEq)]
pub enum RequestBody {
    /// Nothing.
    None,
    /// All arguments as one JSON object (`body = "input"`).
    Input,
    /// This JSON object.
    Json(Vec<(String, BodyValue)>),
}

/// A value in the JSON body of an upstream call.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyValue {
    /// Text with placeholders; one placeholder alone keeps its JSON type.
    Template(Template),
    /// A number or boolean as it stands.
    Literal(Value),
    /// An object.
    Object(Vec<(String, BodyValue)>),
    /// A list.
    Array(Vec<BodyValue>),
}

/// Text with `{placeholders}`, all of which exist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// Its parts; no two `Text` in a row, no empty `Text`.
    pub parts: Vec<Part>,
}

/// A part of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As it stands (`{{` and `}}` are already `{` and `}`).
    Text(String),
    /// `{city}`: an argument.
    Argument(FieldName),
    /// `{config.units}`: a setting, never a secret one.
    Setting(FieldName),
    /// `{contact}` or `{contact.email}`: what a client answered to the question of this key, or a field of it.
    Answer(FieldName, Option<FieldName>),
    /// What is in a file, as it stands; never beside another part.
    File(RelPath),
}

/// `[resources.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its name.
    pub name: ToolName,
    /// Its name for people; one line.
    pub title: Option<String>,
    /// What it is.
    pub description: String,
    /// Its URI; with arguments, a URI template of level 1 (RFC 6570).
    pub uri: String,
    /// The arguments of the URI, in its order; all are required text.
    pub arguments: Vec<UriArgument>,
    /// The media type of its content.
    pub mime_type: String,
    /// How long a client may reuse its content.
    pub cache: Cache,
    /// For whom it is, and how important.
    pub annotations: Annotations,
    /// What clients see beside its name.
    pub extras: Extras,
    /// What answers a read.
    pub body: Body<Contents>,
}

/// An argument of a URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UriArgument {
    /// Its name.
    pub name: FieldName,
    /// For people.
    pub description: Option<String>,
    /// What clients can offer for it.
    pub complete: Complete,
}

/// `[prompts.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// Its name.
    pub name: ToolName,
    /// Its name for people; one line.
    pub title: Option<String>,
    /// What it is for.
    pub description: String,
    /// Its arguments: text on the wire.
    pub arguments: Vec<PromptArgument>,
    /// What clients see beside its name.
    pub extras: Extras,
    /// What it says.
    pub body: PromptBody,
}

/// What a prompt says.
#[derive(Debug, Clone, PartialEq)]
pub enum PromptBody {
    /// What a Seeded Rust function says, which the user fills in.
    Code,
    /// These messages; never empty. Without steps before them they are data, and no Rust is written.
    Respond(Respond<Vec<PromptMessage>>),
}

/// An argument of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptArgument {
    /// Its name.
    pub name: FieldName,
    /// For people.
    pub description: Option<String>,
    /// Whether it may be left out.
    pub optional: bool,
    /// What clients can offer for it.
    pub complete: Complete,
}

/// A message of a prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptMessage {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: Block,
}

/// Who speaks in a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

impl Method {
    /// As HTTP spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a second identical call changes nothing more (RFC 9110, section 9.2.2).
    #[must_use]
    pub fn is_idempotent(self) -> bool {
        matches!(self, Self::Get | Self::Put | Self::Delete)
    }
}

impl Prompt {
    /// Whether the server needs no function for it: all that it says is in `schemas.json`.
    #[must_use]
    pub fn is_data(&self) -> bool {
        let PromptBody::Respond(respond) = &self.body else { return false };
        let needs_code =
            |block: &Block| block.files().next().is_some() || block.templates().any(Template::names_a_setting);
        respond.steps.is_empty() && !respond.answer.iter().any(|message| needs_code(&message.content))
    }
}

impl BodyValue {
    /// Collects its texts with placeholders.
    pub(super) fn templates<'a>(&'a self, found: &mut Vec<&'a Template>) {
        match self {
            Self::Template(template) => found.push(template),
            Self::Literal(_) => {}
            Self::Object(members) => members.iter().for_each(|(_, value)| value.templates(found)),
            Self::Array(items) => items.iter().for_each(|item| item.templates(found)),
        }
    }
}

impl Template {
    /// Whether it names what was answered to the question of this key.
    #[must_use]
    pub fn names_answer(&self, key: &FieldName) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Answer(named, _) if named == key))
    }

    /// Whether it names a setting.
    #[must_use]
    pub fn names_a_setting(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Setting(_)))
    }
}

impl Role {
    /// As the protocol spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}
