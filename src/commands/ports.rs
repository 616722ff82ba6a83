//! `mcpgen ports`: the registry on the command line.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::cli::{AllocateArgs, PortsArgs, PortsCommand};
use crate::commands::{Output, today};
use crate::ports::{Allocation, Outcome, Ports, Server, Store};
use crate::spec::PortRequest;
use crate::text::visible;

/// How long to wait for others who change the registry: each needs milliseconds.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The version of everything that `--json` prints.
const JSON_VERSION: u8 = 1;

/// Runs the command; `fleet` is the registry of the fleet around, if there is one.
///
/// # Errors
///
/// When there is no registry to work on, it is not sound, the disk refuses, or the rules say no.
pub fn run(args: &PortsArgs, fleet: Option<&Path>) -> anyhow::Result<Output> {
    let path = args.registry.as_deref().or(fleet);
    let path =
        path.context("there is no fleet around whose registry it could be\n  help: name one with `--registry FILE`")?;
    let store = Store::at(path);
    match &args.command {
        PortsCommand::Allocate(allocate_args) => allocate(store, allocate_args, args.json),
        PortsCommand::List => {
            let known = store.load()?;
            let is_new = known.is_none();
            let mut output = list(&known.unwrap_or_default(), args.json);
            if is_new {
                output.stderr = format!("`{}` does not exist yet: the first `allocate` makes it\n", path.display());
            }
            Ok(output)
        }
        PortsCommand::Show { what } => show(&store.load()?.unwrap_or_default(), what, args.json),
    }
}

fn allocate(store: Store, args: &AllocateArgs, json: bool) -> anyhow::Result<Output> {
    let request = match args.port {
        Some(port) => PortRequest::Exact(port),
        None => PortRequest::Range(args.range.clone()),
    };
    let path = store.path().display().to_string();
    let allocation = if args.dry_run {
        store.load()?.unwrap_or_default().allocate(&args.name, &request, &today())?
    } else {
        let locked = store.lock(PATIENCE)?;
        let mut ports = locked.load()?;
        let allocation = ports.allocate(&args.name, &request, &today())?;
        if allocation.outcome.changed() {
            locked.save(&ports)?;
        }
        allocation
    };
    let stdout = if json {
        machine(&json!({
            "version": JSON_VERSION,
            "name": allocation.id,
            "port": allocation.port,
            "range": allocation.range,
            "outcome": allocation.outcome.as_str(),
            "dry_run": args.dry_run,
        }))
    } else {
        format!("{}\n", allocation.port)
    };
    Ok(Output { stdout, stderr: told(&allocation, args, &path), code: 0 })
}

/// What `allocate` did, in a sentence.
fn told(allocation: &Allocation, args: &AllocateArgs, path: &str) -> String {
    let Allocation { id, port, outcome, .. } = allocation;
    let of_range = allocation.range.as_ref().map(|range| format!(" of range `{range}`")).unwrap_or_default();
    let mut told = match (outcome, args.dry_run) {
        (Outcome::Created, false) => format!("gave port `{port}`{of_range} to `{id}` in `{path}`"),
        (Outcome::Created, true) => format!("would give port `{port}`{of_range} to `{id}` in `{path}`"),
        (Outcome::Revived, false) => format!("gave `{id}`, which was released, its port `{port}` back in `{path}`"),
        (Outcome::Revived, true) => {
            format!("would give `{id}`, which was released, its port `{port}` back in `{path}`")
        }
        (Outcome::Existing, _) => format!("`{id}` has port `{port}` already"),
    };
    if *id != args.name {
        let _ = write!(told, " (`{}` is the same name in another spelling)", args.name);
    }
    if let Some(asked) = args.port.filter(|asked| asked != port) {
        let _ = write!(told, ", not the `{asked}` asked for: the registry decides");
    }
    told + "\n"
}

fn list(ports: &Ports, json: bool) -> Output {
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

fn server_json(server: &Server) -> Value {
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

fn show(ports: &Ports, what: &str, json: bool) -> anyhow::Result<Output> {
    if !what.is_empty() && what.bytes().all(|b| b.is_ascii_digit()) {
        let port: u16 = what
            .parse()
            .ok()
            .filter(|&port| port > 0)
            .with_context(|| format!("`{what}` is no port: they are 1 to 65535"))?;
        return Ok(show_port(ports, port, json));
    }
    let Some(server) = ports.by_name(what) else {
        return Ok(Output { stderr: format!("{}\n", ports.unknown(what)), code: 1, ..Output::default() });
    };
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

/// Rows with their columns aligned, those of numbers to the right.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| visible(cell))).collect();
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0));
    let is_number = |row: &[String; N], column: usize| row[column].parse::<usize>().is_ok();
    let numbers: [bool; N] =
        std::array::from_fn(|column| N > 2 && rows.iter().skip(1).all(|row| is_number(row, column)));
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let blanks = " ".repeat(widths[column] - cell.width());
            let gap = if column == 0 { "" } else { "  " };
            let cells = if numbers[column] { [gap, &blanks, cell] } else { [gap, cell, &blanks] };
            line.extend(cells);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn or_dash(text: Option<&str>) -> String {
    text.unwrap_or("-").to_owned()
}

fn machine(value: &Value) -> String {
    format!("{value:#}\n")
}
