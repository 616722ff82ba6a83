//! The spec of one server: from TOML text to a [`Spec`].
//!
//! One road: [`syntax`] makes a tree of the text, [`shape`] holds it against the [`grammar`], [`validate`] finds what it
//! means. Each adds to one list of [`Problem`]s, so that a file is told everything at once.

mod examples;
pub mod grammar;
pub mod node;
mod problem;
mod rename;
mod schema;
mod shape;
mod starter;
mod syntax;
mod types;
mod validate;

pub use examples::{example, file_of_example, names as example_names};
pub use problem::{Place, Problem, Problems};
pub use rename::rename;
pub use schema::schema;
pub use starter::{default_spec, template};
pub use syntax::LARGEST;
pub use types::*;
pub use validate::{Look, Unusable};

use crate::name::ServerName;

/// Where the JSON Schema of specs is, seen from the folder of a server: what editors read in the first line of a spec.
pub const SCHEMA: &str = "../server.schema.json";

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
    read_looking(text, file_name, name, None)
}

/// The same, and holds `look` against every file that the spec names.
///
/// # Errors
///
/// Everything that is wrong with the text and those files, at once.
pub fn read_with_files(
    text: &str,
    file_name: &str,
    name: Option<&ServerName>,
    look: &Look<'_>,
) -> Result<Spec, Problems> {
    read_looking(text, file_name, name, Some(look))
}

fn read_looking(
    text: &str,
    file_name: &str,
    name: Option<&ServerName>,
    look: Option<&Look<'_>>,
) -> Result<Spec, Problems> {
    let mut problems = Vec::new();
    let spec =
        document(text, &mut problems).and_then(|document| validate::spec(text, &document, name, look, &mut problems));
    match spec {
        Some(spec) if problems.is_empty() => Ok(spec),
        _ => Err(Problems::new(file_name, text, problems)),
    }
}

/// Reads a spec from bytes that may not be text.
///
/// # Errors
///
/// Everything that is wrong with the bytes, at once.
pub fn read_bytes(bytes: &[u8], file_name: &str) -> Result<Spec, Problems> {
    match str::from_utf8(bytes) {
        Ok(text) => read(text, file_name),
        Err(error) => {
            let at = error.valid_up_to();
            let problem = Problem::new(at..at + 1, "from here on, the file is not UTF-8").help("save it as UTF-8");
            Err(Problems::new(file_name, &String::from_utf8_lossy(bytes), vec![problem]))
        }
    }
}

/// Holds a text against the grammar alone: what an editor sees that knows the [`schema`].
///
/// # Errors
///
/// Every unknown, missing or mistyped key, or why the text is not TOML.
pub fn check_shape(text: &str, file_name: &str) -> Result<(), Problems> {
    let mut problems = Vec::new();
    document(text, &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(Problems::new(file_name, text, problems)) }
}

/// The document, held against the grammar; nothing where it cannot be trusted.
fn document<'a>(text: &'a str, problems: &mut Vec<Problem>) -> Option<node::Table<'a>> {
    let document = syntax::read(text, problems)?;
    shape::check(&document, problems);
    Some(document)
}
