//! Servers without a registry.

use super::place_in;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;
use crate::text::count;

pub static RULE: Rule = Rule {
    id: "MCP511",
    name: "missing-registry",
    severity: Severity::Error,
    summary: "servers stand, and there is no ports registry",
    docs: "The registry is where a new server learns which ports are taken. Without it the next `mcpgen new` starts an empty \
           one and may give away a port that a server of the fleet has.\n\nRestore the file from version control, or \
           correct `registry` in `mcpgen.toml` if it is somewhere else.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let with_port = fleet.servers.iter().filter(|server| server.port.is_some()).count();
    if fleet.registry.text.is_some() || with_port == 0 {
        return;
    }
    let verb = if with_port == 1 { "stands" } else { "stand" };
    let message = format!("there is no registry, but {} of the fleet {verb}", count(with_port, "server"));
    out.add(place_in(&fleet.registry, "", None), message)
        .help("restore it from version control: a new one would give their ports to others");
}
