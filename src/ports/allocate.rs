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

impl Ports {
    /// Gives a server its port, the one it has already if it has one: asking twice changes nothing.
    ///
    /// # Errors
    ///
    /// When the name cannot be an id, the range does not exist or is full, or the exact port is not free.
    pub fn allocate(&mut self, id: &str, request: &PortRequest, date: &str) -> Result<Allocation, PortError> {
        check_id(id)?;
        let known = self.position(id);
        if let Some(index) = known {
            let server = &mut self.servers[index];
            if server.lives() {
                return Ok(allocation(server, Outcome::Existing));
            }
            if self.can_return(index, request) {
                let server = &mut self.servers[index];
                server.status = Status::Active;
                server.allocated = Some(date.to_owned());
                server.released = None;
                return Ok(allocation(server, Outcome::Revived));
            }
        }
        let (port, range) = match request {
            PortRequest::Range(name) => (self.first_free(id, self.known_range(name)?)?, Some(name.clone())),
            PortRequest::Exact(port) => {
                self.check_free(*port)?;
                (*port, self.range_of(*port).map(|range| range.name.clone()))
            }
        };
        let mut server = match known {
            Some(index) => self.servers.remove(index),
            None => Server::new(id, port),
        };
        server.port = port;
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
        let near = nearest(name, self.servers.iter().map(|server| server.id.as_str()));
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

    fn known_range(&self, name: &str) -> Result<&Range, PortError> {
        self.range(name).ok_or_else(|| PortError::UnknownRange {
            range: name.to_owned(),
            known: self.ranges.iter().map(|range| range.name.clone()).collect(),
        })
    }

    /// The first free port of a range, beginning where the hash of the name points, and at its start again after its end.
    fn first_free(&self, id: &str, range: &Range) -> Result<u16, PortError> {
        let states = self.states();
        let ports = usize::from(range.start)..=usize::from(range.end);
        let begin = first_try(id, range);
        let mut in_turn = (begin..=range.end).chain(range.start..begin);
        in_turn.find(|&port| states[usize::from(port)] == State::Free).ok_or_else(|| PortError::Full {
            range: range.name.clone(),
            start: range.start,
            end: range.end,
            released: states[ports].iter().filter(|&&state| state == State::Released).count(),
        })
    }

    fn check_free(&self, port: u16) -> Result<(), PortError> {
        if port == 0 {
            return Err(PortError::Reserved { port, reason: Some("it stands for any free port".into()) });
        }
        if let Some(server) = self.by_port(port) {
            let by = server.id.clone();
            return Err(match server.status {
                Status::Released => PortError::Released { port, by, date: server.released.clone() },
                Status::Active | Status::Legacy => PortError::Taken { port, by },
            });
        }
        match self.reservation(port) {
            Some(reserved) => Err(PortError::Reserved { port, reason: reserved.reason.clone() }),
            None => Ok(()),
        }
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
        assert_eq!(full, PortError::Full { range: "v2".into(), start: 9000, end: 9003, released: 1 });
        assert_eq!(
            full.to_string(),
            "range `v2` (9000–9003) has no free port\n  help: widen it, or ask for another; 1 of its ports belongs to a released server"
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
