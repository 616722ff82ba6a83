// Owned by mcpgen: edits are overwritten.
//! Clients of 2025-11-25 and before that are remembered between two requests.
//!
//! Only a server with something to ask or to tell keeps sessions. They are bounded in number and in
//! time, because clients come and go without a word: where one is too many, the one that has been
//! silent for longest ends, or else the new one. A session is its caller's own: whoever else learns
//! its id learns nothing by it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use rmcp::transport::streamable_http_server::session::local::{LocalSessionManager, SessionConfig};
use rmcp::transport::streamable_http_server::session::{SessionId, SessionManager as _};
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use super::calls::Handler;
use crate::caller::Caller;
use crate::context::Origin;
use crate::http::Refusal;
use crate::level::Level;
use crate::metrics::{Gauge, InFlight};

/// How many clients are remembered at the same time; each takes some tens of kilobytes.
const MOST: usize = 1_000;
const ID: &str = "mcp-session-id";
/// The id of no session.
const NONE: HeaderValue = HeaderValue::from_static("none");

/// All sessions of a server.
pub(super) struct Sessions {
    service: StreamableHttpService<Handler, LocalSessionManager>,
    manager: Arc<LocalSessionManager>,
    heard: Mutex<Heard>,
    /// How long a client must have said nothing to make room for another.
    silence: Duration,
}

impl Sessions {
    /// Who says nothing for `idle` is forgotten.
    pub(super) fn new(
        handler: Handler,
        config: StreamableHttpServerConfig,
        idle: Duration,
    ) -> Self {
        let mut session = SessionConfig::default();
        session.keep_alive = Some(idle);
        let mut manager = LocalSessionManager::default();
        manager.session_config = session;
        let manager = Arc::new(manager);
        let service = move || Ok(handler.with_session());
        Self {
            service: StreamableHttpService::new(service, Arc::clone(&manager), config),
            manager,
            heard: Mutex::default(),
            silence: idle / 2,
        }
    }

    pub(super) async fn handle(&self, mut request: Request) -> Result<Response, Refusal> {
        let caller = request.extensions().get::<Origin>().and_then(|origin| origin.caller.clone());
        if let Some(id) = id(request.headers()) {
            let is_own = self.heard().hear(id, caller.as_deref(), Instant::now());
            if !is_own {
                // The SDK answers as to every id that it does not know.
                request.headers_mut().insert(ID, NONE);
            }
        }
        let is_last = request.method() == Method::DELETE;
        let mut response = self.service.handle(request).await.map(Body::new);
        if let Some(id) = id(response.headers()) {
            self.begin(id.into(), caller).await?;
        }
        // The SDK says `202`, which the official client for Python takes for a failure.
        if is_last && response.status() == StatusCode::ACCEPTED {
            *response.status_mut() = StatusCode::NO_CONTENT;
        }
        Ok(response)
    }

    /// Takes in a session that the SDK has begun: only what is there can be counted, whatever its
    /// request looked like.
    async fn begin(&self, id: SessionId, caller: Option<Arc<Caller>>) -> Result<(), Refusal> {
        let now = Instant::now();
        let heard = self.heard().begin(Arc::clone(&id), caller, now);
        let known: HashSet<_> = {
            let sessions = self.manager.sessions.read().await;
            if heard.max(sessions.len()) <= MOST {
                return Ok(());
            }
            sessions.keys().cloned().collect()
        };
        let surplus = self.heard().surplus(&known, now, self.silence);
        let ended = match &surplus {
            Ok(None) => return Ok(()),
            Ok(Some(silent)) => silent,
            Err(TooMany) => &id,
        };
        if let Err(error) = self.manager.close_session(ended).await {
            tracing::debug!(%error, "a session is over already");
        }
        self.heard().0.remove(ended);
        surplus.map(drop).map_err(|TooMany| Refusal::overloaded())
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who has which session, and when it was last heard.
#[derive(Default)]
struct Heard(HashMap<SessionId, Known>);

struct Known {
    caller: Option<Arc<Caller>>,
    last: Instant,
}

/// There are too many clients, and none of them is silent.
#[derive(Debug, PartialEq, Eq)]
struct TooMany;

impl Heard {
    /// Remembers a new one, and says how many there are.
    fn begin(&mut self, id: SessionId, caller: Option<Arc<Caller>>, now: Instant) -> usize {
        self.0.insert(id, Known { caller, last: now });
        self.0.len()
    }

    /// Whether this caller has this session: the id may be made up, or another's.
    fn hear(&mut self, id: &str, caller: Option<&Caller>, now: Instant) -> bool {
        let known = self.0.get_mut(id);
        let own = known.filter(|known| Caller::is_same(known.caller.as_deref(), caller));
        own.map(|own| own.last = now).is_some()
    }

    /// Forgets those that are over, and finds the one that must end if that is not enough: the one
    /// that has been silent for longest. `known` are those that were there at `now`.
    fn surplus(
        &mut self,
        known: &HashSet<SessionId>,
        now: Instant,
        silence: Duration,
    ) -> Result<Option<SessionId>, TooMany> {
        self.0.retain(|id, one| known.contains(id) || one.last > now);
        if known.len() <= MOST {
            return Ok(None);
        }
        let (id, one) = self.0.iter().min_by_key(|(_, one)| one.last).ok_or(TooMany)?;
        if now.saturating_duration_since(one.last) < silence {
            return Err(TooMany);
        }
        Ok(Some(Arc::clone(id)))
    }
}

fn id(headers: &HeaderMap) -> Option<&str> {
    headers.get(ID).and_then(|id| id.to_str().ok())
}

/// What a client said that holds until it leaves.
pub(super) struct Session {
    /// Tells it apart from all others.
    pub id: u64,
    level: AtomicU8,
    /// Where it is counted, once it has begun.
    counted: OnceLock<InFlight>,
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
            counted: OnceLock::new(),
        }
    }

    /// Counts it among those that there are until it ends.
    pub(super) fn count(&self, sessions: &Gauge) {
        self.counted.get_or_init(|| sessions.enter());
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
    fn whoever_is_silent_for_longest_makes_room() {
        const SILENCE: Duration = Duration::from_mins(15);
        let (start, mut heard) = (Instant::now(), Heard::default());
        let known: HashSet<SessionId> = (0..=MOST).map(|id| id.to_string().into()).collect();
        for id in &known {
            heard.begin(Arc::clone(id), None, start);
        }
        assert!(!heard.hear("made up", None, start));
        assert_eq!(heard.surplus(&known, start + Duration::from_mins(1), SILENCE), Err(TooMany));
        let later = start + SILENCE;
        for id in known.iter().filter(|id| &***id != "7") {
            assert!(heard.hear(id, None, later));
        }
        assert_eq!(heard.surplus(&known, later, SILENCE), Ok(Some("7".into())));
        let fewer = known.into_iter().filter(|id| &**id != "7").collect();
        assert_eq!(heard.surplus(&fewer, later, SILENCE), Ok(None), "there is room now");
        assert_eq!(heard.surplus(&HashSet::new(), later, SILENCE), Ok(None));
        assert!(heard.0.is_empty(), "those that are over are forgotten");
    }

    #[test]
    fn a_session_is_heard_of_its_caller_only() {
        let (start, mut heard) = (Instant::now(), Heard::default());
        let ann = Caller::new("ann", Vec::new());
        heard.begin("s".into(), Some(Arc::new(ann.clone())), start);
        let bob = Caller::new("bob", Vec::new());
        assert!(!heard.hear("s", Some(&bob), start) && !heard.hear("s", None, start));
        assert!(heard.hear("s", Some(&ann), start));
    }

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
