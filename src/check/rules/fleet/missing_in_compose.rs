//! A compose file that has some servers of the fleet and not others.

use super::complete;
use crate::check::deployment::{Kind, of_kind, runs};
use crate::check::document::Node;
use crate::check::finding::{Findings, Severity};
use crate::check::roster::Roster;
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;

pub static RULE: Rule = Rule {
    id: "MCP903",
    name: "missing-in-compose",
    severity: Severity::Error,
    summary: "a compose or stack file runs servers of the fleet, and not all of them",
    docs: "A server that is in no compose file is built and tested, and never runs. Files of one folder are read together, \
           since one overrides another; a file that includes others is not looked at.\n\nAdd a service with the image, the \
           port and the settings that the server's README names.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let documents = of_kind(fleet, Kind::Compose);
    if documents.is_empty() || documents.iter().any(|document| document.root.get("include").is_some()) {
        return;
    }
    let roster = Roster::new(fleet.servers);
    complete(
        &documents,
        &roster,
        |document, listed| {
            for (name, service) in document.list.entries() {
                let name = name.word().unwrap_or_default();
                let container = service.get("container_name").and_then(Node::word);
                for word in runs(service).chain([name]).chain(container) {
                    listed.certain.extend(roster.certain(word));
                    listed.there.extend(roster.probable(word));
                }
                for port in service.get("ports").into_iter().flat_map(Node::items) {
                    let target = port.get("target").unwrap_or(port);
                    listed.there.extend(roster.probable_in(target.word().unwrap_or_default()));
                }
            }
        },
        "the compose file",
        "add a service for it: its README names image, port and settings",
        out,
    );
}
