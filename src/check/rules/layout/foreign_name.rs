//! The name of another server, left over from a copy.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};

use crate::check::finding::{Findings, Severity};
use crate::check::place::Span;
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, ServerView};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP003",
    name: "foreign-name",
    severity: Severity::Error,
    summary: "code names the crate of another server that it does not depend on",
    docs: "A server that was copied from another still names it here and there: in a path such as `weather_v2::server`, or \
           in the variable by which a test finds its binary. It does not compile then, or tests and starts the other \
           one.\n\nReplace the name by the server's own; better, make servers with `mcpgen new`, which copies nothing.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let depends_on = |id: &str| {
        let manifest = server.files.get("Cargo.toml").and_then(FileView::document);
        let tables = ["dependencies", "dev-dependencies"];
        manifest.is_some_and(|manifest| tables.iter().any(|table| manifest.at(&[table, id]).is_some()))
    };
    for (file, rust) in server.files.suspect_rust() {
        let mut names = Names { ids: server.ids, found: Vec::new() };
        names.visit_file(rust);
        for (id, span) in names.found.into_iter().filter(|(id, _)| id != server.id && !depends_on(id)) {
            let message = format!("`{}` names the crate {} of another server", file.path, quote(&id));
            out.add(file.place(span), message).help(format!("name `{}` instead", server.id));
        }
    }
}

/// Where a file names servers.
struct Names<'a> {
    ids: &'a BTreeSet<String>,
    found: Vec<(String, Span)>,
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let Some(first) = path.segments.first().filter(|_| path.segments.len() > 1) {
            self.add(first.ident.to_string(), first.ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        self.add(path.ident.to_string(), path.ident.span());
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        if mac.path.is_ident("env")
            && let Ok(name) = mac.parse_body::<syn::LitStr>()
            && let Some(id) = name.value().strip_prefix("CARGO_BIN_EXE_")
        {
            self.add(id.to_owned(), name.span());
        }
    }
}

impl Names<'_> {
    fn add(&mut self, name: String, span: proc_macro2::Span) {
        if self.ids.contains(&name) {
            self.found.push((name, Span::rust(span)));
        }
    }
}
