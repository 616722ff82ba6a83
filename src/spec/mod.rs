//! The spec of one server: from TOML text to a [`Spec`].
//!
//! One road: [`syntax`] makes a tree of the text, [`shape`] holds it against the [`grammar`], [`validate`] finds what it
//! means. Each adds to one list of [`Problem`]s, so that a file is told everything at once.

mod examples;
pub mod grammar;
pub mod node;
mod problem;
mod rename;
mod shape;
mod starter;
mod syntax;
mod types;
mod validate;

pub use examples::{example, names as example_names};
pub use problem::{Place, Problem, Problems};
pub use rename::rename;
pub use starter::default_spec;
pub use types::*;
pub use validate::recursive_types;

use crate::name::ServerName;

/// Reads a spec.
///
/// # Errors
///
/// Everything that is wrong with the text, at once.
pub fn read(text: &str, file_name: &str) -> Result<Spec, Problems> {
    read_named(text, file_name, None)
}

/// Reads a spec for a server whose name, where given, wins over the one in the text.
///
/// # Errors
///
/// Everything that is wrong with the text, at once.
pub fn read_named(text: &str, file_name: &str, name: Option<&ServerName>) -> Result<Spec, Problems> {
    let mut problems = Vec::new();
    let spec = match syntax::read(text, &mut problems) {
        Ok(document) => {
            shape::check(&document, &mut problems);
            validate::spec(text, &document, name, &mut problems)
        }
        Err(fatal) => {
            problems = fatal;
            None
        }
    };
    match spec {
        Some(spec) if problems.is_empty() => Ok(spec),
        _ => Err(Problems::new(file_name, text, problems)),
    }
}
