//! A tool, resource, prompt or completion that is not written yet.

use super::{Unwritten, body, by_hand};
use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust::{self, Piece};
use crate::check::view::{FileView, ServerView};

pub static RULE: Rule = Rule {
    id: "MCP401",
    name: "unimplemented-tool",
    severity: Severity::Note,
    summary: "a tool, resource, prompt or completion that is not written yet",
    docs: "A tool or resource of the spec without a fixed answer and without a `request` is yours to write, and so are a \
           prompt without `messages` and the completion of an argument with `complete = \"code\"`. Until it is written, it \
           answers that it is not implemented, and says so to every caller. That is honest and no mistake, so it is a note; with `--strict` it is \
           an error.\n\nWrite the body in the file that the note names, and change its test together with it where it has one.",
    check: Check::Server(check),
};

/// What a body answers with until it is written.
const ANSWER: &str = "not_implemented";

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(spec) = server.sound_spec() else { return };
    for unwritten in by_hand(spec) {
        let Some(file) = server.files.get(&unwritten.path) else { continue };
        if let Some(span) = answer(file, &unwritten) {
            let (noun, name) = (unwritten.noun, &unwritten.name);
            out.add(file.place(span), format!("the {noun} `{name}` is not implemented yet"))
                .help("write its body here; until then callers are told that it is not implemented");
        }
    }
}

/// Where a body says that it is not implemented.
fn answer(file: &FileView<'_>, unwritten: &Unwritten<'_>) -> Option<Span> {
    if !file.is_suspect() {
        // As rendered, it says so once, in the only line that has the word.
        let at = file.text.find(&format!("::{ANSWER}("))? + "::".len();
        return Some(file.span(at..at + ANSWER.len()));
    }
    let mut span = None;
    rust::live_in(&body(file.rust()?, unwritten)?.block, &mut |piece| {
        if let Piece::Call(call) = piece
            && let syn::Expr::Path(path) = call.func.as_ref()
            && let Some(last) = path.path.segments.last().filter(|last| last.ident == ANSWER)
        {
            span = span.or(Some(Span::rust(last.ident.span())));
        }
    });
    span
}
