// Owned by mcpgen: edits are overwritten.
//! What a running call knows about itself, and may tell or ask its caller before it is done.
//!
//! A body takes a [`Context`] as its last parameter where it needs one. Parts that are called
//! deeper down, such as the client of an upstream, find it with [`Context::current`].

mod asks;
mod run;
mod runner;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use self::asks::Asked;
pub(crate) use self::runner::Runner;
use crate::ask::{Ability, Forms};
use crate::caller::Caller;
use crate::level::Level;
use crate::mcp::{Client, Hub};
use crate::metrics::Metrics;

tokio::task_local! {
    static CURRENT: Context;
}

/// One call of a tool, one reading of a resource, one use of a prompt or one completion.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    name: &'static str,
    origin: Origin,
    house: Arc<House>,
    access: Access,
    asked: Asked,
}

/// What a call has of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It knows who that is, and can ask.
    Full,
    /// It knows who that is, but MCP has no answer to such a call in which something is asked.
    Known,
    /// Neither: other callers get the same answer, out of the cache.
    None,
}

/// What all calls of a server have in common.
pub(crate) struct House {
    pub metrics: Arc<Metrics>,
    pub forms: Forms,
    pub hub: Hub,
}

/// Where a call came from: what the transports tell the toolset.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    pub request_id: Arc<str>,
    pub trace: Option<Arc<str>>,
    pub cancelled: CancellationToken,
    /// Who can be told and asked; nobody over REST.
    pub client: Option<Client>,
    /// Who calls, where the server asks for a key or a token.
    pub caller: Option<Arc<Caller>>,
}

impl Origin {
    /// Whether the caller has all of these scopes. Who has no token has none.
    pub(crate) fn may(&self, scopes: &[&str]) -> bool {
        scopes.is_empty() || self.caller.as_ref().is_some_and(|caller| caller.has(scopes))
    }
}

impl Context {
    pub(crate) fn new(
        name: &'static str,
        origin: Origin,
        house: Arc<House>,
        access: Access,
    ) -> Self {
        Self(Arc::new(Inner {
            name,
            origin,
            house,
            access,
            asked: Asked::default(),
        }))
    }

    /// The call in which this code runs, if it runs in one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// The name of the tool, resource or prompt; in a completion that of what has the argument.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// The id of the request, as in the header `X-Request-Id` and in the log.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.0.origin.request_id
    }

    /// The caller's W3C trace context, to be handed on to whatever this call calls.
    #[must_use]
    pub fn traceparent(&self) -> Option<&str> {
        self.0.origin.trace.as_deref()
    }

    /// Who calls, where the server asks for a key or a token; nobody in `--stdio`.
    ///
    /// Nobody either where the answers of a tool are cached, because all callers get the same: what
    /// depends on who asks must not be cached (`CacheClass::None`).
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        self.0.origin.caller.as_deref().filter(|_| self.0.access != Access::None)
    }

    /// The server's metrics.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.house.metrics
    }

    /// Whether the caller is gone, so that nobody waits for the answer.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.origin.cancelled.is_cancelled()
    }

    /// Waits until the caller is gone.
    pub async fn cancelled(&self) {
        self.0.origin.cancelled.cancelled().await;
    }

    /// Whether the caller can do this, so that a question for it is answered.
    #[must_use]
    pub fn can(&self, ability: Ability) -> bool {
        self.0.access == Access::Full && self.client().is_some_and(|client| client.can(ability))
    }

    /// Tells an MCP client that asked for it how far this call is; otherwise does nothing.
    pub async fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        if let Some(client) = self.client() {
            client.progress(done, total, message).await;
        }
    }

    /// Tells an MCP client that wants to know what happens; otherwise does nothing. The server
    /// must have declared that it does so (`Deprecated::Logging`).
    pub async fn log(&self, level: Level, data: impl Into<Value>) {
        if let Some(client) = self.client() {
            client.log(level, self.name(), data.into()).await;
        }
    }

    /// Tells the clients that the list of tools is another now.
    pub async fn tools_changed(&self) {
        self.0.house.hub.tools_changed().await;
    }

    /// Tells the clients that the list of prompts is another now.
    pub async fn prompts_changed(&self) {
        self.0.house.hub.prompts_changed().await;
    }

    /// Tells the clients that the list of resources is another now.
    pub async fn resources_changed(&self) {
        self.0.house.hub.resources_changed().await;
    }

    /// Tells the clients that subscribed to it that a resource has other contents now.
    pub async fn resource_updated(&self, uri: &str) {
        self.0.house.hub.resource_updated(uri).await;
    }

    fn client(&self) -> Option<&Client> {
        self.0.origin.client.as_ref()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut context = f.debug_struct("Context");
        context.field("name", &self.name()).field("request_id", &self.request_id());
        context.finish_non_exhaustive()
    }
}
