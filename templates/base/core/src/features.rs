// Owned by mcpgen: edits are overwritten.
//! What a server does beyond answering: tasks, sessions, notices, and parts of MCP that go away.
//!
//! All of it is off until the table in `server.rs` says otherwise.

use serde::Deserialize;

/// Whether calls of a tool become tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskSupport {
    /// Where the client knows tasks.
    Optional,
    /// Always: a client that knows no tasks cannot call it.
    Required,
}

/// Whether a server remembers its clients of 2025-11-25 and before between two requests. Only these
/// have sessions, and only with one can they be asked something or be told of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sessions {
    /// Each process its own, as long as the server has something to ask or to tell.
    Local,
    /// Not at all, so that any replica can answer any request.
    Off,
}

/// A part of MCP that its newest revision advises against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deprecated {
    /// Messages of a log to the client.
    Logging,
    /// Asking a client for its folders.
    Roots,
    /// Asking the model of a client.
    Sampling,
}

/// Of which changes a server tells its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// The list of tools.
    pub tools: bool,
    /// The list of prompts.
    pub prompts: bool,
    /// The list of resources.
    pub resources: bool,
    /// The contents of resources that a client subscribed to.
    pub subscriptions: bool,
}

impl Changes {
    /// None.
    pub const NONE: Self = Self {
        tools: false,
        prompts: false,
        resources: false,
        subscriptions: false,
    };

    /// Whether there is anything to tell.
    pub(crate) const fn any(self) -> bool {
        self.tools || self.prompts || self.resources || self.subscriptions
    }
}
