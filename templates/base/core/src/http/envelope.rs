// Owned by mcpgen: edits are overwritten.
//! The form of every answer but MCP's own: `{status, data, message, timestamp}`.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

use crate::clock;

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

#[derive(Serialize)]
struct Envelope<'e> {
    status: &'static str,
    data: &'e Value,
    message: &'e str,
    timestamp: String,
}

/// An answer that says yes.
pub(super) fn ok(data: &Value) -> Response {
    answer(StatusCode::OK, "ok", data, "ok")
}

/// An answer that says no, and why.
pub(super) fn error(status: StatusCode, message: &str, data: &Value) -> Response {
    answer(status, "error", data, message)
}

fn answer(code: StatusCode, status: &'static str, data: &Value, message: &str) -> Response {
    json(
        code,
        &Envelope {
            status,
            data,
            message,
            timestamp: clock::now(),
        },
    )
}

/// Any value as JSON.
pub(crate) fn json<T: Serialize>(code: StatusCode, value: &T) -> Response {
    // Nothing that is sent this way has a map with keys that are no text.
    let text = serde_json::to_vec(value).unwrap_or_default();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = code;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}
