// Owned by mcpgen: edits are overwritten.
//! What every server of the fleet has in common: MCP and REST, settings, cache, status, metrics.
//!
//! A server declares what it offers ([`Server`]) and hands it to [`main`]. From there:
//!
//! ```text
//! command ─▶ app ─▶ site ─┬─▶ http ──┐
//!             │           └─▶ mcp ───┼─▶ toolset, resources, prompts ─▶ the server's own functions
//!          settings                  └─▶ status, metrics
//! ```
//!
//! * Only `mcp` knows the SDK, only `http` knows HTTP; both ask `toolset`, `resources`, `prompts`
//!   and `completions`, which know neither. A body tells and asks its caller through `context`,
//!   which knows of the caller no more than that it can be told and asked.
//! * What a server does not use costs it nothing: it keeps sessions, states, tasks and listeners only
//!   where something of it needs them.
//! * What can be done once is done in `site`, before the first call: schemas are compiled, lists
//!   made and metrics looked up there.
//! * What is made for one caller is out of reach of the others (`caller`).
//! * What a caller is told is in `Error::message`; why it happened is only ever logged.

mod app;
mod ask;
mod body;
mod cache;
mod caller;
mod canonical;
mod clock;
mod command;
mod completions;
mod context;
mod document;
mod error;
mod extension;
mod features;
mod guard;
mod http;
mod level;
mod mcp;
mod message;
mod metrics;
mod plain;
mod probe;
mod prompts;
mod reply;
mod resources;
mod schema;
mod server;
mod settings;
mod site;
mod start_error;
mod state;
mod stats;
mod status;
mod telemetry;
mod tokens;
mod toolset;
mod uri;
mod validation;

pub use serde_json::Value;
pub use tokio::join;
pub use tokio::time::sleep;

pub use self::app::{App, Running};
pub use self::ask::{Ability, Answer, Form, Root};
pub use self::body::{
    Parameter, PromptBody, PromptCall, ResourceBody, ResourceRead, ToolBody, ToolCall, call,
    prompt, read,
};
pub use self::cache::{Store, StoreError, StoreFuture};
pub use self::caller::Caller;
pub use self::command::main;
pub use self::completions::{Completion, CompletionBody, CompletionCall, complete};
pub use self::context::Context;
pub use self::error::{Error, Kind};
pub use self::extension::{Extension, OpenStore};
pub use self::features::{Changes, Deprecated, Sessions, TaskSupport};
pub use self::level::Level;
pub use self::message::Message;
pub use self::metrics::{Metrics, UpstreamMetrics, UpstreamOutcome};
pub use self::plain::plain;
pub use self::reply::{
    Annotations, Content, Contents, Embedded, IntoContents, IntoReply, Reply, Role,
};
pub use self::schema::Problem;
pub use self::server::{About, Auth, CacheClass, Hints, Limits, Resource, Server, Start, Tool};
pub use self::settings::{Environment, Secret};
pub use self::start_error::{StartError, exit};
pub use self::tokens::{OpenTokens, TokenError, Tokens, Verifier, VerifyFuture};
pub use self::validation::{Page, require_settings};
