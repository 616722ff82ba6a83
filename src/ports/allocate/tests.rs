//! Who gets which port, case by case.

use super::*;

const DAY: &str = "2026-11-22";

fn v2() -> PortRequest {
    PortRequest::Range("v2".into())
}

#[test]
fn asking_twice_changes_nothing_in_any_spelling() {
    let mut ports = Ports::default();
    let first = ports.allocate("ai_memory_v2", &v2(), DAY).unwrap();
    assert_eq!(first.outcome, Outcome::Created);
    let before = ports.clone();
    for spelling in ["ai_memory_v2", "ai-memory-v2", "AI_Memory-V2"] {
        let again = ports.allocate(spelling, &PortRequest::Exact(9077), "2027-01-01").unwrap();
        assert_eq!(again, Allocation { outcome: Outcome::Existing, ..first.clone() });
    }
    assert_eq!(ports, before);
    assert_ne!(ports.allocate("ai_memory", &v2(), DAY).unwrap().port, first.port, "V1 is a name of its own");
}

/// These numbers are part of the format: another hash would send branches of old and new releases to the same port.
#[test]
fn the_first_try_never_changes() {
    let range = Ports::default().ranges()[0].clone();
    let tries = ["weather_v2", "Weather-V2", "ai_memory_v2", "a"].map(|id| first_try(id, &range));
    assert_eq!(tries, [9092, 9092, 9084, 9096]);
    assert_eq!(first_try("a", &Range { start: 65535, end: 65535, ..range.clone() }), 65535);
    assert_eq!(first_try("a", &Range { start: 1, end: 65535, ..range }), 65087);
}

#[test]
fn taken_reserved_and_released_ports_are_skipped() {
    let mut ports = Ports::default();
    ports.ranges[0].end = 9003;
    let ids = ["a", "b", "c", "d"];
    for id in ids {
        ports.allocate(id, &v2(), DAY).unwrap();
    }
    assert_eq!(ports.servers().iter().map(|s| s.port).collect::<Vec<_>>(), [9000, 9001, 9002, 9003]);
    ports.release("c", "2026-12-01").unwrap();
    let full = ports.allocate("e", &v2(), DAY).unwrap_err();
    assert_eq!(full, PortError::Full { range: "v2".into(), start: 9000, end: 9003, released: 1, busy: 0 });
    assert_eq!(
        full.to_string(),
        "range `v2` (9000–9003) has no free port\n  help: widen it with `mcpgen ports range add v2 START-END`, or ask for another; 1 of its ports belongs to a released server, `mcpgen ports allocate NAME --range v2 --reuse` takes it"
    );
}

#[test]
fn an_exact_port_that_is_not_free_says_whose_it_is() {
    let mut ports = Ports::default();
    let exact = PortRequest::Exact(9004);
    assert_eq!(ports.allocate("a", &exact, DAY).unwrap().range.as_deref(), Some("v2"));
    let error = |ports: &mut Ports, port| ports.allocate("b", &PortRequest::Exact(port), DAY).unwrap_err();
    assert_eq!(error(&mut ports, 9004), PortError::Taken { port: 9004, by: "a".into() });
    assert_eq!(error(&mut ports, 8001), PortError::Reserved { port: 8001, reason: Some("V1 legacy".into()) });
    ports.release("a", DAY).unwrap();
    let gone = error(&mut ports, 9004);
    assert_eq!(gone, PortError::Released { port: 9004, by: "a".into(), date: Some(DAY.into()) });
    assert_eq!(ports.allocate("b", &PortRequest::Exact(7777), DAY).unwrap().range, None);
}

#[test]
fn a_released_server_comes_back_to_its_port() {
    let mut ports = Ports::default();
    let first = ports.allocate("a", &v2(), DAY).unwrap();
    ports.release("A", "2026-12-01").unwrap();
    assert_eq!(ports.by_name("a").unwrap().released.as_deref(), Some("2026-12-01"));
    let back = ports.allocate("a", &v2(), "2027-01-01").unwrap();
    assert_eq!(back, Allocation { outcome: Outcome::Revived, ..first.clone() });
    ports.release("a", "2027-02-01").unwrap();
    let moved = ports.allocate("a", &PortRequest::Exact(9555), DAY).unwrap();
    assert_eq!((moved.port, moved.outcome, ports.servers().len()), (9555, Outcome::Created, 1));
}

#[test]
fn a_released_port_is_reused_only_when_that_is_asked_for() {
    let mut ports = Ports::default();
    ports.ranges[0].end = 9002;
    for (id, gone) in [("a", "2026-03-01"), ("b", "2026-01-01"), ("c", "2026-02-01")] {
        ports.allocate(id, &v2(), DAY).unwrap();
        ports.release(id, gone).unwrap();
    }
    let reuse = Terms { reuse: true, ..Terms::default() };
    let old = ports.by_name("b").unwrap().port;
    assert!(matches!(ports.allocate("d", &v2(), DAY), Err(PortError::Full { released: 3, .. })));
    assert_eq!(ports.allocate_on("d", &v2(), reuse, DAY).unwrap().port, old, "not the one released longest ago");
    assert_eq!(ports.by_port(old).unwrap().id, "d");
    assert_eq!(ports.by_name("b").unwrap().status, Status::Released, "the tombstone stays");
    let exact = PortRequest::Exact(ports.by_name("c").unwrap().port);
    assert!(matches!(ports.allocate("e", &exact, DAY), Err(PortError::Released { .. })));
    ports.allocate_on("e", &exact, reuse, DAY).unwrap();
    assert_eq!(ports.allocate("a", &v2(), DAY).unwrap().outcome, Outcome::Revived);
    assert!(matches!(ports.allocate("b", &v2(), DAY), Err(PortError::Full { .. })), "its port is another's");
}

#[test]
fn a_server_that_comes_back_takes_no_health_port_of_another() {
    let mut ports = Ports::default();
    ports.allocate("a", &PortRequest::Exact(9004), DAY).unwrap();
    ports.servers[0].health_port = Some(9005);
    ports.release("a", DAY).unwrap();
    let reuse = Terms { reuse: true, ..Terms::default() };
    let mut same = ports.clone();
    same.allocate_on("a", &PortRequest::Exact(9005), reuse, DAY).unwrap();
    assert_eq!((same.servers[0].port, same.servers[0].health_port), (9005, None));
    ports.allocate_on("d", &PortRequest::Exact(9005), reuse, DAY).unwrap();
    ports.allocate("a", &v2(), DAY).unwrap();
    assert_eq!(ports.by_name("a").unwrap().health_port, None);
    assert_eq!(ports.contradiction(), None);
}

#[test]
fn a_reserved_port_is_not_reused() {
    let mut ports = Ports::default();
    ports.ranges[0].end = 9000;
    ports.allocate("a", &v2(), DAY).unwrap();
    ports.release("a", DAY).unwrap();
    ports.reserve(9000, 9000, None);
    let reuse = Terms { reuse: true, ..Terms::default() };
    let full = ports.allocate_on("b", &v2(), reuse, DAY).unwrap_err();
    assert!(matches!(full, PortError::Full { released: 0, .. }), "{full:?}");
}

#[test]
fn a_port_that_something_listens_on_will_not_do() {
    let mut ports = Ports::default();
    ports.ranges[0].end = 9001;
    let first = first_try("a", &ports.ranges[0]);
    let is_busy = |port| port == first;
    let terms = Terms { is_busy: Some(&is_busy), ..Terms::default() };
    let busy = ports.allocate_on("a", &PortRequest::Exact(first), terms, DAY).unwrap_err();
    assert_eq!(busy, PortError::Busy { port: first });
    assert_ne!(ports.allocate_on("a", &v2(), terms, DAY).unwrap().port, first);
    let full = ports.allocate_on("b", &v2(), terms, DAY).unwrap_err();
    assert!(matches!(full, PortError::Full { busy: 1, released: 0, .. }), "{full:?}");
}

#[test]
fn an_undone_allocation_leaves_no_trace() {
    let mut ports = Ports::default();
    ports.allocate("a", &v2(), DAY).unwrap();
    let before = ports.clone();
    let port = ports.allocate("b", &v2(), DAY).unwrap().port;
    let other = ports.remove("b", port - 1).unwrap_err();
    assert_eq!(other, PortError::OtherPort { id: "b".into(), has: port, named: port - 1 });
    ports.remove("B", port).unwrap();
    assert_eq!(ports, before);
    assert_eq!(ports.remove("b", port).unwrap_err(), ports.unknown("b"));
    ports.allocate("weather_v2", &v2(), DAY).unwrap();
    assert!(ports.unknown("Weather").to_string().ends_with("did you mean `weather_v2`?"));
}

#[test]
fn names_and_ranges_that_do_not_exist_are_refused() {
    let mut ports = Ports::default();
    for name in ["", "../a", "a b", "ä", "-a", "9004", &"a".repeat(65)] {
        assert!(matches!(ports.allocate(name, &v2(), DAY), Err(PortError::Name { .. })), "{name}");
    }
    let error = ports.allocate("a", &PortRequest::Range("v3".into()), DAY).unwrap_err();
    assert_eq!(error.to_string(), "the registry has no range `v3`\n  help: it has `v2`");
    assert_eq!(ports, Ports::default());
}
