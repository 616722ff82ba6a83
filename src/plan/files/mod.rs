//! The FILES table: every file of a fleet and of a server, its template, its owner and its condition.
//!
//! A generated file is one template and one row here; a test keeps rows and templates in step.

mod base;
mod part;

pub use base::BASE;
pub use part::Part;

use crate::spec::{Body, Prompt, PromptBody};
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
