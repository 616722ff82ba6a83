//! What is true of a server: a [`Spec`] cannot be wrong.
//!
//! Knows the domain in plain data: no spans, no TOML, no `Option` that has a default. Made only by
//! [`validate`](super::validate); read by the plan and the rules.

mod completion;
mod offer;
mod respond;

use serde_json::{Map, Value};

pub use completion::*;
pub use offer::*;
pub use respond::*;

use crate::name::{EnvName, FieldName, ServerName, ToolName, TypeName};

/// One server, as its `server.toml` describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// `[server]`.
    pub server: Server,
    /// `[config.*]`, in the order of the file; those of the upstream are not among them.
    pub settings: Vec<Setting>,
    /// `[upstream]`.
    pub upstream: Option<Upstream>,
    /// `[types.*]`.
    pub types: Vec<NamedType>,
    /// `[forms.*]`.
    pub forms: Vec<Form>,
    /// `[tools.*]`; never empty: without tools a server gets `process_request`.
    pub tools: Vec<Tool>,
    /// `[resources.*]`.
    pub resources: Vec<Resource>,
    /// `[prompts.*]`.
    pub prompts: Vec<Prompt>,
    /// `[auth]`.
    pub auth: Auth,
    /// `[cache]`: whether the server can also use Redis.
    pub cache: CacheBackend,
    /// `[limits]`.
    pub limits: Limits,
    /// `[deploy]`.
    pub deploy: Deploy,
    /// `[alerts]`.
    pub alerts: Alerts,
}

/// `[server]`: who it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Its name.
    pub name: ServerName,
    /// Its name for people; one line.
    pub title: String,
    /// What it is for, in a sentence; one line.
    pub description: String,
    /// What its README lists.
    pub features: Vec<String>,
    /// Where its port comes from at the first allocation.
    pub port: PortRequest,
    /// Whether `/docs` is served and its crate compiled; default `true`.
    pub docs: bool,
    /// The most bytes that `tools/list` may have.
    pub schema_budget_bytes: Option<u32>,
    /// Whether clients of older revisions get a session; default `true` with one replica.
    pub sessions: bool,
    /// What it uses although the protocol is about to drop it.
    pub deprecated: Deprecated,
    /// Which changes it tells clients of, those that steps tell of included.
    pub changes: Changes,
    /// How long a client may reuse its lists.
    pub list_cache: Cache,
    /// What clients see beside its name.
    pub extras: Extras,
}

/// What a server uses of the parts that the newest revision deprecates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deprecated {
    /// Messages of the log, sent to clients.
    pub logging: bool,
    /// The folders of clients.
    pub roots: bool,
    /// The models of clients.
    pub sampling: bool,
}

/// What a server says the changes of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability of its own")]
pub struct Changes {
    /// The list of tools.
    pub tools: bool,
    /// The list of prompts.
    pub prompts: bool,
    /// The list of resources.
    pub resources: bool,
    /// Single resources, to clients that subscribed to them.
    pub subscriptions: bool,
}

/// What clients see of something beside its name and description.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extras {
    /// Its pictures.
    pub icons: Vec<Icon>,
    /// `_meta`; empty: none.
    pub meta: Map<String, Value>,
}

/// A picture of a server, tool, resource or prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icon {
    /// Where it is.
    pub src: String,
    /// Its media type.
    pub mime_type: Option<String>,
    /// Its sizes; empty: not said.
    pub sizes: Vec<String>,
    /// `light` or `dark`.
    pub theme: Option<String>,
}

/// Where a port comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortRequest {
    /// Any free port of this range of the registry; default `v2`.
    Range(String),
    /// This one.
    Exact(u16),
}

/// `[config.NAME]`: a value read from the environment at start.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its name, type, default and description.
    pub field: Field,
    /// The variable that holds it; `<env>_FILE` names a file that does.
    pub env: EnvName,
    /// Redacted everywhere and never logged.
    pub secret: bool,
}

/// `[upstream]`: the service that the tools call.
#[derive(Debug, Clone, PartialEq)]
pub struct Upstream {
    /// Default of the setting `endpoint`; without it that setting is required.
    pub base_url: Option<String>,
    /// How a call identifies itself.
    pub auth: UpstreamAuth,
    /// Default of the setting `timeout_seconds`: for one attempt.
    pub timeout_seconds: u32,
    /// Default of the setting `max_retries`: attempts after the first.
    pub max_retries: u32,
}

/// How an upstream is told who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpstreamAuth {
    /// Not at all.
    None,
    /// `Authorization: Bearer <api_key>`.
    Bearer,
    /// `Authorization: Basic <base64 of api_key>`, where the key is `user:password`.
    Basic,
    /// The key in this header.
    Header(String),
    /// The key in this query parameter.
    Query(String),
}

/// `[types.NAME]`: an object that inputs and outputs refer to by name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedType {
    /// Its name.
    pub name: TypeName,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// `[forms.NAME]`: what a person is asked to fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Its name.
    pub name: ToolName,
    /// What is asked for.
    pub body: FormBody,
}

/// What a form asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum FormBody {
    /// These fields; never empty, and all of single values or of lists of an enum.
    Fields(Vec<Field>),
    /// Whatever this JSON Schema says.
    Schema(Map<String, Value>),
}

/// One field of an input, an output, a type, or one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: FieldName,
    /// For people and models.
    pub description: Option<String>,
    /// A value that it could have; valid by its own type.
    pub example: Option<Value>,
    /// Whether it may be left out.
    pub presence: Presence,
    /// What it holds.
    pub ty: Type,
    /// The end of the header that repeats it; only arguments of tools have one.
    pub header: Option<String>,
}

/// Whether a field may be left out, and what then.
#[derive(Debug, Clone, PartialEq)]
pub enum Presence {
    /// It must be there.
    Required,
    /// It may be missing: an `Option` in Rust.
    Optional,
    /// It may be missing and then has this value, which its type allows.
    Default(Value),
}

/// What a field holds. Types that become Rust types of their own carry their (unique) name.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Text.
    String {
        /// Least number of characters.
        min_length: Option<u64>,
        /// Greatest number of characters.
        max_length: Option<u64>,
        /// A regular expression that must match somewhere; valid for the `regex-lite` crate.
        pattern: Option<String>,
        /// A format of JSON Schema.
        format: Option<Format>,
    },
    /// One of these texts.
    Enum {
        /// The Rust enum.
        name: TypeName,
        /// Its values, in the order of the spec; no two share a variant.
        variants: Vec<Variant>,
    },
    /// A whole number.
    Integer {
        /// Least value.
        minimum: Option<i64>,
        /// Greatest value.
        maximum: Option<i64>,
    },
    /// A number.
    Number {
        /// Least value.
        minimum: Option<f64>,
        /// Greatest value.
        maximum: Option<f64>,
    },
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array {
        /// What each item is.
        items: Box<Type>,
        /// Least number of items.
        min_items: Option<u64>,
        /// Greatest number of items.
        max_items: Option<u64>,
        /// No two items are equal.
        unique_items: bool,
    },
    /// An object with these fields (nested in place).
    Object {
        /// The Rust struct.
        name: TypeName,
        /// Its fields; never empty.
        fields: Vec<Field>,
    },
    /// An object with any fields.
    Map,
    /// A type of `[types.*]`.
    Named(TypeName),
}

/// One value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// As it goes over the wire.
    pub wire: String,
    /// The Rust variant.
    pub name: String,
    /// For people; only forms say it.
    pub title: Option<String>,
}

/// Formats of text that servers enforce (JSON Schema validation, section 7.3; `byte` is base64).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `2026-01-31`.
    Date,
    /// RFC 3339.
    DateTime,
    /// `someone@example.org`.
    Email,
    /// An absolute URI.
    Uri,
    /// A UUID.
    Uuid,
    /// Base64.
    Byte,
}

/// `[auth]`: who may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// Anyone who reaches the socket.
    None {
        /// Also off loopback; default `false`.
        allow_anonymous: bool,
    },
    /// Whoever has the token.
    Bearer,
    /// Whoever has an access token of an issuer.
    OAuth(OAuth),
}

/// `[auth] mode = "oauth"`: whose access tokens are taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OAuth {
    /// Default of the setting `OAUTH_ISSUER`; without it that setting is required.
    pub issuer: Option<String>,
    /// Default of the setting `OAUTH_AUDIENCE`; without it that setting is required.
    pub audience: Option<String>,
    /// What every call needs.
    pub scopes: Vec<String>,
}

/// `[cache]`: where answers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheBackend {
    /// In the process only; the default.
    Memory,
    /// In Redis where `CACHE_URL` says so, else in the process.
    Redis,
}

/// `[limits]`: what one server takes on. Defaults of settings of the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest request body, in bytes; default 1 MiB.
    pub body_bytes: u64,
    /// Longest time for one request, in seconds; default 60.
    pub request_timeout_seconds: u32,
    /// Requests at once; more are answered 503; default 256.
    pub concurrency: u32,
    /// Requests a second for the whole server, more are answered 429; 0 (the default): no limit.
    pub requests_per_second: u32,
}

/// `[deploy]`: what a deployment asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deploy {
    /// Copies; default 1.
    pub replicas: u32,
    /// Processors for each; default 1.0.
    pub cpus: f64,
    /// Memory for each, in MiB; default 128.
    pub memory_mib: u32,
}

/// `[alerts]`: when a person is called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alerts {
    /// Share of failed requests, 0–1; default 0.10.
    pub error_rate: f64,
    /// 99th percentile of the response time, in seconds; default 1.0.
    pub response_seconds: f64,
}
