// Owned by mcpgen: edits are overwritten.
//! Who is told of changes: clients of older revisions on their sessions, clients of the newest on
//! the streams that they opened for it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rmcp::model::{ResourceUpdatedNotificationParam, SubscriptionFilter};
use rmcp::service::SubscriptionSink;
use rmcp::{Peer, RoleServer};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::features::Changes;

/// How long a client may take to take a notice; one that does not read must not hold up a call.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many addresses a client may subscribe to.
const MOST_URIS: usize = 1024;

/// Everybody who is told of changes.
pub(crate) struct Hub {
    changes: Changes,
    listeners: Mutex<Listeners>,
    next: AtomicU64,
}

#[derive(Default)]
struct Listeners {
    sessions: Vec<Listener>,
    streams: Vec<(u64, SubscriptionSink)>,
}

/// A client with a session.
struct Listener {
    session: u64,
    peer: Peer<RoleServer>,
    uris: HashSet<String>,
}

/// A change that clients are told of.
#[derive(Clone)]
enum Change {
    Tools,
    Prompts,
    Resources,
    Resource(Arc<str>),
}

impl Hub {
    pub(crate) fn new(changes: Changes) -> Self {
        Self {
            changes,
            listeners: Mutex::default(),
            next: AtomicU64::new(0),
        }
    }

    pub(super) fn changes(&self) -> Changes {
        self.changes
    }

    pub(crate) async fn tools_changed(&self) {
        if self.changes.tools {
            self.tell(Change::Tools).await;
        }
    }

    pub(crate) async fn prompts_changed(&self) {
        if self.changes.prompts {
            self.tell(Change::Prompts).await;
        }
    }

    pub(crate) async fn resources_changed(&self) {
        if self.changes.resources {
            self.tell(Change::Resources).await;
        }
    }

    pub(crate) async fn resource_updated(&self, uri: &str) {
        if self.changes.subscriptions {
            self.tell(Change::Resource(uri.into())).await;
        }
    }

    /// Adds a client with a session.
    pub(super) fn join(&self, session: u64, peer: Peer<RoleServer>) {
        let mut listeners = self.listeners();
        listeners.sessions.retain(|one| !one.peer.is_transport_closed());
        if listeners.sessions.iter().all(|one| one.session != session) {
            listeners.sessions.push(Listener {
                session,
                peer,
                uris: HashSet::new(),
            });
        }
    }

    /// Lets a client with a session know when this resource changes; `false` for one too many.
    pub(super) fn subscribe(&self, session: u64, peer: Peer<RoleServer>, uri: String) -> bool {
        self.join(session, peer);
        let mut listeners = self.listeners();
        let found = listeners.sessions.iter_mut().find(|one| one.session == session);
        found.is_some_and(|one| {
            let fits = one.uris.len() < MOST_URIS || one.uris.contains(&uri);
            fits.then(|| one.uris.insert(uri)).is_some()
        })
    }

    /// Takes that back.
    pub(super) fn unsubscribe(&self, session: u64, uri: &str) {
        let mut listeners = self.listeners();
        for one in listeners.sessions.iter_mut().filter(|one| one.session == session) {
            one.uris.remove(uri);
        }
    }

    /// Adds a stream; it is told of changes until what is returned is dropped.
    pub(super) fn open(&self, sink: SubscriptionSink) -> Stream<'_> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.listeners().streams.push((id, sink));
        Stream { hub: self, id }
    }

    async fn tell(&self, change: Change) {
        // Nobody is told under the lock: that may take a while. One who does not listen holds up
        // neither the call for long nor the others at all.
        let (peers, streams) = self.concerned(&change);
        let mut told = JoinSet::new();
        for peer in peers {
            told.spawn(timeout(PATIENCE, tell_session(peer, change.clone())));
        }
        for stream in streams {
            told.spawn(timeout(PATIENCE, tell_stream(stream, change.clone())));
        }
        while let Some(told) = told.join_next().await {
            if !matches!(told, Ok(Ok(true))) {
                tracing::debug!("a client was not told of a change");
            }
        }
    }

    fn concerned(&self, change: &Change) -> (Vec<Peer<RoleServer>>, Vec<SubscriptionSink>) {
        let listeners = self.listeners();
        let sessions = listeners.sessions.iter().filter(|one| match change {
            Change::Resource(uri) => one.uris.contains(&**uri),
            _ => true,
        });
        let streams = listeners.streams.iter().map(|(_, sink)| sink).filter(|sink| {
            let accepted = sink.accepted();
            match change {
                Change::Tools => accepted.tools_list_changed == Some(true),
                Change::Prompts => accepted.prompts_list_changed == Some(true),
                Change::Resources => accepted.resources_list_changed == Some(true),
                Change::Resource(uri) => {
                    let uris = accepted.resource_subscriptions.iter().flatten();
                    uris.into_iter().any(|one| **one == **uri)
                }
            }
        });
        (sessions.map(|one| one.peer.clone()).collect(), streams.cloned().collect())
    }

    fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn tell_session(peer: Peer<RoleServer>, change: Change) -> bool {
    let told = match change {
        Change::Tools => peer.notify_tool_list_changed().await,
        Change::Prompts => peer.notify_prompt_list_changed().await,
        Change::Resources => peer.notify_resource_list_changed().await,
        Change::Resource(uri) => {
            let updated = ResourceUpdatedNotificationParam::new(&*uri);
            peer.notify_resource_updated(updated).await
        }
    };
    told.is_ok()
}

async fn tell_stream(stream: SubscriptionSink, change: Change) -> bool {
    let told = match change {
        Change::Tools => stream.notify_tool_list_changed().await,
        Change::Prompts => stream.notify_prompt_list_changed().await,
        Change::Resources => stream.notify_resource_list_changed().await,
        Change::Resource(uri) => stream.notify_resource_updated(&*uri).await,
    };
    told.is_ok()
}

/// What of this a stream can be told: changes of resources that there are. The SDK takes out what
/// the server does not tell anybody.
pub(super) fn accepted(
    requested: &SubscriptionFilter,
    exists: impl Fn(&str) -> bool,
) -> SubscriptionFilter {
    let mut accepted = requested.clone();
    if let Some(uris) = &mut accepted.resource_subscriptions {
        uris.retain(|uri| exists(uri));
        uris.truncate(MOST_URIS);
    }
    accepted
}

/// A stream that is told of changes.
pub(super) struct Stream<'h> {
    hub: &'h Hub,
    id: u64,
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        self.hub.listeners().streams.retain(|(id, _)| *id != self.id);
    }
}
