//! A server that nothing is written about.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP805",
    name: "missing-readme",
    severity: Severity::Warning,
    summary: "a server that mcpgen did not make has no README",
    docs: "What a server offers, how it is set up and run, and whom to ask is written down nowhere. Servers that mcpgen makes \
           come with a README of their spec.\n\nWrite a `README.md`; or give the server a spec: `mcpgen spec new NAME` \
           prints one to begin with.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let is_readme = |path: &str| !path.contains('/') && path.to_ascii_lowercase().starts_with("readme");
    let files = &server.files;
    let mut paths = files.all().iter().map(|file| file.path).chain(files.others.iter().map(|(path, _)| *path));
    if server.is_ours() || paths.any(is_readme) {
        return;
    }
    out.add(files.place("README.md"), format!("{} has no README", quote(server.id)))
        .help("write one: what it offers, how it is set up and run, whom to ask");
}
