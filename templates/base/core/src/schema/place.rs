// Owned by mcpgen: edits are overwritten.
//! Where the compiler is in a schema.

use super::SchemaError;

/// What the compiler makes of a part.
pub(super) type Compiled<T> = Result<T, SchemaError>;

/// A place in the schema, as a list on the stack.
pub(super) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    key: &'a str,
}

impl Place<'_> {
    pub(super) const ROOT: Self = Self {
        parent: None,
        key: "",
    };

    pub(super) const fn is_root(&self) -> bool {
        self.parent.is_none()
    }

    /// Whether one of these leads here.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        keys.contains(&self.key) || self.parent.is_some_and(|parent| parent.has(keys))
    }

    pub(super) const fn then<'a>(&'a self, key: &'a str) -> Place<'a> {
        Place {
            parent: Some(self),
            key,
        }
    }

    pub(super) fn refuse<T>(&self, message: impl Into<String>) -> Compiled<T> {
        Err(SchemaError {
            pointer: self.pointer(),
            message: message.into(),
        })
    }

    fn pointer(&self) -> String {
        match self.parent {
            None => String::new(),
            Some(parent) => {
                let key = self.key.replace('~', "~0").replace('/', "~1");
                format!("{}/{key}", parent.pointer())
            }
        }
    }
}
