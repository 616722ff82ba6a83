//! Which of a file's claims are meant: those of one environment, with the health ports that stand apart.
//!
//! One name in several environments is one server: a registry has one port for it. Knows one file at a time.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::name::fold;
use crate::text::{count, quote};

use super::Refusal;
use super::claims::{Claim, Collision, Environment, FileClaims, NoteKind};

/// Leaves in a file what is said of one environment: the one asked for, else the one without an offset, else the one
/// that is called production, else the first.
///
/// # Errors
///
/// When the file has environments, and not the one asked for.
pub(super) fn settle(file: &mut FileClaims, asked: Option<&str>) -> Result<(), Refusal> {
    health(file);
    if file.environments.is_empty() {
        return Ok(());
    }
    let environments = std::mem::take(&mut file.environments);
    let chosen = choose(&environments, asked).ok_or_else(|| {
        let names: Vec<&str> = environments.iter().map(|e| e.name.as_str()).collect();
        let place = environments[0].place;
        let message = format!(
            "there is no environment {}\n  help: there is {}",
            quote(asked.unwrap_or_default()),
            crate::text::any_of(&names)
        );
        Refusal { file: file.file.clone(), line: place.line, column: place.column, message }
    })?;
    let of = |claim: &Claim, environment: &Environment| claim.environment.as_deref() == Some(environment.name.as_str());
    let text = format!("environment {} was taken", quote(&chosen.name));
    file.note(NoteKind::Remark, chosen.place, text);
    if !file.claims.iter().any(|claim| of(claim, chosen)) {
        derive(file, &environments, chosen);
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for environment in file.claims.iter().filter_map(|claim| claim.environment.as_deref()) {
        *counts.entry(environment).or_default() += 1;
    }
    let mut told = Vec::new();
    for other in environments.iter().filter(|other| other.name != chosen.name) {
        let entries = counts.get(other.name.as_str()).copied().unwrap_or_default();
        let what = match (entries, other.offset) {
            (0, Some(offset)) => format!("has no entries of its own but an offset of {offset}"),
            (0, None) => continue,
            (n, _) => format!("has {}", count(n, "entry")),
        };
        let name = quote(&other.name);
        let text = format!("environment {name} {what}: not taken, `--environment` with its name would");
        told.push((other.place, text));
    }
    for (place, text) in told {
        file.note(NoteKind::NotTaken, place, text);
    }
    let meant = |environment: &Option<String>| environment.as_ref().is_none_or(|name| *name == chosen.name);
    let (claims, others): (Vec<Claim>, Vec<Claim>) =
        std::mem::take(&mut file.claims).into_iter().partition(|claim| meant(&claim.environment));
    file.claims = claims;
    file.ranges.retain(|range| meant(&range.environment));
    let mut theirs: HashMap<&str, Vec<&Claim>> = HashMap::new();
    for claim in &others {
        theirs.entry(claim.environment.as_deref().unwrap_or_default()).or_default().push(claim);
    }
    let ports: BTreeSet<u16> = file.claims.iter().filter_map(|claim| claim.port.clone().ok()).collect();
    let health = file.claims.iter().filter_map(|claim| claim.health).filter(|port| !ports.contains(port)).collect();
    let own = Own { ports, health };
    for other in environments.iter().filter(|other| other.name != chosen.name) {
        let entries = theirs.get(other.name.as_str()).map_or(&[][..], Vec::as_slice);
        file.collisions.extend(collision(&own, chosen, entries, other));
    }
    file.environments = environments;
    Ok(())
}

fn choose<'e>(environments: &'e [Environment], asked: Option<&str>) -> Option<&'e Environment> {
    if let Some(asked) = asked {
        return environments.iter().find(|environment| fold(&environment.name) == fold(asked));
    }
    let is_main =
        |environment: &&Environment| matches!(fold(&environment.name).as_str(), "production" | "prod" | "live");
    let base = environments.iter().find(|environment| environment.offset == Some(0));
    base.or_else(|| environments.iter().find(is_main)).or(environments.first())
}

/// Gives an environment that has only an offset the entries of the one that it is an offset to.
fn derive(file: &mut FileClaims, environments: &[Environment], chosen: &Environment) {
    let base = environments.iter().find(|environment| environment.offset == Some(0) && environment.name != chosen.name);
    let (Some(offset), Some(base)) = (chosen.offset, base) else { return };
    let mut derived: Vec<Claim> =
        file.claims.iter().filter(|claim| claim.environment.as_deref() == Some(&base.name)).cloned().collect();
    for claim in &mut derived {
        claim.environment = Some(chosen.name.clone());
        // Beyond the last port there is none: `0` is one that is refused with its place.
        let shift = |port: u16| port.checked_add(offset).ok_or_else(|| format!("{port} + {offset}"));
        claim.port = claim.port.clone().and_then(shift);
        claim.health = claim.health.and_then(|port| shift(port).ok());
    }
    let (n, base) = (count(derived.len(), "entry"), quote(&base.name));
    let text = format!("environment {} has {n}: those of {base}, each port plus {offset}", quote(&chosen.name));
    file.note(NoteKind::Remark, chosen.place, text);
    file.claims.append(&mut derived);
}

/// The ports of the environment that was taken.
struct Own {
    ports: BTreeSet<u16>,
    /// Those that are for health checks only.
    health: BTreeSet<u16>,
}

/// Whether ports of the environment that was taken are also ports of another, which has these entries.
fn collision(
    Own { ports, health }: &Own,
    chosen: &Environment,
    entries: &[&Claim],
    other: &Environment,
) -> Option<Collision> {
    let base = chosen.offset.unwrap_or(0);
    // Its health ports may be outside of its range, and are there nevertheless.
    let named: HashSet<u16> =
        entries.iter().flat_map(|claim| claim.port.clone().ok().into_iter().chain(claim.health)).collect();
    let theirs = |port: u16| {
        let laid_out = match (other.range, other.offset) {
            (Some((start, end)), _) => (start..=end).contains(&port),
            (None, Some(offset)) => {
                let unshifted = port.checked_sub(offset).and_then(|port| port.checked_add(base));
                unshifted.is_some_and(|port| ports.contains(&port))
            }
            (None, None) => false,
        };
        laid_out || named.contains(&port)
    };
    let met_own: Vec<u16> = ports.iter().copied().filter(|&port| theirs(port)).collect();
    let met_health: Vec<u16> = health.iter().copied().filter(|&port| theirs(port)).collect();
    let told = |ports: &[u16], noun: &str| {
        let span = match ports {
            [] => return None,
            [one] => one.to_string(),
            [first, .., last] => format!("{first}–{last}"),
        };
        Some(format!("{} ({span})", count(ports.len(), noun)))
    };
    let parts: Vec<String> = [told(&met_own, "port"), told(&met_health, "health port")].into_iter().flatten().collect();
    if parts.is_empty() {
        return None;
    }
    let of = match (other.range, other.offset) {
        (Some((start, end)), _) => format!("those of {} ({start}–{end})", quote(&other.name)),
        (None, Some(offset)) => format!("those of {} (offset {offset})", quote(&other.name)),
        (None, None) => format!("those of {}", quote(&other.name)),
    };
    let verb = if met_own.len() + met_health.len() == 1 { "is" } else { "are" };
    Some(Collision {
        environment: other.name.clone(),
        text: format!("{} of environment {} {verb} among {of}", parts.join(" and "), quote(&chosen.name)),
        only_health: met_own.is_empty(),
        ports: met_own.into_iter().chain(met_health).collect(),
        place: other.place,
    })
}

/// Gives servers the health ports that stand apart from them: `tide_health` is that of `tide`.
fn health(file: &mut FileClaims) {
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    if !file.health.is_empty() {
        for (index, claim) in file.claims.iter().enumerate() {
            by_name.entry(fold(&claim.name)).or_default().push(index);
        }
    }
    // Where a claim has none, the first that is given counts; after that nothing changes any more.
    let mut said: HashMap<String, BTreeSet<u16>> = HashMap::new();
    for health in std::mem::take(&mut file.health) {
        file.numbers.push(health.port);
        let whole = fold(&health.name);
        let name = whole.strip_suffix("_health").unwrap_or(&whole);
        let called = quote(&health.name);
        let Some(indexes) = by_name.get(name) else {
            let text = format!("{called} is {}: a health port of no server here", health.port);
            file.note(NoteKind::NotTaken, health.place, text);
            continue;
        };
        let known = said.entry(name.to_owned()).or_insert_with(|| {
            indexes.iter().map(|&index| *file.claims[index].health.get_or_insert(health.port)).collect()
        });
        if let Some(known) = known.iter().copied().find(|&known| known != health.port) {
            let text = format!("{called} is {}, but the entry of the server says {known}", health.port);
            file.note(NoteKind::NotTaken, health.place, text);
        }
    }
}
