//! Tools of two servers that are one to a client.

use std::collections::BTreeMap;

use crate::check::Place;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FleetView, Summary, join};
use crate::name::flattened;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP909",
    name: "clashing-tools",
    severity: Severity::Error,
    summary: "tools of two servers get one name from clients that put the server's name before the tool's",
    docs: "Many clients put the tools of all their servers into one list, and call each `<server>_<tool>` or \
           `mcp__<server>__<tool>`. `weather` with the tool `alerts_list`, and `weather_alerts` with the tool `list`, are both \
           `weather_alerts_list` there: one hides the other, or the client refuses both. The tools that every server has are \
           not looked at.\n\nRename one of the two tools in its `server.toml`.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let mut taken: BTreeMap<String, (&Summary, &str)> = BTreeMap::new();
    let mut said = Vec::new();
    for server in fleet.servers {
        for tool in &server.tools {
            // A client knows a server by the name that somebody configured: mostly its id, or that without `_v2`.
            for known_as in [Some(&server.id), server.name.as_ref()].into_iter().flatten() {
                for flat in flattened(known_as, tool) {
                    let (first, its) = *taken.entry(flat.clone()).or_insert((server, tool));
                    let pair = (first.id.as_str(), its, server.id.as_str(), tool.as_str());
                    // Copies of one server have a rule of their own.
                    if first.id == server.id || first.name == server.name || said.contains(&pair) {
                        continue;
                    }
                    said.push(pair);
                    let place = Place { path: join(&server.folder, "server.toml"), span: None, source: None };
                    let message = format!(
                        "clients may call both {} of {} and {} of {} {}",
                        quote(tool),
                        quote(&server.id),
                        quote(its),
                        quote(&first.id),
                        quote(&flat)
                    );
                    let finding = out.add(place, message);
                    finding.server = Some(server.id.clone());
                    finding.help("rename one of the tools in its `server.toml`, then `mcpgen check --fix`");
                }
            }
        }
    }
}
