//! A tool, resource, prompt or completion that is registered, and not as the spec says.

use super::{Entry, Offer, Wiring, field, is_edited, is_fresh, offers};
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RENDER_ANEW;
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{FileView, ServerView};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP104",
    name: "miswired-entry",
    severity: Severity::Error,
    summary: "an entry of `server.rs` is wired to another function, to none, or with other hints than the spec's",
    docs: "Each tool of the spec is answered by the function of `CoreService` that has its name, each resource by `read_` \
           and its name, each prompt with code by `prompt_` and its name, and each completion by `complete_` and the name of \
           its file. Wired to another one it answers the wrong thing; with other hints or another cache class it promises \
           clients what the spec does not.\n\nRestore `src/server.rs` from version control; where the function is gone, \
           restore the file of its body. What is meant to be different belongs into `server.toml`: then delete \
           `src/server.rs`, and `mcpgen check --fix` renders it again.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    if let Some(wiring) = Wiring::of(server) {
        for offer in offers(wiring.spec) {
            wired(server, &wiring, &offer, out);
        }
    }
    if let Some(spec) = server.sound_spec() {
        for offer in offers(spec) {
            defined(server, &offer, out);
        }
    }
}

/// Whether an entry is as the spec says.
fn wired(server: &ServerView<'_>, wiring: &Wiring<'_, '_>, offer: &Offer<'_>, out: &mut Findings) {
    let (noun, name) = (offer.kind.noun(), offer.name.as_ref());
    let mut entries = wiring.entries.iter().filter(|entry| offer.is(entry));
    let Some(entry) = entries.next() else { return };
    let place = |entry: &Entry<'_>| wiring.file.place(Span::rust(entry.span));
    if let Some(second) = entries.next() {
        out.add(place(second), format!("the {noun} `{name}` is registered twice: the server would not start"))
            .help("take one of the two out");
        return;
    }
    if let (Some(found), Some(wanted)) = (&entry.function, offer.function())
        && *found != wanted
    {
        let message = format!("the {noun} `{name}` is answered by {}, not by `{wanted}`", quote(found));
        out.add(place(entry), message).help(format!("wire it to `CoreService::{wanted}` again"));
        return;
    }
    if is_fresh(server)
        && let Some(what) = differs(wiring.file, entry)
    {
        let message = format!("the {noun} `{name}` is registered with another `{what}` than the spec says");
        out.add(place(entry), message)
            .help(format!("restore it; or change `{noun}s.{name}` in `server.toml`, and {RENDER_ANEW}"));
    }
}

/// Which field of the entry of a tool or resource is not as it would be rendered.
fn differs(file: &FileView<'_>, entry: &Entry<'_>) -> Option<&'static str> {
    let expected = super::entries(file.expected_rust()?);
    let expected = expected.iter().find(|other| other.kind == entry.kind && other.name == entry.name)?;
    let (item, expected) = (entry.item?, expected.item?);
    ["hints", "cache"].into_iter().find(|name| match (field(item, name), field(expected, name)) {
        (Some(found), Some(wanted)) => !rust::is_same(found, wanted),
        _ => false,
    })
}

/// Whether the function that answers is there, where somebody changed the file that it was rendered in.
fn defined(server: &ServerView<'_>, offer: &Offer<'_>, out: &mut Findings) {
    let Some(function) = offer.function() else { return };
    let Some(body) = server.files.get(&offer.body_file()).filter(|file| is_edited(file)) else { return };
    let mut may_be_elsewhere = false;
    for file in rust::sources(&server.files).filter(|file| file.path.starts_with("src/")) {
        let Some(source) = file.rust() else { return };
        // What a macro makes, nobody sees.
        may_be_elsewhere |= rust::has_item_macros(source)
            || rust::methods(source).iter().any(|method| rust::bare_name(&method.sig.ident) == function);
    }
    if !may_be_elsewhere {
        let (noun, name) = (offer.kind.noun(), offer.name.as_ref());
        let message = format!("the {noun} `{name}` has no function: `CoreService::{function}` is defined nowhere");
        out.add(body.line(1), message)
            .help(format!("write `{function}` in an `impl CoreService`, or restore the file from version control"));
    }
}
