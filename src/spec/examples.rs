//! Examples that are embedded, so that a first try needs no checkout.

use include_dir::{Dir, include_dir};

static EXAMPLES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/examples");

/// The names of the examples, sorted.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> =
        EXAMPLES.files().filter_map(|file| file.path().file_name()?.to_str()?.strip_suffix(".toml")).collect();
    names.sort_unstable();
    names
}

/// A file that an example names.
#[must_use]
pub fn file_of_example(path: &str) -> Option<&'static [u8]> {
    EXAMPLES.get_file(path).map(include_dir::File::contents)
}

/// The spec of the example with this name.
#[must_use]
pub fn example(name: &str) -> Option<&'static str> {
    EXAMPLES.get_file(format!("{name}.toml"))?.contents_utf8()
}
