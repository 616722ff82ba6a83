// Owned by mcpgen: edits are overwritten.
//! What probes and scrapers ask: alive, ready, how much.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Web, envelope};
use crate::metrics;

/// Alive: nothing that can fail is asked.
pub(super) async fn health() -> Response {
    let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (json, r#"{"status":"healthy"}"#).into_response()
}

/// Ready for calls, and which of its parts are.
pub(super) async fn ready(State(web): State<Arc<Web>>) -> Response {
    let draining = web.draining.is_cancelled();
    let cache = web.site.toolset.cache();
    let cache = if cache.is_degraded() { "degraded" } else { cache.place() };
    let server = if draining { "draining" } else { "ready" };
    let data = json!({ "ready": !draining, "components": { "server": server, "cache": cache } });
    if draining {
        return envelope::error(StatusCode::SERVICE_UNAVAILABLE, "the server is stopping", &data);
    }
    envelope::ok(&data)
}

/// All metrics in the text form of Prometheus.
pub(super) async fn metrics(State(web): State<Arc<Web>>) -> Response {
    ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], web.site.metrics.page()).into_response()
}
