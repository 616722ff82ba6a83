//! `mcpgen ports show`.

use anyhow::Context as _;
use serde_json::{Value, json};

use super::table::table;
use super::{JSON_VERSION, machine};
use crate::commands::Output;
use crate::ports::{Ports, Server};
use crate::text::visible;

pub fn run(ports: &Ports, what: &str, json: bool) -> anyhow::Result<Output> {
    if !what.is_empty() && what.bytes().all(|b| b.is_ascii_digit()) {
        let port: u16 = what
            .parse()
            .ok()
            .filter(|&port| port > 0)
            .with_context(|| format!("`{what}` is no port: they are 1 to 65535"))?;
        return Ok(show_port(ports, port, json));
    }
    let server = ports.by_name(what).ok_or_else(|| ports.unknown(what))?;
    let stdout = if json {
        machine(&json!({ "version": JSON_VERSION, "server": server_json(server) }))
    } else {
        server_text(server)
    };
    Ok(Output { stdout, ..Output::default() })
}

fn show_port(ports: &Ports, port: u16, json: bool) -> Output {
    let server = ports.by_port(port);
    let reservation = ports.reservation(port);
    let range = ports.range_of(port).map(|range| range.name.as_str());
    let state = match (server, reservation) {
        (Some(server), _) if server.lives() => "used",
        (Some(_), _) => "released",
        (None, Some(_)) => "reserved",
        (None, None) => "free",
    };
    let reason = reservation.and_then(|reserved| reserved.reason.as_deref());
    let stdout = if json {
        machine(&json!({
            "version": JSON_VERSION, "port": port, "state": state, "range": range, "reason": reason,
            "server": server.map(server_json),
        }))
    } else if let Some(server) = server {
        server_text(server)
    } else {
        let in_range = range.map(|range| format!(", in range `{range}`")).unwrap_or_default();
        let because = reason.map(|reason| format!(": {}", visible(reason))).unwrap_or_default();
        format!("port `{port}` is {state}{because}{in_range}\n")
    };
    Output { stdout, ..Output::default() }
}

fn server_text(server: &Server) -> String {
    let health = server.health_port.map(|port| port.to_string());
    let port = server.port.to_string();
    let rows = [
        ("name", Some(server.id.as_str())),
        ("port", Some(&port)),
        ("health port", health.as_deref()),
        ("range", server.range.as_deref()),
        ("status", Some(server.status.as_str())),
        ("description", server.description.as_deref()),
        ("allocated", server.allocated.as_deref()),
        ("released", server.released.as_deref()),
    ];
    let known = rows.into_iter().filter_map(|(key, value)| Some([key.to_owned(), value?.to_owned()]));
    table(&known.collect::<Vec<_>>())
}

/// A server as every command prints it.
pub fn server_json(server: &Server) -> Value {
    json!({
        "name": server.id,
        "port": server.port,
        "health_port": server.health_port,
        "range": server.range,
        "status": server.status.as_str(),
        "description": server.description,
        "allocated": server.allocated,
        "released": server.released,
    })
}
