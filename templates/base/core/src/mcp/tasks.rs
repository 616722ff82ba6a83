// Owned by mcpgen: edits are overwritten.
//! Calls that go on after their first answer: the extension `io.modelcontextprotocol/tasks`.
//!
//! A call becomes a task when its body first waits for anything but its caller. What it asks before
//! that is asked as in every call; what it asks later, through its task.

use std::future::poll_fn;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use rmcp::ErrorData;
use rmcp::model::{CallToolResult, CreateTaskResult, DetailedTask, InputResponses};
use rmcp::task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::convert;
use crate::body::BoxFuture;
use crate::context::Origin;
use crate::error::{Error, Kind};
use crate::features::TaskSupport;
use crate::reply::Reply;
use crate::site::Site;

/// How long a task may run, and how long its result is kept after that.
const LIFETIME: Duration = Duration::from_mins(30);
/// How often a client should ask how a task is.
const POLL: Duration = Duration::from_secs(1);
/// How many tasks may run at once.
const MOST: usize = 256;

/// The tasks of a server.
#[derive(Default)]
pub(super) struct Tasks(TaskManager);

/// What became of a call.
pub(super) enum Started {
    Answered(Result<Reply, Error>),
    Task(CreateTaskResult),
}

impl Tasks {
    /// Calls a tool by its name, and makes a task of it if that takes longer.
    pub(super) async fn start(
        &self,
        site: Arc<Site>,
        (name, input, mut origin): (String, Value, Origin),
        slot: Arc<OnceLock<TaskContext>>,
        support: TaskSupport,
    ) -> Started {
        if self.0.running_task_count() >= MOST {
            let message = "too many tasks run at once; try again later";
            return Started::Answered(Err(Error::tool(message)));
        }
        // The request ends with its first answer, and the call must not.
        let cancelled = CancellationToken::new();
        origin.cancelled = cancelled.clone();
        let mut call: BoxFuture<Result<Reply, Error>> =
            Box::pin(async move { site.toolset.call(&name, input, origin).await });
        let first = poll_fn(|task| Poll::Ready(ready(call.as_mut().poll(task)))).await;
        let first = match first {
            Some(result) if is_answer(&result, support) => return Started::Answered(result),
            first => first,
        };
        let options = TaskOptions::new().with_ttl_ms(millis(LIFETIME));
        let options = options.with_poll_interval_ms(millis(POLL));
        let task = self.0.spawn(options, move |context| {
            let _ = slot.set(context.clone());
            Box::pin(async move {
                if let Some(result) = first {
                    return outcome(result);
                }
                tokio::select! {
                    result = call => outcome(result),
                    () = context.cancelled() => {
                        cancelled.cancel();
                        Err(TaskExit::Cancelled)
                    }
                }
            })
        });
        Started::Task(CreateTaskResult::new(task))
    }

    /// How a task is.
    pub(super) fn get(&self, id: &str) -> Result<DetailedTask, ErrorData> {
        self.0.get_task(id)
    }

    /// Takes what a client answered to a task.
    pub(super) fn update(&self, id: &str, answers: InputResponses) -> Result<(), ErrorData> {
        self.0.update_task(id, answers)
    }

    /// Ends a task.
    pub(super) fn cancel(&self, id: &str) -> Result<(), ErrorData> {
        self.0.cancel_task(id)
    }
}

fn ready<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Whether a call that did not wait is answered without a task.
fn is_answer(result: &Result<Reply, Error>, support: TaskSupport) -> bool {
    let kind = result.as_ref().err().map(Error::kind);
    support == TaskSupport::Optional
        || matches!(
            kind,
            Some(Kind::InputRequired | Kind::MissingAbility | Kind::NotFound | Kind::Forbidden)
        )
}

fn outcome(result: Result<Reply, Error>) -> Result<CallToolResult, TaskExit> {
    match result {
        Ok(reply) => Ok(convert::result(reply)),
        Err(error) => convert::failure(&error, true).map_err(TaskExit::Error),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
