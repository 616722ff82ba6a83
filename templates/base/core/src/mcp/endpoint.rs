// Owned by mcpgen: edits are overwritten.
//! `/mcp`: streamable HTTP, without sessions wherever nothing needs them, so that any replica can
//! answer any request.
//!
//! The SDK does the work, but for plain calls of tools. What it says in plain text, a client of
//! JSON-RPC is told in its own form.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::calls::Handler;
use super::direct::Call;
use super::sessions::Sessions;
use super::stream::until;
use crate::context::Origin;
use crate::http::{Refusal, Web, collect, rpc_error};
use crate::site::Site;

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
/// The SDK explains itself in less than this.
const LONGEST_EXPLANATION: usize = 4096;

/// The MCP side of a server over HTTP.
pub(crate) struct Mcp {
    site: Arc<Site>,
    door: Door,
    /// Cancelled once the server is asked to stop.
    stop: CancellationToken,
}

enum Door {
    Open(StreamableHttpService<Handler, NeverSessionManager>),
    Sessions(Sessions),
}

impl Mcp {
    pub(crate) fn new(site: &Arc<Site>, body_bytes: usize, stop: CancellationToken) -> Self {
        // `Host`, `Origin` and the length of the body are checked for all paths alike.
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(site.keeps_sessions)
            .with_json_response(true)
            .with_max_request_body_bytes(body_bytes)
            .disable_allowed_hosts();
        let handler = Handler::new(site, stop.clone());
        let door = if site.keeps_sessions {
            Door::Sessions(Sessions::new(handler, config, site.session_idle))
        } else {
            let service = move || Ok(handler.clone());
            Door::Open(StreamableHttpService::new(service, Arc::default(), config))
        };
        Self {
            site: Arc::clone(site),
            door,
            stop,
        }
    }

    /// The answer to a plain call.
    async fn direct(&self, parts: &Parts, body: &[u8]) -> Option<Response> {
        let call = Call::read(parts, body, !self.site.keeps_sessions)?;
        call.answer(&self.site, parts).await
    }

    async fn handle(&self, request: Request) -> Result<Response, Refusal> {
        match &self.door {
            Door::Open(service) => Ok(service.handle(request).await.map(Body::new)),
            Door::Sessions(sessions) => sessions.handle(request).await,
        }
    }
}

/// Answers whatever comes to `/mcp`.
pub(crate) async fn endpoint(State(web): State<Arc<Web>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = match collect(&parts.headers, body, web.body_bytes()).await {
        Ok(bytes) => bytes,
        Err(refusal) => return refusal.into_rpc(),
    };
    if web.has_scopes()
        && let Some(refusal) = forbidden(&web, &parts, &bytes)
    {
        return refusal.into_rpc();
    }
    let is_json = is_json(&parts.headers);
    if is_json && let Some(response) = web.mcp().direct(&parts, &bytes).await {
        return response;
    }
    let is_standing = parts.method == Method::GET;
    let request = Request::from_parts(parts, Body::from(bytes.clone()));
    let response = match web.mcp().handle(request).await {
        Ok(response) if is_standing => response.map(|body| until(web.mcp().stop.clone(), body)),
        Ok(response) => response,
        Err(refusal) => return refusal.into_rpc(),
    };
    if response.status().is_success() || response.headers().contains_key(CONTENT_TYPE) {
        return response;
    }
    let sent = serde_json::from_slice::<Value>(&bytes);
    match sent {
        Err(cause) if is_json && response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            let message = format!("the body is not JSON: {cause}");
            rpc_error(StatusCode::BAD_REQUEST, PARSE_ERROR, &message, &Value::Null)
        }
        Ok(sent) if is_json && response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            let message = "the body is not a request of MCP: it must be one JSON-RPC 2.0 message";
            rpc_error(StatusCode::BAD_REQUEST, INVALID_REQUEST, message, &sent["id"])
        }
        sent => in_json(response, &sent.unwrap_or_default()["id"]).await,
    }
}

/// The refusal of a call for which the caller's token lacks a scope. It must come with a status of
/// HTTP, and so before the SDK has begun to answer.
fn forbidden(web: &Web, parts: &Parts, bytes: &[u8]) -> Option<Refusal> {
    let message: Value = serde_json::from_slice(bytes).ok()?;
    if message["method"] != "tools/call" {
        return None;
    }
    web.permit(message["params"]["name"].as_str()?, parts.extensions.get::<Origin>()?).err()
}

/// The same answer with its plain text as the message of a JSON-RPC error.
async fn in_json(response: Response, id: &Value) -> Response {
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, LONGEST_EXPLANATION).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut response = rpc_error(parts.status, INVALID_REQUEST, &text, id);
    response.headers_mut().extend(parts.headers);
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
