// Owned by mcpgen: edits are overwritten.
//! What every request goes through: who it is, whether it may enter, how long it took.
//!
//! One function instead of a layer for each, so that the order can be read.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;

use super::refusal::Refusal;
use super::{ROUTES, Web};
use crate::context::Origin;
use crate::guard;
use crate::metrics::Outcome;
use crate::telemetry;
use crate::tokens::Grant;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PROCESS_TIME: HeaderName = HeaderName::from_static("x-process-time");
const MCP: usize = 0;
const HEALTH: usize = 1;
const READY: usize = 2;
const METRICS: usize = 4;

/// Lets a request in, answers it, and says how long that took.
pub(super) async fn around(
    State(web): State<Arc<Web>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let flight = web.site.metrics.in_flight().enter();
    let route = route(request.uri().path());
    let mut origin = origin(request.headers());
    let request_id = Arc::clone(&origin.request_id);
    let mut response = match admit(&web, route, request.uri(), request.headers()).await {
        Ok((permit, grant)) => {
            origin.grant = grant;
            request.extensions_mut().insert(origin);
            hold(answer(&web, request, next, &request_id).await, permit)
        }
        Err(refusal) => Err(refusal),
    }
    .unwrap_or_else(|refusal| match route {
        MCP => refusal.into_rpc(),
        _ => refusal.into_response(),
    });
    drop(flight);
    let took = started.elapsed();
    web.routes[route].record(Outcome::of_status(response.status().as_u16()), took);
    mark(response.headers_mut(), &request_id, took);
    let (status, seconds) = (response.status().as_u16(), took.as_secs_f64());
    tracing::debug!(route = path(route), status, seconds, %request_id, "request");
    response
}

/// The place of a path in [`ROUTES`]; whatever is none of them comes after the last.
fn route(path: &str) -> usize {
    let other = ROUTES.len();
    match ROUTES.iter().position(|known| *known == path) {
        Some(place) => place,
        None if path.starts_with("/api/v1/tools/") => other - 1,
        None => other,
    }
}

fn path(route: usize) -> &'static str {
    ROUTES.get(route).copied().unwrap_or("other")
}

fn origin(headers: &HeaderMap) -> Origin {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    Origin {
        request_id: telemetry::request_id(text(&REQUEST_ID)),
        trace: telemetry::trace(text(&HeaderName::from_static("traceparent"))),
        ..Origin::default()
    }
}

/// Probes and scrapers come by address and without a key; nobody else does.
async fn admit(
    web: &Web,
    route: usize,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(Option<OwnedSemaphorePermit>, Option<Arc<Grant>>), Refusal> {
    match route {
        HEALTH | READY => return Ok((None, None)),
        METRICS => {
            let open = web.metrics_keys.as_ref().is_none_or(|keys| keys.open(headers));
            return if open { Ok((None, None)) } else { Err(Refusal::no_key()) };
        }
        _ => web.hosts.check(uri, headers)?,
    }
    // No browser sends a key for a page; the page asks its reader for one.
    if web.open.iter().any(|path| path == uri.path()) {
        return web.gate.enter().map(|permit| (Some(permit), None));
    }
    if web.keys.as_ref().is_some_and(|keys| !keys.open(headers)) {
        return Err(Refusal::no_key());
    }
    let grant = match &web.guard {
        Some(guard) => Some(guard.enter(headers).await?),
        None => None,
    };
    web.gate.enter().map(|permit| (Some(permit), grant))
}

/// A tool has its own deadline and its own guard; these are for everything around it, such as a
/// body that comes in byte by byte.
async fn answer(
    web: &Web,
    request: Request,
    next: Next,
    request_id: &str,
) -> Result<Response, Refusal> {
    let deadline = web.timeout + Duration::from_secs(1);
    let answered = guard::future(Box::pin(next.run(request)));
    match tokio::time::timeout(deadline, answered).await {
        Ok(result) => result.map_err(|error| {
            tracing::error!(request_id, cause = error.cause(), "an endpoint panicked");
            Refusal::from(error)
        }),
        Err(_) => Err(Refusal::timeout()),
    }
}

/// A stream of events is not over when its head is sent: it keeps its place until it ends.
fn hold(
    response: Result<Response, Refusal>,
    permit: Option<OwnedSemaphorePermit>,
) -> Result<Response, Refusal> {
    let response = response?;
    let is_stream = |value: &HeaderValue| value.as_bytes().starts_with(b"text/event-stream");
    if response.headers().get(CONTENT_TYPE).is_some_and(is_stream) {
        return Ok(response.map(|body| {
            Body::new(Held {
                body,
                _permit: permit,
            })
        }));
    }
    Ok(response)
}

fn mark(headers: &mut HeaderMap, request_id: &str, took: Duration) {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    if let Ok(seconds) = HeaderValue::from_str(&format!("{:.6}", took.as_secs_f64())) {
        headers.insert(PROCESS_TIME, seconds);
    }
}

/// A body that keeps the place of its request.
struct Held {
    body: Body,
    _permit: Option<OwnedSemaphorePermit>,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
