//! The FILES table: every file of a fleet and of a server, its template, its owner and its condition.
//!
//! A generated file is one template and one row here; a test keeps rows and templates in step.

use crate::spec::{Body, Spec};
use crate::tree::Owner;

/// A row of [`FILES`].
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Below `templates/`, or what makes the text.
    pub template: &'static str,
    /// Below the fleet, or below the server's folder; `{name}` is the tool or resource.
    pub path: &'static str,
    /// Who may change it later.
    pub owner: Owner,
    /// When and how often it is made.
    pub when: When,
}

/// When a file is made, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Once a fleet.
    Fleet,
    /// Once a fleet that has this part of the base.
    Part(Part),
    /// Once a server.
    Server,
    /// Once a server that has types of its own.
    Models,
    /// Once a server that has resources.
    Resources,
    /// Once a tool with this kind of body.
    Tool(Kind),
    /// Once a resource with this kind of body.
    Resource(Kind),
}

/// A part of the base: a crate that only some servers need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `mcp-base`: every server.
    Core,
    /// `mcp-testing`: every server's tests.
    Testing,
    /// `mcp-upstream`: servers that call a service.
    Upstream,
    /// `mcp-redis`: servers whose cache may be shared.
    Redis,
    /// `mcp-docs`: servers with a documentation page.
    Docs,
}

impl Part {
    /// All parts, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Core, Self::Docs, Self::Redis, Self::Testing, Self::Upstream];

    /// The folder below `base/`.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Core => "core",
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
            Self::Upstream => spec.upstream.is_some(),
            Self::Redis => spec.cache == crate::spec::CacheBackend::Redis,
            Self::Docs => spec.server.docs,
        }
    }
}

/// Who answers: what decides the template and the owner of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The user's code.
    Code,
    /// The upstream.
    Request,
    /// The spec.
    Respond,
}

impl Kind {
    /// The kind of a body.
    #[must_use]
    pub fn of(body: &Body) -> Self {
        match body {
            Body::Code => Self::Code,
            Body::Request(_) => Self::Request,
            Body::Respond(_) => Self::Respond,
        }
    }
}

const fn row(template: &'static str, path: &'static str, owner: Owner, when: When) -> Row {
    Row { template, path, owner, when }
}

use Kind::{Code, Request, Respond};
use Owner::{Merged, Owned, Seeded};
use When::{Fleet, Models, Resource, Resources, Server, Tool};

/// Every file; those of the base are in [`BASE`], those made from the spec alone in [`GENERATED`].
pub const FILES: &[Row] = &[
    row("fleet/mcpgen.toml.tera", "mcpgen.toml", Seeded, Fleet),
    row("fleet/Cargo.toml.tera", "Cargo.toml", Merged, Fleet),
    row("fleet/rustfmt.toml", "rustfmt.toml", Owned, Fleet),
    row("fleet/gitignore", ".gitignore", Seeded, Fleet),
    row("fleet/dockerignore", ".dockerignore", Owned, Fleet),
    row("server/Cargo.toml.tera", "Cargo.toml", Merged, Server),
    row("server/Dockerfile.tera", "Dockerfile", Owned, Server),
    row("server/README.md.tera", "README.md", Owned, Server),
    row("server/NOTES.md.tera", "NOTES.md", Seeded, Server),
    row("server/src/main.rs.tera", "src/main.rs", Owned, Server),
    row("server/src/lib.rs.tera", "src/lib.rs", Seeded, Server),
    row("server/src/server.rs.tera", "src/server.rs", Owned, Server),
    row("server/src/models.rs.tera", "src/models.rs", Owned, Models),
    row("server/src/services/mod.rs.tera", "src/services/mod.rs", Seeded, Server),
    row("server/src/services/core_service.rs.tera", "src/services/core_service.rs", Seeded, Server),
    row("server/src/services/tools.rs.tera", "src/services/tools.rs", Owned, Server),
    row("server/src/services/tools/code.rs.tera", "src/services/tools/{name}.rs", Seeded, Tool(Code)),
    row("server/src/services/tools/request.rs.tera", "src/services/tools/{name}.rs", Owned, Tool(Request)),
    row("server/src/services/tools/respond.rs.tera", "src/services/tools/{name}.rs", Owned, Tool(Respond)),
    row("server/src/services/resources.rs.tera", "src/services/resources.rs", Owned, Resources),
    row("server/src/services/resources/code.rs.tera", "src/services/resources/{name}.rs", Seeded, Resource(Code)),
    row("server/src/services/resources/request.rs.tera", "src/services/resources/{name}.rs", Owned, Resource(Request)),
    row("server/src/services/resources/respond.rs.tera", "src/services/resources/{name}.rs", Owned, Resource(Respond)),
    row("server/tests/common/mod.rs.tera", "tests/common/mod.rs", Owned, Server),
    row("server/tests/server.rs.tera", "tests/server.rs", Owned, Server),
    row("server/tests/tool_code.rs.tera", "tests/tool_{name}.rs", Seeded, Tool(Code)),
    row("server/tests/tool_request.rs.tera", "tests/tool_{name}.rs", Owned, Tool(Request)),
    row("server/tests/tool_respond.rs.tera", "tests/tool_{name}.rs", Owned, Tool(Respond)),
];

/// The files of the base, below `base/` in the templates and in the fleet; all Owned.
pub const BASE: &[(Part, &[&str])] = &[];

/// Files that are made from the spec without a template.
pub const GENERATED: &[Row] = &[
    row("the spec as given", "server.toml", Seeded, Server),
    row("the schemas of the spec", "schemas.json", Owned, Server),
    row("samples of every tool", "tests/data/{name}.json", Owned, Tool(Request)),
    row("what was rendered", "mcpgen.lock", Owned, Server),
];
