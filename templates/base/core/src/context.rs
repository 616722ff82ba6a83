// Owned by mcpgen: edits are overwritten.
//! What a running call knows about itself, and may tell its caller before it is done.
//!
//! A body takes a [`Context`] as its last parameter where it needs one. Parts that are called
//! deeper down, such as the client of an upstream, find it with [`Context::current`].

use std::fmt;
use std::sync::Arc;

use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::{Peer, RoleServer};
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;
use crate::tokens::Grant;

tokio::task_local! {
    static CURRENT: Context;
}

/// One call of a tool or one reading of a resource.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    name: &'static str,
    origin: Origin,
    metrics: Arc<Metrics>,
}

/// Where a call came from: what the transports tell the toolset.
#[derive(Clone, Default)]
pub(crate) struct Origin {
    pub request_id: Arc<str>,
    pub trace: Option<Arc<str>>,
    pub cancelled: CancellationToken,
    pub listener: Option<Listener>,
    /// What the caller's token allows, where the server takes tokens.
    pub grant: Option<Arc<Grant>>,
}

impl Origin {
    /// Whether the caller has all of these scopes. Who has no token has none.
    pub(crate) fn may(&self, scopes: &[&str]) -> bool {
        scopes.is_empty() || self.grant.as_ref().is_some_and(|grant| grant.has(scopes))
    }
}

/// A client that asked for progress.
#[derive(Clone)]
pub(crate) struct Listener {
    pub peer: Peer<RoleServer>,
    pub token: ProgressToken,
}

impl Context {
    pub(crate) fn new(name: &'static str, origin: Origin, metrics: Arc<Metrics>) -> Self {
        Self(Arc::new(Inner {
            name,
            origin,
            metrics,
        }))
    }

    /// The call in which this code runs, if it runs in one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs a future so that [`Context::current`] finds this context in it.
    pub(crate) async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    /// The name of the tool or resource.
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

    /// The server's metrics.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
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

    /// Tells an MCP client that asked for it how far this call is; otherwise does nothing.
    pub async fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        let Some(listener) = &self.0.origin.listener else { return };
        let mut progress = ProgressNotificationParam::new(listener.token.clone(), done);
        progress.total = total;
        progress.message = message.map(str::to_owned);
        if let Err(error) = listener.peer.notify_progress(progress).await {
            tracing::debug!(%error, "the client no longer listens to progress");
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut context = f.debug_struct("Context");
        context.field("name", &self.name()).field("request_id", &self.request_id());
        context.finish_non_exhaustive()
    }
}
