// Owned by mcpgen: edits are overwritten.
//! Catches the panics of bodies: one broken tool must not end the server.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::body::BoxFuture;
use crate::error::Error;

/// Runs a function; a panic in it is an internal error.
pub(crate) fn call<T>(run: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| error(panic.as_ref()))
}

/// Runs a future; a panic in it is an internal error. It is not polled again after one.
pub(crate) async fn future<T>(mut future: BoxFuture<T>) -> Result<T, Error> {
    poll_fn(move |context| match call(|| future.as_mut().poll(context)) {
        Ok(poll) => poll.map(Ok),
        Err(error) => std::task::Poll::Ready(Err(error)),
    })
    .await
}

fn error(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::internal(format!("panicked: {}", text.unwrap_or("without a text")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[tokio::test]
    async fn a_panic_is_an_internal_error_that_does_not_say_more() {
        let broken: BoxFuture<()> = Box::pin(async { panic!("secret") });
        let error = future(broken).await.expect_err("it panics");
        assert_eq!(error.kind(), Kind::Internal);
        assert!(!error.message().contains("secret"));
        assert_eq!(error.cause().as_deref(), Some("panicked: secret"));
    }

    #[tokio::test]
    async fn what_does_not_panic_is_left_alone() {
        let fine: BoxFuture<u8> = Box::pin(async { 7 });
        assert_eq!(future(fine).await.expect("it does not panic"), 7);
    }
}
