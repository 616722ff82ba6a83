// Owned by mcpgen: edits are overwritten.
//! The REST twins: what a server is, how it is, and each of its tools.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use super::{Web, body, envelope};
use crate::context::Origin;

/// The tool that has a path of its own.
pub(super) const PROCESS: &str = "process_request";

pub(super) async fn info(State(web): State<Arc<Web>>) -> Response {
    envelope::ok(&web.site.status.info(&web.tool_names))
}

pub(super) async fn openapi(State(web): State<Arc<Web>>) -> Response {
    let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (json, web.openapi.clone()).into_response()
}

pub(super) async fn status(State(web): State<Arc<Web>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let detailed =
        query.split('&').any(|pair| matches!(pair, "detailed" | "detailed=true" | "detailed=1"));
    envelope::ok(&web.site.status.report(detailed))
}

pub(super) async fn tool(
    State(web): State<Arc<Web>>,
    request: Request,
) -> Result<Response, Refusal> {
    // No tool has a name that must be percent-encoded.
    let name = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    call(&web, &name, request).await
}

pub(super) async fn process(
    State(web): State<Arc<Web>>,
    request: Request,
) -> Result<Response, Refusal> {
    call(&web, PROCESS, request).await
}

async fn call(web: &Web, tool: &str, request: Request) -> Result<Response, Refusal> {
    let (mut parts, body) = request.into_parts();
    let origin = parts.extensions.remove::<Origin>().unwrap_or_default();
    web.permit(tool, &origin)?;
    // A caller that goes away drops this future, and the guard tells the body of the tool.
    let _gone = origin.cancelled.clone().drop_guard();
    let input = body::json(&parts.headers, body, web.body_bytes).await?;
    let reply = web.site.toolset.call(tool, input, origin).await?;
    let failed = reply.is_error();
    let data = reply.into_data();
    if failed {
        let message = data.as_str().unwrap_or("the tool refused the call");
        return Ok(envelope::error(StatusCode::UNPROCESSABLE_ENTITY, message, &data));
    }
    Ok(envelope::ok(&data))
}
