// Owned by mcpgen: edits are overwritten.
//! The arguments of a running server that its own code completes.

mod call;

pub use self::call::{Completion, CompletionBody, CompletionCall, complete};
use crate::body::BoxFuture;
use crate::context::{Context, Origin, Runner};
use crate::error::Error;

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
    pub runner: Runner,
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
        let name = entry.owner.name();
        self.runner.run(name, origin, |context| (entry.body)(completion, context)).await
    }
}
