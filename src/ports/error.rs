//! Why a rule of the registry says no, in words.

use std::fmt;

use crate::text::{all_of, visible};

/// Why a server gets no port, or gives none back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortError {
    /// The name cannot be an id.
    Name {
        /// As it was given.
        name: String,
        /// A sentence without its subject.
        reason: &'static str,
    },
    /// There is no such server.
    UnknownServer {
        /// As it was given.
        name: String,
        /// The one that was probably meant.
        near: Option<String>,
    },
    /// There is no such range.
    UnknownRange {
        /// As it was given.
        range: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// Every port of the range is taken, released or reserved.
    Full {
        /// Its name.
        range: String,
        /// Its first port.
        start: u16,
        /// Its last port.
        end: u16,
        /// How many of its ports belong to released servers.
        released: usize,
        /// How many of its ports are free in the registry, but something listens there.
        busy: usize,
    },
    /// The port belongs to another server.
    Taken {
        /// The port that was asked for.
        port: u16,
        /// The id of that server.
        by: String,
    },
    /// The port belonged to another server.
    Released {
        /// The port that was asked for.
        port: u16,
        /// The id of that server.
        by: String,
        /// When it was released.
        date: Option<String>,
    },
    /// The port is reserved.
    Reserved {
        /// The port that was asked for.
        port: u16,
        /// Why.
        reason: Option<String>,
    },
    /// Something listens on the port.
    Busy {
        /// The port that was asked for.
        port: u16,
    },
    /// There is a range of this name, or a server in it, that stands in the way.
    Range {
        /// Its name.
        range: String,
        /// A sentence without its subject, with its help.
        reason: String,
    },
    /// The server has another port than the one named.
    OtherPort {
        /// The id of the server.
        id: String,
        /// The port that it has.
        has: u16,
        /// The port that was named.
        named: u16,
    },
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name, reason } => {
                write!(f, "`{}` cannot be a server of the registry: it {reason}", visible(name))
            }
            Self::UnknownServer { name, near: Some(near) } => {
                write!(f, "the registry has no server `{}`\n  help: did you mean `{near}`?", visible(name))
            }
            Self::UnknownServer { name, near: None } => {
                write!(
                    f,
                    "the registry has no server `{}`\n  help: `mcpgen ports list` shows those it has",
                    visible(name)
                )
            }
            Self::UnknownRange { range, known } if known.is_empty() => {
                let range = visible(range);
                write!(
                    f,
                    "the registry has no range `{range}`, nor any other\n  help: add one with `mcpgen ports range add {range} START-END`"
                )
            }
            Self::UnknownRange { range, known } => {
                write!(f, "the registry has no range `{}`\n  help: it has {}", visible(range), all_of(known))
            }
            Self::Full { range, start, end, released, busy } => {
                write!(f, "range `{range}` ({start}–{end}) has no free port")?;
                if *busy > 0 {
                    let on = if *busy == 1 { "on the last of them" } else { "on all that are left" };
                    write!(f, ": something listens {on}")?;
                }
                write!(f, "\n  help: widen it with `mcpgen ports range add {range} START-END`, or ask for another")?;
                let reuse = format!("`mcpgen ports allocate NAME --range {range} --reuse`");
                match released {
                    0 => Ok(()),
                    1 => write!(f, "; 1 of its ports belongs to a released server, {reuse} takes it"),
                    n => write!(f, "; {n} of its ports belong to released servers, {reuse} takes one"),
                }
            }
            Self::Taken { port, by } => {
                write!(f, "port `{port}` belongs to `{by}`\n  help: leave out the port to get a free one of the range")
            }
            Self::Released { port, by, date } => {
                write!(f, "port `{port}` belonged to `{by}`, released")?;
                date.iter().try_for_each(|date| write!(f, " on {}", visible(date)))?;
                write!(
                    f,
                    "\n  help: something may still call it there: leave out the port to get a fresh one; \
                     `mcpgen ports allocate NAME --port {port} --reuse` takes it anyway"
                )
            }
            Self::Reserved { port, reason } => {
                write!(f, "port `{port}` is reserved")?;
                reason.iter().try_for_each(|reason| write!(f, ": {}", visible(reason)))?;
                f.write_str("\n  help: leave out the port to get a free one of the range")
            }
            Self::Busy { port } => write!(
                f,
                "something listens on port `{port}` of this machine\n  help: leave out the port to get another"
            ),
            Self::Range { range, reason } => write!(f, "range `{}` {reason}", visible(range)),
            Self::OtherPort { id, has, named } => {
                write!(f, "`{id}` has port `{has}`, not `{named}`: nothing was changed")
            }
        }
    }
}

impl std::error::Error for PortError {}
