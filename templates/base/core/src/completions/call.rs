// Owned by mcpgen: edits are overwritten.
//! The functions of a service that complete an argument, and what they are told.
//!
//! Each is `async fn(&self, Completion)` or `async fn(&self, Completion, Context)`. The marker `M`
//! of [`CompletionBody`] only tells these apart; nobody names it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::body::{Async1, Async2, BoxFuture};
use crate::context::Context;
use crate::error::Error;

/// What somebody is typing into an argument of a prompt, or of the address of a resource.
#[derive(Debug, Clone, Default)]
pub struct Completion {
    begun: String,
    arguments: HashMap<String, String>,
}

impl Completion {
    pub(crate) fn new(begun: String, arguments: HashMap<String, String>) -> Self {
        Self { begun, arguments }
    }

    /// What is there already; often empty.
    #[must_use]
    pub fn begun(&self) -> &str {
        &self.begun
    }

    /// The value of another argument, where the client says that it is filled in. Nothing has
    /// checked it.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.arguments.get(name).map(String::as_str)
    }
}

/// The values that can be proposed, the best first.
type Values = Result<Vec<String>, Error>;

type Run<S> = dyn Fn(Arc<S>, Completion, Context) -> BoxFuture<Values> + Send + Sync;

/// The function that completes an argument, made by [`complete`].
pub struct CompletionCall<S>(pub(crate) Box<Run<S>>);

/// Takes a function of the service as what completes an argument.
pub fn complete<S, F, M>(body: F) -> CompletionCall<S>
where
    S: Send + Sync + 'static,
    F: CompletionBody<S, M>,
{
    CompletionCall(Box::new(move |service, completion, context| {
        body.run(service, completion, context)
    }))
}

/// A function that can complete an argument.
pub trait CompletionBody<S, M>: Copy + Send + Sync + 'static {
    /// Runs the function.
    fn run(
        self,
        service: Arc<S>,
        completion: Completion,
        context: Context,
    ) -> BoxFuture<Result<Vec<String>, Error>>;
}

impl<S, F> CompletionBody<S, ()> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async1<'a, S, Completion, Answer = Values> + Copy + Send + Sync + 'static,
{
    fn run(self, service: Arc<S>, completion: Completion, _: Context) -> BoxFuture<Values> {
        Box::pin(async move { self(&service, completion).await })
    }
}

impl<S, F> CompletionBody<S, (Context,)> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async2<'a, S, Completion, Answer = Values> + Copy + Send + Sync + 'static,
{
    fn run(self, service: Arc<S>, completion: Completion, context: Context) -> BoxFuture<Values> {
        Box::pin(async move { self(&service, completion, context).await })
    }
}
