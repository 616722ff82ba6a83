// Owned by mcpgen: edits are overwritten.
//! What the body of a prompt returns: messages, each from the user or from the assistant.

use crate::reply::{Content, Role};

/// A message of a prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub(crate) role: Role,
    pub(crate) content: Content,
}

impl Message {
    /// What the user says.
    #[must_use]
    pub fn user(content: Content) -> Self {
        let role = Role::User;
        Self { role, content }
    }

    /// What the assistant says.
    #[must_use]
    pub fn assistant(content: Content) -> Self {
        let role = Role::Assistant;
        Self { role, content }
    }
}
