//! A scrape configuration that has some servers of the fleet and not others.

use super::complete;
use crate::check::deployment::{Kind, of_kind, scalars};
use crate::check::document::Node;
use crate::check::finding::{Findings, Severity};
use crate::check::roster::Roster;
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;

pub static RULE: Rule = Rule {
    id: "MCP904",
    name: "missing-in-scrape-config",
    severity: Severity::Error,
    summary: "Prometheus is told to scrape servers of the fleet, and not all of them",
    docs: "Nobody sees how a server does that is not scraped, and no alert is raised for it. A configuration that discovers \
           targets by itself, other than by names in DNS, is not looked at.\n\nAdd a target, `NAME:PORT`, to the job of \
           the other servers; metrics are at `/metrics`.",
    check: Check::Fleet(check),
};

/// Lists of targets that are written down.
const STATIC: &[&str] = &["static_configs", "dns_sd_configs"];

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let mut documents = of_kind(fleet, Kind::Scrape);
    documents.retain(|document| {
        let is_discovery = |key: &str| key.ends_with("_sd_configs") && !STATIC.contains(&key);
        let mut keys = document.list.items().iter().flat_map(Node::entries).filter_map(|(key, _)| key.word());
        !keys.any(is_discovery) && document.root.get("scrape_config_files").is_none()
    });
    if documents.is_empty() {
        return;
    }
    let roster = Roster::new(fleet.servers);
    complete(
        &documents,
        &roster,
        |document, listed| {
            scalars(document.list, &mut |node| {
                let word = node.word().unwrap_or_default();
                listed.certain.extend(roster.certain_in(word));
                listed.there.extend(roster.probable_in(word));
            });
        },
        "the scrape configuration",
        "add it to the targets, with its port",
        out,
    );
}
