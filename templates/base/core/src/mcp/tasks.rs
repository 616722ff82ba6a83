// Owned by mcpgen: edits are overwritten.
//! Calls that go on after their first answer: the extension `io.modelcontextprotocol/tasks`.
//!
//! A call becomes a task when its body first waits for anything but its caller. What it asks before
//! that is asked as in every call; what it asks later, through its task. A task is its caller's own.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use rmcp::ErrorData;
use rmcp::model::{CallToolResult, CreateTaskResult, DetailedTask, InputResponses};
use rmcp::task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::convert;
use crate::body::BoxFuture;
use crate::caller::Caller;
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
pub(super) struct Tasks {
    manager: TaskManager,
    /// Whose they are, where the server asks who calls.
    owners: Mutex<HashMap<String, Owner>>,
}

struct Owner {
    caller: Arc<Caller>,
    /// When the task is gone.
    until: Instant,
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
        if self.manager.running_task_count() >= MOST {
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
        let task = self.manager.spawn(options, move |context| {
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
        if let Some(caller) = caller {
            self.own(task.task_id.clone(), caller, Instant::now());
        }
        Started::Task(CreateTaskResult::new(task))
    }

    /// How a task is.
    pub(super) fn get(&self, id: &str, caller: Option<&Caller>) -> Result<DetailedTask, ErrorData> {
        self.check(id, caller)?;
        self.manager.get_task(id)
    }

    /// Takes what a client answered to a task.
    pub(super) fn update(
        &self,
        id: &str,
        caller: Option<&Caller>,
        answers: InputResponses,
    ) -> Result<(), ErrorData> {
        self.check(id, caller)?;
        self.manager.update_task(id, answers)
    }

    /// Ends a task.
    pub(super) fn cancel(&self, id: &str, caller: Option<&Caller>) -> Result<(), ErrorData> {
        self.check(id, caller)?;
        self.manager.cancel_task(id)
    }

    /// Remembers whose a new task is, and forgets it for those that are gone.
    fn own(&self, id: String, caller: Arc<Caller>, now: Instant) {
        let mut owners = self.owners();
        owners.retain(|_, owner| owner.until > now);
        let until = now + 2 * LIFETIME;
        owners.insert(id, Owner { caller, until });
    }

    /// To all but its caller a task is as unknown as one that never was.
    fn check(&self, id: &str, caller: Option<&Caller>) -> Result<(), ErrorData> {
        let owners = self.owners();
        let owner = owners.get(id).map(|owner| &*owner.caller);
        if Caller::is_same(owner, caller) {
            return Ok(());
        }
        Err(ErrorData::invalid_params(format!("unknown task: {id}"), None))
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<String, Owner>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
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
