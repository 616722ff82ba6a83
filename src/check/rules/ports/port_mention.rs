//! A place that says another port than the registry.

use std::collections::BTreeMap;

use super::mentions::{self, Mention};
use super::port_of;
use crate::check::deployment::{Deployed, Kind, of_kind, runs, scalars};
use crate::check::document::Node;
use crate::check::finding::{Findings, Severity};
use crate::check::roster::{Roster, hosts, is_loopback};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, FleetView, ServerView, State};
use crate::text::{count, quote};
use crate::tree::Owner;

pub static RULE: Rule = Rule {
    id: "MCP503",
    name: "port-mention",
    severity: Severity::Error,
    summary: "code, an image, a document or a configuration says another port than the registry",
    docs: "A server has one port, and the registry has it. Where the code, the Dockerfile, the README, a compose file, a scrape \
           configuration or a client's configuration say another, something is not reached, or not watched.\n\nWrite the \
           registry's port there. Where a file is Owned and differs in nothing else, `mcpgen check --fix` does.",
    check: Check::Both(check_server, check_fleet),
};

fn check_server(server: &ServerView<'_>, out: &mut Findings) {
    let Some(port) = port_of(server) else { return };
    // Where all files say the port that they were rendered with, another rule says that the registry has moved the server.
    let rendered = server.rendered().and_then(|record| record.inputs.port).filter(|rendered| *rendered != port);
    let rendered = rendered.map(|rendered| rendered.to_string());
    let says_what = match server.registered() {
        Some(_) => format!("the registry gives {} port `{port}`", quote(server.id)),
        None => format!("{} was rendered with `{port}`", quote(server.id)),
    };
    for file in server.files.suspects().filter(|file| speaks_of_it(server, file)) {
        let mut by_number: BTreeMap<String, (Mention, usize)> = BTreeMap::new();
        for mention in mentions::others(file, port).into_iter().filter(|it| Some(&it.says) != rendered.as_ref()) {
            by_number.entry(mention.says.clone()).and_modify(|(_, more)| *more += 1).or_insert((mention, 0));
        }
        for (says, (first, more)) in by_number {
            let places = if more == 0 { String::new() } else { format!(" here and in {}", count(more, "more place")) };
            let message = format!("{} says port {}{places}, and {says_what}", quote(file.path), quote(&says));
            let finding = out.add(first.place, message);
            match mentions::mended(file, &says, port) {
                Some(expected) => {
                    finding.help(format!("`mcpgen check --fix` writes `{port}`")).fix(file.full_path(), Some(expected))
                }
                None => finding.help(format!("write `{port}`")),
            };
        }
    }
}

/// Whether a port in a file is the server's: of a server of ours, what is rendered; of any other crate, what it serves by.
fn speaks_of_it(server: &ServerView<'_>, file: &FileView<'_>) -> bool {
    file.state != State::Outdated && (file.owner == Some(Owner::Owned) || !server.is_ours())
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    let files: Vec<_> = [Kind::Compose, Kind::Scrape, Kind::Clients].map(|kind| (kind, of_kind(fleet, kind))).into();
    if files.iter().all(|(_, files)| files.is_empty()) {
        return;
    }
    let roster = Roster::new(fleet.servers);
    let ranges = |port: u16| {
        fleet.registry.ports.is_some_and(|ports| ports.range_of(port).is_some() || ports.by_port(port).is_some())
    };
    let mut seen = Seen { roster: &roster, is_managed: &ranges, out };
    for (kind, files) in &files {
        for deployed in files {
            match kind {
                Kind::Compose => seen.compose(deployed),
                Kind::Scrape => seen.scrape(deployed),
                _ => seen.clients(deployed),
            }
        }
    }
}

/// What looks at the files of a fleet.
struct Seen<'s> {
    roster: &'s Roster<'s>,
    /// Whether the registry has a say in a port.
    is_managed: &'s dyn Fn(u16) -> bool,
    out: &'s mut Findings,
}

impl Seen<'_> {
    /// The ports that services publish, listen on and call others at.
    fn compose(&mut self, deployed: &Deployed<'_, '_>) {
        for (name, service) in deployed.list.entries() {
            let key = name.word().unwrap_or_default();
            let index = self.roster.certain(key).or_else(|| runs(service).find_map(|it| self.roster.certain(it)));
            if let Some(index) = index {
                self.service(deployed.file, service, index);
            }
            for (key, value) in service.entries().filter(|(key, _)| key.word() != Some("image")) {
                let own = index.filter(|_| key.word() == Some("healthcheck"));
                self.addresses(deployed.file, value, own);
            }
        }
    }

    fn service(&mut self, file: &FileView<'_>, service: &Node, index: usize) {
        let Some(port) = self.roster.servers[index].port else { return };
        if let Some((node, says)) = service.get("environment").and_then(port_variable) {
            self.say(file, node, index, says, "in `PORT`");
        }
        let published: Vec<(&Node, Option<u16>, Option<u16>)> =
            service.get("ports").into_iter().flat_map(Node::items).map(mapping).collect();
        let is_published = published.iter().any(|(_, _, target)| target.is_none_or(|target| target == port));
        for (node, host, target) in published {
            if !is_published && let Some(target) = target {
                self.say(file, node, index, target, "in the container");
            } else if target == Some(port)
                && let Some(host) = host.filter(|host| *host != port && (self.is_managed)(*host))
            {
                self.say(file, node, index, host, "on the machine");
            }
        }
        let exposed: Vec<_> =
            service.get("expose").into_iter().flat_map(Node::items).map(|it| (it, number(it))).collect();
        if exposed.iter().all(|(_, says)| says.is_some_and(|says| says != port)) {
            for (node, says) in exposed {
                self.say(file, node, index, says.unwrap_or_default(), "in the container");
            }
        }
    }

    /// The targets that are scraped: by the name of a server, or by an address in a job that has its name.
    fn scrape(&mut self, deployed: &Deployed<'_, '_>) {
        for config in deployed.list.items() {
            // A job that has the name of a server alone may scrape what that server wraps.
            let job = config.get("job_name").and_then(Node::word).and_then(|job| self.roster.certain(job));
            for list in config.get("static_configs").into_iter().flat_map(Node::items) {
                let mut labels = list.get("labels").into_iter().flat_map(Node::entries);
                let label = labels.find_map(|(_, label)| self.roster.certain(label.word()?));
                if let Some(targets) = list.get("targets") {
                    self.addresses(deployed.file, targets, label.or(job));
                }
            }
        }
    }

    /// The addresses that clients are told: by the name of a server, or of this machine.
    fn clients(&mut self, deployed: &Deployed<'_, '_>) {
        for (name, client) in deployed.list.entries() {
            let own = name.word().and_then(|name| self.roster.probable(name));
            for key in ["url", "serverUrl", "httpUrl", "args"] {
                if let Some(value) = client.get(key) {
                    self.addresses(deployed.file, value, own);
                }
            }
        }
    }

    /// The ports behind names of servers, and behind this machine's where that means a server.
    fn addresses(&mut self, file: &FileView<'_>, node: &Node, own: Option<usize>) {
        let mut found = Vec::new();
        scalars(node, &mut |node| {
            for host in hosts(node.word().unwrap_or_default()) {
                let index = if is_loopback(host.host) { own } else { self.roster.certain(host.name()) };
                found.extend(index.map(|index| (node, index, host.port)));
            }
        });
        for (node, index, says) in found {
            self.say(file, node, index, says, "");
        }
    }

    fn say(&mut self, file: &FileView<'_>, node: &Node, index: usize, says: u16, how: &str) {
        let server = &self.roster.servers[index];
        let Some(port) = server.port.filter(|port| *port != says) else { return };
        let how = if how.is_empty() { String::new() } else { format!(" {how}") };
        let message =
            format!("{} gives {} port `{says}`{how}, and it has `{port}`", quote(file.path), quote(&server.id));
        let finding = self.out.add(file.bytes(node.span.clone()), message);
        finding.help(format!("write `{port}`"));
        if let Some(expected) = mentions::mended(file, &says.to_string(), port) {
            finding.fix(file.full_path(), Some(expected));
        }
    }
}

/// The setting `PORT` among variables of an environment, which are a map or a list.
fn port_variable(environment: &Node) -> Option<(&Node, u16)> {
    if let Some(value) = environment.get("PORT") {
        return Some((value, number(value)?));
    }
    let set = |item: &Node| item.word()?.strip_prefix("PORT=")?.parse().ok();
    environment.items().iter().find_map(|item| Some((item, set(item)?)))
}

/// The ports of the machine and of the container in `9004:9004`, as far as they are numbers.
fn mapping(node: &Node) -> (&Node, Option<u16>, Option<u16>) {
    let Some(word) = node.word() else {
        let part = |key| node.get(key).and_then(number);
        return (node, part("published"), part("target"));
    };
    let mut parts = word.split('/').next().unwrap_or(word).rsplit(':');
    let target = parts.next().and_then(|part| part.parse().ok());
    (node, parts.next().and_then(|part| part.parse().ok()), target)
}

fn number(node: &Node) -> Option<u16> {
    node.word()?.split('/').next()?.parse().ok()
}
