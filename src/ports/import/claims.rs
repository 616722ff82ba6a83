//! What one file says of ports: claims, ranges, reservations, what is gone, and what was left aside.
//!
//! Plain data. Whether any of it contradicts anything is asked elsewhere.

use crate::ports::registry::Status;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which of the files.
    pub file: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// That a server has a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The server's name as it is spelled there.
    pub name: String,
    /// Its port, or what stands there instead.
    pub port: Result<u16, String>,
    /// A second port for health checks.
    pub health: Option<u16>,
    /// Where in the file: the keys around the name.
    pub group: String,
    /// The environment that it is said of.
    pub environment: Option<String>,
    /// The shape it was read by.
    pub shape: &'static str,
    /// What its words mean to a registry.
    pub status: Status,
    /// Whether the entry that says that it is gone says as well that it lives.
    pub is_doubted: bool,
    /// What the server is for.
    pub description: Option<String>,
    /// When it was allocated, `2026-11-22`.
    pub allocated: Option<String>,
    /// When it was released.
    pub released: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// That ports belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeClaim {
    /// An id.
    pub name: String,
    /// The first port.
    pub start: u16,
    /// The last port.
    pub end: u16,
    /// What they are for.
    pub description: Option<String>,
    /// The environment that it is said of.
    pub environment: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// That nobody gets these ports, or so its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservedClaim {
    /// The first port.
    pub start: u16,
    /// The last port.
    pub end: u16,
    /// Why.
    pub reason: Option<String>,
    /// The key around it where they are a map of names: some fleets keep their environments there.
    pub map: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// That a server is gone, without its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Its name.
    pub name: String,
    /// The list that says so.
    pub list: String,
    /// Where it stands.
    pub place: Place,
}

/// The port for health checks of a server that is named elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The key, which has the server's name in it.
    pub name: String,
    /// The port.
    pub port: u16,
    /// Where it stands.
    pub place: Place,
}

/// A place where servers run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// What is added to each port there.
    pub offset: Option<u16>,
    /// Its ports.
    pub range: Option<(u16, u16)>,
    /// Where it stands.
    pub place: Place,
}

/// That ports of the environment that was taken are also those of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// The other environment.
    pub environment: String,
    /// What meets what: a sentence in lower case without a full stop.
    pub text: String,
    /// Whether all that meets the other environment are health ports, so that leaving them out helps.
    pub only_health: bool,
    /// The ports that meet it.
    pub ports: Vec<u16>,
    /// Where the other environment stands.
    pub place: Place,
}

/// Something that was seen and is no part of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Of which kind.
    pub kind: NoteKind,
    /// Where it stands.
    pub place: Place,
    /// A sentence in lower case without a full stop.
    pub text: String,
}

/// Why something is worth a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// It is secret.
    Secret,
    /// It may be a port and was not taken.
    NotTaken,
    /// It was taken, but not as it stands.
    Remark,
}

/// All of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileClaims {
    /// Its path, as it is shown.
    pub file: String,
    /// That servers have ports.
    pub claims: Vec<Claim>,
    /// Its ranges.
    pub ranges: Vec<RangeClaim>,
    /// Its reservations.
    pub reserved: Vec<ReservedClaim>,
    /// Servers that are gone.
    pub gone: Vec<Gone>,
    /// Ports for health checks that stand apart.
    pub health: Vec<Health>,
    /// Its environments.
    pub environments: Vec<Environment>,
    /// The file that it says has taken its place, and where it says so.
    pub redirect: Option<(String, Place)>,
    /// What was left aside.
    pub notes: Vec<Note>,
    /// Names that it lists without a port, and where.
    pub mentions: Vec<(String, Place)>,
    /// Numbers that may be ports and were not taken: something may still call there.
    pub numbers: Vec<u16>,
    /// Environments whose ports meet those of the one that was taken.
    pub collisions: Vec<Collision>,
}

impl FileClaims {
    /// Whether it says nothing but where to look instead.
    #[must_use]
    pub fn is_stub(&self) -> bool {
        self.redirect.is_some() && self.claims.is_empty()
    }

    /// How many things it has that are compared with others.
    pub(super) fn entries(&self) -> usize {
        let beside = self.gone.len() + self.health.len() + self.environments.len() + self.mentions.len();
        self.claims.len() + self.ranges.len() + self.reserved.len() + beside
    }

    /// The shapes that it has, with how many entries of each, in the order of the file.
    #[must_use]
    pub fn shapes(&self) -> Vec<(&'static str, usize)> {
        let mut shapes: Vec<(&'static str, usize)> = Vec::new();
        for claim in &self.claims {
            match shapes.iter_mut().find(|(shape, _)| *shape == claim.shape) {
                Some((_, count)) => *count += 1,
                None => shapes.push((claim.shape, 1)),
            }
        }
        shapes
    }

    pub(super) fn note(&mut self, kind: NoteKind, place: Place, text: impl Into<String>) {
        self.notes.push(Note { kind, place, text: text.into() });
    }
}
