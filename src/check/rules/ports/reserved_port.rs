//! A server on a port that nobody should have.

use super::entry_of;
use crate::check::document;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;
use crate::ports::Status;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP508",
    name: "reserved-port",
    severity: Severity::Warning,
    summary: "an active server has a port that the registry reserves",
    docs: "A reservation says that a port belongs to something outside of the fleet: the system, an older generation, tests, or \
           ports that the kernel gives to whoever asks. A server on one of them does not start where that something \
           runs.\n\nNarrow the reservation in the registry if it is too wide. Else move the server: `mcpgen ports release \
           NAME`, `mcpgen ports allocate NAME`, then `mcpgen ports resolve` renders its files with its new port.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let registry = &fleet.registry;
    let Some(ports) = registry.ports.filter(|_| registry.problems.is_empty()) else { return };
    // A table, because there may be thousands of servers and of reservations.
    let mut is_reserved = vec![false; 1 << 16];
    for reserved in ports.reserved() {
        is_reserved[usize::from(reserved.start)..=usize::from(reserved.end)].fill(true);
    }
    let text = registry.text.unwrap_or_default();
    let mut root = None;
    for server in ports.servers().iter().filter(|server| server.status == Status::Active) {
        let Some(port) = server.ports().find(|port| is_reserved[usize::from(*port)]) else { continue };
        let root = root.get_or_insert_with(|| document::json(text).ok());
        let why = ports.reservation(port).and_then(|reserved| reserved.reason.as_deref());
        let why = why.map(|why| format!(" for {}", quote(why))).unwrap_or_default();
        let message = format!("{} has port `{port}`, which is reserved{why}", quote(&server.id));
        out.add(entry_of(registry, text, root.as_ref(), &server.id), message)
            .help("narrow the reservation if it is too wide; else release the server's port and allocate another");
    }
}
