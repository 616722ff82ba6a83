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
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;

use super::refusal::Refusal;
use super::{ROUTES, Web};
use crate::caller::Caller;
use crate::context::Origin;
use crate::guard;
use crate::metrics::Outcome;
use crate::telemetry;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PROCESS_TIME: HeaderName = HeaderName::from_static("x-process-time");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
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
    let request_id = telemetry::request_id(text(request.headers(), &REQUEST_ID));
    let is_standing = route == MCP && is_standing(&request);
    let mut response = match admit(&web, route, request.uri(), request.headers()).await {
        Ok((permit, caller)) => {
            // Whoever does not have the key of a caller cannot show it.
            request.headers_mut().remove(AUTHORIZATION);
            if is_call(route) {
                let mut origin = origin(request.headers(), &request_id);
                origin.caller = caller;
                request.extensions_mut().insert(origin);
            }
            let response = answer(&web, request, next, &request_id).await;
            if is_standing { response } else { hold(response, permit) }
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

/// Whether something may run behind a route that wants to know where the request came from.
fn is_call(route: usize) -> bool {
    !matches!(route, HEALTH | READY | METRICS)
}

fn origin(headers: &HeaderMap, request_id: &Arc<str>) -> Origin {
    Origin {
        request_id: Arc::clone(request_id),
        trace: telemetry::trace(text(headers, &TRACEPARENT)),
        ..Origin::default()
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Probes and scrapers come by address and without a key; nobody else does.
async fn admit(
    web: &Web,
    route: usize,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(Option<OwnedSemaphorePermit>, Option<Arc<Caller>>), Refusal> {
    match route {
        HEALTH | READY => return Ok((None, None)),
        METRICS => {
            let open = web.metrics_keys.as_ref().is_none_or(|keys| keys.open(headers).is_some());
            return if open { Ok((None, None)) } else { Err(Refusal::no_key()) };
        }
        _ => web.hosts.check(uri, headers)?,
    }
    // No browser sends a key for a page; the page asks its reader for one.
    if web.open.iter().any(|path| path == uri.path()) {
        return web.gate.enter().map(|permit| (Some(permit), None));
    }
    let caller = match (&web.keys, &web.guard) {
        (Some(keys), _) => Some(keys.open(headers).ok_or_else(Refusal::no_key)?),
        (None, Some(guard)) => Some(guard.enter(headers).await?),
        (None, None) => None,
    };
    web.gate.enter().map(|permit| (Some(permit), caller))
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

/// Whether a client opens a stream to be told of changes, and does not ask anything.
fn is_standing(request: &Request) -> bool {
    let says = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
    // From this revision on the SDK compares the header with the request.
    let is_checked =
        says("mcp-protocol-version").is_some_and(|version| version >= b"2026-07-28".as_slice());
    request.method() == Method::GET
        || (is_checked && says("mcp-method") == Some(b"subscriptions/listen"))
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
    // Whole numbers are written far quicker than a fraction.
    let seconds = format!("{}.{:06}", took.as_secs(), took.subsec_micros());
    if let Ok(seconds) = HeaderValue::try_from(seconds) {
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
