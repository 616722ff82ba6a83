//! From claims and what was decided about them to a registry.
//!
//! Knows the order: who keeps a port comes before who is given one, and nobody is given a port that some file names.
//! What the registry has already stays as it is, and no name is given twice.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::name::fold;
use crate::ports::allocate::check_id;
use crate::ports::registry::{Ports, Range, Server, Status};
use crate::spec::PortRequest;
use crate::text::{all_of, quote};

use super::claims::Claim;
use super::contradictions::{Candidate, is_v1};
use super::layout::{Layout, Rooms};

/// What becomes of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It has the port that is named.
    Keep,
    /// It gets a free one.
    Move,
    /// It is left out.
    Drop,
    /// It is gone, and its port is kept from being reused.
    Release,
}

impl Action {
    pub(super) const ALL: [Self; 4] = [Self::Keep, Self::Move, Self::Drop, Self::Release];

    /// As it stands in a resolution file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Move => "move",
            Self::Drop => "drop",
            Self::Release => "release",
        }
    }
}

/// What was decided about a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub action: Action,
    /// The port that it keeps or leaves.
    pub port: Option<u16>,
    /// Its port for health checks.
    pub health: Option<u16>,
    /// The range that it moves to.
    pub range: Option<String>,
    /// Its id.
    pub id: String,
    /// Why this is proposed; empty where a person decided.
    pub why: String,
}

/// A registry that is being made.
///
/// Files have thousands of entries, and all of them may have to move: whatever is asked for each is kept in a table.
pub(super) struct Builder<'a> {
    layout: &'a Layout,
    before: &'a Ports,
    /// What the registry has already, by folded name.
    known: HashMap<String, &'a Server>,
    /// Who holds which port.
    holders: HashMap<u16, Holder>,
    /// The ports that can be given: in no reservation, of no server, and named by no file, for something may still call
    /// there.
    free: BTreeSet<u16>,
    /// The ranges, and which of them are known to be full.
    rooms: Rooms<'a>,
    /// The servers that were made, and the folded names of those whose place they take.
    made: Vec<Server>,
    replaced: HashSet<String>,
}

/// Who holds a port.
struct Holder {
    id: String,
    is_of_registry: bool,
}

/// Makes the registry.
///
/// # Errors
///
/// Everything that is wrong with the decisions: a sentence each, behind the folded name of the server.
pub(super) fn build(
    before: &Ports,
    candidates: &[Candidate],
    named: &BTreeSet<u16>,
    layout: &Layout,
    decisions: &BTreeMap<String, Decision>,
    date: &str,
) -> Result<Ports, Vec<(String, String)>> {
    let mut builder = Builder::new(before, named, layout);
    let second = second_uses(candidates, decisions);
    let decided: Vec<(&Candidate, &Decision)> = candidates
        .iter()
        .filter(|candidate| !second.contains_key(&candidate.key))
        .filter_map(|candidate| Some((candidate, decisions.get(&candidate.key)?)))
        .collect();
    let mut errors: Vec<(String, String)> = second.into_iter().collect();
    for (candidate, decision) in &decided {
        let done = match decision.action {
            Action::Keep => builder.keep(candidate, decision),
            Action::Release => builder.release(candidate, decision),
            Action::Move => builder.keep_health(decision),
            Action::Drop => continue,
        };
        errors.extend(done.err().map(|error| (candidate.key.clone(), error)));
    }
    for (candidate, decision) in decided.iter().filter(|(_, decision)| decision.action == Action::Move) {
        if let Err(error) = builder.settle(candidate, decision, date) {
            errors.push((candidate.key.clone(), error));
        }
    }
    if errors.is_empty() { Ok(builder.finish()) } else { Err(errors) }
}

/// Who would be given a name that another has, with what is wrong about it. To be blamed is whoever would be called
/// otherwise than the files call it.
fn second_uses(candidates: &[Candidate], decisions: &BTreeMap<String, Decision>) -> BTreeMap<String, String> {
    let mut users: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for candidate in candidates {
        if let Some(decision) = decisions.get(&candidate.key).filter(|decision| decision.action != Action::Drop) {
            users.entry(fold(&decision.id)).or_default().push((&candidate.key, &decision.id));
        }
    }
    let mut second = BTreeMap::new();
    for (folded, users) in users.iter().filter(|(_, users)| users.len() > 1) {
        let first = users.iter().find(|(key, _)| key == folded).unwrap_or(&users[0]).0;
        for (key, id) in users.iter().filter(|(key, _)| *key != first) {
            let why = format!(
                "cannot be called {}: {} is called so already\n  help: give one of the two another `id`",
                quote(id),
                quote(first)
            );
            second.insert((*key).to_owned(), why);
        }
    }
    second
}

impl<'a> Builder<'a> {
    pub fn new(before: &'a Ports, named: &BTreeSet<u16>, layout: &'a Layout) -> Self {
        let living = before.servers().iter().filter(|server| server.lives());
        let holder = |server: &Server| Holder { id: server.id.clone(), is_of_registry: true };
        let holders = living.flat_map(|server| server.ports().map(|port| (port, holder(server)))).collect();
        let mut is_free = vec![true; 1 << 16];
        is_free[0] = false;
        for reserved in before.reserved().iter().chain(&layout.reserved) {
            is_free[usize::from(reserved.start)..=usize::from(reserved.end)].fill(false);
        }
        for port in before.servers().iter().flat_map(Server::ports).chain(named.iter().copied()) {
            is_free[usize::from(port)] = false;
        }
        Self {
            layout,
            before,
            known: before.servers().iter().map(|server| (fold(&server.id), server)).collect(),
            holders,
            free: (1..=u16::MAX).filter(|&port| is_free[usize::from(port)]).collect(),
            rooms: Rooms::new(layout, before),
            made: Vec::new(),
            replaced: HashSet::new(),
        }
    }

    /// The registry that was made.
    pub fn finish(self) -> Ports {
        let mut ports = self.before.clone();
        ports.ranges.extend(self.layout.ranges.iter().cloned());
        ports.reserved.extend(self.layout.reserved.iter().cloned());
        if !self.replaced.is_empty() {
            ports.servers.retain(|server| !self.replaced.contains(&fold(&server.id)));
        }
        ports.servers.extend(self.made);
        ports.servers.sort_by(|a, b| (a.port, &a.id).cmp(&(b.port, &b.id)));
        ports
    }

    /// What the registry has of this name, if that lives.
    fn living(&self, id: &str) -> Option<&'a Server> {
        self.known.get(&fold(id)).copied().filter(|server| server.lives())
    }

    /// A server that has its port.
    pub fn keep(&mut self, candidate: &Candidate, decision: &Decision) -> Result<(), String> {
        let port = decision.port.ok_or("is to keep a port, and `port` does not say which")?;
        if let Some(known) = self.living(&decision.id) {
            if known.port == port {
                return Ok(());
            }
            return Err(format!(
                "has port {} in the registry, which keeps its own: it cannot keep {port}\n  help: say `port = {}`, or `do = \"drop\"` to leave the files' claim out",
                known.port, known.port
            ));
        }
        self.fits(candidate, decision)?;
        let health = decision.health.filter(|&health| health != port);
        for port in [Some(port), health].into_iter().flatten() {
            self.unheld(port)?;
        }
        for port in [Some(port), health].into_iter().flatten() {
            self.hold(port, &decision.id);
        }
        let claim = claim_of(candidate, port);
        let is_legacy =
            is_v1(&decision.id, port, self.before) || claim.is_some_and(|claim| claim.status == Status::Legacy);
        let status = if is_legacy { Status::Legacy } else { Status::Active };
        self.put(claim, Server { health_port: health, ..server(&decision.id, port, status, claim) });
        Ok(())
    }

    /// A server that is gone.
    pub fn release(&mut self, candidate: &Candidate, decision: &Decision) -> Result<(), String> {
        let port = decision.port.ok_or("is to be released, and `port` does not say which port it had")?;
        if let Some(known) = self.known.get(&fold(&decision.id)) {
            return if known.lives() {
                Err("lives in the registry, which keeps its own\n  help: drop it here, and use `mcpgen ports release`"
                    .into())
            } else {
                Ok(())
            };
        }
        self.fits(candidate, decision)?;
        let gone = candidate.claims.iter().find(|claim| claim.status == Status::Released && claim.port == Ok(port));
        let claim = gone.or(claim_of(candidate, port));
        let mut server = server(&decision.id, port, Status::Released, claim);
        server.released = gone.and_then(|claim| claim.released.clone());
        self.free.remove(&port);
        self.put(claim_of(candidate, port), server);
        Ok(())
    }

    /// The health port of a server that moves: it stays where it is, and nobody who moves may get it.
    pub fn keep_health(&mut self, decision: &Decision) -> Result<(), String> {
        let Some(health) = decision.health.filter(|_| self.living(&decision.id).is_none()) else { return Ok(()) };
        self.unheld(health)?;
        self.hold(health, &decision.id);
        Ok(())
    }

    /// A server that gets a free port, of the range that was decided or of the nearest that has one; the range. Its health
    /// port is held already.
    pub fn settle(&mut self, candidate: &Candidate, decision: &Decision, date: &str) -> Result<String, String> {
        if let Some(known) = self.living(&decision.id) {
            return Ok(known.range.clone().unwrap_or_default());
        }
        self.fits(candidate, decision)?;
        let range = match &decision.range {
            Some(name) => self.rooms.named(name).ok_or_else(|| {
                let known: Vec<&str> = self.layout.all(self.before).map(|range| range.name.as_str()).take(20).collect();
                let help =
                    if known.is_empty() { String::new() } else { format!("\n  help: it has {}", all_of(&known)) };
                format!("cannot move: the registry has no range {}{help}", quote(name))
            })?,
            None => self
                .rooms
                .nearest(candidate.claims.first(), &self.free)
                .ok_or("cannot move: no range has a free port that none of the files names")?,
        };
        let port = self.free_port(&decision.id, range).ok_or_else(|| {
            format!(
                "cannot move: range {} ({}–{}) has no free port that none of the files names\n  help: name another `range`",
                quote(&range.name),
                range.start,
                range.end
            )
        })?;
        self.hold(port, &decision.id);
        let mut server = server(&decision.id, port, Status::Active, None);
        server.health_port = decision.health;
        server.range = Some(range.name.clone());
        server.description = candidate.live().find_map(|claim| claim.description.clone());
        server.allocated = Some(date.to_owned());
        self.add(server);
        Ok(range.name.clone())
    }

    /// The port that `mcpgen ports allocate` would try first, or the next that can be given.
    fn free_port(&self, id: &str, range: &Range) -> Option<u16> {
        // What a registry with nothing but the range gives is the first try: where that is, is known there alone.
        let mut alone = Ports { ranges: vec![range.clone()], reserved: vec![], servers: vec![], extra: vec![] };
        let first = alone.allocate(id, &PortRequest::Range(range.name.clone()), "").ok()?.port;
        let after = self.free.range(first..=range.end).next();
        after.or_else(|| self.free.range(range.start..first).next()).copied()
    }

    /// Whether the id can be one, and is nobody else's in the registry.
    fn fits(&self, candidate: &Candidate, decision: &Decision) -> Result<(), String> {
        check_id(&decision.id).map_err(|error| format!("{error}\n  help: set `id` to one that can"))?;
        let folded = fold(&decision.id);
        if folded != candidate.key && self.known.contains_key(&folded) {
            return Err(format!("cannot be called {}: another server is called so already", quote(&decision.id)));
        }
        Ok(())
    }

    /// Whether a port can be had, as far as servers go.
    fn unheld(&self, port: u16) -> Result<(), String> {
        if port == 0 {
            return Err("cannot have port 0, which stands for any free one".into());
        }
        let Some(Holder { id, is_of_registry }) = self.holders.get(&port) else { return Ok(()) };
        let held = if *is_of_registry { "belongs, in the registry, to" } else { "is kept for" };
        Err(format!(
            "cannot have port {port}: it {held} {}\n  help: one of the two has to move or be dropped",
            quote(id)
        ))
    }

    fn hold(&mut self, port: u16, id: &str) {
        self.free.remove(&port);
        self.holders.insert(port, Holder { id: id.to_owned(), is_of_registry: false });
    }

    fn put(&mut self, claim: Option<&Claim>, mut server: Server) {
        server.range = self.layout.range_of(claim, server.port, self.before);
        self.add(server);
    }

    fn add(&mut self, server: Server) {
        let folded = fold(&server.id);
        if self.known.contains_key(&folded) {
            // A tombstone of the same name makes room for what lives again.
            self.replaced.insert(folded);
        }
        self.made.push(server);
    }
}

fn claim_of(candidate: &Candidate, port: u16) -> Option<&Claim> {
    candidate.live().chain(&candidate.claims).find(|claim| claim.port == Ok(port))
}

fn server(id: &str, port: u16, status: Status, claim: Option<&Claim>) -> Server {
    Server {
        id: id.to_owned(),
        port,
        health_port: None,
        range: None,
        status,
        description: claim.and_then(|claim| claim.description.clone()),
        allocated: claim.and_then(|claim| claim.allocated.clone()),
        released: None,
        extra: Vec::new(),
    }
}
