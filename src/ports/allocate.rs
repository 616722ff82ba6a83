//! Who gets which port: pure rules on a registry.
//!
//! Knows names, ranges and what is taken. The date is handed in; whether somebody listens on a port is not asked.

use crate::name::fold;
use crate::spec::PortRequest;
use crate::text::nearest;

use super::error::PortError;
use super::registry::{Ports, Range, Server, State, Status};

/// The longest id of a server, in characters.
const MAX_ID: usize = 64;

/// A port that a server now has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The server's id as the registry spells it, which may not be as it was asked for.
    pub id: String,
    /// Its port.
    pub port: u16,
    /// The range that the port is from; none where it was asked for by number and is in no range.
    pub range: Option<String>,
    /// How it came to it.
    pub outcome: Outcome,
}

/// How a server came to its port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It was released and has come back to the port it had.
    Revived,
    /// It had it already; nothing changed.
    Existing,
}

impl Outcome {
    /// Whether the registry changed.
    #[must_use]
    pub fn changed(self) -> bool {
        self != Self::Existing
    }

    /// As it stands in machine-readable output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Revived => "revived",
            Self::Existing => "existing",
        }
    }
}

/// What counts when a new port is chosen, beside the request; by default, what the registry says and nothing more.
#[derive(Clone, Copy, Default)]
pub struct Terms<'a> {
    /// Whether a released server's port will do: where it is asked for by number, or where no other of the range is free.
    pub reuse: bool,
    /// Whether something listens on a port now: such a port will not do.
    pub is_busy: Option<&'a dyn Fn(u16) -> bool>,
}

impl Terms<'_> {
    fn busy(&self, port: u16) -> bool {
        self.is_busy.is_some_and(|is_busy| is_busy(port))
    }
}

impl Ports {
    /// Gives a server its port, the one it has already if it has one: asking twice changes nothing.
    ///
    /// # Errors
    ///
    /// When the name cannot be an id, the range does not exist or is full, or the exact port is not free.
    pub fn allocate(&mut self, id: &str, request: &PortRequest, date: &str) -> Result<Allocation, PortError> {
        self.allocate_on(id, request, Terms::default(), date)
    }

    /// Gives a server its port as [`Ports::allocate`] does, on these terms.
    ///
    /// # Errors
    ///
    /// As [`Ports::allocate`], and when something listens on the exact port.
    pub fn allocate_on(
        &mut self,
        id: &str,
        request: &PortRequest,
        terms: Terms<'_>,
        date: &str,
    ) -> Result<Allocation, PortError> {
        check_id(id)?;
        let known = self.position(id);
        if let Some(index) = known {
            let server = &mut self.servers[index];
            if server.lives() {
                return Ok(allocation(server, Outcome::Existing));
            }
            if self.can_return(index, request) && !self.servers[index].ports().any(|port| terms.busy(port)) {
                let server = &mut self.servers[index];
                server.status = Status::Active;
                server.allocated = Some(date.to_owned());
                server.released = None;
                return Ok(allocation(server, Outcome::Revived));
            }
        }
        let (port, range) = match request {
            PortRequest::Range(name) => (self.choose(id, self.known_range(name)?, terms)?, Some(name.clone())),
            PortRequest::Exact(port) => {
                self.check_free(*port, terms)?;
                (*port, self.range_of(*port).map(|range| range.name.clone()))
            }
        };
        let mut server = match known {
            Some(index) => self.servers.remove(index),
            None => Server::new(id, port),
        };
        server.port = port;
        // A server that comes back: its second port may be another's by now.
        server.health_port =
            server.health_port.filter(|&health| health != port && self.check_free(health, terms).is_ok());
        server.range = range;
        server.status = Status::Active;
        server.allocated = Some(date.to_owned());
        server.released = None;
        let allocation = allocation(&server, Outcome::Created);
        self.insert(server);
        Ok(allocation)
    }

    /// Marks a server as gone. Its port stays its own, so that nobody gets it by chance while something still calls it.
    ///
    /// # Errors
    ///
    /// When there is no such server. One that is released already is left as it is.
    pub fn release(&mut self, name: &str, date: &str) -> Result<&Server, PortError> {
        let index = self.position(name).ok_or_else(|| self.unknown(name))?;
        let server = &mut self.servers[index];
        if server.lives() {
            server.status = Status::Released;
            server.released = Some(date.to_owned());
        }
        Ok(server)
    }

    /// Says what a server is for, unless somebody has said so already.
    pub fn describe(&mut self, name: &str, description: &str) {
        let name = fold(name);
        if let Some(server) = self.servers.iter_mut().find(|server| fold(&server.id) == name) {
            server.description.get_or_insert_with(|| description.to_owned());
        }
    }

    /// Takes back an allocation that never came to be, without a trace: no server ever stood there.
    ///
    /// # Errors
    ///
    /// When there is no such server, or it has another port by now.
    pub fn remove(&mut self, name: &str, port: u16) -> Result<Server, PortError> {
        let index = self.position(name).ok_or_else(|| self.unknown(name))?;
        let server = &self.servers[index];
        if server.port != port {
            return Err(PortError::OtherPort { id: server.id.clone(), has: server.port, named: port });
        }
        Ok(self.servers.remove(index))
    }

    /// The error that there is no server of this name.
    #[must_use]
    pub fn unknown(&self, name: &str) -> PortError {
        // `new weather` makes `weather_v2`: the shorter name is the one that people have in mind.
        let crate_name = self.by_name(&format!("{name}_v2")).map(|server| server.id.as_str());
        let near = crate_name.or_else(|| nearest(name, self.servers.iter().map(|server| server.id.as_str())));
        PortError::UnknownServer { name: name.to_owned(), near: near.map(str::to_owned) }
    }

    /// Whether a released server can have its old port again: nobody else may have it, and it must be what is asked for.
    fn can_return(&self, index: usize, request: &PortRequest) -> bool {
        let server = &self.servers[index];
        let asked = match request {
            PortRequest::Range(name) => self.range(name).is_some_and(|range| range.contains(server.port)),
            PortRequest::Exact(port) => *port == server.port,
        };
        let others = || self.servers.iter().enumerate().filter(|&(other, _)| other != index);
        asked
            && server.ports().all(|port| self.reservation(port).is_none())
            && others().all(|(_, other)| other.ports().all(|theirs| server.ports().all(|own| own != theirs)))
    }

    pub(super) fn known_range(&self, name: &str) -> Result<&Range, PortError> {
        self.range(name).ok_or_else(|| PortError::UnknownRange {
            range: name.to_owned(),
            known: self.ranges.iter().map(|range| range.name.clone()).collect(),
        })
    }

    /// The first free port of a range, beginning where the hash of the name points, and at its start again after its end.
    /// Where released ones will do, they come last, the one that was released longest ago before the others.
    pub(super) fn choose(&self, id: &str, range: &Range, terms: Terms<'_>) -> Result<u16, PortError> {
        let states = self.states();
        let is = |port: u16, state| states[usize::from(port)] == state;
        let begin = first_try(id, range);
        let in_turn = || (begin..=range.end).chain(range.start..begin);
        if let Some(port) = in_turn().find(|&port| is(port, State::Free) && !terms.busy(port)) {
            return Ok(port);
        }
        // A reservation does not end with the server that had a port of it.
        let released = in_turn().filter(|&port| is(port, State::Released) && self.reservation(port).is_none());
        if terms.reuse {
            let date = |port: u16| self.by_port(port).and_then(|server| server.released.as_deref());
            let oldest = released.clone().filter(|&port| !terms.busy(port)).min_by_key(|&port| date(port));
            if let Some(port) = oldest {
                return Ok(port);
            }
        }
        Err(PortError::Full {
            range: range.name.clone(),
            start: range.start,
            end: range.end,
            released: released.count(),
            busy: in_turn().filter(|&port| is(port, State::Free)).count(),
        })
    }

    fn check_free(&self, port: u16, terms: Terms<'_>) -> Result<(), PortError> {
        if port == 0 {
            return Err(PortError::Reserved { port, reason: Some("it stands for any free port".into()) });
        }
        if let Some(server) = self.by_port(port) {
            let by = server.id.clone();
            match server.status {
                Status::Released if terms.reuse => {}
                Status::Released => return Err(PortError::Released { port, by, date: server.released.clone() }),
                Status::Active | Status::Legacy => return Err(PortError::Taken { port, by }),
            }
        }
        if let Some(reserved) = self.reservation(port) {
            return Err(PortError::Reserved { port, reason: reserved.reason.clone() });
        }
        if terms.busy(port) { Err(PortError::Busy { port }) } else { Ok(()) }
    }
}

impl Server {
    fn new(id: &str, port: u16) -> Self {
        Self {
            id: id.to_owned(),
            port,
            health_port: None,
            range: None,
            status: Status::Active,
            description: None,
            allocated: None,
            released: None,
            extra: Vec::new(),
        }
    }
}

fn allocation(server: &Server, outcome: Outcome) -> Allocation {
    Allocation { id: server.id.clone(), port: server.port, range: server.range.clone(), outcome }
}

pub(super) fn check_id(id: &str) -> Result<(), PortError> {
    let reason = if id.is_empty() {
        "is empty"
    } else if id.chars().count() > MAX_ID {
        "has more than 64 characters"
    } else if !id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        "has characters other than ASCII letters, digits, `_` and `-`"
    } else if !id.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        "does not start with a letter or a digit"
    } else if id.bytes().all(|b| b.is_ascii_digit()) {
        "is a number, and would be taken for a port"
    } else {
        return Ok(());
    };
    Err(PortError::Name { name: id.to_owned(), reason })
}

/// The port that a name is tried on first: FNV-1a (64 bit, offset basis `cbf29ce484222325`, prime `100000001b3`) of the
/// folded name's bytes, modulo the size of the range. It is part of the format: branches that allocate the same name
/// must meet, those that allocate different ones rarely do, with whatever release of this program.
fn first_try(id: &str, range: &Range) -> u16 {
    let hash = fold(id)
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let size = u64::from(range.end - range.start) + 1;
    // The remainder is below 65,536, and so is the sum: `start + size - 1` is `end`.
    range.start + u16::try_from(hash % size).unwrap_or(0)
}

#[cfg(test)]
mod tests {
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
}
