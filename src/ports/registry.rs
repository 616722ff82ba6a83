//! The registry as a value: ranges, reservations, servers.
//!
//! Knows who holds which port. Holds what reading proved and allocating keeps: no two servers share a name in any
//! spelling, and no two that live share a port. Knows nothing of JSON, files or clocks.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use crate::name::fold;

/// Keys that this version does not know, with their values as JSON text: kept as they stand.
pub(super) type Extra = Vec<(String, String)>;

/// The ports of a fleet: which there are, and whose each is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ports {
    pub(super) ranges: Vec<Range>,
    pub(super) reserved: Vec<Reserved>,
    /// Ordered by port, then by id: as it is written.
    pub(super) servers: Vec<Server>,
    pub(super) extra: Extra,
}

/// Ports to allocate from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Its name.
    pub name: String,
    /// Its first port.
    pub start: u16,
    /// Its last port; not below the first.
    pub end: u16,
    /// What it is for.
    pub description: Option<String>,
    pub(super) extra: Extra,
}

/// Ports that nobody gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// The first of them.
    pub start: u16,
    /// The last of them; not below the first.
    pub end: u16,
    /// Why.
    pub reason: Option<String>,
    pub(super) extra: Extra,
}

/// A server and its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name, spelled as when it was first given.
    pub id: String,
    /// Its port.
    pub port: u16,
    /// A second port, for servers that answer health checks elsewhere.
    pub health_port: Option<u16>,
    /// The range that the port was taken from.
    pub range: Option<String>,
    /// Whether it lives.
    pub status: Status,
    /// What it is for.
    pub description: Option<String>,
    /// The date of the allocation, `2026-11-22`.
    pub allocated: Option<String>,
    /// The date of the release.
    pub released: Option<String>,
    pub(super) extra: Extra,
}

/// Whether a server lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It does.
    Active,
    /// It does, and is of the generation before (V1).
    Legacy,
    /// It is gone; its port is kept from being reused by chance.
    Released,
}

impl Status {
    pub(super) const ALL: [Self; 3] = [Self::Active, Self::Legacy, Self::Released];

    /// As it stands in the registry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Legacy => "legacy",
            Self::Released => "released",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How full a range is; the four add up to its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fill {
    /// Ports of servers that live.
    pub used: usize,
    /// Ports of released servers.
    pub released: usize,
    /// Reserved ports that are neither.
    pub reserved: usize,
    /// Ports that can be allocated.
    pub free: usize,
}

impl Default for Ports {
    /// What a new registry starts with.
    fn default() -> Self {
        let reserved = |start, end, reason: &str| Reserved { start, end, reason: Some(reason.into()), extra: vec![] };
        Self {
            ranges: vec![Range {
                name: "v2".into(),
                start: 9000,
                end: 9099,
                description: Some("V2 servers".into()),
                extra: vec![],
            }],
            reserved: vec![
                reserved(1, 1023, "system"),
                reserved(3000, 3099, "common development servers"),
                reserved(8000, 8999, "V1 legacy"),
                reserved(9900, 9999, "testing"),
                reserved(32768, 60999, "ephemeral ports of the kernel"),
            ],
            servers: vec![],
            extra: vec![],
        }
    }
}

impl Ports {
    /// The ranges, in the order of the file.
    #[must_use]
    pub fn ranges(&self) -> &[Range] {
        &self.ranges
    }

    /// The reservations, in the order of the file.
    #[must_use]
    pub fn reserved(&self) -> &[Reserved] {
        &self.reserved
    }

    /// The servers, ordered by port.
    #[must_use]
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The server with this name in any spelling, released ones included.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Server> {
        self.position(name).map(|index| &self.servers[index])
    }

    /// The server that holds this port, as its own or for health checks; a released one where none lives there.
    #[must_use]
    pub fn by_port(&self, port: u16) -> Option<&Server> {
        let mut holders = self.servers.iter().filter(|server| server.holds(port));
        let first = holders.next()?;
        if first.lives() { Some(first) } else { holders.find(|server| server.lives()).or(Some(first)) }
    }

    /// The reservation that a port is in.
    #[must_use]
    pub fn reservation(&self, port: u16) -> Option<&Reserved> {
        self.reserved.iter().find(|reserved| reserved.contains(port))
    }

    /// The range with this name.
    #[must_use]
    pub fn range(&self, name: &str) -> Option<&Range> {
        self.ranges.iter().find(|range| range.name == name)
    }

    /// The first range that a port is in.
    #[must_use]
    pub fn range_of(&self, port: u16) -> Option<&Range> {
        self.ranges.iter().find(|range| range.contains(port))
    }

    /// How full each range is, in the order of the ranges.
    #[must_use]
    pub fn fill(&self) -> Vec<(&Range, Fill)> {
        let states = self.states();
        let count = |range: &Range| {
            let mut fill = Fill::default();
            for port in range.start..=range.end {
                match states[usize::from(port)] {
                    State::Free => fill.free += 1,
                    State::Reserved => fill.reserved += 1,
                    State::Released => fill.released += 1,
                    State::Used => fill.used += 1,
                }
            }
            fill
        };
        self.ranges.iter().map(|range| (range, count(range))).collect()
    }

    /// What each of the 65,536 ports is: one walk over the servers instead of one for each port.
    pub(super) fn states(&self) -> Vec<State> {
        let mut states = vec![State::Free; 1 << 16];
        for reserved in &self.reserved {
            states[usize::from(reserved.start)..=usize::from(reserved.end)].fill(State::Reserved);
        }
        for server in &self.servers {
            let state = if server.lives() { State::Used } else { State::Released };
            for port in server.ports() {
                let known = &mut states[usize::from(port)];
                *known = state.max(*known);
            }
        }
        states
    }

    /// What makes it unsound: two servers of one name, or of one port. Reading finds the same, with its place; this is
    /// for a registry that is about to be written.
    #[must_use]
    pub fn contradiction(&self) -> Option<String> {
        let mut names = HashSet::with_capacity(self.servers.len());
        let mut ports = vec![false; 1 << 16];
        for server in &self.servers {
            if !names.insert(folded(&server.id)) {
                return Some(format!("`{}` would be there twice", server.id));
            }
            for port in server.ports().filter(|_| server.lives()) {
                if std::mem::replace(&mut ports[usize::from(port)], true) {
                    return Some(format!("port `{port}` of `{}` would be given twice", server.id));
                }
            }
        }
        None
    }

    /// Where the server with this name in any spelling stands.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        // Most are asked for in the spelling that is written, and there may be thousands.
        self.servers.iter().position(|server| server.id == name).or_else(|| {
            let name = folded(name);
            self.servers.iter().position(|server| folded(&server.id) == name)
        })
    }

    /// Puts a server where it belongs by port.
    pub(super) fn insert(&mut self, server: Server) {
        let index = self.servers.partition_point(|other| (other.port, &other.id) < (server.port, &server.id));
        self.servers.insert(index, server);
    }
}

/// A name in the spelling that all of its spellings share; most are in it already, and there may be thousands.
pub(super) fn folded(name: &str) -> Cow<'_, str> {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain { Cow::Borrowed(name) } else { Cow::Owned(fold(name)) }
}

/// What a port is. A later state hides an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Free,
    Reserved,
    Released,
    Used,
}

impl Range {
    /// Whether a port is in it.
    #[must_use]
    pub fn contains(&self, port: u16) -> bool {
        (self.start..=self.end).contains(&port)
    }
}

impl Reserved {
    /// Whether a port is in it.
    #[must_use]
    pub fn contains(&self, port: u16) -> bool {
        (self.start..=self.end).contains(&port)
    }
}

impl Server {
    /// Whether it is not released.
    #[must_use]
    pub fn lives(&self) -> bool {
        self.status != Status::Released
    }

    /// Its port, and the one for health checks if it has one.
    pub fn ports(&self) -> impl Iterator<Item = u16> {
        std::iter::once(self.port).chain(self.health_port)
    }

    fn holds(&self, port: u16) -> bool {
        self.ports().any(|own| own == port)
    }
}
