// Owned by mcpgen: edits are overwritten.
//! The one handler of MCP requests: takes them from the SDK and asks the site.

use std::sync::{Arc, OnceLock};

use axum::http::request::Parts;
#[expect(deprecated, reason = "clients before 2026-07-28 set the level so")]
use rmcp::model::SetLevelRequestParams;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CancelTaskParams, CompleteRequestParams,
    CompleteResult, GetPromptRequestParams, GetPromptResponse, GetPromptResult, GetTaskParams,
    GetTaskResult, InitializeRequestParams, InitializeResult, InputRequiredResult, InputResponses,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ServerConfig,
    SubscribeRequestParams, SubscriptionFilter, Tool, UnsubscribeRequestParams, UpdateTaskParams,
};
use rmcp::service::{NotificationContext, RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::client::{self, Client, TaskSlot};
use super::lists::{self, Lists};
use super::rounds::Round;
use super::sessions::Session;
use super::tasks::{Started, Tasks};
use super::{completion, convert};
use crate::context::Origin;
use crate::error::{Error, Kind};
use crate::server::TaskSupport;
use crate::site::Site;
use crate::telemetry;

/// Answers MCP requests. The SDK makes one for each request, or for each session, so it is cheap
/// to clone.
#[derive(Clone)]
pub(super) struct Handler {
    site: Arc<Site>,
    desk: Arc<Desk>,
    /// What is remembered of the client, where it has a session.
    session: Option<Arc<Session>>,
}

/// What all handlers of a server share, apart from the site.
struct Desk {
    lists: Lists,
    tasks: Tasks,
    /// Cancelled once the server is asked to stop.
    stop: CancellationToken,
}

impl Handler {
    pub(super) fn new(site: &Arc<Site>, stop: CancellationToken) -> Self {
        let desk = Desk {
            lists: Lists::new(site),
            tasks: Tasks::default(),
            stop,
        };
        Self {
            site: Arc::clone(site),
            desk: Arc::new(desk),
            session: None,
        }
    }

    /// The same for a client of its own, which is remembered.
    pub(super) fn with_session(&self) -> Self {
        Self {
            session: Some(Arc::new(Session::new())),
            ..self.clone()
        }
    }

    /// Takes what a client answered in the requests before, where this server asks it anything.
    fn round(
        &self,
        call: (&str, &str),
        arguments: &Value,
        state: Option<&str>,
        responses: Option<InputResponses>,
        context: &Context,
    ) -> Result<Option<Round<'_>>, ErrorData> {
        let Some(seal) = &self.site.seal else { return Ok(None) };
        if !client::is_modern(context) {
            return Ok(None);
        }
        Round::open(&self.site, seal, call, arguments, state, responses).map(Some)
    }

    /// Where a request came from: what the HTTP side put beside it, or what its metadata says.
    fn origin(&self, context: Context, round: Option<&Round<'_>>, task: TaskSlot) -> Origin {
        let http =
            context.extensions.get::<Parts>().and_then(|parts| parts.extensions.get::<Origin>());
        let mut origin = http.cloned().unwrap_or_else(|| Origin {
            request_id: telemetry::request_id(None),
            ..Origin::default()
        });
        if let Some(traceparent) = context.meta.get("traceparent").and_then(Value::as_str) {
            origin.trace = telemetry::trace(Some(traceparent)).or(origin.trace);
        }
        origin.cancelled = context.ct.clone();
        let mut client = Client::new(context, round.map(Round::answers), task);
        if self.site.logs {
            client = client.with_log(self.session.as_deref());
        }
        origin.client = Some(client);
        origin
    }

    /// A call of a tool that can go on as a task after this request is answered.
    async fn start(
        &self,
        request: CallToolRequestParams,
        support: TaskSupport,
        context: Context,
    ) -> Result<CallToolResponse, ErrorData> {
        if !client::knows_tasks(&context) {
            return match support {
                TaskSupport::Required => Err(convert::missing_tasks()),
                TaskSupport::Optional => self.answer(request, context, None).await,
            };
        }
        self.answer(request, context, Some(support)).await
    }

    async fn answer(
        &self,
        request: CallToolRequestParams,
        context: Context,
        task: Option<TaskSupport>,
    ) -> Result<CallToolResponse, ErrorData> {
        let toolset = &self.site.toolset;
        let name = request.name;
        let input = Value::Object(request.arguments.unwrap_or_default());
        let (state, responses) = (request.request_state.as_deref(), request.input_responses);
        let round = self.round(("tools/call", &name), &input, state, responses, &context)?;
        // The SDK moves the future of a request several times: it must be small.
        let result = match task {
            None => {
                let origin = self.origin(context, round.as_ref(), None);
                Box::pin(toolset.call(&name, input, origin)).await
            }
            Some(support) => {
                let slot = Arc::new(OnceLock::new());
                let origin = self.origin(context, round.as_ref(), Some(Arc::clone(&slot)));
                let site = Arc::clone(&self.site);
                let called = (name.clone().into_owned(), input, origin);
                match Box::pin(self.desk.tasks.start(site, called, slot, support)).await {
                    Started::Answered(result) => result,
                    Started::Task(task) => return Ok(task.into()),
                }
            }
        };
        match result {
            Ok(reply) => Ok(convert::result(reply).into()),
            Err(error) if error.kind() == Kind::InputRequired => asked(round, error),
            Err(error) => convert::failure(&error, toolset.place(&name).is_some()).map(Into::into),
        }
    }
}

type Context = RequestContext<RoleServer>;

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        self.desk.lists.config.clone()
    }

    /// A client without a session is not told of what it could not be told later.
    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: Context,
    ) -> Result<InitializeResult, ErrorData> {
        context.peer.set_peer_info(request.clone());
        let mut result = self.negotiate_initialize(&request)?;
        if self.session.is_none() {
            lists::forget_notices(&mut result.capabilities);
        }
        Ok(result)
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        let hub = &self.site.house.hub;
        if let Some(session) = &self.session
            && hub.changes().any()
        {
            hub.join(session.id, context.peer);
        }
    }

    #[expect(deprecated, reason = "clients before 2026-07-28 set the level so")]
    async fn set_level(&self, request: SetLevelRequestParams, _: Context) -> Result<(), ErrorData> {
        if !self.site.logs {
            return Err(ErrorData::method_not_found::<rmcp::model::SetLevelRequestMethod>());
        }
        match &self.session {
            Some(session) => {
                session.set_level(client::level(request.level));
                Ok(())
            }
            None => Err(convert::no_session()),
        }
    }

    /// The SDK looks here for parameters that the schema wants repeated in headers.
    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.desk.lists.tools.get(self.site.toolset.place(name)?).cloned()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: Context,
    ) -> Result<CallToolResponse, ErrorData> {
        match self.site.toolset.task(&request.name) {
            None => self.answer(request, context, None).await,
            Some(support) => Box::pin(self.start(request, support, context)).await,
        }
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListToolsResult, ErrorData> {
        self.desk.lists.tools(request)
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListResourcesResult, ErrorData> {
        self.desk.lists.resources(request)
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        self.desk.lists.templates(request)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: Context,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let uri = request.uri;
        let (state, responses) = (request.request_state.as_deref(), request.input_responses);
        let round =
            self.round(("resources/read", &uri), &Value::Null, state, responses, &context)?;
        let origin = self.origin(context, round.as_ref(), None);
        let read = Box::pin(self.site.resources.read(&uri, origin));
        match read.await {
            Ok((contents, text)) => Ok(convert::contents(uri, text, contents).into()),
            Err(error) if error.kind() == Kind::InputRequired => asked(round, error),
            Err(error) => Err(convert::not_read(&error, &uri)),
        }
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListPromptsResult, ErrorData> {
        self.desk.lists.prompts(request)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: Context,
    ) -> Result<GetPromptResponse, ErrorData> {
        let Some(prompt) = self.site.prompts.find(&request.name) else {
            return Err(ErrorData::invalid_params("there is no prompt of this name", None));
        };
        let values = Value::Object(request.arguments.unwrap_or_default());
        let (state, responses) = (request.request_state.as_deref(), request.input_responses);
        let call = ("prompts/get", prompt.name);
        let round = self.round(call, &values, state, responses, &context)?;
        let origin = self.origin(context, round.as_ref(), None);
        match Box::pin(self.site.prompts.get(prompt, values, origin)).await {
            Ok(messages) => {
                let messages = messages.into_iter().map(convert::message).collect();
                Ok(GetPromptResult::new(messages).with_description(&prompt.description).into())
            }
            Err(error) if error.kind() == Kind::InputRequired => asked(round, error),
            Err(error) => Err(convert::protocol_error(&error)),
        }
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: Context,
    ) -> Result<CompleteResult, ErrorData> {
        completion::complete(&self.site, &request)
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: Context,
    ) -> Result<(), ErrorData> {
        let hub = &self.site.house.hub;
        if !hub.changes().subscriptions {
            return Err(ErrorData::method_not_found::<rmcp::model::SubscribeRequestMethod>());
        }
        let Some(session) = &self.session else { return Err(convert::no_session()) };
        if !self.site.resources.has(&request.uri) {
            let error = Error::not_found("there is no resource at this address");
            return Err(convert::not_read(&error, &request.uri));
        }
        if hub.subscribe(session.id, context.peer, request.uri) {
            return Ok(());
        }
        Err(ErrorData::invalid_request("this client subscribes to too many resources", None))
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _: Context,
    ) -> Result<(), ErrorData> {
        let hub = &self.site.house.hub;
        if !hub.changes().subscriptions {
            return Err(ErrorData::method_not_found::<rmcp::model::UnsubscribeRequestMethod>());
        }
        let Some(session) = &self.session else { return Err(convert::no_session()) };
        hub.unsubscribe(session.id, &request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        let hub = &self.site.house.hub;
        hub.changes().any().then(|| hub.accepted(requested, |uri| self.site.resources.has(uri)))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let _stream = self.site.house.hub.open(context.sink().clone());
        tokio::select! {
            () = context.cancelled() => {}
            () = self.desk.stop.cancelled() => {}
        }
        Ok(())
    }

    async fn get_task(
        &self,
        request: GetTaskParams,
        _: Context,
    ) -> Result<GetTaskResult, ErrorData> {
        self.desk.tasks.get(&request.task_id).map(GetTaskResult::new)
    }

    async fn update_task(&self, request: UpdateTaskParams, _: Context) -> Result<(), ErrorData> {
        self.desk.tasks.update(&request.task_id, request.input_responses)
    }

    async fn cancel_task(&self, request: CancelTaskParams, _: Context) -> Result<(), ErrorData> {
        self.desk.tasks.cancel(&request.task_id)
    }
}

/// Asks the client before the call can go on.
fn asked<T: From<InputRequiredResult>>(
    round: Option<Round<'_>>,
    error: Error,
) -> Result<T, ErrorData> {
    match round {
        Some(round) => round.close(&error.into_questions()).map(Into::into),
        // Only a client that is asked between two requests gets here, and each has its round.
        None => Err(convert::protocol_error(&error)),
    }
}
