//! `mcpgen ports check`: everything that is wrong with the registry.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::probe::{Holder, holders, is_busy};
use super::renumber::{Standing, standing};
use super::resolve::is_unmerged;
use super::{JSON_VERSION, Registry, machine};
use crate::cli::PortsCheckArgs;
use crate::commands::Output;
use crate::ports::{Location, Ports, Range, Server, Status, inspect};
use crate::text::{all_of, count, quote, visible};

/// A server stands that the registry says is gone.
const RELEASED_SERVER: &str = "released-server";
/// A server was rendered with another port than the registry says.
const OTHER_PORT: &str = "other-port";
/// A server stands that the registry does not know.
const UNKNOWN_SERVER: &str = "unknown-server";

/// Git waits for the registry to be merged.
const UNMERGED: &str = "unmerged";

/// How many things of a kind a note names before it only counts.
const SHOWN: usize = 5;

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

pub fn run(registry: &Registry, args: &PortsCheckArgs, json: bool) -> Result<Output> {
    let path = registry.store.location().to_string();
    let Some(bytes) = registry.store.bytes()? else {
        if has_servers(registry)? {
            bail!("there is no registry `{path}`, but servers of the fleet stand\n{}", lost(registry.store.location()));
        }
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
        let _ = writeln!(out, "{}{place}: {} [{code}]", visible(&path), visible(message));
        if let Some(help) = help {
            let _ = writeln!(out, "  help: {}", visible(help));
        }
    }
    for line in notes.iter().map(|note| format!("note: {}", visible(note))).chain(held.iter().map(Held::told)) {
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

/// Whether servers stand in the fleet whose registry this is.
pub fn has_servers(registry: &Registry) -> Result<bool> {
    Ok(registry.fleet.as_ref().map(standing).transpose()?.is_some_and(|servers| !servers.is_empty()))
}

/// What to do where a registry is gone that servers were made with: a new one would know nothing of their ports.
pub fn lost(location: &Location) -> &'static str {
    match location {
        Location::File(_) => "  help: restore it from version control: a new one would give their ports to others",
        Location::Object(_) => {
            "  help: restore it from an older version of the object or a copy: a new one would give their ports to others"
        }
    }
}

/// What the file does not show: git waits for it to be merged.
fn unmerged() -> Finding {
    Finding {
        code: UNMERGED,
        place: None,
        message: "git could not merge it, and it has the entries of this branch alone".to_owned(),
        help: Some("`mcpgen ports resolve` brings in those of the other branch".to_owned()),
    }
}

/// Whether the files of a server that stands agree with the registry.
fn differs(server: &Standing, ports: &Ports) -> Option<Finding> {
    let Standing { id, rendered } = server;
    let then = "`mcpgen ports resolve` renders its files with it";
    let (code, message, help) = match ports.by_name(id) {
        Some(known) if known.status == Status::Released => {
            let port = known.port;
            let help = if known.ports().all(|port| is_free_for(port, Some(known), ports)) {
                format!("`mcpgen ports allocate {id} --port {port}` gives it its port back; or remove its folder")
            } else {
                format!(
                    "it cannot come back to its port `{port}`: `mcpgen ports allocate {id}` gives it another, then {then}; \
                     or remove its folder"
                )
            };
            (RELEASED_SERVER, format!("`{id}` is released, but stands in the fleet"), help)
        }
        Some(known) if known.port != *rendered => (
            OTHER_PORT,
            format!("`{id}` has port `{}`, but its files were rendered with `{rendered}`", known.port),
            "`mcpgen ports resolve` renders them anew".to_owned(),
        ),
        Some(_) => return None,
        None => {
            let help = if is_free_for(*rendered, None, ports) {
                format!("`mcpgen ports allocate {id} --port {rendered}` records it")
            } else {
                format!(
                    "port `{rendered}` is not to be had: `mcpgen ports allocate {id}` gives it another, then {then}"
                )
            };
            let message = format!("`{id}` stands in the fleet and has no port here; its files say `{rendered}`");
            (UNKNOWN_SERVER, message, help)
        }
    };
    Some(Finding { code, place: None, message, help: Some(help) })
}

/// Whether `allocate --port` would give the port to this server without being pressed: released ones count.
fn is_free_for(port: u16, server: Option<&Server>, ports: &Ports) -> bool {
    let is_another = |other: &Server| server.is_none_or(|server| server.id != other.id);
    ports.reservation(port).is_none()
        && !ports.servers().iter().any(|other| is_another(other) && other.ports().any(|theirs| theirs == port))
}

/// What is not wrong, and still worth knowing.
fn notes(ports: &Ports) -> Vec<String> {
    let mut notes = overlaps(ports.ranges());
    // A table, because there may be thousands of servers and of reservations.
    let mut is_reserved = vec![false; 1 << 16];
    for reserved in ports.reserved() {
        is_reserved[usize::from(reserved.start)..=usize::from(reserved.end)].fill(true);
    }
    let on_reserved =
        |server: &&Server| server.status == Status::Active && server.ports().any(|port| is_reserved[usize::from(port)]);
    let reserved: Vec<&str> = ports.servers().iter().filter(on_reserved).map(|server| server.id.as_str()).collect();
    if !reserved.is_empty() {
        let verb = if reserved.len() == 1 { "has a reserved port" } else { "have reserved ports" };
        notes.push(format!("{} {verb}", some_of(&reserved, reserved.len())));
    }
    notes
}

/// A line for each range that others begin in, as far as they can be read at a glance.
fn overlaps(ranges: &[Range]) -> Vec<String> {
    let mut ranges: Vec<&Range> = ranges.iter().collect();
    ranges.sort_by(|a, b| (a.start, &a.name).cmp(&(b.start, &b.name)));
    let mut notes = Vec::new();
    let mut more = 0;
    for (index, range) in ranges.iter().enumerate() {
        // Ordered by where they begin: those that begin in this one follow it, and no other does.
        let after = &ranges[index + 1..];
        let inside = after.partition_point(|other| other.start <= range.end);
        if inside == 0 {
            continue;
        }
        if notes.len() == SHOWN {
            more += 1;
            continue;
        }
        let names: Vec<&str> = after[..inside.min(SHOWN)].iter().map(|other| other.name.as_str()).collect();
        notes.push(format!("range `{}` overlaps with {}", range.name, some_of(&names, inside)));
    }
    if more > 0 {
        let ranges = if more == 1 { "range overlaps" } else { "ranges overlap" };
        notes.push(format!("and {more} more {ranges} with others"));
    }
    notes
}

/// The first of `total` names, and how many more there are.
fn some_of(names: &[&str], total: usize) -> String {
    if total <= SHOWN {
        return all_of(names);
    }
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| quote(name)).collect();
    format!("{} and {} more", shown.join(", "), total - SHOWN)
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
                format!("port `{port}` of `{}`: process {pid} (`{}`) listens", visible(server), visible(name))
            }
            None => format!("port `{port}` of `{}`: a process of another user listens", visible(server)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::PortRequest;

    fn with_ranges(spans: &[(u16, u16)]) -> Ports {
        let mut ports = Ports::default();
        for (index, (start, end)) in spans.iter().enumerate() {
            ports.add_range(&format!("r{index}"), *start, *end, None).unwrap();
        }
        ports
    }

    #[test]
    fn ranges_that_overlap_are_told_once_and_only_the_first() {
        let few = with_ranges(&[(100, 300), (250, 400), (290, 290), (401, 500)]);
        assert_eq!(notes(&few), ["range `r0` overlaps with `r1` and `r2`", "range `r1` overlaps with `r2`"]);
        let many = with_ranges(&[(100, 300); 25]);
        let told = notes(&many);
        assert_eq!(told.len(), SHOWN + 1, "{told:?}");
        assert!(told[0].starts_with("range `r0` overlaps with `r1`, `r10`, ") && told[0].ends_with(" and 19 more"));
        assert_eq!(told[SHOWN], "and 19 more ranges overlap with others");
    }

    #[test]
    fn whether_a_port_is_to_be_had_counts_released_servers_and_reservations() {
        let mut ports = Ports::default();
        ports.allocate("a", &PortRequest::Exact(9001), "2026-11-22").unwrap();
        ports.release("a", "2026-11-22").unwrap();
        let a = ports.by_name("a");
        assert!(is_free_for(9001, a, &ports) && is_free_for(9002, None, &ports));
        assert!(!is_free_for(9001, None, &ports) && !is_free_for(8001, a, &ports));
    }
}
