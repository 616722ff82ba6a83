//! Clients that behave: they wait for every answer and count what they get.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use super::metrics::Page;
use super::sessions::Visits;
use crate::http::{self, Connection};

/// Few, so that the cache does not grow for want of questions that repeat.
const CITIES: usize = 200;

/// How many answers of each kind there were. Only these clients use `remember`, `/health` and REST, and `greet` only those
/// with a session besides.
#[derive(Debug, Default)]
pub struct Seen {
    greeted: u64,
    refused: u64,
    remembered: u64,
    not_remembered: u64,
    looked_up: u64,
    rest: u64,
    rest_failed: u64,
    healthy: u64,
    listed: u64,
}

/// Calls until it is told to stop.
pub fn run(address: SocketAddr, seed: u64, stop: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let mut connection = Connection::open(address).expect("the server listens");
    let mut turn = usize::try_from(seed).expect("it is small");
    while !stop.load(Ordering::Relaxed) {
        turn += 1;
        seen.ask(&mut connection, turn);
        // Quick enough to be a load, slow enough to leave the machine to the others.
        sleep(Duration::from_micros(500));
        if turn.is_multiple_of(1000) {
            connection = Connection::open(address).expect("the server listens");
        }
    }
    seen
}

impl Seen {
    fn ask(&mut self, connection: &mut Connection, turn: usize) {
        let city = format!(r#"{{"city":"City {}"}}"#, turn.wrapping_mul(7919) % CITIES);
        let (request, what) = match turn % 10 {
            0 => (http::get("/health"), "health"),
            1..4 => (http::call("greet", r#"{"name":"Ada"}"#), "greet"),
            4 => (http::call("greet", r#"{"name":""}"#), "refusal"),
            5 | 6 => (http::call("remember", &city), "remember"),
            7 => (http::call("look_up", &city), "look_up"),
            8 => (http::rest("look_up", &city), "rest"),
            _ => (http::list(), "list"),
        };
        let (status, body) = connection.ask(&request).expect("a client that behaves gets its answer");
        let text = String::from_utf8_lossy(body);
        let failed = text.contains(r#""isError":true"#);
        match (what, status, failed) {
            ("health", 200, _) => self.healthy += 1,
            ("greet", 200, false) => self.greeted += 1,
            ("refusal", 200, true) => self.refused += 1,
            ("remember", 200, false) => self.remembered += 1,
            ("remember", 200, true) => self.not_remembered += 1,
            ("look_up", 200, _) => self.looked_up += 1,
            ("rest", 200, _) => self.rest += 1,
            // The upstream fails, and that is said.
            ("rest", 502 | 504, _) => self.rest_failed += 1,
            ("list", 200, false) => self.listed += 1,
            _ => panic!("{what} was answered {status}: {text}"),
        }
    }

    pub fn with(mut self, other: &Self) -> Self {
        self.greeted += other.greeted;
        self.refused += other.refused;
        self.remembered += other.remembered;
        self.not_remembered += other.not_remembered;
        self.looked_up += other.looked_up;
        self.rest += other.rest;
        self.rest_failed += other.rest_failed;
        self.healthy += other.healthy;
        self.listed += other.listed;
        self
    }

    pub fn all(&self) -> u64 {
        self.over_mcp() + self.rest + self.rest_failed + self.healthy
    }

    fn over_mcp(&self) -> u64 {
        self.greeted + self.refused + self.remembered + self.not_remembered + self.looked_up + self.listed
    }

    /// Whether the server counted the same.
    pub fn compare(&self, visits: &Visits, page: &Page) {
        let calls = |tool, outcome| page.get("mcp_tool_calls_total", &[("tool", tool), ("outcome", outcome)]);
        let requests = |route, outcome| page.get("mcp_requests_total", &[("route", route), ("outcome", outcome)]);
        assert_eq!(calls("greet", "ok"), self.greeted + visits.greeted, "calls of `greet`");
        assert_eq!(calls("introduce", "ok"), visits.introduced, "calls of `introduce`");
        assert!(visits.left > 0 && visits.vanished > 0, "nobody came and went: {visits:?}");
        assert_eq!(calls("greet", "client_error"), self.refused, "refused calls of `greet`");
        assert_eq!(calls("remember", "ok"), self.remembered, "calls of `remember`");
        assert_eq!(calls("remember", "server_error"), self.not_remembered, "failed calls of `remember`");
        let lookups = page.get("mcp_cache_requests_total", &[("tool", "remember")]);
        assert_eq!(lookups, self.remembered + self.not_remembered, "lookups in the cache");
        assert_eq!(requests("/health", "ok"), self.healthy, "requests of `/health`");
        assert_eq!(requests("/api/v1/tools/{tool}", "ok"), self.rest, "calls over REST");
        assert_eq!(requests("/api/v1/tools/{tool}", "server_error"), self.rest_failed, "failed calls over REST");
        // The others use these too, and do not wait for the answers.
        assert!(requests("/mcp", "ok") >= self.over_mcp() + visits.requests(), "requests of `/mcp`");
        assert_eq!(requests("/mcp", "server_error"), 0, "an answer of `/mcp` that nobody meant");
        let looked_up = page.get("mcp_tool_calls_total", &[("tool", "look_up")]);
        assert!(looked_up >= self.looked_up + self.rest + self.rest_failed, "calls of `look_up`");
        // What was meant to happen did.
        for outcome in ["server_error", "unreachable", "ok"] {
            let count = page.get("mcp_upstream_requests_total", &[("outcome", outcome)]);
            assert!(count > 0, "the upstream was never `{outcome}`");
        }
        assert!(page.get("mcp_cache_requests_total", &[("outcome", "hit")]) > 0, "no answer was kept");
        assert!(page.get("mcp_cache_store_failures_total", &[]) > 0, "Redis was never away");
    }
}
