//! An endpoint that every server of a fleet has, and nothing serves.

use super::is_edited;
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RESTORE;
use crate::check::rule::{Check, Rule};
use crate::check::rust::{self, Piece};
use crate::check::view::{Files, FleetView, ServerView};

pub static RULE: Rule = Rule {
    id: "MCP101",
    name: "missing-endpoint",
    severity: Severity::Error,
    summary: "an endpoint that every server has is not mounted",
    docs: "Clients, probes and scrapers ask every server of a fleet at the same paths: `/mcp`, `/health`, `/ready`, `/info`, \
           `/metrics`, `/openapi.json`, `/api/v1/status` and `/api/v1/tools/{tool}`. In a fleet the base serves them. In a \
           server that mcpgen did not make, a path counts as served when its code has the text of it.\n\nRestore \
           `base/core/src/http/mod.rs` from version control. For a server that mcpgen did not make, serve the path, or make \
           the server anew with `mcpgen new NAME --spec FILE` and move its logic over.",
    check: Check::Both(check, check_base),
};

/// The file that mounts them.
const ROUTER: &str = "base/core/src/http/mod.rs";

/// A path, the ends of texts that count for it in code that mcpgen did not make, and who needs it.
const ENDPOINTS: &[(&str, &[&str], &str)] = &[
    ("/mcp", &["/mcp"], "clients call it"),
    ("/health", &["/health", "/healthz", "/livez", "/live"], "the health check of the image asks it"),
    ("/ready", &["/ready", "/readyz"], "load balancers ask it"),
    ("/info", &["/info"], "it says which server answers"),
    ("/metrics", &["/metrics"], "the monitoring scrapes it"),
    ("/openapi.json", &["/openapi.json"], "it describes the REST API"),
    ("/api/v1/status", &["/status"], "it says how the server fares"),
    (
        "/api/v1/tools/{tool}",
        &["/tools/{tool}", "/tools/{name}", "/tools/:tool", "/tools/:name"],
        "REST callers use it",
    ),
];

fn check_base(fleet: &FleetView<'_>, out: &mut Findings) {
    let Some(file) = fleet.own.get(ROUTER).filter(|file| is_edited(file)) else { return };
    let Some(source) = file.rust() else { return };
    let mounted = rust::first_arguments(source, "route");
    for (path, _, why) in ENDPOINTS.iter().filter(|(path, ..)| !mounted.iter().any(|(found, _)| found == path)) {
        let router = rust::functions(source).into_iter().find(|function| function.sig.ident == "router");
        let place = match router {
            Some(router) => file.place(crate::check::Span::rust(router.sig.ident.span())),
            None => file.line(1),
        };
        out.add(place, format!("`{path}` is not mounted any more, in all servers of the fleet: {why}")).help(RESTORE);
    }
}

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(served) = texts_of_foreign(server) else { return };
    for (path, ends, why) in ENDPOINTS {
        if !served.iter().any(|text| ends.iter().any(|end| text.trim_end_matches('/').ends_with(end))) {
            out.add(server.files.place(main_of(&server.files)), format!("nothing serves `{path}`: {why}"))
                .help("serve it, or make the server anew with `mcpgen new NAME --spec FILE` and move its logic over");
        }
    }
}

/// The file to point at for what a server lacks as a whole.
pub fn main_of(files: &Files<'_>) -> &'static str {
    if files.get("src/main.rs").is_some() { "src/main.rs" } else { "Cargo.toml" }
}

/// The texts in the code of a server that mcpgen did not make and that is not built on the base; none of any other,
/// and where some of the code cannot be read.
fn texts_of_foreign(server: &ServerView<'_>) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for source in foreign_sources(server)? {
        rust::live(source, &mut |piece| {
            if let Piece::Text { value, .. } = piece {
                texts.push(value);
            }
        });
    }
    Some(texts)
}

/// The code of a server that mcpgen did not make and that is not built on the base, if all of it can be read.
pub fn foreign_sources<'v>(server: &'v ServerView<'_>) -> Option<Vec<&'v syn::File>> {
    if server.is_ours() {
        return None;
    }
    let files = rust::sources(&server.files)
        .filter(|file| file.path.starts_with("src/") && !rust::is_test_file(&server.files, file.path));
    let sources: Vec<&syn::File> = files.map(|file| file.rust()).collect::<Option<_>>()?;
    let is_on_base = sources.iter().any(|source| rust::has_word(source, "mcp_base"));
    (!is_on_base).then_some(sources)
}
