// Owned by mcpgen: edits are overwritten.
//! Why a server did not start, and the exit code that says so.

use std::error::Error as StdError;
use std::fmt;

use crate::error::chain;
use crate::schema::Problem;

/// The exit codes of a server.
pub mod exit {
    /// It started, served and stopped; or it is healthy.
    pub const OK: u8 = 0;
    /// It failed in a way that has no number of its own; or it is not healthy.
    pub const FAILURE: u8 = 1;
    /// The command line is wrong.
    pub const USAGE: u8 = 64;
    /// The address or port is taken, or is not one of this machine.
    pub const UNAVAILABLE: u8 = 69;
    /// A setting is missing or wrong.
    pub const SETTINGS: u8 = 78;
}

/// A server that did not start.
///
/// `?` turns every other error into one of these.
pub struct StartError {
    message: String,
    code: u8,
}

impl StartError {
    /// A server that cannot start, and why.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: exit::FAILURE,
        }
    }

    /// All settings that are missing or wrong.
    #[must_use]
    pub fn settings(problems: &[Problem]) -> Self {
        let mut message = String::from("the settings are not valid");
        for problem in problems {
            message.push_str("\n  ");
            message.push_str(&problem.to_string());
        }
        Self {
            message,
            code: exit::SETTINGS,
        }
    }

    /// One setting that is wrong in a way that no schema can say.
    #[must_use]
    pub fn setting(message: impl Into<String>) -> Self {
        Self::new(message).with_code(exit::SETTINGS)
    }

    /// The same with another exit code.
    #[must_use]
    pub fn with_code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// What the process exits with.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.code
    }
}

impl<E: StdError + 'static> From<E> for StartError {
    fn from(cause: E) -> Self {
        Self::new(chain(&cause))
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (exit code {})", self.message, self.code)
    }
}
