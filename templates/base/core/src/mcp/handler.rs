// Owned by mcpgen: edits are overwritten.
//! The one handler of MCP requests: takes them from the SDK and asks the site.

#[expect(deprecated, reason = "clients before 2026-07-28 set the level so")]
use rmcp::model::SetLevelRequestParams;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CancelTaskParams, CompleteRequestParams,
    CompleteResult, CustomRequest, CustomResult, GetPromptRequestParams, GetPromptResponse,
    GetPromptResult, GetTaskParams, GetTaskResult, InitializeRequestParams, InitializeResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ServerConfig,
    SubscribeRequestParams, SubscriptionFilter, Tool, UnsubscribeRequestParams, UpdateTaskParams,
};
use rmcp::service::{NotificationContext, RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::Value;

use super::calls::{Handler, asked, caller};
use super::completion::Source;
use super::{client, completion, convert, lists, subscriptions, unread};
use crate::error::{Error, Kind};

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
        match &self.session {
            Some(session) => session.count(self.site.metrics.sessions()),
            None => lists::forget_notices(&mut result.capabilities),
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
        context: Context,
    ) -> Result<CompleteResult, ErrorData> {
        let begun = request.argument.value.as_str();
        match completion::source(&self.site, &request)? {
            Source::Values(values) => Ok(completion::fitting(values, begun)),
            Source::Body(entry) => {
                let completion = completion::completion(request);
                let origin = self.origin(context, None, None);
                let proposed = self.site.completions.propose(entry, completion, origin);
                match Box::pin(proposed).await {
                    Ok(values) => Ok(completion::all(values)),
                    Err(error) => Err(convert::protocol_error(&error)),
                }
            }
        }
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: Context,
    ) -> Result<CustomResult, ErrorData> {
        Err(unread::refused(request, client::is_modern(&context)))
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
        let exists = |uri: &str| self.site.resources.has(uri);
        let tells = self.site.house.hub.changes().any();
        tells.then(|| subscriptions::accepted(requested, exists))
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
        context: Context,
    ) -> Result<GetTaskResult, ErrorData> {
        self.desk.tasks.get(&request.task_id, caller(&context)).map(GetTaskResult::new)
    }

    async fn update_task(
        &self,
        request: UpdateTaskParams,
        context: Context,
    ) -> Result<(), ErrorData> {
        self.desk.tasks.update(&request.task_id, caller(&context), request.input_responses)
    }

    async fn cancel_task(
        &self,
        request: CancelTaskParams,
        context: Context,
    ) -> Result<(), ErrorData> {
        self.desk.tasks.cancel(&request.task_id, caller(&context))
    }
}
