//! Code that panics because it was never written.

use proc_macro2::TokenStream;

use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust::{self, Piece};
use crate::check::view::Files;

pub static RULE: Rule = Rule {
    id: "MCP402",
    name: "todo-macro",
    severity: Severity::Error,
    summary: "`todo!`, `unimplemented!`, or a panic that says the same",
    docs: "Code with `todo!()` compiles and panics when it is called: a caller gets an internal error, and nobody learns that \
           the tool was never written. Tests are not looked at.\n\nWrite it, or answer with `Error::not_implemented` until \
           then: callers are told the truth, and the check lists it as a note.",
    check: Check::Files(check),
};

/// What a panic says whose author meant `todo!`.
const SAYINGS: &[&str] = &["not implemented", "not yet implemented", "unimplemented", "todo", "implement me"];

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in rust::sources(files).filter(|file| is_product(files, file.path)) {
        let Some(source) = file.rust() else { continue };
        let mut found = Vec::new();
        rust::live(source, &mut |piece| {
            if let Piece::Macro { name, span, tokens } = piece
                && is_todo(&name, &tokens)
            {
                found.push((name, span));
            }
        });
        for (name, span) in found {
            out.add(
                file.place(Span::rust(span)),
                format!("`{name}!` panics when it is reached: this was never written"),
            )
            .help("write it, or answer with `Error::not_implemented(…)` until then");
        }
    }
}

/// Whether it is code of a server, no test, example or build script.
fn is_product(files: &Files<'_>, path: &str) -> bool {
    !rust::is_test_file(files, path) && !path.split('/').any(|part| part == "examples")
}

fn is_todo(name: &str, tokens: &TokenStream) -> bool {
    match name {
        "todo" | "unimplemented" => true,
        "panic" | "unreachable" => {
            let text = tokens.clone().into_iter().next().map(|first| first.to_string()).unwrap_or_default();
            let text = text.trim_matches(['"', 'r', '#']).to_lowercase();
            let rest = SAYINGS.iter().find_map(|saying| text.strip_prefix(saying));
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        }
        _ => false,
    }
}
