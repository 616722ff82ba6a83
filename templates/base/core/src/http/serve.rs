// Owned by mcpgen: edits are overwritten.
//! Takes connections and feeds them to the router until told to stop.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_service::Service;

/// How long a connection may be silent, before its first request and between two.
const SILENCE: Duration = Duration::from_secs(75);
/// How many connections there may be for each request that may run at once: most are silent, but
/// each takes memory and a file.
const CONNECTIONS_PER_REQUEST: usize = 16;
/// How long to wait when the machine has no connection to give, such as for want of files.
const BREATH: Duration = Duration::from_millis(500);

/// Serves until `stop`, and then for up to `drain` the requests that run.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    at_once: usize,
    stop: CancellationToken,
    drain: Duration,
) {
    let most = at_once.saturating_mul(CONNECTIONS_PER_REQUEST);
    let connections = TaskTracker::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(_) if connections.len() >= most => {
                    refused(&io::Error::other(format!("there are {most} already"))).await;
                }
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), stop.clone()));
                }
                Err(error) => refused(&error).await,
            },
            () = stop.cancelled() => break,
        }
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(drain, connections.wait()).await.is_err() {
        tracing::warn!(calls = connections.len(), "some calls did not end in time and are cut off");
    }
}

async fn connection(stream: TcpStream, router: Router, stop: CancellationToken) {
    // A small answer must not wait for more to be sent with it.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the delay of a connection cannot be switched off");
    }
    let service = service_fn(move |request| answer(router.clone(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SILENCE)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

async fn answer(mut router: Router, request: Request<Incoming>) -> Result<Response, Infallible> {
    router.call(request.map(Body::new)).await
}

/// A caller that hangs up before it is served is its own affair; anything else may pass.
async fn refused(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "cannot take a connection; trying again");
        tokio::time::sleep(BREATH).await;
    }
}
