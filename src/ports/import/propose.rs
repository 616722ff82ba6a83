//! What to do about every server, as long as nobody says otherwise.
//!
//! The rules are those a person can repeat: the registry keeps its own; who is not said to be gone comes before who is;
//! the port that most places give comes before others, and what stands first before what follows; a second choice that
//! nobody wants is better than a move. Knows no files and no file format.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::name::fold;
use crate::ports::allocate::check_id;
use crate::ports::registry::Ports;
use crate::text::{count, quote};

use super::build::{Action, Builder, Decision};
use super::contradictions::{Candidate, Contradiction, is_v1};
use super::layout::Layout;
use super::words::{id_of, is_no_name};

/// Decisions on all servers, by their folded names. Those without a contradiction just keep what they have.
pub(super) fn propose(
    candidates: &[Candidate],
    contradictions: &[Contradiction],
    named: &BTreeSet<u16>,
    layout: &Layout,
    ports: &Ports,
) -> BTreeMap<String, Decision> {
    let mut decisions = BTreeMap::new();
    let known = ports.servers().iter().map(|server| fold(&server.id));
    let mut names: HashSet<String> = candidates.iter().map(|candidate| candidate.key.clone()).chain(known).collect();
    let contested: HashSet<&str> = contradictions.iter().flat_map(|c| &c.servers).map(String::as_str).collect();
    let mut open = Vec::new();
    for candidate in candidates {
        match fixed(candidate, &mut names) {
            Ok(decision) => drop(decisions.insert(candidate.key.clone(), decision)),
            Err(id) => open.push((candidate, id)),
        }
    }
    let mut holders = ports_of_registry(ports);
    let mut wanted: HashMap<u16, usize> = HashMap::new();
    let mut wishes = Vec::new();
    for (order, (candidate, _)) in open.iter().enumerate() {
        let votes = candidate.votes();
        for (nth, port) in candidate.ports().into_iter().enumerate() {
            *wanted.entry(port).or_default() += 1;
            let reserved = ports.reservation(port).is_some() && !is_v1(&candidate.key, port, ports);
            wishes.push((candidate.is_gone(), reserved, Reverse(votes.get(&port).copied()), order, nth, port));
        }
    }
    wishes.sort();
    let mut given: BTreeMap<usize, u16> = BTreeMap::new();
    for (_, _, _, order, _, port) in wishes {
        if !given.contains_key(&order) && !holders.contains_key(&port) {
            given.insert(order, port);
            holders.insert(port, open[order].0.key.clone());
        }
    }
    for (order, (candidate, id)) in open.iter().enumerate() {
        let decision = match given.get(&order) {
            Some(&port) => {
                let health = candidate.health(port).filter(|health| !holders.contains_key(health));
                holders.extend(health.map(|health| (health, candidate.key.clone())));
                let mut why = reason(candidate, port, wanted.get(&port).copied().unwrap_or_default());
                if let (Some(lost), None) = (candidate.health(port), health) {
                    why = format!("{why}; health port {lost} is another server's: left out");
                }
                let why = if contested.contains(candidate.key.as_str()) { why } else { String::new() };
                Decision { action: Action::Keep, port: Some(port), health, range: None, id: id.clone(), why }
            }
            None if candidate.is_gone() && !candidate.ports().is_empty() => {
                let port = candidate.ports().first().copied();
                let why = "said to be gone, and its port is another server's".into();
                Decision { action: Action::Release, port, health: None, range: None, id: id.clone(), why }
            }
            None => {
                let why = match candidate.ports().first().and_then(|port| Some((port, holders.get(port)?))) {
                    Some((port, other)) => format!("{port} is proposed for {}", quote(other)),
                    None => "it has no port that is one".into(),
                };
                Decision { action: Action::Move, port: None, health: None, range: None, id: id.clone(), why }
            }
        };
        decisions.insert(candidate.key.clone(), decision);
    }
    // Whoever stays comes first; who moves may keep the second port where it is.
    for (candidate, _) in &open {
        let Some(decision) = decisions.get_mut(&candidate.key).filter(|d| d.action == Action::Move) else { continue };
        decision.health =
            candidate.live().find_map(|claim| claim.health).filter(|health| !holders.contains_key(health));
        holders.extend(decision.health.map(|health| (health, candidate.key.clone())));
    }
    find_room(candidates, named, layout, ports, &mut decisions);
    decisions
}

/// What needs no choice among ports; the id of all others. `names` are those that are given already.
fn fixed(candidate: &Candidate, names: &mut HashSet<String>) -> Result<Decision, String> {
    let decision = |action, port, id: &str, why: &str| Decision {
        action,
        port,
        health: None,
        range: None,
        id: id.to_owned(),
        why: why.to_owned(),
    };
    if let Some(server) = &candidate.known {
        return Ok(if server.lives() {
            let held = decision(Action::Keep, Some(server.port), &server.id, "the registry keeps its own");
            Decision { health: server.health_port, ..held }
        } else {
            decision(Action::Drop, None, &server.id, "released in the registry, which keeps its own")
        });
    }
    let id = if let Some(id) = spelling(candidate) {
        id
    } else {
        let spelled = candidate.spellings.first().map(String::as_str).unwrap_or_default();
        let id = id_of(spelled);
        if is_no_name(spelled) || is_no_name(&id) || check_id(&id).is_err() {
            return Ok(decision(Action::Drop, None, spelled, "it is no name of a server"));
        }
        let near = fold(&id);
        if near != candidate.key && !names.insert(near) {
            let why = "it cannot be an id, and the nearest is another server's";
            return Ok(decision(Action::Drop, None, spelled, why));
        }
        id
    };
    if candidate.live().next().is_some() {
        return Err(id);
    }
    Ok(match candidate.ports().first() {
        Some(&port) => decision(Action::Release, Some(port), &id, "the files say that it is gone"),
        None => decision(Action::Drop, None, &id, "it is gone, and has no port to keep"),
    })
}

/// The spelling that most places use, of those that can be an id; of equals, the first.
fn spelling(candidate: &Candidate) -> Option<String> {
    let is_fine = |name: &&String| check_id(name).is_ok() && !is_no_name(name);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for claim in &candidate.claims {
        *counts.entry(&claim.name).or_default() += 1;
    }
    let uses = |name: &&String| counts.get(name.as_str()).copied();
    // From behind: of equals, `max_by_key` takes the last.
    candidate.spellings.iter().filter(is_fine).rev().max_by_key(uses).cloned()
}

fn ports_of_registry(ports: &Ports) -> BTreeMap<u16, String> {
    let mut holders = BTreeMap::new();
    for server in ports.servers() {
        for port in server.ports() {
            holders.insert(port, server.id.clone());
        }
    }
    holders
}

/// Why a server keeps this port, which so many servers want.
fn reason(candidate: &Candidate, port: u16, wanted: usize) -> String {
    let (every, all) = (candidate.votes(), candidate.claims.len());
    let votes = every.get(&port).copied().unwrap_or_default();
    let ports = candidate.ports();
    let most = every.values().all(|&other| other <= votes);
    match (ports.len(), wanted) {
        (1, 1) if candidate.is_gone() => "nobody else claims its port".into(),
        (1, 1) => "it stands there already".into(),
        (1, _) if votes > 1 => format!("{votes} places give it"),
        (1, _) => "the first of those with equal right".into(),
        _ if most && ports.len() == all => "of equally many places the first that is free".into(),
        _ if most => format!("{votes} of {} give it", count(all, "place")),
        _ => "its other ports are proposed for others".into(),
    }
}

/// Names the range of everybody who moves, so that it is known to have room.
fn find_room(
    candidates: &[Candidate],
    named: &BTreeSet<u16>,
    layout: &Layout,
    ports: &Ports,
    decisions: &mut BTreeMap<String, Decision>,
) {
    let mut builder = Builder::new(ports, named, layout);
    let give_up = |decision: &mut Decision, why: &str| {
        decision.action = Action::Drop;
        (decision.port, decision.health, decision.range) = (None, None, None);
        decision.why = format!("{}; {}", decision.why, why.lines().next().unwrap_or_default());
    };
    for candidate in candidates {
        let Some(decision) = decisions.get_mut(&candidate.key) else { continue };
        let done = match decision.action {
            Action::Keep => builder.keep(candidate, decision),
            Action::Release => builder.release(candidate, decision),
            Action::Move => builder.keep_health(decision),
            Action::Drop => Ok(()),
        };
        if let Err(why) = done {
            give_up(decision, &format!("it {why}"));
        }
    }
    for candidate in candidates {
        let Some(decision) = decisions.get_mut(&candidate.key).filter(|d| d.action == Action::Move) else { continue };
        match builder.settle(candidate, decision, "") {
            Ok(range) => decision.range = Some(range),
            Err(why) => give_up(decision, &format!("it {why}")),
        }
    }
}

/// The ports of those who keep one: what ranges are proposed for.
pub(super) fn kept(decisions: &BTreeMap<String, Decision>) -> BTreeSet<u16> {
    decisions.values().filter(|decision| decision.action == Action::Keep).filter_map(|decision| decision.port).collect()
}
