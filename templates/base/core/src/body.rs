// Owned by mcpgen: edits are overwritten.
//! Turns the typed functions of a service into ones of a single shape.
//!
//! A tool is `async fn(&self)`, `async fn(&self, input)` or `async fn(&self, input, context)`, a
//! resource `async fn(&self)` or `async fn(&self, arguments)`. The marker `M` of [`ToolBody`] and
//! [`ResourceBody`] only tells these apart, as for the handlers of axum; nobody names it.

use std::pin::Pin;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context::Context;
use crate::error::Error;
use crate::reply::{Contents, IntoContents, IntoReply, Reply};

pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

type Run<S, T> = dyn Fn(Arc<S>, Value, Context) -> BoxFuture<Result<T, Error>> + Send + Sync;

/// The function of a tool, made by [`call`].
pub struct ToolCall<S> {
    pub(crate) run: Box<Run<S, Reply>>,
    pub(crate) takes_context: bool,
}

/// The function of a resource, made by [`read`].
pub struct ResourceRead<S>(pub(crate) Box<Run<S, Contents>>);

/// Takes a function of the service as the body of a tool.
pub fn call<S, F, M>(body: F) -> ToolCall<S>
where
    S: Send + Sync + 'static,
    F: ToolBody<S, M>,
{
    ToolCall {
        run: Box::new(move |service, input, context| body.run(service, input, context)),
        takes_context: F::TAKES_CONTEXT,
    }
}

/// Takes a function of the service as the body of a resource.
pub fn read<S, F, M>(body: F) -> ResourceRead<S>
where
    S: Send + Sync + 'static,
    F: ResourceBody<S, M>,
{
    ResourceRead(Box::new(move |service, arguments, _| body.run(service, arguments)))
}

/// A function that can be the body of a tool.
pub trait ToolBody<S, M>: Copy + Send + Sync + 'static {
    /// Whether it may tell or ask its caller something before it is done.
    const TAKES_CONTEXT: bool;

    /// Reads the input, which fits the schema already, runs the function and makes the answer.
    fn run(
        self,
        service: Arc<S>,
        input: Value,
        context: Context,
    ) -> BoxFuture<Result<Reply, Error>>;
}

/// A function that can be the body of a resource.
pub trait ResourceBody<S, M>: Copy + Send + Sync + 'static {
    /// Reads the arguments, runs the function and makes the contents.
    fn run(self, service: Arc<S>, arguments: Value) -> BoxFuture<Result<Contents, Error>>;
}

/// An `async fn(&self)`.
pub trait Async0<'a, S: 'a>: Fn(&'a S) -> Self::Future {
    /// What it returns.
    type Future: Future<Output = Self::Answer> + Send + 'a;
    /// What that becomes.
    type Answer;
}

impl<'a, S: 'a, F, T> Async0<'a, S> for F
where
    F: Fn(&'a S) -> T,
    T: Future + Send + 'a,
{
    type Future = T;
    type Answer = T::Output;
}

/// An `async fn(&self, input)`.
pub trait Async1<'a, S: 'a, I>: Fn(&'a S, I) -> Self::Future {
    /// What it returns.
    type Future: Future<Output = Self::Answer> + Send + 'a;
    /// What that becomes.
    type Answer;
}

impl<'a, S: 'a, I, F, T> Async1<'a, S, I> for F
where
    F: Fn(&'a S, I) -> T,
    T: Future + Send + 'a,
{
    type Future = T;
    type Answer = T::Output;
}

/// An `async fn(&self, input, context)`.
pub trait Async2<'a, S: 'a, I>: Fn(&'a S, I, Context) -> Self::Future {
    /// What it returns.
    type Future: Future<Output = Self::Answer> + Send + 'a;
    /// What that becomes.
    type Answer;
}

impl<'a, S: 'a, I, F, T> Async2<'a, S, I> for F
where
    F: Fn(&'a S, I, Context) -> T,
    T: Future + Send + 'a,
{
    type Future = T;
    type Answer = T::Output;
}

impl<S, F, O> ToolBody<S, (O,)> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async0<'a, S, Answer = Result<O, Error>> + Copy + Send + Sync + 'static,
    O: IntoReply + Send,
{
    const TAKES_CONTEXT: bool = false;

    fn run(self, service: Arc<S>, _: Value, _: Context) -> BoxFuture<Result<Reply, Error>> {
        Box::pin(async move { self(&service).await?.into_reply() })
    }
}

impl<S, F, I, O> ToolBody<S, (I, O)> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async1<'a, S, I, Answer = Result<O, Error>> + Copy + Send + Sync + 'static,
    I: DeserializeOwned + Send,
    O: IntoReply + Send,
{
    const TAKES_CONTEXT: bool = false;

    fn run(self, service: Arc<S>, input: Value, _: Context) -> BoxFuture<Result<Reply, Error>> {
        Box::pin(async move { self(&service, typed(input)?).await?.into_reply() })
    }
}

impl<S, F, I, O> ToolBody<S, (I, Context, O)> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async2<'a, S, I, Answer = Result<O, Error>> + Copy + Send + Sync + 'static,
    I: DeserializeOwned + Send,
    O: IntoReply + Send,
{
    const TAKES_CONTEXT: bool = true;

    fn run(
        self,
        service: Arc<S>,
        input: Value,
        context: Context,
    ) -> BoxFuture<Result<Reply, Error>> {
        Box::pin(async move { self(&service, typed(input)?, context).await?.into_reply() })
    }
}

impl<S, F, O> ResourceBody<S, (O,)> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async0<'a, S, Answer = Result<O, Error>> + Copy + Send + Sync + 'static,
    O: IntoContents + Send,
{
    fn run(self, service: Arc<S>, _: Value) -> BoxFuture<Result<Contents, Error>> {
        Box::pin(async move { self(&service).await?.into_contents() })
    }
}

impl<S, F, I, O> ResourceBody<S, (I, O)> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async1<'a, S, I, Answer = Result<O, Error>> + Copy + Send + Sync + 'static,
    I: DeserializeOwned + Send,
    O: IntoContents + Send,
{
    fn run(self, service: Arc<S>, arguments: Value) -> BoxFuture<Result<Contents, Error>> {
        Box::pin(async move { self(&service, typed(arguments)?).await?.into_contents() })
    }
}

/// The value as the type of the body; what fits the schema fits the type, unless the two differ.
fn typed<I: DeserializeOwned>(value: Value) -> Result<I, Error> {
    serde_json::from_value(value).map_err(|cause| {
        Error::internal(format!("the type of the input differs from its schema: {cause}"))
    })
}
