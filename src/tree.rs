//! Trees of files in memory: what rendering makes, what disk reads and writes, what snapshots print.
//!
//! Knows paths that cannot escape, who owns a file, and how two trees differ. Knows no disk and no template.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A path below the root of a tree: `/` between its parts, never absolute, no `.` or `..`, nothing that another
/// platform reads differently.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RelPath(String);

impl RelPath {
    /// Reads a relative path.
    ///
    /// # Errors
    ///
    /// When a part is empty, `.` or `..`, has a character that some file system refuses (`\`, `:`, `*`, `?`, `"`, `<`,
    /// `>`, `|`, controls), ends with a dot or blank, or is a device name of Windows (`con`, `nul`, …).
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        let refuse = |reason: &str| Err(BadPath { path: text.to_owned(), reason: reason.to_owned() });
        if text.is_empty() {
            return refuse("is empty");
        }
        for part in text.split('/') {
            if part.is_empty() {
                return refuse("is absolute or has an empty part");
            }
            if part == "." || part == ".." {
                return refuse("leaves or repeats a folder");
            }
            if let Some(c) = part.chars().find(|c| c.is_control() || "\\:*?\"<>|".contains(*c)) {
                let shown = if c.is_control() { c.escape_debug().to_string() } else { c.to_string() };
                return refuse(&format!("has the character `{shown}`, which some file system refuses"));
            }
            if part.ends_with(['.', ' ']) {
                return refuse("has a part that ends with a dot or a blank");
            }
            let stem = part.split('.').next().unwrap_or(part).to_ascii_lowercase();
            if DEVICES.contains(&stem.as_str()) {
                return refuse("has a part that is a device of Windows");
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The path with `/` between its parts.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this path lies below `folder`.
    #[must_use]
    pub fn is_below(&self, folder: &str) -> bool {
        self.0.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// Names that Windows keeps for devices, whatever the extension.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for RelPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A path that may not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPath {
    path: String,
    reason: String,
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the path `{}` {}", self.path.escape_debug(), self.reason)
    }
}

impl std::error::Error for BadPath {}

/// Who may change a file after it was rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// mcpgen: rewritten by every update.
    Owned,
    /// The user: written once.
    Seeded,
    /// Both: mcpgen owns named keys and touches no others.
    Merged,
}

impl Owner {
    /// As it is printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owned => "owned",
            Self::Seeded => "seeded",
            Self::Merged => "merged",
        }
    }
}

/// One file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its content; everything that mcpgen writes is text.
    pub text: String,
    /// Who may change it.
    pub owner: Owner,
}

/// What is at a path of the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A text file.
    Text(String),
    /// A file that is no UTF-8.
    Binary,
    /// A file that is larger than anyone writes by hand: so many bytes.
    Large(u64),
    /// A link, a socket or something else that is no file.
    NoFile,
    /// A file with a name that is not UTF-8: what stands for it here is not its name.
    Unnamed,
    /// Something that cannot be read, and why.
    Unreadable(String),
}

/// What was found in a folder, by paths below it, with `/` between their parts: whatever names a disk allows.
pub type FoundFiles = BTreeMap<String, Found>;

/// Files by path, in the order of their paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    files: BTreeMap<RelPath, File>,
}

impl Tree {
    /// Puts a file into the tree, in place of one that has the same path.
    pub fn insert(&mut self, path: RelPath, file: File) {
        self.files.insert(path, file);
    }

    /// Puts a text into the tree.
    ///
    /// # Errors
    ///
    /// When `path` may not be written.
    pub fn put(&mut self, path: &str, text: String, owner: Owner) -> Result<(), BadPath> {
        self.insert(RelPath::parse(path)?, File { text, owner });
        Ok(())
    }

    /// The file at `path`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// All files in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&RelPath, &File)> {
        self.files.iter()
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// What has to happen to one path so that the disk agrees with a rendered tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub path: RelPath,
    /// What.
    pub kind: ChangeKind,
}

/// The kinds of [`Change`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is not there yet.
    Create,
    /// It is there and mcpgen may replace it.
    Update,
    /// It is there and stays as it is.
    Keep,
    /// It is there, differs, and belongs to someone else.
    Conflict,
}

/// Compares what was rendered with what is there; `found` gives the text at a path, if any.
///
/// A Seeded file that exists is the user's and stays. An Owned file that exists with other content is a conflict: nothing
/// says yet that it is ours. A Merged file was rendered from the one found, so it is ours to write.
pub fn compare<'a>(rendered: &Tree, found: impl Fn(&RelPath) -> Option<&'a str>) -> Vec<Change> {
    rendered
        .iter()
        .map(|(path, file)| {
            let kind = match (found(path), file.owner) {
                (None, _) => ChangeKind::Create,
                (Some(text), _) if same_lines(text, &file.text) => ChangeKind::Keep,
                (Some(_), Owner::Seeded) => ChangeKind::Keep,
                (Some(_), Owner::Merged) => ChangeKind::Update,
                (Some(_), Owner::Owned) => ChangeKind::Conflict,
            };
            Change { path: path.clone(), kind }
        })
        .collect()
}

/// Whether two texts are equal but for the ends of their lines.
#[must_use]
pub fn same_lines(left: &str, right: &str) -> bool {
    left == right || left.replace("\r\n", "\n") == right.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::ChangeKind::{Conflict, Create, Keep, Update};
    use super::*;

    fn tree(files: &[(&str, &str, Owner)]) -> Tree {
        let mut tree = Tree::default();
        for (path, text, owner) in files {
            tree.insert(RelPath::parse(path).unwrap(), File { text: (*text).into(), owner: *owner });
        }
        tree
    }

    #[test]
    fn no_path_leaves_its_root() {
        for path in
            ["", "/etc/passwd", "..", "a/../b", "./a", "a//b", "a/", "C:x", "a\\b", "a\0b", "nul", "x/CON.txt", "a."]
        {
            assert!(RelPath::parse(path).is_err(), "{path:?}");
        }
        for path in ["a", "a/b.rs", ".github/workflows/ci.yml", "..a/b", "console/main.rs"] {
            assert_eq!(RelPath::parse(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn compare_never_takes_what_is_not_ours() {
        let rendered = tree(&[
            ("a", "new", Owner::Owned),
            ("b", "new", Owner::Owned),
            ("c", "new", Owner::Seeded),
            ("d", "new", Owner::Merged),
            ("e", "one\ntwo\n", Owner::Owned),
        ]);
        let found = |path: &RelPath| match path.as_str() {
            "b" | "c" | "d" => Some("old"),
            "e" => Some("one\r\ntwo\r\n"),
            _ => None,
        };
        let kinds: Vec<_> = compare(&rendered, found).into_iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [Create, Conflict, Keep, Update, Keep]);
    }
}
