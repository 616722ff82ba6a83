//! A server that the registry does not know.

use super::{is_misnamed, value_of};
use crate::check::document::Node;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::ports::Ports;
use crate::record;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP501",
    name: "unregistered-server",
    severity: Severity::Error,
    summary: "a server of the fleet has no entry in the ports registry",
    docs: "A port that the registry does not know is given to somebody else one day. The entry was lost in a merge, or the \
           server came into the fleet without `mcpgen new`.\n\n`mcpgen ports allocate NAME --port N` records the port that \
           the server has.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(ports) = server.ports.filter(|_| server.registered().is_none() && !is_misnamed(server)) else { return };
    let id = quote(server.id);
    let rendered = server.rendered().and_then(|record| record.inputs.port);
    match rendered {
        Some(port) => {
            let message = format!("{id} has no port in the registry; its files say `{port}`");
            let place = server.files.get(record::FILE).map(|file| value_of(file, &["port"]));
            let help = if is_free(port, ports) {
                format!("`mcpgen ports allocate {} --port {port}` records it", server.id)
            } else {
                format!(
                    "port `{port}` is not to be had: `mcpgen ports allocate {}` gives it another, then `mcpgen ports \
                     resolve` renders its files with it",
                    server.id
                )
            };
            out.add(place.unwrap_or_else(|| server.files.place("")), message).help(help);
        }
        None if !server.is_ours() && listens(server) => {
            let message = format!("{id} has no port in the registry");
            let help = format!("`mcpgen ports allocate {} --port N` records the one that it has", server.id);
            out.add(server.files.place("Cargo.toml"), message).help(help);
        }
        None => {}
    }
}

/// Whether `allocate --port` would give the port without being pressed: those of released servers count as taken.
fn is_free(port: u16, ports: &Ports) -> bool {
    ports.reservation(port).is_none() && ports.by_port(port).is_none()
}

/// Whether a crate that mcpgen did not make has a port at all: by its dependencies it serves HTTP.
fn listens(server: &ServerView<'_>) -> bool {
    const SERVERS: &[&str] = &["mcp-base", "axum", "hyper", "warp", "actix-web", "poem", "salvo", "rocket"];
    let Some(manifest) = server.files.get("Cargo.toml").and_then(|file| file.document()) else { return false };
    let Some(dependencies) = manifest.get("dependencies") else { return false };
    let over_http =
        |feature: &Node| feature.word().is_some_and(|word| word.starts_with("transport-") && word.ends_with("-server"));
    SERVERS.iter().any(|name| dependencies.get(name).is_some())
        || dependencies.at(&["rmcp", "features"]).is_some_and(|features| features.items().iter().any(over_http))
}
