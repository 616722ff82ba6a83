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
mod tests;
