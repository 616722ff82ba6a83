//! What editors and agents are told of some servers of the fleet and not of others.

use std::slice;

use super::complete;
use crate::check::deployment::{Kind, of_kind, scalars};
use crate::check::document::Node;
use crate::check::finding::{Findings, Severity};
use crate::check::roster::{Roster, hosts, is_loopback};
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;

pub static RULE: Rule = Rule {
    id: "MCP906",
    name: "missing-in-client-config",
    severity: Severity::Warning,
    summary: "a client's configuration has servers of the fleet, and not all of them",
    docs: "What is not in a client's configuration cannot be called from there: whoever opens the repository in that editor does \
           not learn that the server exists.\n\nAdd the server with its URL, `http://127.0.0.1:PORT/mcp`, or with the \
           command `NAME --stdio`. Where a client should not have all servers, a waiver says why.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let documents = of_kind(fleet, Kind::Clients);
    if documents.is_empty() {
        return;
    }
    let roster = Roster::new(fleet.servers);
    // Each file is for another client.
    for document in &documents {
        complete(
            slice::from_ref(document),
            &roster,
            |document, listed| {
                for (name, client) in document.list.entries() {
                    listed.certain.extend(name.word().and_then(|name| roster.certain(name)));
                    listed.there.extend(name.word().and_then(|name| roster.probable(name)));
                    for key in ["command", "args", "url", "serverUrl", "httpUrl"] {
                        let Some(value) = client.get(key) else { continue };
                        scalars(value, &mut |node: &Node| {
                            let text = node.word().unwrap_or_default();
                            listed.certain.extend(roster.certain_in(text));
                            let here = hosts(text).into_iter().filter(|host| is_loopback(host.host));
                            listed.certain.extend(here.filter_map(|host| roster.by_port(host.port)));
                        });
                    }
                }
            },
            "the client's configuration",
            "add it, with its URL or with the command that starts it",
            out,
        );
    }
}
