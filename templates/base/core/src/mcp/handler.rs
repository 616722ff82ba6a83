// Owned by mcpgen: edits are overwritten.
//! The one handler of MCP requests: takes them from the SDK and asks the site.

use std::sync::Arc;

use axum::http::request::Parts;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, GetPromptRequestParams, GetPromptResponse, GetPromptResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::Value;

use super::convert;
use super::lists::Lists;
use crate::context::Origin;
use crate::mcp::Client;
use crate::site::Site;
use crate::telemetry;

/// Answers MCP requests. The SDK makes one for each request, so it is cheap to clone.
#[derive(Clone)]
pub(super) struct Handler {
    site: Arc<Site>,
    lists: Arc<Lists>,
}

impl Handler {
    pub(super) fn new(site: &Arc<Site>) -> Self {
        Self { site: Arc::clone(site), lists: Arc::new(Lists::new(site)) }
    }
}

type Context = RequestContext<RoleServer>;

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        self.lists.config.clone()
    }

    /// The SDK looks here for parameters that the schema wants repeated in headers.
    fn get_tool(&self, name: &str) -> Option<Tool> {
        Some(self.lists.tools.tools[self.site.toolset.place(name)?].clone())
    }

    async fn call_tool(&self, request: CallToolRequestParams, context: Context) -> Result<CallToolResponse, ErrorData> {
        let toolset = &self.site.toolset;
        let input = Value::Object(request.arguments.unwrap_or_default());
        // The SDK moves the future of a request several times: it must be small.
        let called = Box::pin(toolset.call(&request.name, input, origin(context)));
        let result = match called.await {
            Ok(reply) => convert::result(reply),
            Err(error) => convert::failure(&error, toolset.place(&request.name).is_some())?,
        };
        Ok(result.into())
    }

    async fn list_tools(&self, _: Option<PaginatedRequestParams>, _: Context) -> Result<ListToolsResult, ErrorData> {
        Ok(self.lists.tools.clone())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(self.lists.resources.clone())
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(self.lists.templates.clone())
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: Context,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let read = Box::pin(self.site.resources.read(&request.uri, origin(context)));
        let (contents, mime_type) = read.await.map_err(|error| convert::protocol_error(&error))?;
        Ok(convert::contents(request.uri, mime_type, contents).into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: Context,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(self.lists.prompts.clone())
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: Context,
    ) -> Result<GetPromptResponse, ErrorData> {
        let Some(prompt) = self.site.prompts.find(&request.name) else {
            return Err(ErrorData::invalid_params("there is no prompt of this name", None));
        };
        let values = request.arguments.unwrap_or_default();
        let made = Box::pin(self.site.prompts.get(prompt, values, origin(context)));
        let made = made.await.map_err(|error| convert::protocol_error(&error))?;
        let messages = made.into_iter().map(convert::message).collect();
        Ok(GetPromptResult::new(messages).with_description(&prompt.description).into())
    }
}

/// Where a request came from: what the HTTP side put beside it, or what its metadata says.
fn origin(context: Context) -> Origin {
    let http = context.extensions.get::<Parts>().and_then(|parts| parts.extensions.get::<Origin>());
    let mut origin =
        http.cloned().unwrap_or_else(|| Origin { request_id: telemetry::request_id(None), ..Origin::default() });
    if let Some(traceparent) = context.meta.get("traceparent").and_then(Value::as_str) {
        origin.trace = telemetry::trace(Some(traceparent)).or(origin.trace);
    }
    origin.cancelled = context.ct.clone();
    origin.client = Some(Client::new(context, None, None));
    origin
}
