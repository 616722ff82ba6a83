//! What is worth knowing about an import as a whole, and contradicts nothing.
//!
//! Knows names that are near each other, servers of the generation before, and lists whose names have no port.

use std::collections::{BTreeMap, HashSet};

use crate::name::fold;
use crate::ports::registry::{Ports, Range};
use crate::text::{all_of, count, quote};

use super::build::{Action, Decision};
use super::claims::{FileClaims, Note, NoteKind};
use super::contradictions::{Candidate, is_v1};
use super::words::stem;

/// Notes on all files together.
///
/// `proposed` are ranges for ports in none, and what becomes of them in a word.
pub(super) fn remarks(
    files: &[FileClaims],
    candidates: &[Candidate],
    decisions: &BTreeMap<String, Decision>,
    proposed: (&[Range], &str),
    ports: &Ports,
) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(near_names(candidates));
    notes.extend(generation_before(candidates, ports));
    notes.extend(proposals(candidates, proposed));
    notes.extend(lost_health(candidates, decisions));
    notes.extend(without_port(files, candidates));
    notes
}

fn near_names(candidates: &[Candidate]) -> Vec<Note> {
    let mut near: BTreeMap<&str, Vec<&Candidate>> = BTreeMap::new();
    for candidate in candidates {
        near.entry(stem(&candidate.key)).or_default().push(candidate);
    }
    let note = |alike: Vec<&Candidate>| {
        let names: Vec<&str> = alike.iter().map(|candidate| candidate.key.as_str()).collect();
        let place = alike[0].claims[0].place;
        Note {
            kind: NoteKind::Remark,
            place,
            text: format!("{} are near, and different servers to a registry", all_of(&names)),
        }
    };
    near.into_values().filter(|alike| alike.len() > 1).map(note).collect()
}

fn generation_before(candidates: &[Candidate], ports: &Ports) -> Option<Note> {
    let claims = candidates.iter().flat_map(Candidate::live);
    let old: Vec<_> =
        claims.filter(|claim| claim.port.as_ref().is_ok_and(|&port| is_v1(&claim.name, port, ports))).collect();
    let reserved = ports.reservation(*old.first()?.port.as_ref().ok()?)?;
    let names: HashSet<String> = old.iter().map(|claim| fold(&claim.name)).collect();
    let text = format!(
        "{} with a port in {}–{}, kept for the generation before: `legacy`, as long as {} that port",
        count(names.len(), "server"),
        reserved.start,
        reserved.end,
        if names.len() == 1 { "it keeps" } else { "they keep" }
    );
    Some(Note { kind: NoteKind::Remark, place: old[0].place, text })
}

fn proposals(candidates: &[Candidate], (proposed, what): (&[Range], &str)) -> Vec<Note> {
    let note = |range: &Range| {
        let inside = |port: &u16| range.contains(*port);
        let claims = candidates.iter().flat_map(Candidate::live);
        let first = claims.into_iter().find(|claim| claim.port.as_ref().is_ok_and(inside))?;
        let text = format!(
            "port {} is in no range: {what} {} ({}–{})",
            first.port.clone().ok()?,
            quote(&range.name),
            range.start,
            range.end
        );
        Some(Note { kind: NoteKind::Remark, place: first.place, text })
    };
    proposed.iter().filter_map(note).collect()
}

/// Second ports that a server would have no longer.
fn lost_health(candidates: &[Candidate], decisions: &BTreeMap<String, Decision>) -> Vec<Note> {
    let stays = |decision: &&Decision| matches!(decision.action, Action::Keep | Action::Move);
    let mut notes = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.held().is_none()) {
        let Some(decision) = decisions.get(&candidate.key).filter(stays) else { continue };
        for claim in candidate.live() {
            if let Some(lost) =
                claim.health.filter(|&health| Some(health) != decision.health && claim.port != Ok(health))
            {
                let text = format!("health port {lost} of {} is proposed to be left out", quote(&candidate.key));
                notes.push(Note { kind: NoteKind::Remark, place: claim.place, text });
            }
        }
    }
    notes
}

/// Names that stand in lists and have no port anywhere: nothing can be kept of them.
fn without_port(files: &[FileClaims], candidates: &[Candidate]) -> Vec<Note> {
    let known: HashSet<&str> = candidates.iter().map(|candidate| candidate.key.as_str()).collect();
    let mut notes = Vec::new();
    for file in files {
        let gone = file.gone.iter().map(|gone| (&gone.name, gone.place, "is said to be gone, and"));
        let mentioned = file.mentions.iter().map(|(name, place)| (name, *place, "is listed, and"));
        for (name, place, what) in gone.chain(mentioned) {
            if !known.contains(fold(name).as_str()) {
                let text = format!("{} {what} has no port", quote(name));
                notes.push(Note { kind: NoteKind::NotTaken, place, text });
            }
        }
    }
    notes
}
