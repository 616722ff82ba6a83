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
mod tests {
    use super::*;
    use crate::ports::Status;
    use crate::spec::PortRequest;

    const DAY: &str = "2026-11-22";

    fn with(from: &Ports, servers: &[(&str, u16)]) -> Ports {
        let mut ports = from.clone();
        for (id, port) in servers {
            ports.allocate(id, &PortRequest::Exact(*port), DAY).unwrap();
        }
        ports
    }

    fn all(ports: &Ports) -> Vec<(&str, u16)> {
        ports.servers().iter().map(|server| (server.id.as_str(), server.port)).collect()
    }

    #[test]
    fn both_sides_keep_what_they_allocated() {
        let base = with(&Ports::default(), &[("a", 9000)]);
        let merged = merge(&base, &with(&base, &[("b", 9001)]), &with(&base, &[("c", 9002)]), &[]).unwrap();
        assert_eq!(all(&merged.ports), [("a", 9000), ("b", 9001), ("c", 9002)]);
        assert_eq!((merged.moves, merged.remarks), (vec![], vec![]));
    }

    #[test]
    fn of_two_on_one_port_the_newcomer_moves() {
        let base = Ports::default();
        let (ours, theirs) = (with(&base, &[("b", 9001)]), with(&base, &[("a", 9001)]));
        let merged = merge(&base, &ours, &theirs, &[]).unwrap();
        assert_eq!(merged.ports.by_name("b").unwrap().port, 9001, "ours stays");
        let to = merged.ports.by_name("a").unwrap().port;
        assert_eq!(merged.moves, [Move { id: "a".into(), from: 9001, to, keeper: "b".into() }]);

        let onto = merge(&base, &ours, &theirs, std::slice::from_ref(&theirs)).unwrap();
        assert_eq!(onto.ports.by_name("a").unwrap().port, 9001, "the base branch has it");
        assert_eq!(onto.moves[0].id, "b");
        // A moved server never lands on the port of a released one, nor of another newcomer.
        let read = Ports::from_bytes(onto.ports.to_text().as_bytes()).unwrap();
        assert_eq!(read, onto.ports);
    }

    #[test]
    fn one_server_on_both_sides_keeps_the_settled_port() {
        let base = Ports::default();
        let (ours, theirs) = (with(&base, &[("a_b", 9001)]), with(&base, &[("A-B", 9002)]));
        let merged = merge(&base, &ours, &theirs, &[]).unwrap();
        assert_eq!(all(&merged.ports), [("a_b", 9001)]);
        assert_eq!(
            merged.remarks,
            ["`a_b` differs on both sides: the port of one side was not taken; port `9001` stays, not `9002`"]
        );
        let onto = merge(&base, &ours, &theirs, std::slice::from_ref(&theirs)).unwrap();
        assert_eq!(all(&onto.ports), [("A-B", 9002)]);
    }

    /// Seen in a file with markers: outside of them stood what git could merge, an entry of theirs among it.
    #[test]
    fn a_side_may_have_one_name_twice() {
        let base = Ports::default();
        let (main, theirs) = (with(&base, &[("a", 9093)]), with(&base, &[("a", 9004)]));
        let mut ours = main.clone();
        ours.servers.insert(0, theirs.servers[0].clone());
        for settled in [&[][..], std::slice::from_ref(&main), std::slice::from_ref(&theirs)] {
            let merged = merge(&base, &ours, &theirs, settled).unwrap();
            let expected = settled.first().unwrap_or(&theirs);
            assert_eq!(all(&merged.ports), all(expected));
        }
    }

    #[test]
    fn a_change_on_one_side_counts_and_a_deletion_too() {
        let mut base = with(&Ports::default(), &[("a", 9000), ("b", 9001), ("c", 9002)]);
        base.extra = vec![("x".into(), "1".into()), ("y".into(), "1".into())];
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        ours.release("a", "2026-12-01").unwrap();
        ours.describe("b", "ours");
        ours.extra[0].1 = "2".into();
        theirs.describe("a", "theirs");
        theirs.remove("c", 9002).unwrap();
        theirs.extra.remove(1);
        theirs.add_range("v3", 9100, 9199, None).unwrap();
        theirs.unreserve(1, 1023);
        let merged = merge(&base, &ours, &theirs, &[]).unwrap();
        assert_eq!(merged.remarks, [""; 0]);
        assert_eq!(all(&merged.ports), [("a", 9000), ("b", 9001)]);
        let a = merged.ports.by_name("a").unwrap();
        assert_eq!((a.status, a.description.as_deref()), (Status::Released, Some("theirs")));
        assert_eq!(merged.ports.extra, [("x".to_owned(), "2".to_owned())]);
        assert_eq!((merged.ports.ranges().len(), merged.ports.reserved().len()), (2, 4));
    }

    #[test]
    fn an_allocation_on_one_side_outlives_a_release_on_the_other() {
        let base = with(&Ports::default(), &[("a", 9000)]);
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        ours.release("a", "2026-12-01").unwrap();
        theirs.release("a", "2026-12-01").unwrap();
        theirs.allocate("a", &PortRequest::Exact(9001), DAY).unwrap();
        theirs.servers[0].allocated = Some("2026-12-02".into());
        for (ours, theirs) in [(&ours, &theirs), (&theirs, &ours)] {
            let merged = merge(&base, ours, theirs, &[]).unwrap();
            let a = merged.ports.by_name("a").unwrap();
            assert_eq!((a.port, a.status, a.released.as_deref()), (9001, Status::Active, None));
            assert_eq!(
                merged.remarks,
                ["`a` differs on both sides: the release of one side was not taken; port `9001` stays, not `9000`"]
            );
        }
    }

    /// What a rebase does with a branch that allocates and then releases: the port has moved, the release is meant.
    #[test]
    fn a_release_counts_for_a_server_that_had_to_move() {
        let base = with(&Ports::default(), &[("a", 9000)]);
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        ours.servers[0].port = 9044;
        theirs.release("a", "2026-12-01").unwrap();
        let merged = merge(&base, &ours, &theirs, &[]).unwrap();
        let a = merged.ports.by_name("a").unwrap();
        assert_eq!((a.port, a.status, merged.remarks), (9044, Status::Released, vec![]));
    }

    #[test]
    fn of_two_bounds_of_a_range_the_settled_ones_count() {
        let mut base = Ports::default();
        base.add_range("v3", 9100, 9199, None).unwrap();
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        ours.add_range("v3", 9100, 9120, None).unwrap();
        theirs.add_range("v3", 9100, 9149, None).unwrap();
        for (settled, end, remark) in [
            (vec![], 9120, "range `v3` differs on both sides: 9100–9120 was taken, not 9100–9149"),
            (vec![theirs.clone()], 9149, "range `v3` differs on both sides: 9100–9149 was taken, not 9100–9120"),
        ] {
            let merged = merge(&base, &ours, &theirs, &settled).unwrap();
            assert_eq!((merged.ports.range("v3").unwrap().end, merged.remarks), (end, vec![remark.to_owned()]));
        }
    }

    #[test]
    fn what_both_sides_took_out_of_a_reservation_is_free() {
        let mut base = Ports::default();
        base.reserve(9050, 9059, Some("lab"));
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        ours.unreserve(9055, 9055);
        theirs.unreserve(9051, 9051);
        theirs.reserve(9070, 9070, None);
        let merged = merge(&base, &ours, &theirs, &[]).unwrap().ports;
        let free = |port| merged.reservation(port).is_none();
        assert!(free(9051) && free(9055) && !free(9050) && !free(9052) && !free(9059) && !free(9070));
    }

    #[test]
    fn a_range_that_one_side_took_away_stays_where_the_other_gave_of_it() {
        let mut base = Ports::default();
        base.add_range("v3", 9100, 9199, None).unwrap();
        let ours = with(&base, &[("a", 9150)]);
        let mut theirs = base.clone();
        theirs.remove_range("v3").unwrap();
        let merged = merge(&base, &ours, &theirs, &[]).unwrap();
        assert_eq!(merged.ports.by_name("a").unwrap().range.as_deref(), Some("v3"));
        assert!(merged.ports.range("v3").is_some());
        theirs = base.clone();
        theirs.add_range("v3", 9100, 9109, None).unwrap();
        let narrowed = merge(&base, &ours, &theirs, &[]).unwrap();
        assert_eq!(narrowed.ports.by_name("a").unwrap().range, None, "a port is worth more than its range");
    }

    #[test]
    fn repairing_keeps_the_settled_the_older_and_then_the_first_by_name() {
        let mut ports = with(&Ports::default(), &[("a", 9000), ("b", 9001), ("c", 9002)]);
        ports.servers.iter_mut().for_each(|server| server.port = 9000);
        let keeper =
            |ports: &Ports, settled: &[Ports]| repair(ports, settled).unwrap().ports.by_port(9000).unwrap().id.clone();
        assert_eq!(keeper(&ports, &[]), "a");
        ports.servers[2].allocated = Some("2020-01-01".into());
        assert_eq!(keeper(&ports, &[]), "c");
        assert_eq!(keeper(&ports, &[with(&Ports::default(), &[("b", 9000)])]), "b");
        let repaired = repair(&ports, &[]).unwrap();
        assert_eq!(repaired.moves.len(), 2);
        assert_eq!(Ports::from_bytes(repaired.ports.to_text().as_bytes()).unwrap(), repaired.ports);
        assert_eq!(repair(&repaired.ports, &[]).unwrap().moves, []);
        assert_eq!(repaired.ports.contradiction(), None);
    }

    #[test]
    fn health_ports_are_separated_too() {
        let mut ports = with(&Ports::default(), &[("a", 9000), ("b", 9001)]);
        ports.servers[0].health_port = Some(9001);
        ports.servers[0].allocated = Some("2020-01-01".into());
        let repaired = repair(&ports, &[]).unwrap();
        assert_eq!(repaired.moves[0].id, "b");
        ports.servers[1].allocated = Some("2019-01-01".into());
        let repaired = repair(&ports, &[]).unwrap();
        let a = repaired.ports.by_name("a").unwrap();
        assert_eq!((a.port, a.health_port), (9000, Some(repaired.moves[0].to)));

        // Nobody who must move gets what another one still has.
        let mut crowd = with(&Ports::default(), &[("k", 9001), ("aa", 9002), ("bb", 9003)]);
        crowd.servers.iter_mut().for_each(|server| server.port = 9001);
        let first = repair(&crowd, &[with(&Ports::default(), &[("k", 9001)])]).unwrap();
        let taken = first.ports.by_name("aa").unwrap().port;
        crowd.servers.iter_mut().filter(|server| server.id == "bb").for_each(|bb| bb.health_port = Some(taken));
        let moved = repair(&crowd, &[with(&Ports::default(), &[("k", 9001)])]).unwrap();
        assert_eq!(moved.ports.by_name("bb").unwrap().health_port, Some(taken));
        assert_eq!(moved.moves.len(), 2);
    }

    #[test]
    fn a_full_range_is_an_error() {
        let mut base = Ports::default();
        base.ranges[0].end = 9000;
        let error = merge(&base, &with(&base, &[("a", 9000)]), &with(&base, &[("b", 9000)]), &[]).unwrap_err();
        assert!(matches!(error, PortError::Full { .. }), "{error}");
    }
}
