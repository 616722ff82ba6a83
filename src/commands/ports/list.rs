//! `mcpgen ports list`.

use serde_json::{Value, json};

use super::check::{has_servers, lost};
use super::show::server_json;
use super::table::{or_dash, table};
use super::{JSON_VERSION, Registry, machine};
use crate::commands::Output;
use crate::ports::{Fill, Ports, Range};

pub fn run(registry: &Registry, json: bool) -> anyhow::Result<Output> {
    let known = registry.store.load()?;
    let path = registry.store.location();
    let stderr = match &known {
        Some(_) => String::new(),
        None if has_servers(registry)? => {
            format!("`{path}` does not exist, but servers of the fleet do\n{}\n", lost(path))
        }
        None => format!("`{path}` does not exist yet: the first `allocate` makes it\n"),
    };
    let ports = known.unwrap_or_default();
    let stdout = if json { machine(&list_json(&ports)) } else { list_text(&ports) };
    Ok(Output { stdout, stderr, code: 0 })
}

fn list_json(ports: &Ports) -> Value {
    let reserved: Vec<Value> =
        ports.reserved().iter().map(|r| json!({ "start": r.start, "end": r.end, "reason": r.reason })).collect();
    let servers: Vec<Value> = ports.servers().iter().map(server_json).collect();
    json!({ "version": JSON_VERSION, "servers": servers, "ranges": ranges_json(ports), "reserved": reserved })
}

/// The ranges and how full each is.
pub fn ranges_json(ports: &Ports) -> Vec<Value> {
    let as_json = |(range, fill): (&Range, Fill)| {
        json!({
            "name": range.name, "start": range.start, "end": range.end, "description": range.description,
            "used": fill.used, "released": fill.released, "reserved": fill.reserved, "free": fill.free,
        })
    };
    ports.fill().into_iter().map(as_json).collect()
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
    format!("{}\n{}", table(&servers), ranges_text(ports))
}

/// A table of the ranges: how full each is, and what for.
pub fn ranges_text(ports: &Ports) -> String {
    let mut ranges = vec![["RANGE", "PORTS", "USED", "RELEASED", "RESERVED", "FREE", "FULL", "FOR"].map(str::to_owned)];
    for (range, fill) in ports.fill() {
        let size = usize::from(range.end - range.start) + 1;
        ranges.push([
            range.name.clone(),
            format!("{}–{}", range.start, range.end),
            fill.used.to_string(),
            fill.released.to_string(),
            fill.reserved.to_string(),
            fill.free.to_string(),
            format!("{} %", (size - fill.free) * 100 / size),
            or_dash(range.description.as_deref()),
        ]);
    }
    table(&ranges)
}
