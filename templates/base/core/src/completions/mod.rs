// Owned by mcpgen: edits are overwritten.
//! The arguments of a running server that its own code completes.

mod call;

use std::sync::Arc;
use std::time::{Duration, Instant};

pub use self::call::{Completion, CompletionBody, CompletionCall, complete};
use crate::body::BoxFuture;
use crate::context::{Context, House, Origin};
use crate::error::{Error, Kind};
use crate::guard;
use crate::stats::Stats;

/// The function that completes an argument, with its service inside.
pub(crate) type Body =
    Box<dyn Fn(Completion, Context) -> BoxFuture<Result<Vec<String>, Error>> + Send + Sync>;

/// What an argument belongs to, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Prompt(&'static str),
    Resource(&'static str),
}

/// An argument that a function completes, as it is declared.
pub(crate) struct Completed<S> {
    pub owner: Owner,
    pub argument: &'static str,
    pub call: CompletionCall<S>,
}

/// The same, ready to be used.
pub(crate) struct Entry {
    pub owner: Owner,
    pub argument: &'static str,
    pub body: Body,
}

/// All such arguments of a server.
pub(crate) struct Completions {
    pub entries: Vec<Entry>,
    pub timeout: Duration,
    pub stats: Arc<Stats>,
    pub house: Arc<House>,
}

impl Owner {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Prompt(name) | Self::Resource(name) => name,
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Prompt(_) => "prompt",
            Self::Resource(_) => "resource",
        }
    }
}

impl Completions {
    pub(crate) fn find(&self, owner: Owner, argument: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.owner == owner && entry.argument == argument)
    }

    /// What its function proposes, as it says it.
    pub(crate) async fn propose(
        &self,
        entry: &Entry,
        completion: Completion,
        origin: Origin,
    ) -> Result<Vec<String>, Error> {
        let started = Instant::now();
        let context = Context::new(entry.owner.name(), origin, Arc::clone(&self.house));
        let body = guard::call(|| (entry.body)(completion, context.clone()))?;
        let result = context.run(body, self.timeout).await.map_err(|error| match error.kind() {
            // MCP has no answer to a completion in which something could be asked.
            Kind::InputRequired => Error::internal("a completion asks its caller"),
            _ => error,
        });
        context.ended(&self.stats, started, result.as_ref().err(), "not completed");
        result
    }
}
