//! Why a registry cannot be read or written, in words.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::ports::location::Location;
use crate::ports::problem::Problems;

/// Why a registry cannot be read or written.
#[derive(Debug)]
pub enum StoreError {
    /// The disk refuses.
    Io {
        /// What was tried: `read`, `write`, `lock`.
        action: &'static str,
        /// The registry.
        registry: Location,
        /// Why it failed.
        source: io::Error,
    },
    /// There is nothing at its location that could hold a registry, or no way to it.
    Unfit {
        /// The registry.
        registry: Location,
        /// A sentence without its subject, with its help.
        reason: String,
    },
    /// Another process has it for longer than one is ready to wait.
    Busy {
        /// The registry.
        registry: Location,
        /// The process, if it said so.
        holder: Option<u32>,
        /// How long was waited.
        waited: Duration,
    },
    /// Others changed it again and again for longer than one is ready to wait.
    Contended {
        /// The registry.
        registry: Location,
        /// How often.
        times: u32,
        /// For how long.
        waited: Duration,
    },
    /// It contradicts itself, or is no registry.
    Invalid {
        /// The registry.
        registry: Location,
        /// All that is wrong with it.
        problems: Problems,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, registry, .. } => write!(f, "cannot {action} the registry `{registry}`"),
            Self::Unfit { registry, reason } => write!(f, "the registry `{registry}` {reason}"),
            Self::Busy { registry, holder, waited } => {
                write!(f, "the registry `{registry}` is locked by ")?;
                match holder {
                    Some(pid) => write!(f, "process {pid}")?,
                    None => f.write_str("another process")?,
                }
                write!(f, " since more than {:.1} s\n  help: try again when it is done", waited.as_secs_f64())
            }
            Self::Contended { registry, times, waited } => write!(
                f,
                "the registry `{registry}` was changed by others {times} times in {:.1} s, each time before this \
                 change of it could be written\n  help: try again when there is less going on",
                waited.as_secs_f64()
            ),
            Self::Invalid { registry, problems } => {
                let name = registry.to_string();
                write!(f, "the registry `{name}` cannot be trusted as it is\n{}", problems.in_file(&name))
            }
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Unfit { .. } | Self::Busy { .. } | Self::Contended { .. } | Self::Invalid { .. } => None,
        }
    }
}
