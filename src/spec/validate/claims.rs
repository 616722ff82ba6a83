//! Names that generated code needs only once: types, functions, environment variables.
//!
//! Knows who took a name first, so that the second can be told.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use super::Check;

/// What kind of name is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Space {
    Type,
    Function,
    Variable,
    Uri,
}

/// The names that are taken, and what each stands for.
#[derive(Debug, Default)]
pub(super) struct Claims(RefCell<HashMap<(Space, String), String>>);

impl Check<'_> {
    /// Takes a name for `what`, such as "the tool `x`", or says who has it already.
    pub(super) fn claim(&self, space: Space, name: &str, what: &str, span: &Range<usize>) {
        let mut taken = self.claims.0.borrow_mut();
        let Some(first) = taken.get(&(space, name.to_owned())) else {
            taken.insert((space, name.to_owned()), what.to_owned());
            return;
        };
        let kind = match space {
            Space::Type => "type in the generated code",
            Space::Function => "function in the generated code",
            Space::Variable => "environment variable",
            Space::Uri => "URI",
        };
        let message = format!("{what} and {first} would have the same {kind}, `{name}`");
        let help = match space {
            Space::Variable => "name one of them with `env = \"…\"`, or rename it",
            Space::Uri => "change one of them",
            _ => "rename one of them",
        };
        self.say(span, message, help);
    }
}
