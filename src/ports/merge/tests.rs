//! What merging and repairing do, case by case.

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
