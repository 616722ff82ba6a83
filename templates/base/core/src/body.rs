// Owned by mcpgen: edits are overwritten.
//! Turns the typed functions of a service into ones of a single shape.
//!
//! Each is `async fn(&self)`, `async fn(&self, input)` or `async fn(&self, input, context)`; where
//! there is no input, the context may come first. The marker `M` of [`ToolBody`], [`ResourceBody`]
//! and [`PromptBody`] only tells these apart, as for the handlers of axum; nobody names it.

use std::pin::Pin;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context::Context;
use crate::error::Error;
use crate::message::Message;
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

/// The function of a prompt, made by [`prompt`].
pub struct PromptCall<S>(pub(crate) Box<Run<S, Vec<Message>>>);

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
    ResourceRead(Box::new(move |service, arguments, context| body.run(service, arguments, context)))
}

/// Takes a function of the service as the body of a prompt.
pub fn prompt<S, F, M>(body: F) -> PromptCall<S>
where
    S: Send + Sync + 'static,
    F: PromptBody<S, M>,
{
    PromptCall(Box::new(move |service, arguments, context| body.run(service, arguments, context)))
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
    fn run(
        self,
        service: Arc<S>,
        arguments: Value,
        context: Context,
    ) -> BoxFuture<Result<Contents, Error>>;
}

/// A function that can be the body of a prompt.
pub trait PromptBody<S, M>: Copy + Send + Sync + 'static {
    /// Reads the arguments and runs the function.
    fn run(
        self,
        service: Arc<S>,
        arguments: Value,
        context: Context,
    ) -> BoxFuture<Result<Vec<Message>, Error>>;
}

/// The only parameter of a function: its input, or the context of its call.
pub trait Parameter: Sized + Send {
    /// Whether it is the context.
    const IS_CONTEXT: bool;

    /// Takes its part of a call.
    ///
    /// # Errors
    ///
    /// When the type of the input differs from its schema.
    fn take(input: Value, context: Context) -> Result<Self, Error>;
}

impl<T: DeserializeOwned + Send> Parameter for T {
    const IS_CONTEXT: bool = false;

    fn take(input: Value, _: Context) -> Result<Self, Error> {
        typed(input)
    }
}

impl Parameter for Context {
    const IS_CONTEXT: bool = true;

    fn take(_: Value, context: Context) -> Result<Self, Error> {
        Ok(context)
    }
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
    I: Parameter,
    O: IntoReply + Send,
{
    const TAKES_CONTEXT: bool = I::IS_CONTEXT;

    fn run(
        self,
        service: Arc<S>,
        input: Value,
        context: Context,
    ) -> BoxFuture<Result<Reply, Error>> {
        Box::pin(async move { self(&service, I::take(input, context)?).await?.into_reply() })
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
    fn run(self, service: Arc<S>, _: Value, _: Context) -> BoxFuture<Result<Contents, Error>> {
        Box::pin(async move { self(&service).await?.into_contents() })
    }
}

impl<S, F, I, O> ResourceBody<S, (I, O)> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async1<'a, S, I, Answer = Result<O, Error>> + Copy + Send + Sync + 'static,
    I: Parameter,
    O: IntoContents + Send,
{
    fn run(
        self,
        service: Arc<S>,
        input: Value,
        context: Context,
    ) -> BoxFuture<Result<Contents, Error>> {
        Box::pin(async move { self(&service, I::take(input, context)?).await?.into_contents() })
    }
}

impl<S, F, I, O> ResourceBody<S, (I, Context, O)> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async2<'a, S, I, Answer = Result<O, Error>> + Copy + Send + Sync + 'static,
    I: DeserializeOwned + Send,
    O: IntoContents + Send,
{
    fn run(
        self,
        service: Arc<S>,
        input: Value,
        context: Context,
    ) -> BoxFuture<Result<Contents, Error>> {
        Box::pin(async move { self(&service, typed(input)?, context).await?.into_contents() })
    }
}

impl<S, F> PromptBody<S, ((),)> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async0<'a, S, Answer = Result<Vec<Message>, Error>> + Copy + Send + Sync + 'static,
{
    fn run(self, service: Arc<S>, _: Value, _: Context) -> BoxFuture<Result<Vec<Message>, Error>> {
        Box::pin(async move { self(&service).await })
    }
}

impl<S, F, I> PromptBody<S, (I, ())> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async1<'a, S, I, Answer = Result<Vec<Message>, Error>>
        + Copy
        + Send
        + Sync
        + 'static,
    I: Parameter,
{
    fn run(
        self,
        service: Arc<S>,
        input: Value,
        context: Context,
    ) -> BoxFuture<Result<Vec<Message>, Error>> {
        Box::pin(async move { self(&service, I::take(input, context)?).await })
    }
}

impl<S, F, I> PromptBody<S, (I, Context, ())> for F
where
    S: Send + Sync + 'static,
    F: for<'a> Async2<'a, S, I, Answer = Result<Vec<Message>, Error>>
        + Copy
        + Send
        + Sync
        + 'static,
    I: DeserializeOwned + Send,
{
    fn run(
        self,
        service: Arc<S>,
        input: Value,
        context: Context,
    ) -> BoxFuture<Result<Vec<Message>, Error>> {
        Box::pin(async move { self(&service, typed(input)?, context).await })
    }
}

/// The value as the type of the body; what fits the schema fits the type, unless the two differ.
fn typed<I: DeserializeOwned>(value: Value) -> Result<I, Error> {
    serde_json::from_value(value).map_err(|cause| {
        Error::internal(format!("the type of the input differs from its schema: {cause}"))
    })
}
