// Owned by mcpgen: edits are overwritten.
//! Runs the body of a call to its end, to its deadline, or until it waits for an answer that only
//! the next request of its caller can bring.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;

use super::{CURRENT, Context};
use crate::body::BoxFuture;
use crate::error::{Error, Kind};
use crate::guard;

impl Context {
    /// Runs a body so that [`Context::current`] finds this context in it. The time in which the
    /// caller thinks about a question does not count, and a task has a deadline of its own.
    pub(crate) async fn run<T>(
        &self,
        body: BoxFuture<Result<T, Error>>,
        limit: Duration,
    ) -> Result<T, Error> {
        let asked = &self.0.asked;
        let mut body = pin!(CURRENT.scope(self.clone(), guard::future(body)));
        let mut running = poll_fn(|task| match body.as_mut().poll(task) {
            Poll::Ready(result) => Poll::Ready(result.flatten()),
            Poll::Pending if asked.is_open() => Poll::Ready(Err(asked.end())),
            Poll::Pending => Poll::Pending,
        });
        loop {
            let before = asked.turns();
            match timeout(limit, &mut running).await {
                Ok(result) => return result,
                Err(_) if asked.is_waiting() || asked.turns() != before || self.is_task() => {}
                Err(_) => {
                    let seconds = limit.as_secs();
                    let message = format!("the call took longer than {seconds} seconds");
                    return Err(Error::new(Kind::Timeout, message));
                }
            }
        }
    }

    fn is_task(&self) -> bool {
        self.client().is_some_and(|client| client.task().is_some())
    }
}
