//! A file that names a server that is not in the fleet.

use std::collections::{BTreeSet, HashMap};

use super::workflow::{each_in_matrix, workflows};
use crate::check::deployment::{Deployed, Kind, of_kind, runs, scalars};
use crate::check::document::Node;
use crate::check::finding::{Findings, Severity};
use crate::check::roster::{Roster, hosts};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, FleetView};
use crate::name::fold;
use crate::ports::Ports;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP907",
    name: "unknown-server",
    severity: Severity::Error,
    summary: "CI, compose, scrape or client configuration name a server that the fleet does not have",
    docs: "A server was removed or renamed, and a file still has it: CI fails on it, a container is started that nobody \
           maintains, a target is down for ever. Only names as mcpgen gives them are looked at (`NAME_v2`, `NAME-v2`), in \
           files that name servers of the fleet; one that the registry says lives elsewhere is fine.\n\nTake it out of the \
           file, or restore the server from version control.",
    check: Check::Fleet(check),
};

/// What looks at the files.
struct Seen<'s> {
    roster: Roster<'s>,
    /// Whether a server lives, by its id in one spelling: what the registry says.
    lives: HashMap<String, bool>,
    /// What was told, by file and name.
    told: BTreeSet<(String, String)>,
    out: &'s mut Findings,
}

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let workflows = workflows(fleet);
    let deployed = [Kind::Compose, Kind::Scrape, Kind::Clients].map(|kind| of_kind(fleet, kind));
    if workflows.is_empty() && deployed.iter().all(Vec::is_empty) {
        return;
    }
    let [services, targets, clients] = deployed;
    let roster = Roster::new(fleet.servers);
    let known = fleet.registry.ports.into_iter().flat_map(Ports::servers);
    let lives = known.map(|known| (fold(&known.id), known.lives())).collect();
    let mut seen = Seen { roster, lives, told: BTreeSet::new(), out };
    for workflow in &workflows {
        for (_, matrix) in &workflow.matrices {
            // An axis that has servers of the fleet has nothing else.
            let mut axes = BTreeSet::new();
            let has_server = |node: &Node| node.word().is_some_and(|word| seen.roster.certain(word).is_some());
            each_in_matrix(matrix, &mut |axis, node| axes.extend(has_server(node).then_some(axis)));
            each_in_matrix(matrix, &mut |axis, node| {
                seen.say_unless_elsewhere(workflow.file, node, node.word().filter(|_| axes.contains(axis)));
            });
        }
    }
    seen.services(&services, fleet.settings.images.registry.trim_end_matches('/'));
    seen.released(targets.iter().chain(&clients));
}

impl Seen<'_> {
    /// Services that are built from a folder of the fleet, or that have an image as mcpgen names them.
    fn services(&mut self, documents: &[Deployed<'_, '_>], registry: &str) {
        for document in documents {
            let mut names = document.list.entries().filter_map(|(name, _)| name.word());
            if !names.any(|name| self.roster.certain(name).is_some()) {
                continue;
            }
            for (name, service) in document.list.entries() {
                let image = service.get("image").and_then(Node::word).unwrap_or_default();
                let is_ours = match image.rsplit_once('/') {
                    Some((before, _)) => before == registry,
                    None => registry.is_empty() && !image.is_empty(),
                };
                if service.get("build").is_some() || is_ours {
                    let unknown = runs(service).find(|word| self.roster.is_unknown(word));
                    self.say_unless_elsewhere(document.file, name, unknown);
                }
            }
        }
    }

    /// Servers that the registry says are gone, and that are still scraped or offered to clients.
    fn released<'v, 'a: 'v>(&mut self, documents: impl Iterator<Item = &'v Deployed<'v, 'a>>) {
        for document in documents {
            let mut found: Vec<(&Node, String)> = Vec::new();
            let gone = |word: &str| {
                let is_gone = self.roster.is_unknown(word) && self.lives.get(&fold(word)) == Some(&false);
                is_gone.then(|| word.to_owned())
            };
            scalars(document.list, &mut |node| {
                let text = node.word().unwrap_or_default();
                let mut names = hosts(text).into_iter().map(|host| host.name().to_owned()).chain([text.to_owned()]);
                found.extend(names.find_map(|name| Some((node, gone(&name)?))));
            });
            for (node, name) in found {
                self.say(document.file, node, &name);
            }
        }
    }

    /// Says so of a name that is unknown, unless the registry has it as one that lives.
    fn say_unless_elsewhere(&mut self, file: &FileView<'_>, node: &Node, name: Option<&str>) {
        let Some(name) = name.filter(|name| self.roster.is_unknown(name)) else { return };
        if self.lives.get(&fold(name)) != Some(&true) {
            self.say(file, node, name);
        }
    }

    fn say(&mut self, file: &FileView<'_>, node: &Node, name: &str) {
        if self.told.insert((file.full_path(), name.to_owned())) {
            let message = format!("{} names {}, which is no server of the fleet", quote(file.path), quote(name));
            let help = "take it out of the file, or restore the server from version control";
            self.out.add(file.bytes(node.span.clone()), message).help(help);
        }
    }
}
