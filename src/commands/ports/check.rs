//! `mcpgen ports check`: everything that is wrong with the registry.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::probe::{Holder, holders, is_busy};
use super::renumber::{Standing, standing};
use super::resolve::is_unmerged;
use super::{JSON_VERSION, Registry, machine};
use crate::cli::CheckArgs;
use crate::commands::Output;
use crate::ports::{Ports, Status, inspect};
use crate::text::{all_of, count, visible};

/// One thing that is wrong, and where.
struct Finding {
    code: &'static str,
    place: Option<(usize, usize)>,
    message: String,
    help: Option<String>,
}

/// An allocated port that something listens on now.
struct Held {
    server: String,
    port: u16,
    /// None where the process is hidden from this user.
    holder: Option<Holder>,
}

pub fn run(registry: &Registry, args: &CheckArgs, json: bool) -> Result<Output> {
    let path = registry.store.location().to_string();
    let Some(bytes) = registry.store.bytes()? else {
        bail!("there is no registry `{path}`\n  help: the first `mcpgen ports allocate` makes it");
    };
    let (ports, problems) = inspect(&bytes);
    let mut findings: Vec<Finding> = problems
        .into_iter()
        .map(|problem| Finding {
            code: problem.code.as_str(),
            place: Some((problem.line, problem.column)),
            message: problem.message,
            help: problem.help,
        })
        .collect();
    if is_unmerged(&registry.store, &bytes) {
        findings.push(unmerged());
    }
    let ports = ports.unwrap_or_default();
    if let Some(fleet) = registry.fleet.as_ref().filter(|_| findings.is_empty()) {
        findings.extend(standing(fleet)?.iter().filter_map(|server| differs(server, &ports)));
    }
    let notes = notes(&ports);
    let held = if args.probe { held(&ports) } else { Vec::new() };
    let code = u8::from(!findings.is_empty());
    if json {
        let value = as_json(&path, &findings, &notes, args.probe.then_some(&held));
        return Ok(Output { stdout: machine(&value), code, ..Output::default() });
    }
    let mut out = String::new();
    for Finding { code, place, message, help } in &findings {
        let place = place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        let _ = writeln!(out, "{path}{place}: {} [{code}]", visible(message));
        if let Some(help) = help {
            let _ = writeln!(out, "  help: {help}");
        }
    }
    for line in notes.iter().map(|note| format!("note: {note}")).chain(held.iter().map(Held::told)) {
        let _ = writeln!(out, "{line}");
    }
    if args.probe && held.is_empty() {
        out.push_str("nothing listens on an allocated port of this machine\n");
    }
    let summary = match findings.len() {
        0 => format!(
            "{path}: {} in {}, nothing is wrong\n",
            count(ports.servers().len(), "server"),
            count(ports.ranges().len(), "range")
        ),
        n => format!("{}\n", count(n, "finding")),
    };
    Ok(Output { stdout: out, stderr: summary, code })
}

/// What the file does not show: git waits for it to be merged.
fn unmerged() -> Finding {
    Finding {
        code: "unmerged",
        place: None,
        message: "git could not merge it, and it has the entries of this branch alone".to_owned(),
        help: Some("`mcpgen ports resolve` brings in those of the other branch".to_owned()),
    }
}

/// Whether the files of a server that stands agree with the registry.
fn differs(server: &Standing, ports: &Ports) -> Option<Finding> {
    let Standing { id, rendered } = server;
    let (code, message, help) = match ports.by_name(id) {
        Some(known) if known.status == Status::Released => (
            "released-server",
            format!("`{id}` is released, but stands in the fleet"),
            format!("`mcpgen ports allocate {id}` gives it its port back; or remove its folder"),
        ),
        Some(known) if known.port != *rendered => (
            "other-port",
            format!("`{id}` has port `{}`, but its files were rendered with `{rendered}`", known.port),
            "`mcpgen ports resolve` renders them anew".to_owned(),
        ),
        Some(_) => return None,
        None => (
            "unknown-server",
            format!("`{id}` stands in the fleet and has no port here; its files say `{rendered}`"),
            format!("`mcpgen ports allocate {id} --port {rendered}` records it"),
        ),
    };
    Some(Finding { code, place: None, message, help: Some(help) })
}

/// What is not wrong, and still worth knowing.
fn notes(ports: &Ports) -> Vec<String> {
    let mut notes = Vec::new();
    for range in ports.ranges() {
        let others: Vec<&str> =
            ports.overlaps(range).into_iter().filter(|other| *other > range.name.as_str()).collect();
        if !others.is_empty() {
            notes.push(format!("range `{}` overlaps with {}", visible(&range.name), all_of(&others)));
        }
    }
    let is_reserved = |server: &&crate::ports::Server| {
        server.status == Status::Active && server.ports().any(|port| ports.reservation(port).is_some())
    };
    let reserved: Vec<&str> = ports.servers().iter().filter(is_reserved).map(|server| server.id.as_str()).collect();
    if !reserved.is_empty() {
        let verb = if reserved.len() == 1 { "has a reserved port" } else { "have reserved ports" };
        notes.push(format!("{} {verb}", all_of(&reserved)));
    }
    notes
}

fn held(ports: &Ports) -> Vec<Held> {
    let mut holders = holders();
    let living = ports.servers().iter().filter(|server| server.lives());
    living
        .flat_map(|server| server.ports().map(|port| (server.id.clone(), port)))
        .filter_map(|(server, port)| {
            let holder = holders.remove(&port);
            (holder.is_some() || is_busy(port)).then_some(Held { server, port, holder })
        })
        .collect()
}

impl Held {
    fn told(&self) -> String {
        let Self { server, port, holder } = self;
        match holder {
            Some(Holder { pid, name }) => {
                format!("port `{port}` of `{server}`: process {pid} (`{}`) listens", visible(name))
            }
            None => format!("port `{port}` of `{server}`: a process of another user listens"),
        }
    }
}

fn as_json(path: &str, findings: &[Finding], notes: &[String], held: Option<&Vec<Held>>) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "code": finding.code, "line": finding.place.map(|place| place.0), "column": finding.place.map(|place| place.1),
            "message": finding.message, "help": finding.help,
        })
    };
    let listening = |held: &Held| {
        json!({
            "name": held.server, "port": held.port, "pid": held.holder.as_ref().map(|holder| holder.pid),
            "process": held.holder.as_ref().map(|holder| &holder.name),
        })
    };
    json!({
        "version": JSON_VERSION, "registry": path, "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "notes": notes, "held": held.map(|held| held.iter().map(listening).collect::<Vec<_>>()),
    })
}
