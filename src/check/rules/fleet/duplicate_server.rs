//! Two servers with one name.

use std::collections::BTreeMap;

use crate::check::finding::{Findings, Place, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FleetView, Summary, join};
use crate::name::fold;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP908",
    name: "duplicate-server",
    severity: Severity::Error,
    summary: "two folders of the fleet are one server, by their specs or by the spelling of their names",
    docs: "A server was copied by hand to begin another one. Both have one name, one crate, one port and one set of metrics: cargo \
           refuses two packages of one name, and nobody can tell the two apart.\n\nMake the new server with `mcpgen new NAME \
           --spec FILE`, from a copy of the spec, and remove the copied folder.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let mut by_name: BTreeMap<String, Vec<&Summary>> = BTreeMap::new();
    for server in fleet.servers {
        let name = server.name.as_ref().map_or_else(|| fold(&server.id), |name| format!("{name}_v2"));
        by_name.entry(name).or_default().push(server);
    }
    for (name, servers) in by_name.iter().filter(|(_, servers)| servers.len() > 1) {
        // The one whose folder has the name is the server; the others are copies.
        let original = servers.iter().find(|server| server.id == **name).unwrap_or(&servers[0]);
        for copy in servers.iter().filter(|server| server.id != original.id) {
            let place = Place { path: join(&copy.folder, "server.toml"), span: None, source: None };
            let message =
                format!("{} is {} once more: both are the server `{name}`", quote(&copy.id), quote(&original.id));
            let finding = out.add(place, message);
            finding.server = Some(copy.id.clone());
            finding.help(format!(
                "give its spec a name of its own outside of the fleet, `mcpgen new NAME --spec FILE`, and remove {}",
                quote(&copy.id)
            ));
        }
    }
}
