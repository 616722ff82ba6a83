//! What templates may see: plain data, every decision already taken.
//!
//! Knows what there is to see. How it comes from a spec is in the modules below; a test keeps templates and context in
//! step.

mod access;
mod offers;
mod server;
mod settings;
mod tool;
mod words;

use serde::Serialize;

pub use access::OAuthContext;
pub use offers::{
    ArgumentContext, CompletionContext, Imports, PromptContext, RequestContext, ResourceContext, ToolContext,
};
pub use server::server;
pub use settings::{settings, shares_states};

use super::lock::Member;
use super::models::Item;
use crate::fleet;

/// The root of what templates see.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Context {
    /// The fleet.
    pub fleet: FleetContext,
    /// The server; absent when only a fleet is made.
    pub server: Option<ServerContext>,
}

/// The fleet and what its people said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FleetContext {
    /// Its name.
    pub name: String,
    /// The registry, from the fleet's folder.
    pub registry: String,
    /// Where to ask; empty: not said.
    pub support_channel: String,
    /// Where to read; empty: not said.
    pub docs_url: String,
    /// Who is called at night; empty: not said.
    pub on_call: String,
    /// Where dashboards are; empty: not said.
    pub dashboard_url: String,
    /// Where images are pushed to; empty: not said.
    pub image_registry: String,
}

impl FleetContext {
    /// What of it stands in the files of servers: all but what the fleet's own files alone say.
    #[must_use]
    pub fn of_servers(&self) -> [&str; 5] {
        [&self.support_channel, &self.docs_url, &self.on_call, &self.dashboard_url, &self.image_registry]
    }
}

/// One server.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServerContext {
    /// `weather_v2`.
    pub crate_name: String,
    /// `weather-v2`: the image, the host name.
    pub image: String,
    /// Its name for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// What its README lists.
    pub features: Vec<String>,
    /// Its port.
    pub port: u16,
    /// Whether it has an upstream.
    pub upstream: Option<UpstreamContext>,
    /// Whether Redis can hold its cache.
    pub redis: bool,
    /// Whether it serves `/docs`.
    pub docs: bool,
    /// Whether callers need a key.
    pub bearer: bool,
    /// Whose access tokens it takes, where it does.
    pub oauth: Option<OAuthContext>,
    /// The variable of a shell with what callers send; empty: nothing.
    pub caller_key: &'static str,
    /// `Auth::Bearer`.
    pub auth: &'static str,
    /// What `server.rs` imports of the base, in order.
    pub server_imports: String,
    /// Crates of the base that plug into the server.
    pub extensions: Vec<&'static str>,
    /// Its settings, those of the upstream included.
    pub settings: Vec<SettingContext>,
    /// Those that every server has, with the defaults of this one.
    pub base_settings: Vec<SettingContext>,
    /// Whether a setting must be given.
    pub needs_settings: bool,
    /// `models.rs`.
    pub items: Vec<Item>,
    /// What `models.rs` uses of others.
    pub model_imports: ModelImports,
    /// Whether its code names `serde_json`.
    pub uses_json: bool,
    /// What it uses that is deprecated, as Rust; empty: nothing.
    pub deprecated: String,
    /// The changes that it tells of, as Rust; empty: none.
    pub changes: String,
    /// Whether older clients have sessions, because there is something to ask or to tell them.
    pub keeps_sessions: bool,
    /// Whether several replicas of it must seal the states of calls with one key.
    pub shares_states: bool,
    /// Whether the spec lets it keep no session.
    pub is_sessionless: bool,
    /// Tools that can be tasks.
    pub tasks: Vec<EntryContext>,
    /// Tools that need something of a client.
    pub requirements: Vec<EntryContext>,
    /// Its tools.
    pub tools: Vec<ToolContext>,
    /// Names of the tools, sorted.
    pub tools_by_name: Vec<String>,
    /// Its resources.
    pub resources: Vec<ResourceContext>,
    /// Names of the resources, sorted.
    pub resources_by_name: Vec<String>,
    /// Its prompts.
    pub prompts: Vec<PromptContext>,
    /// Names of the prompts that have a function, sorted.
    pub prompts_by_name: Vec<String>,
    /// The arguments that code completes.
    pub completions: Vec<CompletionContext>,
    /// Their names, sorted.
    pub completions_by_name: Vec<String>,
    /// What `tests/server.rs` imports.
    pub test_imports: &'static str,
    /// Whether a secret must be given, the callers' token included.
    pub has_secrets: bool,
    /// Whether a setting must be given, the callers' token included.
    pub needs_any_setting: bool,
    /// Whether `process_request` is the golden one, which refuses a call without `data`.
    pub has_golden_process: bool,
    /// Whether it has the tool `process_request`, which has an endpoint of its own.
    pub has_process_request: bool,
    /// Whether calls of the upstream carry a key.
    pub needs_key: bool,
    /// Settings that `cargo run` needs in front of it.
    pub run_prefix: String,
    /// Settings that `docker run` needs.
    pub docker_env: String,
    /// The image with its registry.
    pub image_tag: String,
    /// Parameters of `CoreService::new`.
    pub new_parameters: &'static str,
    /// What it makes: the fields of `CoreService`, in braces where there are some.
    pub new_value: &'static str,
    /// `[limits]`, as Rust.
    pub limits: LimitsContext,
    /// `[alerts]` and `[deploy]`.
    pub alerts: AlertsContext,
}

impl ServerContext {
    /// The server as a member of the workspace.
    #[must_use]
    pub fn member(&self) -> Member {
        let dependencies = [
            (true, "mcp-base"),
            (self.docs, "mcp-docs"),
            (self.oauth.is_some(), "mcp-issuer"),
            (self.oauth.is_some(), "mcp-oauth"),
            (self.redis, "mcp-redis"),
            (true, "mcp-testing"),
            (self.upstream.is_some(), "mcp-upstream"),
            (!self.items.is_empty(), "serde"),
            (self.uses_json, "serde_json"),
            (true, "tokio"),
        ];
        Member {
            name: self.crate_name.clone(),
            version: "0.1.0".into(),
            dependencies: dependencies.into_iter().filter(|(on, _)| *on).map(|(_, name)| name.to_owned()).collect(),
        }
    }
}

/// Which names `models.rs` imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelImports {
    /// From `mcp_base`, in order, as in a `use`; empty: nothing.
    pub base: String,
    /// From `serde_json`, likewise.
    pub json: String,
    /// `serde::Serialize`.
    pub serialize: bool,
}

/// `[upstream]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpstreamContext {
    /// `UpstreamAuth::Bearer(&settings.api_key)`.
    pub auth: String,
    /// Whether calls carry a key.
    pub has_key: bool,
}

/// A row of the settings table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingContext {
    /// The field of `Settings`.
    pub ident: String,
    /// The variable.
    pub env: String,
    /// `string`, `one of …`.
    pub kind: String,
    /// What holds where it is not given: a default, `required` or `none`.
    pub fallback: String,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it is redacted.
    pub secret: bool,
    /// What it is for.
    pub description: String,
    /// A value for tests and examples.
    pub sample: String,
}

/// A tool, and what `server.rs` says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryContext {
    /// Its name.
    pub name: String,
    /// What is said, as Rust.
    pub code: String,
}

/// `[limits]`, as Rust literals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitsContext {
    /// Bytes.
    pub body_bytes: String,
    /// Seconds.
    pub request_timeout_seconds: String,
    /// Requests at once.
    pub concurrency: String,
    /// Requests a second.
    pub requests_per_second: String,
}

/// `[alerts]` and `[deploy]`, for the README and later for deployments.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertsContext {
    /// In percent.
    pub error_percent: String,
    /// In seconds.
    pub response_seconds: String,
    /// Copies.
    pub replicas: u32,
    /// Processors.
    pub cpus: String,
    /// MiB.
    pub memory_mib: u32,
}

/// The fleet as templates see it.
pub fn fleet(settings: &fleet::Settings) -> FleetContext {
    FleetContext {
        name: settings.name.clone(),
        registry: settings.registry.clone(),
        support_channel: settings.support.channel.clone(),
        docs_url: settings.support.docs.clone(),
        on_call: settings.support.on_call.clone(),
        dashboard_url: settings.support.dashboard.clone(),
        image_registry: settings.images.registry.clone(),
    }
}
