//! A server that stands, and that the registry says is gone.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::ports::{Ports, Server, Status};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP509",
    name: "released-server",
    severity: Severity::Error,
    summary: "a server stands in the fleet that the registry says is released",
    docs: "The port of a released server is free to be given to another one with `--port`, while this server still listens on \
           it.\n\n`mcpgen ports allocate NAME --port N` gives the server its port back; or remove its folder.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let (Some(ports), Some(known)) = (server.ports, server.registered()) else { return };
    if known.status != Status::Released {
        return;
    }
    let (id, port) = (server.id, known.port);
    let help = if known.ports().all(|port| is_free_for(port, known, ports)) {
        format!("`mcpgen ports allocate {id} --port {port}` gives it its port back; or remove its folder")
    } else {
        format!(
            "it cannot come back to its port `{port}`: `mcpgen ports allocate {id}` gives it another, then `mcpgen ports \
             resolve` renders its files with it; or remove its folder"
        )
    };
    let message = format!("{} is released in the registry, but stands in the fleet", quote(id));
    out.add(server.files.place(""), message).help(help);
}

/// Whether `allocate --port` would give the port to this server without being pressed: those of other released servers
/// count as taken.
fn is_free_for(port: u16, server: &Server, ports: &Ports) -> bool {
    let is_another = |other: &&Server| other.id != server.id;
    ports.reservation(port).is_none()
        && !ports.servers().iter().filter(is_another).any(|other| other.ports().any(|theirs| theirs == port))
}
