// Owned by mcpgen: edits are overwritten.
//! Clients of 2025-11-25 and before that are remembered between two requests.
//!
//! Only a server with something to ask or to tell keeps sessions. They are bounded in number and in
//! time, because clients come and go without a word.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use rmcp::transport::streamable_http_server::session::local::{LocalSessionManager, SessionConfig};
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use super::calls::Handler;
use crate::http::Refusal;
use crate::level::Level;

/// How many clients are remembered at the same time.
const MOST: usize = 10_000;
/// How long a client may say nothing until it is forgotten.
const SILENCE: Duration = Duration::from_mins(30);
const ID: &str = "mcp-session-id";
const VERSION: &str = "mcp-protocol-version";
/// The first revision without sessions; revisions are dates.
const WITHOUT: &str = "2026-07-28";

/// All sessions of a server.
pub(super) struct Sessions {
    service: StreamableHttpService<Handler, LocalSessionManager>,
    manager: Arc<LocalSessionManager>,
}

impl Sessions {
    pub(super) fn new(handler: Handler, config: StreamableHttpServerConfig) -> Self {
        let mut session = SessionConfig::default();
        session.keep_alive = Some(SILENCE);
        let mut manager = LocalSessionManager::default();
        manager.session_config = session;
        let manager = Arc::new(manager);
        let service = move || Ok(handler.with_session());
        Self {
            service: StreamableHttpService::new(service, Arc::clone(&manager), config),
            manager,
        }
    }

    pub(super) async fn handle(&self, request: Request) -> Result<Response, Refusal> {
        let headers = request.headers();
        let is_first = request.method() == Method::POST && !headers.contains_key(ID);
        if is_first && !has_none(headers) && self.manager.sessions.read().await.len() >= MOST {
            return Err(Refusal::overloaded());
        }
        let is_last = request.method() == Method::DELETE;
        let mut response = self.service.handle(request).await.map(Body::new);
        // The SDK says `202`, which the official client for Python takes for a failure.
        if is_last && response.status() == StatusCode::ACCEPTED {
            *response.status_mut() = StatusCode::NO_CONTENT;
        }
        Ok(response)
    }
}

/// Whether a request is of a revision that has no sessions.
fn has_none(headers: &HeaderMap) -> bool {
    let version = headers.get(VERSION).and_then(|version| version.to_str().ok());
    version.is_some_and(|version| version >= WITHOUT)
}

/// What a client said that holds until it leaves.
pub(super) struct Session {
    /// Tells it apart from all others.
    pub id: u64,
    level: AtomicU8,
}

/// All levels, by their number.
const LEVELS: [Level; 8] = [
    Level::Debug,
    Level::Info,
    Level::Notice,
    Level::Warning,
    Level::Error,
    Level::Critical,
    Level::Alert,
    Level::Emergency,
];

impl Session {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            level: AtomicU8::new(Level::Info as u8),
        }
    }

    /// Which messages of a log the client wants.
    pub(super) fn level(&self) -> Level {
        LEVELS.get(usize::from(self.level.load(Ordering::Relaxed))).copied().unwrap_or(Level::Info)
    }

    pub(super) fn set_level(&self, level: Level) {
        self.level.store(level as u8, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_remembered_as_itself() {
        let session = Session::new();
        assert_eq!(session.level(), Level::Info);
        for level in LEVELS {
            session.set_level(level);
            assert_eq!(session.level(), level);
        }
    }
}
