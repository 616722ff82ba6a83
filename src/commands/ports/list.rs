//! `mcpgen ports list`.

use serde_json::{Value, json};

use super::show::server_json;
use super::table::{or_dash, table};
use super::{JSON_VERSION, machine};
use crate::commands::Output;
use crate::ports::Ports;

pub fn run(ports: &Ports, json: bool) -> Output {
    let stdout = if json { machine(&list_json(ports)) } else { list_text(ports) };
    Output { stdout, ..Output::default() }
}

fn list_json(ports: &Ports) -> Value {
    let ranges: Vec<Value> = ports
        .fill()
        .into_iter()
        .map(|(range, fill)| {
            json!({
                "name": range.name, "start": range.start, "end": range.end, "description": range.description,
                "used": fill.used, "released": fill.released, "reserved": fill.reserved, "free": fill.free,
            })
        })
        .collect();
    let reserved: Vec<Value> =
        ports.reserved().iter().map(|r| json!({ "start": r.start, "end": r.end, "reason": r.reason })).collect();
    let servers: Vec<Value> = ports.servers().iter().map(server_json).collect();
    json!({ "version": JSON_VERSION, "servers": servers, "ranges": ranges, "reserved": reserved })
}

fn list_text(ports: &Ports) -> String {
    let mut servers = vec![["NAME", "PORT", "RANGE", "STATUS", "ALLOCATED"].map(str::to_owned)];
    for server in ports.servers() {
        servers.push([
            server.id.clone(),
            server.port.to_string(),
            or_dash(server.range.as_deref()),
            server.status.to_string(),
            or_dash(server.allocated.as_deref()),
        ]);
    }
    let mut ranges = vec![["RANGE", "PORTS", "USED", "RELEASED", "RESERVED", "FREE"].map(str::to_owned)];
    for (range, fill) in ports.fill() {
        ranges.push([
            range.name.clone(),
            format!("{}–{}", range.start, range.end),
            fill.used.to_string(),
            fill.released.to_string(),
            fill.reserved.to_string(),
            fill.free.to_string(),
        ]);
    }
    format!("{}\n{}", table(&servers), table(&ranges))
}
