// Owned by mcpgen: edits are overwritten.
//! Questions to the caller in the middle of a call: what can be asked, and what comes back.
//!
//! Knows what an answer looks like and neither the SDK nor how a question reaches the caller.

mod form;
mod question;

use std::fmt;

use serde::Deserialize;

pub use self::form::Form;
pub(crate) use self::form::Forms;
pub(crate) use self::question::{Question, Questions, Unfit, roots, sampled};
use crate::error::Error;

/// What a client must be able to do to be asked something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// Its user fills in forms.
    Elicitation,
    /// Its model answers a prompt.
    Sampling,
    /// It tells the folders that it works on.
    Roots,
}

impl Ability {
    /// Its name in the protocol.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Elicitation => "elicitation",
            Self::Sampling => "sampling",
            Self::Roots => "roots",
        }
    }
}

impl fmt::Display for Ability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a user did with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    /// Filled it in.
    Accepted(T),
    /// Said no.
    Declined,
    /// Closed it without a decision.
    Cancelled,
}

impl<T> Answer<T> {
    /// What was filled in.
    ///
    /// # Errors
    ///
    /// When the user did not; the sentence says what they did instead.
    pub fn accepted(self) -> Result<T, Error> {
        match self {
            Self::Accepted(value) => Ok(value),
            Self::Declined => Err(Error::tool("the user declined to answer")),
            Self::Cancelled => Err(Error::tool("the user closed the form without an answer")),
        }
    }
}

/// A folder that a client works on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Root {
    /// Its address, such as `file:///home/ann/project`.
    pub uri: String,
    /// Its name for people.
    #[serde(default)]
    pub name: Option<String>,
}
