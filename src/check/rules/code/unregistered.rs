//! A tool, resource, prompt or completion of the spec that `server.rs` does not register.

use super::{Kind, Wiring, offers};
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RENDER_ANEW;
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::ServerView;

pub static TOOL: Rule = Rule {
    id: "MCP103",
    name: "unregistered-tool",
    severity: Severity::Error,
    summary: "a tool of the spec is not registered in `server.rs`",
    docs: "What `src/server.rs` does not register, no client can see, whatever the spec, the README and the tests say. An \
           entry gets lost in a merge, or is commented out for a moment and forgotten.\n\nDelete `src/server.rs`, then `mcpgen check \
           --fix` renders it again, with all that the spec has. Where the tool is not to be there, take it out of \
           `server.toml` first.",
    check: Check::Server(|server, out| check(server, Kind::Tool, out)),
};

pub static RESOURCE: Rule = Rule {
    id: "MCP108",
    name: "unregistered-resource",
    summary: "a resource of the spec is not registered in `server.rs`",
    docs: "What `src/server.rs` does not register, no client can list or read.\n\nDelete `src/server.rs`, then `mcpgen check \
           --fix` renders it again, with all that the spec has. Where the resource is not to be there, take it out of \
           `server.toml` first.",
    check: Check::Server(|server, out| check(server, Kind::Resource, out)),
    ..TOOL
};

pub static PROMPT: Rule = Rule {
    id: "MCP113",
    name: "unregistered-prompt",
    summary: "a prompt of the spec is not registered in `server.rs`",
    docs: "What `src/server.rs` does not register, no client can list or get.\n\nDelete `src/server.rs`, then `mcpgen check \
           --fix` renders it again, with all that the spec has. Where the prompt is not to be there, take it out of \
           `server.toml` first.",
    check: Check::Server(|server, out| check(server, Kind::Prompt, out)),
    ..TOOL
};

pub static COMPLETION: Rule = Rule {
    id: "MCP114",
    name: "unregistered-completion",
    summary: "the code that completes an argument is not registered in `server.rs`",
    docs: "What `src/server.rs` does not register completes nothing: clients are offered no values for the argument, though \
           the spec says `complete = \"code\"`.\n\nDelete `src/server.rs`, then `mcpgen check --fix` renders it \
           again, with all that the spec has. Where clients are to be offered nothing, take `complete` out of \
           `server.toml` first.",
    check: Check::Server(|server, out| check(server, Kind::Completion, out)),
    ..TOOL
};

fn check(server: &ServerView<'_>, kind: Kind, out: &mut Findings) {
    let Some(wiring) = Wiring::of(server) else { return };
    // One that is there under another name is said to be that.
    let renamed: Vec<_> =
        wiring.undeclared().filter_map(|entry| wiring.renamed(entry)).map(|offer| offer.name).collect();
    for offer in offers(wiring.spec).filter(|offer| offer.kind == kind) {
        if wiring.has(&offer) || renamed.contains(&offer.name) || !offer.was_rendered(server) {
            continue;
        }
        let (noun, name) = (kind.noun(), &offer.name);
        let function = wiring
            .file
            .rust()
            .and_then(|file| rust::functions(file).into_iter().find(|function| function.sig.ident == "server"));
        let place = match function {
            Some(function) => wiring.file.place(crate::check::Span::rust(function.sig.ident.span())),
            None => wiring.file.line(1),
        };
        out.add(place, format!("the {noun} `{name}` is in the spec and not registered here: no client can see it"))
            .help(format!("{RENDER_ANEW}; a {noun} that is not to be there leaves `server.toml` first"));
    }
}
