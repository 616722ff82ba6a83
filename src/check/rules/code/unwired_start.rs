//! A `main` that does not start the server which the spec describes.

use crate::check::Span;
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RESTORE;
use crate::check::rule::{Check, Rule};
use crate::check::rust::{self, Piece};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP111",
    name: "unwired-start",
    severity: Severity::Error,
    summary: "`main.rs` does not hand the server to the base",
    docs: "`mcp_base::main` reads the settings, takes the address, serves, and stops in order; `server::server()` is what the \
           spec describes. A `main` that does not put the two together starts something else, or nothing.\n\nRestore \
           `src/main.rs` from version control; what is to happen before the first call belongs into `CoreService::new`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    if !server.is_ours() {
        return;
    }
    let Some(file) = server.files.get("src/main.rs").filter(|file| super::is_edited(file)) else { return };
    let Some(source) = file.rust() else { return };
    let mut is_wired = false;
    rust::live(source, &mut |piece| {
        if let Piece::Call(call) = piece {
            let called = rust::path_of(&call.func).unwrap_or_default();
            is_wired |= called.ends_with(&["mcp_base".to_owned(), "main".to_owned()]) && hands_server(call);
        }
    });
    if !is_wired {
        let main = rust::functions(source).into_iter().find(|function| function.sig.ident == "main");
        let place = main.map_or_else(|| file.line(1), |main| file.place(Span::rust(main.sig.ident.span())));
        out.add(place, "`main` does not hand `server::server()` to `mcp_base::main`: it starts something else")
            .help(RESTORE);
    }
}

/// Whether the first argument is `….server()`, or a name that may hold it.
fn hands_server(call: &syn::ExprCall) -> bool {
    match call.args.first() {
        Some(syn::Expr::Call(inner)) => {
            rust::path_of(&inner.func).is_some_and(|path| path.last().is_some_and(|last| last == "server"))
        }
        Some(syn::Expr::Path(_)) => true,
        _ => false,
    }
}
