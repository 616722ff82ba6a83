// Owned by mcpgen: edits are overwritten.
//! What a server declares: the table in its `server.rs`.
//!
//! Nothing runs here. `app` compares the table with the texts and schemas of `schemas.json`, and
//! makes a running server of both.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ask::Ability;
use crate::body::{PromptCall, ResourceRead, ToolCall};
use crate::completions::{Completed, CompletionCall, Owner};
use crate::extension::Extension;
use crate::features::{Changes, Deprecated, Sessions, TaskSupport};
use crate::start_error::StartError;

/// A server that is declared, but not started.
pub struct Server<S> {
    pub(crate) about: About,
    pub(crate) start: Box<dyn FnOnce(Value) -> Result<S, StartError> + Send>,
    pub(crate) auth: Auth,
    pub(crate) limits: Limits,
    pub(crate) oauth: OAuth,
    pub(crate) tools: Vec<Tool<S>>,
    pub(crate) resources: Vec<Resource<S>>,
    pub(crate) prompts: Vec<Prompt<S>>,
    pub(crate) completions: Vec<Completed<S>>,
    pub(crate) tasks: Vec<(&'static str, TaskSupport)>,
    pub(crate) requires: Vec<(&'static str, Vec<Ability>)>,
    pub(crate) sessions: Sessions,
    pub(crate) replicas: u32,
    pub(crate) deprecated: Vec<Deprecated>,
    pub(crate) changes: Changes,
    pub(crate) extensions: Vec<Extension>,
}

/// Who a server is.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// The name of its crate, such as `weather_v2`.
    pub name: &'static str,
    /// The version of its crate.
    pub version: &'static str,
    /// One sentence.
    pub description: &'static str,
    /// Where it listens unless the setting `PORT` says otherwise.
    pub port: u16,
    /// The text of its `schemas.json`.
    pub schemas: &'static str,
}

/// Whom a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Everybody who reaches it, and it listens only where that is this machine.
    None,
    /// Everybody who reaches it, wherever it listens.
    Anonymous,
    /// Who sends one of the keys in the setting `AUTH_TOKEN`.
    Bearer,
    /// Who sends an access token of the issuer in the setting `OAUTH_ISSUER`; the extension of
    /// `mcp_oauth` checks it.
    OAuth,
}

/// What a server says about the access tokens that it takes.
#[derive(Debug, Clone, Default)]
pub(crate) struct OAuth {
    pub issuer: Option<&'static str>,
    pub audience: Option<&'static str>,
    /// What every call needs.
    pub scopes: Vec<&'static str>,
    /// What a call of this tool needs besides.
    pub tool_scopes: Vec<(&'static str, &'static str)>,
}

/// How much a server takes at once; each is also a setting.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest body of a request (`MAX_BODY_BYTES`).
    pub body_bytes: usize,
    /// The longest time for a call (`REQUEST_TIMEOUT_SECONDS`).
    pub request_timeout_seconds: u64,
    /// How many requests run at once (`MAX_CONCURRENCY`).
    pub concurrency: usize,
    /// How many requests a second are taken (`MAX_REQUESTS_PER_SECOND`); 0 for any number.
    pub requests_per_second: u32,
}

impl Limits {
    /// What serves most servers well.
    pub const DEFAULT: Self = Self {
        body_bytes: 1_048_576,
        request_timeout_seconds: 60,
        concurrency: 256,
        requests_per_second: 0,
    };
}

/// A tool: its texts and its schema are in `schemas.json` under the same name.
pub struct Tool<S> {
    /// Its name on the wire.
    pub name: &'static str,
    /// What a client may assume about it.
    pub hints: Hints,
    /// How long its answers may be kept.
    pub cache: CacheClass,
    /// Its body.
    pub call: ToolCall<S>,
}

/// What a client may assume about a tool; `None` leaves it to the default of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hints {
    /// It changes nothing.
    pub read_only: Option<bool>,
    /// It may destroy something.
    pub destructive: Option<bool>,
    /// Calling it twice does no more than calling it once.
    pub idempotent: Option<bool>,
    /// It reaches beyond this server.
    pub open_world: Option<bool>,
}

impl Hints {
    /// Nothing is said.
    pub const NONE: Self = Self {
        read_only: None,
        destructive: None,
        idempotent: None,
        open_world: None,
    };
}

/// How long an answer may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheClass {
    /// Not at all.
    None,
    /// One minute.
    Short,
    /// Five minutes.
    Medium,
    /// One hour.
    Long,
    /// This many seconds.
    Seconds(u64),
}

impl CacheClass {
    pub(crate) const fn ttl(self) -> Option<Duration> {
        let seconds = match self {
            Self::None | Self::Seconds(0) => return None,
            Self::Short => 60,
            Self::Medium => 300,
            Self::Long => 3600,
            Self::Seconds(seconds) => seconds,
        };
        Some(Duration::from_secs(seconds))
    }
}

/// A resource: its address and texts are in `schemas.json` under the same name.
pub struct Resource<S> {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its body.
    pub read: ResourceRead<S>,
}

/// A prompt: its texts are in `schemas.json` under the same name, and so are its messages where it
/// has no body.
pub(crate) struct Prompt<S> {
    pub name: &'static str,
    pub get: Option<PromptCall<S>>,
}

impl<S: Send + Sync + 'static> Server<S> {
    /// A server without tools, resources and prompts, open to this machine only.
    ///
    /// `start` makes the service from its settings: `fn(Settings) -> Result<S, StartError>`, or
    /// without a parameter where a server has none.
    pub fn new<F, M>(about: About, start: F) -> Self
    where
        F: Start<S, M>,
    {
        Self {
            about,
            start: Box::new(|settings| start.start(settings)),
            auth: Auth::None,
            limits: Limits::DEFAULT,
            oauth: OAuth::default(),
            tools: Vec::new(),
            resources: Vec::new(),
            prompts: Vec::new(),
            completions: Vec::new(),
            tasks: Vec::new(),
            requires: Vec::new(),
            sessions: Sessions::Local,
            replicas: 1,
            deprecated: Vec::new(),
            changes: Changes::NONE,
            extensions: Vec::new(),
        }
    }

    /// Who it is; a test adds to its schemas before it starts it.
    pub fn about(&mut self) -> &mut About {
        &mut self.about
    }

    /// Says whom it answers.
    pub fn auth(&mut self, auth: Auth) {
        self.auth = auth;
    }

    /// Says how much it takes at once.
    pub fn limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Adds a tool.
    pub fn tool(&mut self, tool: Tool<S>) {
        self.tools.push(tool);
    }

    /// Says who issues access tokens, unless the setting `OAUTH_ISSUER` does.
    pub fn issuer(&mut self, issuer: &'static str) {
        self.oauth.issuer = Some(issuer);
    }

    /// Says whom access tokens are issued for, unless the setting `OAUTH_AUDIENCE` does.
    pub fn audience(&mut self, audience: &'static str) {
        self.oauth.audience = Some(audience);
    }

    /// Adds a scope that a token needs for every call.
    pub fn scope(&mut self, scope: &'static str) {
        self.oauth.scopes.push(scope);
    }

    /// Adds a scope that a token needs for this tool, besides those of every call.
    pub fn tool_scope(&mut self, tool: &'static str, scope: &'static str) {
        self.oauth.tool_scopes.push((tool, scope));
    }

    /// Adds a resource.
    pub fn resource(&mut self, resource: Resource<S>) {
        self.resources.push(resource);
    }

    /// Adds the prompt of this name; all of it is in `schemas.json`.
    pub fn prompt(&mut self, name: &'static str) {
        self.prompts.push(Prompt { name, get: None });
    }

    /// Adds a prompt with a body.
    pub fn prompt_from(&mut self, name: &'static str, get: PromptCall<S>) {
        let get = Some(get);
        self.prompts.push(Prompt { name, get });
    }

    /// Says what completes an argument of this prompt.
    pub fn complete_prompt(
        &mut self,
        prompt: &'static str,
        argument: &'static str,
        call: CompletionCall<S>,
    ) {
        self.complete(Owner::Prompt(prompt), argument, call);
    }

    /// Says what completes an argument of the address of this resource.
    pub fn complete_resource(
        &mut self,
        resource: &'static str,
        argument: &'static str,
        call: CompletionCall<S>,
    ) {
        self.complete(Owner::Resource(resource), argument, call);
    }

    fn complete(&mut self, owner: Owner, argument: &'static str, call: CompletionCall<S>) {
        self.completions.push(Completed {
            owner,
            argument,
            call,
        });
    }

    /// Says that calls of this tool can become tasks, which run on after the first answer.
    pub fn task(&mut self, name: &'static str, support: TaskSupport) {
        self.tasks.push((name, support));
    }

    /// Says what a client must be able to do to call this tool.
    pub fn requires(&mut self, name: &'static str, abilities: &[Ability]) {
        self.requires.push((name, abilities.to_vec()));
    }

    /// Says whether it keeps sessions; also a setting (`SESSIONS`).
    pub fn sessions(&mut self, sessions: Sessions) {
        self.sessions = sessions;
    }

    /// Says how many replicas of it are meant to run. Those of a server that asks its callers
    /// something need one key to seal the states of calls with, so that any of them can go on with
    /// a call: the setting `STATE_KEY` is required then.
    pub fn replicas(&mut self, count: u32) {
        self.replicas = count;
    }

    /// Says which parts it uses that the newest revision of MCP advises against.
    pub fn deprecated(&mut self, parts: &[Deprecated]) {
        self.deprecated = parts.to_vec();
    }

    /// Whether it asks its callers something; `has_forms`: there is a form to ask with.
    pub(crate) fn asks(&self, has_forms: bool) -> bool {
        let asks = |part: &Deprecated| matches!(part, Deprecated::Roots | Deprecated::Sampling);
        has_forms || self.deprecated.iter().any(asks) || !self.requires.is_empty()
    }

    /// The settings that every server has and that this one cannot do without over HTTP.
    pub(crate) fn required(&self, has_forms: bool) -> Vec<&'static str> {
        let required = [
            ("auth_token", self.auth == Auth::Bearer),
            ("state_key", self.replicas > 1 && self.asks(has_forms)),
        ];
        required.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
    }

    /// Says of which changes it tells its clients.
    pub fn changes(&mut self, changes: Changes) {
        self.changes = changes;
    }

    /// Adds an optional part of the base.
    pub fn extension(&mut self, extension: Extension) {
        self.extensions.push(extension);
    }
}

/// A function that makes the service; `M` only tells the two forms apart.
pub trait Start<S, M>: Send + 'static {
    /// Makes the service.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or the settings do not fit their type.
    fn start(self, settings: Value) -> Result<S, StartError>;
}

impl<S, F> Start<S, ()> for F
where
    F: FnOnce() -> Result<S, StartError> + Send + 'static,
{
    fn start(self, _: Value) -> Result<S, StartError> {
        self()
    }
}

impl<S, F, T> Start<S, (T,)> for F
where
    F: FnOnce(T) -> Result<S, StartError> + Send + 'static,
    T: DeserializeOwned,
{
    fn start(self, settings: Value) -> Result<S, StartError> {
        self(serde_json::from_value(settings).map_err(|cause| {
            StartError::new(format!("the type of the settings differs from their schema: {cause}"))
        })?)
    }
}
