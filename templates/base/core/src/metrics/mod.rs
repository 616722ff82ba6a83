// Owned by mcpgen: edits are overwritten.
//! What a scraper reads: counters and histograms of this server.
//!
//! Every series is made when the server starts, so that recording is a few atomic additions and
//! the number of series never depends on what callers send. What has no series of its own counts
//! as `other`.

mod instruments;
mod page;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use self::instruments::{Counter, Gauge, Histogram, InFlight};
use self::page::Page;

/// What [`Metrics::page`] is written in.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Where things count that have no series of their own.
const OTHER: &str = "other";

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Ok,
    /// The caller is to blame.
    ClientError,
    /// The server, or what is behind it, is to blame.
    ServerError,
}

impl Outcome {
    const LABELS: [&'static str; 3] = ["ok", "client_error", "server_error"];

    /// How a request with this HTTP status ended.
    #[must_use]
    pub const fn of_status(status: u16) -> Self {
        match status {
            0..400 => Self::Ok,
            400..500 => Self::ClientError,
            500.. => Self::ServerError,
        }
    }
}

/// How an attempt to reach the upstream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpstreamOutcome {
    /// It answered, and well.
    Ok,
    /// It answered that the request is at fault.
    ClientError,
    /// It answered that it is at fault itself.
    ServerError,
    /// It did not answer in time.
    Timeout,
    /// It could not be reached, or broke off.
    Unreachable,
}

impl UpstreamOutcome {
    const LABELS: [&'static str; 5] =
        ["ok", "client_error", "server_error", "timeout", "unreachable"];
}

/// All series of one server.
#[derive(Debug)]
pub struct Metrics {
    server: &'static str,
    version: &'static str,
    routes: Vec<(&'static str, Arc<RouteMetrics>)>,
    tools: Vec<(&'static str, Arc<ToolMetrics>)>,
    upstream: UpstreamMetrics,
    in_flight: Gauge,
    /// Not there where no client is remembered.
    sessions: OnceLock<Gauge>,
    cache_failures: Counter,
}

/// The series of one route.
#[derive(Debug, Default)]
pub struct RouteMetrics {
    seconds: Histogram,
    requests: [Counter; 3],
}

/// The series of one tool.
#[derive(Debug, Default)]
pub struct ToolMetrics {
    seconds: Histogram,
    calls: [Counter; 3],
    /// Answers that came from the cache.
    pub cache_hits: Counter,
    /// Answers that had to be made.
    pub cache_misses: Counter,
    /// Answers that another call was making already.
    pub cache_joins: Counter,
}

/// The series of the upstream.
#[derive(Debug, Default)]
pub struct UpstreamMetrics {
    seconds: Histogram,
    requests: [Counter; 5],
    /// Attempts after the first one.
    pub retries: Counter,
}

impl RouteMetrics {
    /// Counts a request.
    pub fn record(&self, outcome: Outcome, took: Duration) {
        self.seconds.observe(took);
        self.requests[outcome as usize].increment();
    }
}

impl ToolMetrics {
    /// Counts a call.
    pub fn record(&self, outcome: Outcome, took: Duration) {
        self.seconds.observe(took);
        self.calls[outcome as usize].increment();
    }
}

impl UpstreamMetrics {
    /// Counts an attempt.
    pub fn record(&self, outcome: UpstreamOutcome, took: Duration) {
        self.seconds.observe(took);
        self.requests[outcome as usize].increment();
    }
}

impl Metrics {
    /// The series of a server with these routes and tools.
    #[must_use]
    pub fn new(
        server: &'static str,
        version: &'static str,
        routes: impl IntoIterator<Item = &'static str>,
        tools: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        Self {
            server,
            version,
            routes: series(routes),
            tools: series(tools),
            upstream: UpstreamMetrics::default(),
            in_flight: Gauge::default(),
            sessions: OnceLock::new(),
            cache_failures: Counter::default(),
        }
    }

    /// The series of a route, to be looked up once.
    #[must_use]
    pub fn route(&self, route: &str) -> Arc<RouteMetrics> {
        one(&self.routes, route)
    }

    /// The series of a tool, to be looked up once.
    #[must_use]
    pub fn tool(&self, tool: &str) -> Arc<ToolMetrics> {
        one(&self.tools, tool)
    }

    /// The series of the upstream.
    #[must_use]
    pub fn upstream(&self) -> &UpstreamMetrics {
        &self.upstream
    }

    /// The requests that are being answered right now.
    #[must_use]
    pub fn in_flight(&self) -> &Gauge {
        &self.in_flight
    }

    /// Shows how many clients are remembered, even if there are none yet.
    pub(crate) fn show_sessions(&self) {
        self.sessions.get_or_init(Gauge::default);
    }

    /// The clients that are remembered between two requests.
    #[must_use]
    pub fn sessions(&self) -> &Gauge {
        self.sessions.get_or_init(Gauge::default)
    }

    /// The failures of the store behind the cache.
    #[must_use]
    pub fn cache_failures(&self) -> &Counter {
        &self.cache_failures
    }

    /// All series as text in the format of Prometheus.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = Page::new(self.server);
        page.family("mcp_build_info", "gauge", "The version of the server.");
        page.sample("", &[("version", self.version)], 1);
        page.family("mcp_in_flight_requests", "gauge", "Requests that are being answered.");
        page.sample("", &[], self.in_flight.get());
        if let Some(sessions) = self.sessions.get() {
            page.family("mcp_sessions", "gauge", "Clients that are remembered.");
            page.sample("", &[], sessions.get());
        }
        self.routes_on(&mut page);
        self.tools_on(&mut page);
        page.family("mcp_cache_store_failures_total", "counter", "Failures of the cache store.");
        page.sample("", &[], self.cache_failures.get());
        self.upstream_on(&mut page);
        page.text()
    }

    fn routes_on(&self, page: &mut Page) {
        page.family("mcp_request_seconds", "histogram", "How long requests took.");
        for (route, of) in &self.routes {
            page.histogram(&[("route", route)], &of.seconds);
        }
        page.family("mcp_requests_total", "counter", "Requests.");
        for (route, of) in &self.routes {
            for (outcome, counter) in Outcome::LABELS.iter().zip(&of.requests) {
                page.sample("", &[("route", route), ("outcome", outcome)], counter.get());
            }
        }
    }

    fn tools_on(&self, page: &mut Page) {
        page.family("mcp_tool_call_seconds", "histogram", "How long calls of tools took.");
        for (tool, of) in &self.tools {
            page.histogram(&[("tool", tool)], &of.seconds);
        }
        page.family("mcp_tool_calls_total", "counter", "Calls of tools.");
        for (tool, of) in &self.tools {
            for (outcome, counter) in Outcome::LABELS.iter().zip(&of.calls) {
                page.sample("", &[("tool", tool), ("outcome", outcome)], counter.get());
            }
        }
        page.family("mcp_cache_requests_total", "counter", "Lookups in the cache.");
        for (tool, of) in &self.tools {
            let counters =
                [("hit", &of.cache_hits), ("miss", &of.cache_misses), ("joined", &of.cache_joins)];
            for (outcome, counter) in counters {
                page.sample("", &[("tool", tool), ("outcome", outcome)], counter.get());
            }
        }
    }

    fn upstream_on(&self, page: &mut Page) {
        let Self { upstream, .. } = self;
        page.family("mcp_upstream_request_seconds", "histogram", "How long the upstream took.");
        page.histogram(&[], &upstream.seconds);
        page.family("mcp_upstream_requests_total", "counter", "Attempts to reach the upstream.");
        for (outcome, counter) in UpstreamOutcome::LABELS.iter().zip(&upstream.requests) {
            page.sample("", &[("outcome", outcome)], counter.get());
        }
        page.family("mcp_upstream_retries_total", "counter", "Attempts after the first one.");
        page.sample("", &[], upstream.retries.get());
    }
}

fn series<T: Default>(
    names: impl IntoIterator<Item = &'static str>,
) -> Vec<(&'static str, Arc<T>)> {
    names.into_iter().chain([OTHER]).map(|name| (name, Arc::default())).collect()
}

/// The last one is `other`.
fn one<T: Default>(series: &[(&'static str, Arc<T>)], name: &str) -> Arc<T> {
    let found = series.iter().find(|(known, _)| *known == name).or(series.last());
    found.map(|(_, of)| Arc::clone(of)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
