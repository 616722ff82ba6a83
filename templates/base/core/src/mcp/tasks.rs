// Owned by mcpgen: edits are overwritten.
//! Calls that go on after their first answer: the extension `io.modelcontextprotocol/tasks`.
//!
//! A call becomes a task when its body first waits for anything but its caller. What it asks before
//! that is asked as in every call; what it asks later, through its task. A task is its caller's own.
//! Results are kept for a while, but not more of them than fit: the oldest go first.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use rmcp::ErrorData;
use rmcp::model::{CallToolResult, CreateTaskResult, DetailedTask, InputResponses};
use rmcp::task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions};
use serde_json::Value;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::convert;
use crate::body::BoxFuture;
use crate::caller::Caller;
use crate::context::Origin;
use crate::error::{Error, Kind};
use crate::features::TaskSupport;
use crate::metrics::Gauge;
use crate::reply::Reply;
use crate::site::Site;

/// How long a task may run, and how long its result is kept after that.
const LIFETIME: Duration = Duration::from_mins(30);
/// How often a client should ask how a task is.
const POLL: Duration = Duration::from_secs(1);
/// How many tasks may run at once.
const MOST: u64 = 256;
/// How many are known, running and done.
const MOST_KEPT: usize = 1_000;

/// The tasks of a server.
#[derive(Default)]
pub(super) struct Tasks {
    running: Gauge,
    kept: Mutex<HashMap<String, Kept>>,
}

/// A task of somebody.
struct Kept {
    /// Knows this task only, so that it can be forgotten by itself.
    manager: TaskManager,
    /// Whose it is, where the server asks who calls.
    caller: Option<Arc<Caller>>,
    begun: Instant,
}

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
        if self.running.get() >= MOST {
            let message = "too many tasks run at once; try again later";
            return Started::Answered(Err(Error::tool(message)));
        }
        // The request ends with its first answer, and the call must not.
        let (cancelled, caller) = (CancellationToken::new(), origin.caller.clone());
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
        let manager = TaskManager::new();
        let running = self.running.enter();
        let task = manager.spawn(options, move |context| {
            let _ = slot.set(context.clone());
            Box::pin(async move {
                let _running = running;
                if let Some(result) = first {
                    return outcome(result);
                }
                tokio::select! {
                    result = timeout(LIFETIME, call) => outcome(result.unwrap_or_else(|_| Err(overdue()))),
                    () = context.cancelled() => {
                        cancelled.cancel();
                        Err(TaskExit::Cancelled)
                    }
                }
            })
        });
        let begun = Instant::now();
        let kept = Kept {
            manager,
            caller,
            begun,
        };
        self.keep(task.task_id.clone(), kept);
        Started::Task(CreateTaskResult::new(task))
    }

    /// How a task is.
    pub(super) fn get(&self, id: &str, caller: Option<&Caller>) -> Result<DetailedTask, ErrorData> {
        self.find(id, caller)?.get_task(id)
    }

    /// Takes what a client answered to a task.
    pub(super) fn update(
        &self,
        id: &str,
        caller: Option<&Caller>,
        answers: InputResponses,
    ) -> Result<(), ErrorData> {
        self.find(id, caller)?.update_task(id, answers)
    }

    /// Ends a task.
    pub(super) fn cancel(&self, id: &str, caller: Option<&Caller>) -> Result<(), ErrorData> {
        self.find(id, caller)?.cancel_task(id)
    }

    /// Remembers a new task, and forgets those that have had their time, or else the oldest that is
    /// done.
    fn keep(&self, id: String, new: Kept) {
        let mut kept = self.kept();
        kept.retain(|_, one| new.begun.saturating_duration_since(one.begun) < 2 * LIFETIME);
        if kept.len() >= MOST_KEPT {
            let done = kept.iter().filter(|(_, one)| one.manager.running_task_count() == 0);
            let oldest = done.min_by_key(|(_, one)| one.begun).map(|(id, _)| id.clone());
            oldest.and_then(|id| kept.remove(&id));
        }
        kept.insert(id, new);
    }

    /// To all but its caller a task is as unknown as one that never was.
    fn find(&self, id: &str, caller: Option<&Caller>) -> Result<TaskManager, ErrorData> {
        let kept = self.kept();
        let own = kept.get(id).filter(|one| Caller::is_same(one.caller.as_deref(), caller));
        let unknown = || ErrorData::invalid_params(format!("unknown task: {id}"), None);
        own.map(|one| one.manager.clone()).ok_or_else(unknown)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn overdue() -> Error {
    Error::new(
        Kind::Timeout,
        format!("the task took longer than {} minutes", LIFETIME.as_secs() / 60),
    )
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
