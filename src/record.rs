//! What was rendered: `mcpgen.lock`, and the text of Seeded files as they were.
//!
//! Knows owners and hashes. An update compares the disk with this record to tell a file that is as it was rendered from
//! one that somebody edited. Knows no disk.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Deserializer};
use sha2::{Digest as _, Sha256};

use crate::escape;
use crate::tree::{File, Owner, RelPath, Tree};

/// The name of the record.
pub const FILE: &str = "mcpgen.lock";

/// The folder for the text of Seeded files as rendered.
pub const BASE: &str = ".mcpgen/base";

/// The spec: what a server is rendered from, and nobody's rendering.
pub const SPEC: &str = "server.toml";

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Rendered {
    #[serde(deserialize_with = "version")]
    version: u32,
    /// The version of mcpgen that rendered the files.
    pub mcpgen: String,
    /// What they were rendered from.
    #[serde(flatten)]
    pub inputs: Inputs,
    /// The files, by their paths below the folder.
    #[serde(default)]
    pub files: BTreeMap<String, Recorded>,
}

/// What a server's files were rendered from; a fleet's own have none of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Inputs {
    /// The port.
    pub port: Option<u16>,
    /// The digest of the spec.
    pub spec: Option<String>,
    /// The digest of what templates see of the fleet's settings.
    pub settings: Option<String>,
}

/// A file as it was rendered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Recorded {
    /// Who may change it.
    pub owner: Owner,
    /// The digest of its text.
    pub sha256: String,
}

/// The version of the format.
const VERSION: u32 = 1;

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    if version == VERSION {
        return Ok(version);
    }
    Err(serde::de::Error::custom(format!("it is of version {version}, and this mcpgen knows version {VERSION}")))
}

/// Reads a record.
///
/// # Errors
///
/// When the text is no record.
pub fn read(text: &str) -> Result<Rendered, toml::de::Error> {
    toml::from_str(text.trim_start_matches('\u{feff}'))
}

/// The record of a tree whose paths begin with `folder` (empty: the fleet itself), and the bases of its Seeded files. Entries of an older record stay where the tree has
/// nothing new.
///
/// # Errors
///
/// When the older record is not valid.
pub fn of(tree: &Tree, folder: &str, inputs: &Inputs, older: Option<&str>) -> Result<Tree, toml::de::Error> {
    let mut record = older.map_or(Ok(Rendered::default()), read)?;
    record.inputs = inputs.clone();
    env!("CARGO_PKG_VERSION").clone_into(&mut record.mcpgen);
    Ok(with_files(record, tree, folder))
}

/// A record with the files of a tree in it, and the bases of those that are Seeded.
fn with_files(mut record: Rendered, tree: &Tree, folder: &str) -> Tree {
    let mut out = Tree::default();
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    for (path, file) in tree.iter() {
        let Some(inner) = path.as_str().strip_prefix(&prefix) else { continue };
        if inner == SPEC {
            continue;
        }
        record.files.insert(inner.to_owned(), Recorded { owner: file.owner, sha256: sha256(&file.text) });
        if file.owner == Owner::Seeded && !folder.is_empty() {
            put(&mut out, &format!("{prefix}{BASE}/{inner}"), file.text.clone());
        }
    }
    put(&mut out, &format!("{prefix}{FILE}"), print(&record));
    out
}

/// The record of a server of which some files were rendered anew: those in `tree`, whose paths begin with `folder`. Entries
/// of files that are gone are dropped, all others stay; `inputs` is what all files are of now, where they are.
#[must_use]
pub fn renewed(older: &Rendered, tree: &Tree, folder: &str, inputs: Option<&Inputs>, gone: &[&str]) -> Tree {
    let mut record = older.clone();
    record.files.retain(|path, _| !gone.contains(&path.as_str()));
    if let Some(inputs) = inputs {
        record.inputs = inputs.clone();
        env!("CARGO_PKG_VERSION").clone_into(&mut record.mcpgen);
    }
    with_files(record, tree, folder)
}

/// The text of a record after some files of a server were changed together, each given with the text it had and the text
/// it has now: what was as rendered still is, what was edited still counts as edited. A port given is the new one.
///
/// # Errors
///
/// When the older record is not valid.
pub fn changed(
    older: &str,
    folder: &str,
    port: Option<u16>,
    files: &[(RelPath, String, String)],
) -> Result<String, toml::de::Error> {
    let mut record = read(older)?;
    record.inputs.port = port.or(record.inputs.port);
    for (path, found, text) in files {
        let inner = path.as_str().strip_prefix(folder).and_then(|inner| inner.strip_prefix('/'));
        if let Some(entry) = inner.and_then(|inner| record.files.get_mut(inner))
            && entry.sha256 == sha256(found)
        {
            entry.sha256 = sha256(text);
        }
    }
    Ok(print(&record))
}

/// The port that the files of a record were rendered with; a fleet's own have none.
///
/// # Errors
///
/// When the text is no record.
pub fn port(text: &str) -> Result<Option<u16>, toml::de::Error> {
    read(text).map(|record| record.inputs.port)
}

fn put(tree: &mut Tree, path: &str, text: String) {
    // Paths below a path that parses parse too.
    if let Ok(path) = RelPath::parse(path) {
        tree.insert(path, File { text, owner: Owner::Owned });
    }
}

fn print(record: &Rendered) -> String {
    let mut out = format!(
        "# What mcpgen rendered here, so that it can tell your edits from its own. Commit it; do not edit it.\n\
         version = 1\nmcpgen = {}\n",
        escape::toml(&record.mcpgen)
    );
    if let Some(port) = record.inputs.port {
        let _ = writeln!(out, "port = {port}");
    }
    for (key, digest) in [("spec", &record.inputs.spec), ("settings", &record.inputs.settings)] {
        if let Some(digest) = digest {
            let _ = writeln!(out, "{key} = {}", escape::toml(digest));
        }
    }
    out.push_str("\n[files]\n");
    for (path, entry) in &record.files {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "{} = {{ owner = {}, sha256 = {} }}",
            escape::toml(path),
            escape::toml(entry.owner.as_str()),
            escape::toml(&entry.sha256)
        );
    }
    out
}

/// SHA-256 of a text with the ends of its lines normalised, in hexadecimal: `sha256sum` of the file as rendered.
#[must_use]
pub fn sha256(text: &str) -> String {
    let digest = if text.contains('\r') { Sha256::digest(text.replace("\r\n", "\n")) } else { Sha256::digest(text) };
    digest.iter().fold(String::with_capacity(64), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let mut tree = Tree::default();
        for (path, owner) in
            [("a_v2/README.md", Owner::Owned), ("a_v2/src/lib.rs", Owner::Seeded), ("a_v2/server.toml", Owner::Seeded)]
        {
            tree.insert(RelPath::parse(path).unwrap(), File { text: "x\n".into(), owner });
        }
        tree
    }

    #[test]
    fn a_record_names_every_file_but_the_spec() {
        let record = of(&tree(), "a_v2", &Inputs { port: Some(9004), ..Inputs::default() }, None).unwrap();
        let paths: Vec<&str> = record.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["a_v2/.mcpgen/base/src/lib.rs", "a_v2/mcpgen.lock"]);
        let text = &record.get("a_v2/mcpgen.lock").unwrap().text;
        assert!(text.contains("\"README.md\" = { owner = \"owned\", sha256 = \"73cb3858"), "{text}");
        assert!(!text.contains("server.toml"), "{text}");
        assert_eq!(port(text).unwrap(), Some(9004));
    }

    #[test]
    fn older_entries_stay() {
        let older = "version = 1\nmcpgen = \"0.1.0\"\n[files]\n\"base/core/src/lib.rs\" = { owner = \"owned\", sha256 = \"00\" }\n";
        let record = of(&Tree::default(), "", &Inputs::default(), Some(older)).unwrap();
        assert!(record.get("mcpgen.lock").unwrap().text.contains("base/core/src/lib.rs"));
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for text in ["", "version = 1\n", "version = 2\nmcpgen = \"0.1.0\"\n", "mcpgen = \"0.1.0\"\n"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn line_ends_do_not_count() {
        assert_eq!(sha256("a\r\nb\r\n"), sha256("a\nb\n"));
    }
}
