//! The parts of the base, and which servers need them.
//!
//! Knows their crates; what files they have is in [`super::BASE`].

use crate::spec::{Auth, CacheBackend, Spec};

/// A part of the base: a crate that only some servers need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `mcp-base`: every server.
    Core,
    /// `mcp-testing`: every server's tests.
    Testing,
    /// `mcp-issuer`: the tests of servers that take access tokens.
    Issuer,
    /// `mcp-oauth`: servers that take access tokens.
    OAuth,
    /// `mcp-upstream`: servers that call a service.
    Upstream,
    /// `mcp-redis`: servers whose cache may be shared.
    Redis,
    /// `mcp-docs`: servers with a documentation page.
    Docs,
}

impl Part {
    /// All parts, in the order in which they are listed.
    pub const ALL: [Self; 7] =
        [Self::Core, Self::Docs, Self::Issuer, Self::OAuth, Self::Redis, Self::Testing, Self::Upstream];

    /// The folder below `base/`.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Issuer => "issuer",
            Self::OAuth => "oauth",
            Self::Testing => "testing",
            Self::Upstream => "upstream",
            Self::Redis => "redis",
            Self::Docs => "docs",
        }
    }

    /// The crate.
    #[must_use]
    pub fn package(self) -> &'static str {
        match self {
            Self::Core => "mcp-base",
            Self::Issuer => "mcp-issuer",
            Self::OAuth => "mcp-oauth",
            Self::Testing => "mcp-testing",
            Self::Upstream => "mcp-upstream",
            Self::Redis => "mcp-redis",
            Self::Docs => "mcp-docs",
        }
    }

    /// Whether a server needs it.
    #[must_use]
    pub fn is_needed_by(self, spec: &Spec) -> bool {
        match self {
            Self::Core | Self::Testing => true,
            Self::Issuer | Self::OAuth => matches!(spec.auth, Auth::OAuth(_)),
            Self::Upstream => spec.upstream.is_some(),
            Self::Redis => spec.cache == CacheBackend::Redis,
            Self::Docs => spec.server.docs,
        }
    }
}
