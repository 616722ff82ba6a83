//! The FILES table: every file of a fleet and of a server, its template, its owner and its condition.
//!
//! A generated file is one template and one row here; a test keeps rows and templates in step.

use crate::spec::{Auth, Body, Prompt, PromptBody, Spec};
use crate::tree::Owner;

/// A row of [`FILES`].
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Below `templates/`, or what makes the text.
    pub template: &'static str,
    /// Below the fleet, or below the server's folder; `{name}` is the tool, resource, prompt or completion.
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
    /// Once a server.
    Server,
    /// Once a server that has types of its own.
    Models,
    /// Once a server that has resources.
    Resources,
    /// Once a server that takes access tokens.
    OAuth,
    /// Once a tool with this kind of body.
    Tool(Kind),
    /// Once a resource with this kind of body.
    Resource(Kind),
    /// Once a server that has prompts with functions.
    Prompts,
    /// Once a prompt with a function of this kind.
    Prompt(Kind),
    /// Once a server that has arguments which code completes.
    Completions,
    /// Once such an argument.
    Completion,
}

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
    pub fn of<A>(body: &Body<A>) -> Self {
        match body {
            Body::Code => Self::Code,
            Body::Request(_) => Self::Request,
            Body::Respond(_) => Self::Respond,
        }
    }

    /// The kind of a prompt, whether it has a function or not.
    #[must_use]
    pub fn of_prompt(prompt: &Prompt) -> Self {
        match prompt.body {
            PromptBody::Code => Self::Code,
            PromptBody::Respond(_) => Self::Respond,
        }
    }
}

const fn row(template: &'static str, path: &'static str, owner: Owner, when: When) -> Row {
    Row { template, path, owner, when }
}

use Kind::{Code, Request, Respond};
use Owner::{Merged, Owned, Seeded};
use When::{Completion, Completions, Fleet, Models, OAuth, Prompts, Resource, Resources, Server, Tool};

/// Every file; those of the base are in [`BASE`], those made from the spec alone in [`GENERATED`].
pub const FILES: &[Row] = &[
    row("fleet/mcpgen.toml.tera", "mcpgen.toml", Seeded, Fleet),
    row("fleet/Cargo.toml.tera", "Cargo.toml", Merged, Fleet),
    row("fleet/rustfmt.toml", "rustfmt.toml", Owned, Fleet),
    row("fleet/gitignore", ".gitignore", Seeded, Fleet),
    row("fleet/gitattributes", ".gitattributes", Seeded, Fleet),
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
    row("server/src/services/prompts.rs.tera", "src/services/prompts.rs", Owned, Prompts),
    row("server/src/services/prompts/code.rs.tera", "src/services/prompts/{name}.rs", Seeded, When::Prompt(Code)),
    row("server/src/services/prompts/respond.rs.tera", "src/services/prompts/{name}.rs", Owned, When::Prompt(Respond)),
    row("server/src/services/completions.rs.tera", "src/services/completions.rs", Owned, Completions),
    row("server/src/services/completions/code.rs.tera", "src/services/completions/{name}.rs", Seeded, Completion),
    row("server/tests/common/mod.rs.tera", "tests/common/mod.rs", Owned, Server),
    row("server/tests/server.rs.tera", "tests/server.rs", Owned, Server),
    row("server/tests/oauth.rs.tera", "tests/oauth.rs", Owned, OAuth),
    row("server/tests/tool_code.rs.tera", "tests/tool_{name}.rs", Seeded, Tool(Code)),
    row("server/tests/tool_request.rs.tera", "tests/tool_{name}.rs", Owned, Tool(Request)),
    row("server/tests/tool_respond.rs.tera", "tests/tool_{name}.rs", Owned, Tool(Respond)),
];

/// The files of the base, below `base/` in the templates and in the fleet; all Owned.
pub const BASE: &[(Part, &[&str])] = &[
    (
        Part::Core,
        &[
            "base/core/Cargo.toml.tera",
            "base/core/src/app.rs",
            "base/core/src/ask/form.rs",
            "base/core/src/ask/mod.rs",
            "base/core/src/ask/question.rs",
            "base/core/src/body.rs",
            "base/core/src/built_in.json",
            "base/core/src/cache/flight.rs",
            "base/core/src/cache/key.rs",
            "base/core/src/cache/memory.rs",
            "base/core/src/cache/mod.rs",
            "base/core/src/cache/store.rs",
            "base/core/src/cache/tests.rs",
            "base/core/src/caller.rs",
            "base/core/src/canonical.rs",
            "base/core/src/clock.rs",
            "base/core/src/command.rs",
            "base/core/src/completions/call.rs",
            "base/core/src/completions/mod.rs",
            "base/core/src/context/asks.rs",
            "base/core/src/context/mod.rs",
            "base/core/src/context/run.rs",
            "base/core/src/document.rs",
            "base/core/src/error.rs",
            "base/core/src/extension.rs",
            "base/core/src/features.rs",
            "base/core/src/guard.rs",
            "base/core/src/http/around.rs",
            "base/core/src/http/auth.rs",
            "base/core/src/http/body.rs",
            "base/core/src/http/envelope.rs",
            "base/core/src/http/gate.rs",
            "base/core/src/http/hosts.rs",
            "base/core/src/http/mod.rs",
            "base/core/src/http/openapi.rs",
            "base/core/src/http/probes.rs",
            "base/core/src/http/refusal.rs",
            "base/core/src/http/rest.rs",
            "base/core/src/http/serve.rs",
            "base/core/src/http/tokens.rs",
            "base/core/src/level.rs",
            "base/core/src/lib.rs",
            "base/core/src/mcp/calls.rs",
            "base/core/src/mcp/client.rs",
            "base/core/src/mcp/completion.rs",
            "base/core/src/mcp/convert.rs",
            "base/core/src/mcp/direct.rs",
            "base/core/src/mcp/endpoint.rs",
            "base/core/src/mcp/handler.rs",
            "base/core/src/mcp/lists.rs",
            "base/core/src/mcp/mod.rs",
            "base/core/src/mcp/rounds.rs",
            "base/core/src/mcp/sessions.rs",
            "base/core/src/mcp/stdio.rs",
            "base/core/src/mcp/stream.rs",
            "base/core/src/mcp/subscriptions.rs",
            "base/core/src/mcp/tasks.rs",
            "base/core/src/message.rs",
            "base/core/src/metrics/instruments.rs",
            "base/core/src/metrics/mod.rs",
            "base/core/src/metrics/page.rs",
            "base/core/src/metrics/tests.rs",
            "base/core/src/plain.rs",
            "base/core/src/probe.rs",
            "base/core/src/prompts/mod.rs",
            "base/core/src/prompts/text.rs",
            "base/core/src/reply.rs",
            "base/core/src/resources.rs",
            "base/core/src/schema/check.rs",
            "base/core/src/schema/combined.rs",
            "base/core/src/schema/compare.rs",
            "base/core/src/schema/compile.rs",
            "base/core/src/schema/format.rs",
            "base/core/src/schema/keywords.rs",
            "base/core/src/schema/mod.rs",
            "base/core/src/schema/path.rs",
            "base/core/src/schema/place.rs",
            "base/core/src/schema/tests.rs",
            "base/core/src/schema/words.rs",
            "base/core/src/server.rs",
            "base/core/src/settings/base.json",
            "base/core/src/settings/base.rs",
            "base/core/src/settings/coerce.rs",
            "base/core/src/settings/environment.rs",
            "base/core/src/settings/mod.rs",
            "base/core/src/settings/secret.rs",
            "base/core/src/settings/tests.rs",
            "base/core/src/site/entries.rs",
            "base/core/src/site/mod.rs",
            "base/core/src/start_error.rs",
            "base/core/src/state.rs",
            "base/core/src/stats/latency.rs",
            "base/core/src/stats/mod.rs",
            "base/core/src/stats/tests.rs",
            "base/core/src/stats/window.rs",
            "base/core/src/status.rs",
            "base/core/src/telemetry.rs",
            "base/core/src/tokens.rs",
            "base/core/src/toolset.rs",
            "base/core/src/uri.rs",
            "base/core/src/validation.rs",
            "base/core/tests/wire/asks.rs",
            "base/core/tests/wire/callers.rs",
            "base/core/tests/wire/client.rs",
            "base/core/tests/wire/completion.rs",
            "base/core/tests/wire/dice.rs",
            "base/core/tests/wire/direct.rs",
            "base/core/tests/wire/fuzz.rs",
            "base/core/tests/wire/lifecycle.rs",
            "base/core/tests/wire/limits.rs",
            "base/core/tests/wire/main.rs",
            "base/core/tests/wire/mcp.rs",
            "base/core/tests/wire/rest.rs",
            "base/core/tests/wire/sample.json",
            "base/core/tests/wire/sample.rs",
            "base/core/tests/wire/session.rs",
            "base/core/tests/wire/sessions.rs",
            "base/core/tests/wire/subscriptions.rs",
            "base/core/tests/wire/talk.json",
            "base/core/tests/wire/talk.rs",
            "base/core/tests/wire/tasks.rs",
        ],
    ),
    (
        Part::Docs,
        &[
            "base/docs/Cargo.toml.tera",
            "base/docs/src/lib.rs",
            "base/docs/src/page.css",
            "base/docs/src/page.html",
            "base/docs/src/page.js",
            "base/docs/tests/data/settings.json",
            "base/docs/tests/page.rs",
        ],
    ),
    (
        Part::Issuer,
        &[
            "base/issuer/Cargo.toml.tera",
            "base/issuer/src/key.rs",
            "base/issuer/src/lib.rs",
            "base/issuer/src/serve.rs",
        ],
    ),
    (
        Part::OAuth,
        &[
            "base/oauth/Cargo.toml.tera",
            "base/oauth/src/claims.rs",
            "base/oauth/src/issuer.rs",
            "base/oauth/src/jwk.rs",
            "base/oauth/src/jwt.rs",
            "base/oauth/src/keyring.rs",
            "base/oauth/src/lib.rs",
            "base/oauth/src/settings.json",
            "base/oauth/src/settings.rs",
            "base/oauth/src/verifier.rs",
            "base/oauth/tests/callers.rs",
            "base/oauth/tests/data/settings.json",
            "base/oauth/tests/in_a_server.rs",
        ],
    ),
    (
        Part::Redis,
        &[
            "base/redis/Cargo.toml.tera",
            "base/redis/src/lib.rs",
            "base/redis/src/tests/mod.rs",
            "base/redis/src/tests/process.rs",
            "base/redis/src/tests/server.rs",
            "base/redis/src/tests/store.rs",
        ],
    ),
    (
        Part::Testing,
        &[
            "base/testing/Cargo.toml.tera",
            "base/testing/src/answers.rs",
            "base/testing/src/case.rs",
            "base/testing/src/expected.rs",
            "base/testing/src/faulty.rs",
            "base/testing/src/files.rs",
            "base/testing/src/http.rs",
            "base/testing/src/invalid.rs",
            "base/testing/src/lib.rs",
            "base/testing/src/mcp.rs",
            "base/testing/src/metrics.rs",
            "base/testing/src/redis.rs",
            "base/testing/src/response.rs",
            "base/testing/src/server.rs",
            "base/testing/src/setup.rs",
            "base/testing/src/stream.rs",
            "base/testing/src/upstream.rs",
        ],
    ),
    (
        Part::Upstream,
        &[
            "base/upstream/Cargo.toml.tera",
            "base/upstream/src/answer.rs",
            "base/upstream/src/auth.rs",
            "base/upstream/src/client/mod.rs",
            "base/upstream/src/client/tests.rs",
            "base/upstream/src/lib.rs",
            "base/upstream/src/request.rs",
            "base/upstream/src/retry.rs",
            "base/upstream/tests/in_a_server.rs",
        ],
    ),
];

/// Files that are made from the spec without a template.
pub const GENERATED: &[Row] = &[
    row("the schema of specs", "server.schema.json", Owned, Fleet),
    row("the spec as given", "server.toml", Seeded, Server),
    row("what clients see of the server", "schemas.json", Owned, Server),
    row("settings for the tests", "tests/data/settings.json", Owned, Server),
    row("a call and its answer", "tests/data/tools/{name}.json", Seeded, Tool(Code)),
    row("a call and its answer", "tests/data/tools/{name}.json", Owned, Tool(Request)),
    row("a call and its answer", "tests/data/tools/{name}.json", Owned, Tool(Respond)),
    row("an address, to be given its content", "tests/data/resources/{name}.json", Seeded, Resource(Code)),
    row("an address and its content", "tests/data/resources/{name}.json", Owned, Resource(Request)),
    row("an address and its content", "tests/data/resources/{name}.json", Owned, Resource(Respond)),
    row("arguments, to be given their messages", "tests/data/prompts/{name}.json", Seeded, When::Prompt(Code)),
    row("arguments and their messages", "tests/data/prompts/{name}.json", Owned, Server),
    row("what was rendered", "mcpgen.lock", Owned, Server),
];
