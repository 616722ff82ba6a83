// Owned by mcpgen: edits are overwritten.
//! Reads the body of a request: as long as it may be, and as JSON.

use std::error::Error;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::LengthLimitError;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// The whole body, unless it is longer than `limit`.
pub(crate) async fn collect(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Bytes, Refusal> {
    let declared =
        headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: usize| length > limit) {
        return Err(Refusal::too_large(limit));
    }
    to_bytes(body, limit).await.map_err(|cause| {
        if cause.source().is_some_and(<dyn Error>::is::<LengthLimitError>) {
            Refusal::too_large(limit)
        } else {
            Refusal::new(StatusCode::BAD_REQUEST, "the body ended before it was complete")
        }
    })
}

/// The body as JSON; no body at all is an empty object.
pub(super) async fn json(headers: &HeaderMap, body: Body, limit: usize) -> Result<Value, Refusal> {
    if !is_json(headers) {
        let message = "the body must be JSON: `Content-Type: application/json`";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let bytes = collect(headers, body, limit).await?;
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_slice(&bytes).map_err(|cause| {
        Refusal::new(StatusCode::BAD_REQUEST, format!("the body is not JSON: {cause}"))
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(given) = headers.get(CONTENT_TYPE) else { return true };
    let essence = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}
