//! From claims and what was decided about them to a registry.
//!
//! Knows the order: who keeps a port comes before who is given one, and nobody is given a port that some file names.
//! What the registry has already stays as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::name::fold;
use crate::ports::allocate::check_id;
use crate::ports::registry::{Ports, Reserved, Server, Status};
use crate::spec::PortRequest;
use crate::text::quote;

use super::claims::Claim;
use super::conflicts::{Candidate, is_v1};
use super::layout::Layout;

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
pub(super) struct Builder<'a> {
    pub ports: Ports,
    layout: &'a Layout,
    before: &'a Ports,
    /// Who holds which port.
    holders: HashMap<u16, String>,
    /// The ports that some file names: something may still call there.
    named: BTreeSet<u16>,
}

/// Makes the registry.
///
/// # Errors
///
/// Everything that is wrong with the decisions: a sentence each, behind the folded name of the server.
pub(super) fn build(
    before: &Ports,
    candidates: &[Candidate],
    layout: &Layout,
    decisions: &BTreeMap<String, Decision>,
    date: &str,
) -> Result<Ports, Vec<(String, String)>> {
    let mut builder = Builder::new(before, candidates, layout);
    let mut errors = Vec::new();
    let of = |candidate: &Candidate| decisions.get(&candidate.key).cloned();
    for candidate in candidates {
        let Some(decision) = of(candidate) else { continue };
        let done = match decision.action {
            Action::Keep => builder.keep(candidate, &decision),
            Action::Release => builder.release(candidate, &decision),
            Action::Move | Action::Drop => continue,
        };
        errors.extend(done.err().map(|error| (candidate.key.clone(), error)));
    }
    builder.order();
    for candidate in candidates {
        let Some(decision) = of(candidate).filter(|decision| decision.action == Action::Move) else { continue };
        let homes = match &decision.range {
            Some(range) => vec![range.clone()],
            None => layout.homes(candidate.claims.first(), before),
        };
        if let Err(error) = builder.settle(candidate, &decision, &homes, date) {
            errors.push((candidate.key.clone(), error));
        }
    }
    if errors.is_empty() { Ok(builder.ports) } else { Err(errors) }
}

impl<'a> Builder<'a> {
    pub fn new(before: &'a Ports, candidates: &[Candidate], layout: &'a Layout) -> Self {
        let mut ports = before.clone();
        ports.ranges.extend(layout.ranges.iter().cloned());
        ports.reserved.extend(layout.reserved.iter().cloned());
        let living = before.servers().iter().filter(|server| server.lives());
        let holders = living.flat_map(|server| server.ports().map(|port| (port, server.id.clone()))).collect();
        let claims = candidates.iter().flat_map(|candidate| &candidate.claims);
        let named = claims.flat_map(|claim| claim.port.clone().ok().into_iter().chain(claim.health)).collect();
        Self { ports, layout, before, holders, named }
    }

    /// Puts those who have a port in order, once for all of them: before anybody is given one.
    pub fn order(&mut self) {
        self.ports.servers.sort_by(|a, b| (a.port, &a.id).cmp(&(b.port, &b.id)));
    }

    /// A server that has its port.
    pub fn keep(&mut self, candidate: &Candidate, decision: &Decision) -> Result<(), String> {
        let port = decision.port.ok_or("is to keep a port, and `port` does not say which")?;
        if let Some(known) = self.before.by_name(&decision.id).filter(|server| server.lives()) {
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
            if port == 0 {
                return Err("cannot have port 0, which stands for any free one".into());
            }
            if let Some(other) = self.holders.get(&port) {
                let held = if self.before.by_name(other).is_some_and(Server::lives) {
                    "belongs, in the registry,"
                } else {
                    "is kept"
                };
                let for_whom = if held.starts_with('b') { "to" } else { "for" };
                return Err(format!(
                    "cannot have port {port}: it {held} {for_whom} {}\n  help: one of the two has to move or be dropped",
                    quote(other)
                ));
            }
        }
        for port in [Some(port), health].into_iter().flatten() {
            self.holders.insert(port, decision.id.clone());
        }
        let claim = claim_of(candidate, port);
        let is_legacy = is_v1(port, self.before) || claim.is_some_and(|claim| claim.status == Status::Legacy);
        let status = if is_legacy { Status::Legacy } else { Status::Active };
        self.put(candidate, decision, Server { health_port: health, ..server(&decision.id, port, status, claim) });
        Ok(())
    }

    /// A server that is gone.
    pub fn release(&mut self, candidate: &Candidate, decision: &Decision) -> Result<(), String> {
        let port = decision.port.ok_or("is to be released, and `port` does not say which port it had")?;
        if let Some(known) = self.before.by_name(&decision.id) {
            return if known.lives() {
                Err("lives in the registry, which keeps its own\n  help: drop it here, and use `mcpgen ports release`"
                    .into())
            } else {
                Ok(())
            };
        }
        self.fits(candidate, decision)?;
        let gone = candidate.claims.iter().find(|claim| claim.status == Status::Released && claim.port == Ok(port));
        let mut server = server(&decision.id, port, Status::Released, gone.or(claim_of(candidate, port)));
        server.released = gone.and_then(|claim| claim.released.clone());
        self.put(candidate, decision, server);
        Ok(())
    }

    /// A server that gets a free port of the first of these ranges that has one; the range.
    pub fn settle(
        &mut self,
        candidate: &Candidate,
        decision: &Decision,
        homes: &[String],
        date: &str,
    ) -> Result<String, String> {
        if let Some(known) = self.before.by_name(&decision.id).filter(|server| server.lives()) {
            return Ok(known.range.clone().unwrap_or_default());
        }
        self.fits(candidate, decision)?;
        let mut last = "cannot move: there is no range".to_owned();
        for avoid in [true, false] {
            for home in homes {
                let mut trial = self.ports.clone();
                trial.servers.retain(|server| fold(&server.id) != fold(&decision.id));
                if avoid {
                    let reserve = |&port| Reserved { start: port, end: port, reason: None, extra: Vec::new() };
                    trial.reserved.extend(self.named.iter().map(reserve));
                }
                match trial.allocate(&decision.id, &PortRequest::Range(home.clone()), date) {
                    Ok(allocation) => {
                        self.holders.insert(allocation.port, decision.id.clone());
                        trial.reserved.truncate(self.ports.reserved.len());
                        self.ports = trial;
                        if let Some(description) = candidate.live().find_map(|claim| claim.description.as_deref()) {
                            self.ports.describe(&decision.id, description);
                        }
                        return Ok(home.clone());
                    }
                    Err(error) => last = format!("cannot move: {error}"),
                }
            }
        }
        Err(last)
    }

    /// Whether the id can be one, and is nobody else's.
    fn fits(&self, candidate: &Candidate, decision: &Decision) -> Result<(), String> {
        check_id(&decision.id).map_err(|error| format!("{error}\n  help: set `id` to one that can"))?;
        if fold(&decision.id) != candidate.key && self.ports.by_name(&decision.id).is_some() {
            return Err(format!("cannot be called {}: another server is", quote(&decision.id)));
        }
        Ok(())
    }

    fn put(&mut self, candidate: &Candidate, decision: &Decision, mut server: Server) {
        let claim = claim_of(candidate, server.port);
        server.range = self.layout.range_of(claim, server.port, self.before);
        if self.before.by_name(&decision.id).is_some() {
            // A tombstone of the same name makes room for what lives again.
            let folded = fold(&decision.id);
            self.ports.servers.retain(|other| fold(&other.id) != folded);
        }
        self.ports.servers.push(server);
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
