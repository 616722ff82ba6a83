//! A tool, resource, prompt or completion that `server.rs` registers and the spec does not have.

use super::{Kind, Offer, Wiring, offers, own_file};
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RENDER_ANEW;
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP105",
    name: "undeclared-entry",
    severity: Severity::Error,
    summary: "`server.rs` registers a tool, resource, prompt or completion that is not in the spec",
    docs: "An entry that only the code has is in no schema, no README and no test, and the next update takes it away. One \
           that was renamed in `src/server.rs` is missed by every client that knows it by its name in the spec: a tool, a \
           resource, a prompt, or an argument that is completed.\n\nRestore `src/server.rs` from version control. What is meant to be there belongs into `server.toml`: \
           declare or rename it there, delete `src/server.rs`, and `mcpgen check --fix` renders it again.",
    check: Check::Server(check),
};

/// Tools that every server has, and the base registers by itself.
const BUILT_IN: &[&str] = &["get_status", "list_capabilities"];

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(wiring) = Wiring::of(server) else { return };
    for entry in wiring.undeclared() {
        // It was in the spec when the server was rendered, and is not any more: the spec is ahead.
        let own_file = own_file(entry.kind, &entry.name);
        let was_rendered = server.rendered().is_some_and(|record| record.files.contains_key(&own_file))
            && offers(wiring.spec).all(|offer| offer.own_file() != own_file);
        if was_rendered || (entry.kind == Kind::Tool && BUILT_IN.contains(&entry.name.as_str())) {
            continue;
        }
        let (noun, name) = (entry.kind.noun(), quote(&entry.name));
        let place = wiring.file.place(Span::rust(entry.span));
        match wiring.renamed(entry) {
            Some(Offer { completes: Some((owner, argument)), .. }) => {
                let said = format!("`{owner}` and `{argument}`");
                out.add(place, format!("the {noun} {name} is registered for something else than {said}"))
                    .help(format!("register it for {said}, as the spec says"));
            }
            Some(offer) => {
                let message = format!("the {noun} `{}` of the spec is registered as {name}", offer.name);
                out.add(place, message).help(format!(
                    "restore the name `{}`; to rename the {noun}, do so in `server.toml`, and {RENDER_ANEW}",
                    offer.name
                ));
            }
            None => {
                out.add(place, format!("the {noun} {name} is registered here and not in the spec"))
                    .help(format!("take it out here; or declare it in `server.toml`, and {RENDER_ANEW}"));
            }
        }
    }
}
