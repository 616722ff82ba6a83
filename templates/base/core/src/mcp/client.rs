// Owned by mcpgen: edits are overwritten.
//! The client behind a call: what it can do, and how it is told and asked something.

#![expect(deprecated, reason = "clients of today's revisions still know roots, sampling and logs")]

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rmcp::model::{
    ClientCapabilities, ClientResult, CreateMessageRequest, CreateMessageRequestParams,
    ElicitRequest, ElicitRequestParams, ElicitationSchema, InputRequest, ListRootsRequest,
    LoggingLevel, LoggingMessageNotificationParam, ProgressNotificationParam, ProtocolVersion,
    RequestMetaObject, SamplingMessage, ServerRequest,
};
use rmcp::service::{PeerRequestOptions, RequestContext};
use rmcp::task_manager::{TaskContext, TaskExit};
use rmcp::{Peer, RoleServer};
use serde_json::Value;

use super::sessions::Session;
use crate::ask::{Ability, Forms, Question};
use crate::error::Error;
use crate::level::Level;
use crate::start_error::StartError;
use crate::state::Answers;

/// How long a client, and the person before it, may think about a question.
const PATIENCE: Duration = Duration::from_mins(10);

/// Where the task is put that a call becomes.
pub(super) type TaskSlot = Option<Arc<OnceLock<TaskContext>>>;

/// The client behind a call.
#[derive(Clone)]
pub(crate) struct Client {
    peer: Peer<RoleServer>,
    meta: RequestMetaObject,
    /// What it answered to the questions of this call in the requests before.
    answers: Option<Arc<Answers>>,
    /// Which messages of a log it wants; none where the server sends none.
    level: Option<Level>,
    /// The task that the call can become.
    task: TaskSlot,
}

impl Client {
    pub(super) fn new(
        peer: Peer<RoleServer>,
        meta: RequestMetaObject,
        answers: Option<Arc<Answers>>,
        task: TaskSlot,
    ) -> Self {
        Self {
            peer,
            meta,
            answers,
            level: None,
            task,
        }
    }

    /// The same for a server that sends messages of a log.
    pub(super) fn with_log(mut self, session: Option<&Session>) -> Self {
        self.level = if self.is_modern() {
            self.meta.log_level().map(level)
        } else {
            Some(session.map_or(Level::Info, Session::level))
        };
        self
    }

    pub(crate) fn can(&self, ability: Ability) -> bool {
        self.capabilities().is_some_and(|capabilities| able(&capabilities, ability))
    }

    fn capabilities(&self) -> Option<ClientCapabilities> {
        capabilities(&self.meta, &self.peer)
    }

    /// The task that the call has become.
    pub(crate) fn task(&self) -> Option<&TaskContext> {
        self.task.as_ref()?.get()
    }

    /// Whether a question ends the call, and its answer comes with the next one.
    pub(crate) fn is_asked_between_calls(&self) -> bool {
        self.task().is_none() && self.is_modern()
    }

    fn is_modern(&self) -> bool {
        is_modern_version(&self.meta, &self.peer)
    }

    /// What it has answered to the question of this key already.
    pub(crate) fn answer(&self, key: &str) -> Option<&Value> {
        self.answers.as_ref()?.get(key)
    }

    /// Asks it and waits for its answer.
    pub(crate) async fn ask(
        &self,
        key: &str,
        question: &Question,
        forms: &Forms,
    ) -> Result<Value, Error> {
        let request = request(question, forms)?;
        if let Some(task) = self.task() {
            return task.request_input(key, request).await.map_err(|exit| match exit {
                TaskExit::Cancelled => Error::tool("the task was cancelled"),
                TaskExit::Error(error) => Error::internal(error),
            });
        }
        let request = match request {
            InputRequest::Elicitation(request) => ServerRequest::ElicitRequest(request),
            InputRequest::CreateMessage(request) => ServerRequest::CreateMessageRequest(request),
            InputRequest::ListRoots(request) => ServerRequest::ListRootsRequest(request),
            _ => return Err(Error::internal("the SDK knows a question that this server does not")),
        };
        let options = PeerRequestOptions::with_timeout(PATIENCE);
        let answered = async {
            self.peer.send_request_with_option(request, options).await?.await_response().await
        };
        let failed =
            |cause| Error::tool(format!("the client did not answer `{key}`")).with_cause(cause);
        Ok(match answered.await.map_err(failed)? {
            ClientResult::CreateMessageResult(result) => serde_json::to_value(result)?,
            ClientResult::ListRootsResult(result) => serde_json::to_value(result)?,
            ClientResult::ElicitResult(result) => serde_json::to_value(result)?,
            other => serde_json::to_value(other)?,
        })
    }

    /// Says how far the call is, where it was asked to.
    pub(crate) async fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        if let Some(task) = self.task() {
            if let Some(message) = message {
                task.set_status_message(message);
            }
            return;
        }
        let Some(token) = self.meta.get_progress_token() else { return };
        let mut progress = ProgressNotificationParam::new(token, done);
        progress.total = total;
        progress.message = message.map(str::to_owned);
        if let Err(error) = self.peer.notify_progress(progress).await {
            tracing::debug!(%error, "the client no longer listens to progress");
        }
    }

    /// Sends a message of the log, where it matters enough to the client.
    pub(crate) async fn log(&self, level: Level, logger: &str, data: Value) {
        if self.task().is_some() || self.level.is_none_or(|wanted| level < wanted) {
            return;
        }
        let mut message = LoggingMessageNotificationParam::new(logging_level(level), data);
        message.logger = Some(logger.to_owned());
        if let Err(error) = self.peer.notify_logging_message(message).await {
            tracing::debug!(%error, "the client no longer listens to the log");
        }
    }
}

/// Whether a client of this revision says with each request who it is, instead of once.
pub(super) fn is_modern(context: &RequestContext<RoleServer>) -> bool {
    is_modern_version(&context.meta, &context.peer)
}

fn is_modern_version(meta: &RequestMetaObject, peer: &Peer<RoleServer>) -> bool {
    let version = meta.protocol_version();
    let version = version.or_else(|| Some(peer.peer_info()?.protocol_version.clone()));
    // Revisions are dates, so their order is that of their texts.
    version.is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
}

/// Whether a client can go on with a task.
pub(super) fn knows_tasks(context: &RequestContext<RoleServer>) -> bool {
    let capabilities = capabilities(&context.meta, &context.peer);
    capabilities.is_some_and(|capabilities| capabilities.supports_tasks())
}

/// What a client can do: as it says now, or as it said when it introduced itself.
fn capabilities(meta: &RequestMetaObject, peer: &Peer<RoleServer>) -> Option<ClientCapabilities> {
    let now = meta.client_capabilities();
    now.or_else(|| peer.peer_info().map(|info| info.capabilities.clone()))
}

fn able(capabilities: &ClientCapabilities, ability: Ability) -> bool {
    match ability {
        // One that names no kind of elicitation can do forms.
        Ability::Elicitation => capabilities
            .elicitation
            .as_ref()
            .is_some_and(|kinds| kinds.form.is_some() || kinds.url.is_none()),
        Ability::Sampling => capabilities.sampling.is_some(),
        Ability::Roots => capabilities.roots.is_some(),
    }
}

/// A question in the words of the SDK.
pub(super) fn request(question: &Question, forms: &Forms) -> Result<InputRequest, Error> {
    Ok(match question {
        Question::Form { name, message } => {
            let Some(schema) = forms.text(name) else {
                let cause = format!("`schemas.json` has no form `{name}`");
                return Err(Error::internal(cause));
            };
            let params = ElicitRequestParams::FormElicitationParams {
                meta: None,
                message: message.clone(),
                requested_schema: serde_json::from_value(schema.clone())?,
            };
            InputRequest::Elicitation(ElicitRequest::new(params))
        }
        Question::Sample { prompt, max_tokens } => {
            let messages = vec![SamplingMessage::user_text(prompt)];
            let params = CreateMessageRequestParams::new(messages, *max_tokens);
            InputRequest::CreateMessage(CreateMessageRequest::new(params))
        }
        Question::Roots => InputRequest::ListRoots(ListRootsRequest::default()),
    })
}

/// Refuses a form that no client could show: fields of fields, for example.
pub(crate) fn check(forms: &Forms) -> Result<(), StartError> {
    for (name, text) in forms.texts() {
        serde_json::from_value::<ElicitationSchema>(text.clone()).map_err(|cause| {
            StartError::new(format!("the form `{name}` is none that a client can show: {cause}"))
        })?;
    }
    Ok(())
}

pub(super) fn level(level: LoggingLevel) -> Level {
    match level {
        LoggingLevel::Debug => Level::Debug,
        LoggingLevel::Info => Level::Info,
        LoggingLevel::Notice => Level::Notice,
        LoggingLevel::Warning => Level::Warning,
        LoggingLevel::Error => Level::Error,
        LoggingLevel::Critical => Level::Critical,
        LoggingLevel::Alert => Level::Alert,
        LoggingLevel::Emergency => Level::Emergency,
    }
}

fn logging_level(level: Level) -> LoggingLevel {
    match level {
        Level::Debug => LoggingLevel::Debug,
        Level::Info => LoggingLevel::Info,
        Level::Notice => LoggingLevel::Notice,
        Level::Warning => LoggingLevel::Warning,
        Level::Error => LoggingLevel::Error,
        Level::Critical => LoggingLevel::Critical,
        Level::Alert => LoggingLevel::Alert,
        Level::Emergency => LoggingLevel::Emergency,
    }
}
