// Owned by mcpgen: edits are overwritten.
//! Runs the bodies of what is no tool: resources, prompts and completions. Each call is counted, and
//! logged where the server failed. Tools have a cache and metrics of their own (`toolset`).

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Access, Context, House, Origin};
use crate::body::BoxFuture;
use crate::error::Error;
use crate::guard;
use crate::stats::Stats;

/// What all bodies of a kind are run with.
#[derive(Clone)]
pub(crate) struct Runner {
    pub house: Arc<House>,
    pub timeout: Duration,
    pub stats: Arc<Stats>,
    /// Whether MCP has an answer to such a call in which something is asked.
    pub access: Access,
    /// What the log says of one that failed: `not read`.
    pub failed: &'static str,
}

impl Runner {
    /// Calls a function and runs what it gives to its end.
    pub(crate) async fn run<T>(
        &self,
        name: &'static str,
        origin: Origin,
        body: impl FnOnce(Context) -> BoxFuture<Result<T, Error>>,
    ) -> Result<T, Error> {
        let started = Instant::now();
        let context = Context::new(name, origin, Arc::clone(&self.house), self.access);
        let result = match guard::call(|| body(context.clone())) {
            Ok(body) => context.run(body, self.timeout).await,
            Err(panic) => Err(panic),
        };
        self.ended(&context, started, result.as_ref().err());
        result
    }

    fn ended(&self, context: &Context, started: Instant, error: Option<&Error>) {
        let failure = error.filter(|error| error.kind().is_servers_fault());
        let now = Instant::now();
        self.stats.record(now, now - started, failure.map(|error| error.kind().class()));
        if let Some(error) = failure {
            let (name, request_id, traceparent) =
                (context.name(), context.request_id(), context.traceparent());
            let (class, cause) = (error.kind().class(), error.cause());
            let failed = self.failed;
            tracing::warn!(name, request_id, traceparent, class, cause, "{failed}: {error}");
        }
    }
}
