//! What contradicts what, among the claims of all files and the registry that there is.
//!
//! Knows names in all their spellings and ports with all their holders. Decides nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::name::fold;
use crate::ports::allocate::check_id;
use crate::ports::registry::{Ports, Server, Status};

use super::claims::{Claim, FileClaims, Place};
use super::words::is_no_name;

/// A kind of contradiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One name has several ports.
    SeveralPorts,
    /// One port has several names.
    SeveralNames,
    /// One name has several spellings.
    Spellings,
    /// A server is said to be gone, and has a port.
    Removed,
    /// A port is reserved.
    Reserved,
    /// What stands for a port is none.
    NoPort,
    /// A name cannot be an id, or is no name.
    NoId,
    /// Ports of one environment are also those of another.
    Environment,
    /// A file says that another has taken its place, and that one cannot be read.
    Stub,
}

impl Kind {
    /// As it stands in machine-readable output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SeveralPorts => "several_ports",
            Self::SeveralNames => "several_names",
            Self::Spellings => "spellings",
            Self::Removed => "removed_but_active",
            Self::Reserved => "reserved",
            Self::NoPort => "no_port",
            Self::NoId => "no_id",
            Self::Environment => "environment",
            Self::Stub => "redirect",
        }
    }

    /// How a heading calls one of them, and several.
    #[must_use]
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::SeveralPorts => ("name with several ports", "names with several ports"),
            Self::SeveralNames => ("port with several names", "ports with several names"),
            Self::Spellings => ("name with several spellings", "names with several spellings"),
            Self::Removed => ("server that is removed but active", "servers that are removed but active"),
            Self::Reserved => ("port that is reserved", "ports that are reserved"),
            Self::NoPort => ("port that is none", "ports that are none"),
            Self::NoId => ("name that cannot be an id", "names that cannot be ids"),
            Self::Environment => ("environment that meets another", "environments that meet another"),
            Self::Stub => ("redirect that was refused", "redirects that were refused"),
        }
    }
}

/// A contradiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Of which kind.
    pub kind: Kind,
    /// What it is about: a name, a port, an environment, a file.
    pub subject: String,
    /// More in words, where the kind and the evidence do not say all.
    pub text: Option<String>,
    /// The servers that have to be decided on, by their folded names.
    pub servers: Vec<String>,
    /// What says so.
    pub evidence: Vec<Evidence>,
}

impl Contradiction {
    /// Whether it is about servers, each of which has to be decided on.
    #[must_use]
    pub fn is_about_servers(&self) -> bool {
        !self.servers.is_empty()
    }
}

/// One side of a contradiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What is claimed there: a port or a name.
    pub what: String,
    /// Where; nothing for the registry.
    pub place: Option<Place>,
    /// The keys around it.
    pub group: String,
}

/// A server that files or the registry know, by whatever they say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its name in the spelling that all of its spellings share.
    pub key: String,
    /// Its spellings, in the order of the files.
    pub spellings: Vec<String>,
    /// What files claim, in their order.
    pub claims: Vec<Claim>,
    /// Where files say that it is gone, and in which list.
    pub gone: Vec<(Place, String)>,
    /// What the registry has.
    pub known: Option<Server>,
}

impl Candidate {
    /// What files claim of it as of something that lives.
    pub fn live(&self) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(|claim| claim.status != Status::Released)
    }

    /// Whether some file says that it is gone.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        !self.gone.is_empty() || self.claims.iter().any(|claim| claim.status == Status::Released)
    }

    /// What the registry has, if that lives.
    #[must_use]
    pub fn held(&self) -> Option<&Server> {
        self.known.as_ref().filter(|server| server.lives())
    }

    /// The distinct ports that are claimed for it, those of the living first.
    #[must_use]
    pub fn ports(&self) -> Vec<u16> {
        let (mut ports, mut seen) = (Vec::new(), HashSet::new());
        let all = self.live().chain(self.claims.iter().filter(|claim| claim.status == Status::Released));
        for port in all.filter_map(|claim| claim.port.clone().ok()) {
            if seen.insert(port) {
                ports.push(port);
            }
        }
        ports
    }

    /// How many claims give it each of its ports.
    #[must_use]
    pub fn votes(&self) -> HashMap<u16, usize> {
        let mut votes = HashMap::new();
        for port in self.claims.iter().filter_map(|claim| claim.port.clone().ok()) {
            *votes.entry(port).or_default() += 1;
        }
        votes
    }

    /// The health port that goes with one of its ports.
    #[must_use]
    pub fn health(&self, port: u16) -> Option<u16> {
        let with = self.claims.iter().filter(|claim| claim.port == Ok(port)).find_map(|claim| claim.health);
        with.or_else(|| self.live().find_map(|claim| claim.health)).filter(|&health| health != port)
    }
}

/// The servers of all files, in the order of the files.
pub(super) fn candidates(files: &[FileClaims], ports: &Ports) -> Vec<Candidate> {
    let known: HashMap<String, &Server> = ports.servers().iter().map(|server| (fold(&server.id), server)).collect();
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut spellings = HashSet::new();
    for claim in files.iter().flat_map(|file| &file.claims) {
        let key = fold(&claim.name);
        let at = *index.entry(key.clone()).or_insert_with(|| {
            let known = known.get(&key).map(|&server| server.clone());
            candidates.push(Candidate { key, spellings: Vec::new(), claims: Vec::new(), gone: Vec::new(), known });
            candidates.len() - 1
        });
        let candidate = &mut candidates[at];
        if spellings.insert(claim.name.as_str()) {
            candidate.spellings.push(claim.name.clone());
        }
        candidate.claims.push(claim.clone());
    }
    for gone in files.iter().flat_map(|file| &file.gone) {
        if let Some(&at) = index.get(&fold(&gone.name)) {
            candidates[at].gone.push((gone.place, gone.list.clone()));
        }
    }
    candidates
}

/// Everything that contradicts something else, by kind.
pub(super) fn find(files: &[FileClaims], candidates: &[Candidate], ports: &Ports) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for candidate in candidates {
        found.extend(several_ports(candidate));
        found.extend(spellings(candidate));
        found.extend(removed(candidate));
        found.extend(no_port(candidate));
        found.extend(no_id(candidate));
        found.extend(reserved(candidate, ports));
    }
    found.extend(several_names(candidates, ports));
    for collision in files.iter().flat_map(|file| &file.collisions) {
        let what = collision.environment.clone();
        let evidence = vec![Evidence { what, place: Some(collision.place), group: "environments".into() }];
        let (subject, text) = (collision.environment.clone(), Some(collision.text.clone()));
        found.push(Contradiction { kind: Kind::Environment, subject, text, servers: Vec::new(), evidence });
    }
    found.sort_by_key(|contradiction| contradiction.kind);
    found
}

fn evidence(what: impl Into<String>, claim: &Claim) -> Evidence {
    Evidence { what: what.into(), place: Some(claim.place), group: claim.group.clone() }
}

fn of_registry(what: impl Into<String>, server: &Server) -> Evidence {
    Evidence { what: what.into(), place: None, group: server.status.to_string() }
}

fn about(kind: Kind, candidate: &Candidate, evidence: Vec<Evidence>) -> Contradiction {
    let servers = vec![candidate.key.clone()];
    Contradiction { kind, subject: candidate.key.clone(), text: None, servers, evidence }
}

fn several_ports(candidate: &Candidate) -> Option<Contradiction> {
    let any_lives = candidate.live().next().is_some();
    let counts = |claim: &&Claim| !any_lives || claim.status != Status::Released;
    let claims =
        || candidate.claims.iter().filter(counts).filter_map(|claim| Some((*claim.port.as_ref().ok()?, claim)));
    let mut ports: BTreeSet<u16> = claims().map(|(port, _)| port).collect();
    ports.extend(candidate.known.as_ref().map(|server| server.port));
    if ports.len() < 2 {
        return None;
    }
    let registry = candidate.known.iter().map(|server| of_registry(server.port.to_string(), server));
    let evidence = registry.chain(claims().map(|(port, claim)| evidence(port.to_string(), claim))).collect();
    Some(about(Kind::SeveralPorts, candidate, evidence))
}

fn spellings(candidate: &Candidate) -> Option<Contradiction> {
    let registry = candidate.known.iter().map(|server| (server.id.as_str(), of_registry(&server.id, server)));
    let claims = candidate.claims.iter().map(|claim| (claim.name.as_str(), evidence(&claim.name, claim)));
    let mut seen = BTreeSet::new();
    let first: Vec<Evidence> =
        registry.chain(claims).filter(|(name, _)| seen.insert(*name)).map(|(_, evidence)| evidence).collect();
    (first.len() > 1).then(|| about(Kind::Spellings, candidate, first))
}

fn removed(candidate: &Candidate) -> Option<Contradiction> {
    let lives = candidate.live().next().is_some();
    let tombstone = candidate.known.as_ref().filter(|server| !server.lives());
    let doubted = || candidate.claims.iter().filter(|claim| claim.is_doubted);
    let gone_in_file = candidate.is_gone() && (lives || candidate.held().is_some() || doubted().next().is_some());
    if !(gone_in_file || (lives && tombstone.is_some())) {
        return None;
    }
    let port = |claim: &Claim| claim.port.as_ref().map_or_else(Clone::clone, u16::to_string);
    let registry =
        candidate.known.iter().map(|server| of_registry(format!("{} {}", server.status, server.port), server));
    let live = candidate.live().chain(doubted()).map(|claim| evidence(format!("active {}", port(claim)), claim));
    let gone = candidate.claims.iter().filter(|claim| claim.status == Status::Released);
    let gone = gone.map(|claim| evidence(format!("removed {}", port(claim)), claim));
    let listed = candidate.gone.iter().map(|(place, list)| Evidence {
        what: "removed".into(),
        place: Some(*place),
        group: list.clone(),
    });
    Some(about(Kind::Removed, candidate, registry.chain(live).chain(gone).chain(listed).collect()))
}

fn no_port(candidate: &Candidate) -> Option<Contradiction> {
    let bad = candidate.claims.iter().filter_map(|claim| Some((claim.port.as_ref().err()?, claim)));
    let evidence: Vec<Evidence> = bad.map(|(is, claim)| evidence(is, claim)).collect();
    (!evidence.is_empty()).then(|| about(Kind::NoPort, candidate, evidence))
}

fn no_id(candidate: &Candidate) -> Option<Contradiction> {
    let is_fine = |name: &String| check_id(name).is_ok() && !is_no_name(name);
    if candidate.known.is_some() || candidate.spellings.iter().any(is_fine) {
        return None;
    }
    let evidence = candidate.claims.iter().map(|claim| evidence(&claim.name, claim)).collect();
    Some(about(Kind::NoId, candidate, evidence))
}

/// Ports that nobody gets. Those of the generation before are what is expected to stand in its reservation.
fn reserved(candidate: &Candidate, ports: &Ports) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let mut by_port: HashMap<u16, Vec<&Claim>> = HashMap::new();
    for claim in candidate.live() {
        if let Ok(port) = claim.port {
            by_port.entry(port).or_default().push(claim);
        }
    }
    for port in candidate.ports() {
        let Some(reservation) = ports.reservation(port).filter(|_| !is_v1(&candidate.key, port, ports)) else {
            continue;
        };
        let Some(claims) = by_port.get(&port) else { continue };
        if candidate.held().is_some_and(|server| server.port == port) {
            continue;
        }
        let reason = reservation.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        found.push(Contradiction {
            kind: Kind::Reserved,
            subject: port.to_string(),
            text: Some(format!("{}–{}{reason}", reservation.start, reservation.end)),
            servers: vec![candidate.key.clone()],
            evidence: claims.iter().map(|claim| evidence(&candidate.key, claim)).collect(),
        });
    }
    found
}

/// Whether a server is of the generation before by its port: that is in its reservation, and the name does not say that
/// it is of the next.
pub(super) fn is_v1(name: &str, port: u16, ports: &Ports) -> bool {
    if fold(name).ends_with("_v2") {
        return false;
    }
    let names_it = |reason: &str| reason.to_ascii_lowercase().contains("legacy");
    ports.reservation(port).and_then(|reserved| reserved.reason.as_deref()).is_some_and(names_it)
}

/// Ports that several names claim, be it only for health checks.
fn several_names(candidates: &[Candidate], ports: &Ports) -> Vec<Contradiction> {
    let mut holders: BTreeMap<u16, Vec<(String, Evidence)>> = BTreeMap::new();
    for candidate in candidates {
        for claim in candidate.live() {
            let own = claim.port.as_ref().ok().map(|&port| (port, candidate.key.clone()));
            let health = claim.health.filter(|&health| claim.port != Ok(health));
            let health = health.map(|port| (port, format!("{} (health)", candidate.key)));
            for (port, what) in own.into_iter().chain(health) {
                holders.entry(port).or_default().push((candidate.key.clone(), evidence(what, claim)));
            }
        }
    }
    // Of the registry only who is in the way of somebody counts.
    for server in ports.servers() {
        for port in server.ports() {
            // Where somebody lives by now, who was there before is in nobody's way.
            if !server.lives() && ports.by_port(port).is_some_and(Server::lives) {
                continue;
            }
            if let Some(holders) = holders.get_mut(&port) {
                holders.push((fold(&server.id), of_registry(&server.id, server)));
            }
        }
    }
    let mut found = Vec::new();
    for (port, mut holders) in holders {
        // The registry first, then in the order of the files.
        holders.sort_by_key(|(_, evidence)| evidence.place);
        let names: BTreeSet<&String> = holders.iter().map(|(name, _)| name).collect();
        if names.len() < 2 {
            continue;
        }
        let mut seen = BTreeSet::new();
        let of_files = holders.iter().filter(|(name, evidence)| evidence.place.is_some() && seen.insert(name));
        let servers: Vec<String> = of_files.map(|(name, _)| name.clone()).collect();
        let evidence = holders.into_iter().map(|(_, evidence)| evidence).collect();
        found.push(Contradiction {
            kind: Kind::SeveralNames,
            subject: port.to_string(),
            text: None,
            servers,
            evidence,
        });
    }
    found
}
