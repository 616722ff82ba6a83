// Owned by mcpgen: edits are overwritten.
//! Everything that a server answers over HTTP: which path leads where, and what is true of all.
//!
//! The answers are in the modules below, one for each kind of question; `around` is what every
//! request goes through on its way in and out.

mod around;
mod auth;
mod body;
mod envelope;
mod gate;
mod hosts;
mod openapi;
mod probes;
mod refusal;
mod rest;
mod serve;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use tokio_util::sync::CancellationToken;

use self::auth::Keys;
pub(crate) use self::body::collect;
pub(crate) use self::envelope::json;
use self::gate::Gate;
use self::hosts::Hosts;
pub(crate) use self::refusal::{Refusal, rpc_error};
pub(crate) use self::serve::serve;
pub(crate) use self::tokens::Guard;
use crate::extension::{Extension, Page};
use crate::mcp::Mcp;
use crate::metrics::RouteMetrics;
use crate::server::Auth;
use crate::settings::BaseSettings;
use crate::site::Site;

/// The routes as metrics name them; whatever is none of these is `other`.
pub(crate) const ROUTES: [&str; 9] = [
    "/mcp",
    "/health",
    "/ready",
    "/info",
    "/metrics",
    "/openapi.json",
    "/api/v1/status",
    "/api/v1/process",
    "/api/v1/tools/{tool}",
];

/// A page loads what is its own, calls its own server, and nothing else.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the answers over HTTP need.
pub(crate) struct Web {
    site: Arc<Site>,
    mcp: Mcp,
    hosts: Hosts,
    keys: Option<Keys>,
    guard: Option<Guard>,
    metrics_keys: Option<Keys>,
    gate: Gate,
    body_bytes: usize,
    timeout: Duration,
    /// One more than [`ROUTES`]: the last is for all others.
    routes: Vec<Arc<RouteMetrics>>,
    tool_names: Vec<&'static str>,
    /// The paths that need no key: pages, which hold nothing of this server, and what says whose
    /// tokens it takes.
    open: Vec<String>,
    openapi: Bytes,
    /// Cancelled once the server is asked to stop.
    draining: CancellationToken,
}

impl Web {
    pub(crate) fn new(
        site: Arc<Site>,
        auth: Auth,
        guard: Option<Guard>,
        extensions: &[Extension],
        settings: &BaseSettings,
        draining: CancellationToken,
    ) -> Self {
        let names = site.toolset.entries().iter().map(|entry| entry.name).collect();
        let pages = extensions.iter().flat_map(|one| &one.pages).map(|page| page.path.to_owned());
        let scopes = guard.as_ref().map_or_else(Vec::new, |guard| guard.scopes().to_vec());
        let keys = settings.auth_token.as_ref().filter(|_| auth == Auth::Bearer);
        let metrics_keys = settings.metrics_token.as_ref();
        Self {
            mcp: Mcp::new(&site, settings.max_body_bytes, draining.clone()),
            hosts: Hosts::new(settings.bind, &settings.allowed_hosts, &settings.allowed_origins),
            keys: keys.map(|keys| Keys::new(keys, settings.auth_token_file.as_deref())),
            metrics_keys: metrics_keys
                .map(|keys| Keys::new(keys, settings.metrics_token_file.as_deref())),
            gate: Gate::new(settings.max_concurrency, settings.max_requests_per_second),
            body_bytes: settings.max_body_bytes,
            timeout: Duration::from_secs(settings.request_timeout_seconds),
            routes: ROUTES
                .iter()
                .chain(&["other"])
                .map(|route| site.metrics.route(route))
                .collect(),
            tool_names: names,
            open: pages.chain(guard.iter().flat_map(Guard::paths)).collect(),
            guard,
            openapi: openapi::document(&site, auth, &scopes),
            site,
            draining,
        }
    }

    pub(crate) fn mcp(&self) -> &Mcp {
        &self.mcp
    }

    pub(crate) fn body_bytes(&self) -> usize {
        self.body_bytes
    }
}

/// The router of a server.
pub(crate) fn router(web: Web, extensions: &[Extension]) -> Router {
    let web = Arc::new(web);
    let mut router = Router::new()
        .route("/health", get(probes::health))
        .route("/ready", get(probes::ready))
        .route("/metrics", get(probes::metrics))
        .route("/info", get(rest::info))
        .route("/openapi.json", get(rest::openapi))
        .route("/api/v1/status", get(rest::status))
        .route("/api/v1/tools/{tool}", post(rest::tool))
        .route("/mcp", any(crate::mcp::endpoint));
    if web.site.toolset.place(rest::PROCESS).is_some() {
        router = router.route("/api/v1/process", post(rest::process));
    }
    for path in web.guard.iter().flat_map(Guard::paths) {
        router = router.route(&path, get(tokens::metadata));
    }
    for &Page {
        path,
        content_type,
        body,
    } in extensions.iter().flat_map(|one| &one.pages)
    {
        let headers = [
            (CONTENT_TYPE, content_type),
            (CONTENT_SECURITY_POLICY, PAGE_POLICY),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
        ];
        let answer = (headers, body);
        router = router.route(path, get(async move || answer.into_response()));
    }
    router
        .fallback(async || Refusal::not_found("there is nothing at this path"))
        .method_not_allowed_fallback(async || Refusal::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(&web), around::around))
        .with_state(web)
}
