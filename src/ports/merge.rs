//! Two versions of a registry that grew from one: what both branches meant, in one registry.
//!
//! Pure: knows three values and which servers keep their ports, not where they come from. No allocation is lost and no
//! port is shared afterwards; where both changed the same thing, one side's word counts and the other's is told.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::error::PortError;
use super::registry::{Extra, Ports, Range, Reserved, Server, folded};
use super::separate::{Move, Precedence, separate};

/// What came of merging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The registry, with a port of its own for each server that lives.
    pub ports: Ports,
    /// The servers that have other ports now, ordered by name.
    pub moves: Vec<Move>,
    /// What was decided against one of the sides: sentences.
    pub remarks: Vec<String>,
}

/// Merges two registries by their meaning.
///
/// `settled` are registries whose servers keep their ports, the most binding first: those of the base branch. Beyond
/// them, a server of the common ancestor is older than others, and then `ours` goes before `theirs`.
///
/// # Errors
///
/// When a server must move and no port is left for it.
pub fn merge(base: &Ports, ours: &Ports, theirs: &Ports, settled: &[Ports]) -> Result<Merged, PortError> {
    let mut remarks = Vec::new();
    let precedence = Precedence::of(settled.iter().chain([base, ours]));
    let sides = [base, ours, theirs];
    let settled_ranges = settled.first().map(|ports| ports.ranges.as_slice());
    let range = |range: &Range| format!("range `{}`", range.name);
    let bounds = |range: &Range| format!("{}–{}", range.start, range.end);
    let (ranges, decided) = entries(sides.map(|ports| ports.ranges.as_slice()), settled_ranges, range);
    remarks.extend(decided.iter().map(|Decided { name, taken, left }| {
        let [taken, left] = [taken, left].map(|range| range.as_ref().map_or_else(|| "none".to_owned(), bounds));
        format!("{name} differs on both sides: {taken} was taken, not {left}")
    }));
    let reservation = |reserved: &Reserved| format!("the reservation of `{}–{}`", reserved.start, reserved.end);
    let (reserved, decided) = entries(sides.map(|ports| ports.reserved.as_slice()), None, reservation);
    remarks.extend(decided.iter().map(|decided| format!("{} differs on both sides: ours was taken", decided.name)));
    let mut merged = Ports {
        ranges,
        reserved,
        servers: servers(sides, &precedence, &mut remarks),
        extra: extras(sides.map(|ports| &ports.extra)),
    };
    unreserve_freed(&mut merged, base, [ours, theirs]);
    keep_ranges(&mut merged, ours, theirs);
    let moves = separate(&mut merged, &precedence)?;
    Ok(Merged { ports: merged, moves, remarks })
}

/// Takes out of the reservations what either side took out of those of the ancestor: a reservation that both cut into
/// comes as the pieces of both.
fn unreserve_freed(merged: &mut Ports, base: &Ports, sides: [&Ports; 2]) {
    let reserved = |ports: &Ports| {
        let mut is_reserved = vec![false; 1 << 16];
        for reserved in &ports.reserved {
            is_reserved[usize::from(reserved.start)..=usize::from(reserved.end)].fill(true);
        }
        is_reserved
    };
    let (base, [ours, theirs]) = (reserved(base), sides.map(reserved));
    let freed = (1..=u16::MAX).filter(|&port| {
        let port = usize::from(port);
        base[port] && !(ours[port] && theirs[port])
    });
    for port in freed {
        merged.unreserve(port, port);
    }
    let pieces = std::mem::take(&mut merged.reserved);
    for piece in pieces {
        let is_in = |other: &Reserved| other.start <= piece.start && piece.end <= other.end;
        if !merged.reserved.iter().any(is_in) {
            merged.reserved.push(piece);
        }
    }
}

/// Gives a port of its own to each server that shares one with another: what a merge by lines may leave behind. Of two
/// servers with one name, one stays.
///
/// # Errors
///
/// As [`merge`].
pub fn repair(ports: &Ports, settled: &[Ports]) -> Result<Merged, PortError> {
    let precedence = Precedence::of(settled);
    let mut remarks = Vec::new();
    let mut repaired = ports.clone();
    repaired.servers.clear();
    for (_, same) in by_name(ports) {
        let kept = precedence.first(&same);
        for other in same.iter().filter(|&&server| Some(server) != kept) {
            let kept = kept.map(|kept| format!("`{}` with port `{}`", kept.id, kept.port)).unwrap_or_default();
            remarks.push(format!("`{}` was there twice: {kept} stays, not the entry with `{}`", other.id, other.port));
        }
        repaired.servers.extend(kept.cloned());
    }
    sort(&mut repaired.servers);
    keep_ranges(&mut repaired, ports, ports);
    let moves = separate(&mut repaired, &precedence)?;
    Ok(Merged { ports: repaired, moves, remarks })
}

/// What two registries have in common: an ancestor for those whose own is not known. Nothing of it was changed by
/// either, so that nothing counts as taken away.
#[must_use]
pub fn common(ours: &Ports, theirs: &Ports) -> Ports {
    fn both<T: Clone + PartialEq>(ours: &[T], theirs: &[T]) -> Vec<T> {
        ours.iter().filter(|item| theirs.contains(item)).cloned().collect()
    }
    Ports {
        ranges: both(&ours.ranges, &theirs.ranges),
        reserved: both(&ours.reserved, &theirs.reserved),
        servers: {
            let names = by_name(theirs);
            let is_theirs =
                |server: &&Server| names.get(folded(&server.id).as_ref()).is_some_and(|same| same.contains(server));
            ours.servers.iter().filter(is_theirs).cloned().collect()
        },
        extra: both(&ours.extra, &theirs.extra),
    }
}

/// The servers of both sides, each once.
fn servers(sides: [&Ports; 3], precedence: &Precedence<'_>, remarks: &mut Vec<String>) -> Vec<Server> {
    let [base, ours, theirs] = sides.map(by_name);
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let mut servers = Vec::with_capacity(names.len());
    for name in names {
        let [old, ours, theirs] = [&base, &ours, &theirs].map(|side| side.get(name).map_or(&[][..], Vec::as_slice));
        // A side may have one name twice: a merge by lines puts entries of the other one into it.
        for (side, other) in [(ours, theirs), (theirs, ours)].into_iter().filter(|(side, _)| side.len() > 1) {
            let stays = precedence.first(side);
            let lost = side.iter().filter(|&&server| Some(server) != stays && !other.contains(&server));
            remarks.extend(
                lost.map(|lost| format!("`{}` with port `{}` is there twice: the other stays", lost.id, lost.port)),
            );
        }
        let [old, ours, theirs] = [old, ours, theirs].map(|side| precedence.first(side).cloned());
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if ours == theirs => servers.push(ours),
            (Some(ours), Some(theirs)) => {
                // Between two ports of one server, the one that is settled counts.
                let is_theirs = precedence.rank(&theirs).0 < precedence.rank(&ours).0;
                let (kept, other) = if is_theirs { (theirs, ours) } else { (ours, theirs) };
                servers.push(one_server(old.as_ref(), &kept, &other, remarks));
            }
            // Gone on one side: that counts where the other side left it as it was.
            (Some(only), None) | (None, Some(only)) => servers.extend((old.as_ref() != Some(&only)).then_some(only)),
            (None, None) => {}
        }
    }
    sort(&mut servers);
    servers
}

/// One server that both sides have, and not the same way.
fn one_server(old: Option<&Server>, kept: &Server, other: &Server, remarks: &mut Vec<String>) -> Server {
    let mut lost = Vec::new();
    let mut server = kept.clone();
    let mut take = |what: &'static str, same: fn(&Server, &Server) -> bool, copy: fn(&Server, &mut Server)| {
        if same(kept, other) || old.is_some_and(|old| same(old, other)) {
            return;
        }
        match old {
            Some(old) if same(old, kept) => copy(other, &mut server),
            _ => lost.push(what),
        }
    };
    take(
        "the port",
        |a, b| (a.port, &a.range) == (b.port, &b.range),
        |from, to| {
            to.port = from.port;
            to.range.clone_from(&from.range);
        },
    );
    take("the health port", |a, b| a.health_port == b.health_port, |from, to| to.health_port = from.health_port);
    // The day of an allocation alone is nothing that anybody decided.
    take(
        "the status",
        |a, b| (a.status, &a.released) == (b.status, &b.released),
        |from, to| {
            to.status = from.status;
            to.allocated.clone_from(&from.allocated);
            to.released.clone_from(&from.released);
        },
    );
    take(
        "the description",
        |a, b| a.description == b.description,
        |from, to| to.description.clone_from(&from.description),
    );
    // Released on one side, allocated anew on the other: somebody means to use it. A server that merely had to move kept
    // the day of its allocation.
    let is_anew = |side: &&Server| side.lives() && old.is_none_or(|old| old.allocated != side.allocated);
    if !server.lives()
        && let Some(anew) = [kept, other].into_iter().find(is_anew)
    {
        server = Server { health_port: server.health_port, description: server.description, ..anew.clone() };
        lost = vec!["the release"];
    }
    server.extra = extras([old.map_or(&Vec::new(), |old| &old.extra), &kept.extra, &other.extra]);
    if !lost.is_empty() {
        let left = if server.port == kept.port { other.port } else { kept.port };
        let ports =
            if left == server.port { String::new() } else { format!("; port `{}` stays, not `{left}`", server.port) };
        let lost = lost.join(" and ");
        remarks.push(format!("`{}` differs on both sides: {lost} of one side was not taken{ports}", server.id));
    }
    server
}

/// What a value becomes, and whether one side was decided against: a side that did not change it has nothing to say.
fn pick<T: PartialEq>(old: Option<&T>, kept: T, other: T) -> (T, bool) {
    if kept == other || old == Some(&other) {
        (kept, false)
    } else if old == Some(&kept) {
        (other, false)
    } else {
        (kept, true)
    }
}

/// An entry that both sides changed, and not the same way.
struct Decided<T> {
    name: String,
    taken: Option<T>,
    left: Option<T>,
}

/// The entries of a list of each side, matched by what they are called, in the order of ours and then theirs. Where both
/// changed one, ours is taken, unless theirs is the settled one.
fn entries<T: Clone + PartialEq>(
    [base, ours, theirs]: [&[T]; 3],
    settled: Option<&[T]>,
    name: impl Fn(&T) -> String,
) -> (Vec<T>, Vec<Decided<T>>) {
    let named =
        |list: &[T]| -> HashMap<String, T> { list.iter().rev().map(|item| (name(item), item.clone())).collect() };
    let [base_by, ours_by, theirs_by] = [base, ours, theirs].map(named);
    let settled_by = settled.map(named);
    let (mut merged, mut decided, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for item in ours.iter().chain(theirs) {
        let name = name(item);
        if !seen.insert(name.clone()) {
            continue;
        }
        let [old, mut kept, mut other] = [&base_by, &ours_by, &theirs_by].map(|side| side.get(&name).cloned());
        let is_settled =
            |side: &Option<T>| settled_by.as_ref().is_some_and(|settled| settled.get(&name) == side.as_ref());
        if is_settled(&other) && !is_settled(&kept) {
            std::mem::swap(&mut kept, &mut other);
        }
        let (item, is_decided) = pick(Some(&old), kept, other.clone());
        if is_decided {
            decided.push(Decided { name, taken: item.clone(), left: other });
        }
        merged.extend(item);
    }
    (merged, decided)
}

/// Keys of which this version knows nothing: the same rule, without a remark.
fn extras(sides: [&Extra; 3]) -> Extra {
    entries(sides.map(Vec::as_slice), None, |(key, _)| key.clone()).0
}

/// A server is of a range that is there, and that its port is in.
fn keep_ranges(ports: &mut Ports, ours: &Ports, theirs: &Ports) {
    for index in 0..ports.servers.len() {
        let Some(name) = ports.servers[index].range.clone() else { continue };
        let port = ports.servers[index].port;
        if ports.range(&name).is_none() {
            // Taken away on one side while the other gave a port of it.
            ports.ranges.extend(ours.range(&name).or_else(|| theirs.range(&name)).cloned());
        }
        if !ports.range(&name).is_some_and(|range| range.contains(port)) {
            let range = ports.range_of(port).map(|range| range.name.clone());
            ports.servers[index].range = range;
        }
    }
}

fn by_name(ports: &Ports) -> BTreeMap<String, Vec<&Server>> {
    let mut names: BTreeMap<String, Vec<&Server>> = BTreeMap::new();
    for server in &ports.servers {
        names.entry(folded(&server.id).into_owned()).or_default().push(server);
    }
    names
}

fn sort(servers: &mut [Server]) {
    servers.sort_by(|a, b| (a.port, &a.id).cmp(&(b.port, &b.id)));
}

#[cfg(test)]
mod tests;
