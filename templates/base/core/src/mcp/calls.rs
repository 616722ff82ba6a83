// Owned by mcpgen: edits are overwritten.
//! How a request becomes a call: who sends it, what was answered before, and whether it can go on
//! as a task.

use std::sync::{Arc, OnceLock};

use axum::http::request::Parts;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, Extensions, InputRequiredResult, InputResponses,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::client::{self, Client, TaskSlot};
use super::convert;
use super::lists::Lists;
use super::rounds::Round;
use super::sessions::Session;
use super::tasks::{Started, Tasks};
use crate::caller::Caller;
use crate::context::Origin;
use crate::error::{Error, Kind};
use crate::features::TaskSupport;
use crate::site::Site;
use crate::telemetry;

type Context = RequestContext<RoleServer>;

/// Answers MCP requests. The SDK makes one for each request, or for each session, so it is cheap
/// to clone.
#[derive(Clone)]
pub(super) struct Handler {
    pub(super) site: Arc<Site>,
    pub(super) desk: Arc<Desk>,
    /// What is remembered of the client, where it has a session.
    pub(super) session: Option<Arc<Session>>,
}

/// What all handlers of a server share, apart from the site.
pub(super) struct Desk {
    pub lists: Lists,
    pub tasks: Tasks,
    /// Cancelled once the server is asked to stop.
    pub stop: CancellationToken,
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
    pub(super) fn round(
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
        let asked = (arguments, caller(context));
        Round::open(&self.site, seal, call, asked, state, responses).map(Some)
    }

    /// Where a request came from: what the HTTP side put beside it, or what its metadata says.
    pub(super) fn origin(
        &self,
        context: Context,
        round: Option<&Round<'_>>,
        task: TaskSlot,
    ) -> Origin {
        let RequestContext {
            ct,
            meta,
            peer,
            extensions,
            ..
        } = context;
        let http = http_origin(&extensions);
        let mut origin = http.cloned().unwrap_or_else(|| Origin {
            request_id: telemetry::request_id(None),
            ..Origin::default()
        });
        if let Some(traceparent) = meta.get("traceparent").and_then(Value::as_str) {
            origin.trace = telemetry::trace(Some(traceparent)).or(origin.trace);
        }
        origin.cancelled = ct;
        let mut client = Client::new(peer, meta, round.map(Round::answers), task);
        if self.site.logs {
            client = client.with_log(self.session.as_deref());
        }
        origin.client = Some(client);
        origin
    }

    /// A call of a tool that can go on as a task after this request is answered.
    pub(super) async fn start(
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

    pub(super) async fn answer(
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

/// Where a request over HTTP came from.
fn http_origin(extensions: &Extensions) -> Option<&Origin> {
    extensions.get::<Parts>()?.extensions.get::<Origin>()
}

/// Who sends a request, where the server asks for that.
pub(super) fn caller(context: &Context) -> Option<&Caller> {
    http_origin(&context.extensions)?.caller.as_deref()
}

/// Asks the client before the call can go on.
pub(super) fn asked<T: From<InputRequiredResult>>(
    round: Option<Round<'_>>,
    error: Error,
) -> Result<T, ErrorData> {
    if let Some(round) = round {
        return round.close(&error.into_questions()).map(Into::into);
    }
    let help = "give it a form in `schemas.json`, or declare it with `Server::deprecated`";
    tracing::error!(help, "a body asks its caller, but its server does not say that it asks");
    Err(ErrorData::internal_error("the server failed; its log says why", None))
}
