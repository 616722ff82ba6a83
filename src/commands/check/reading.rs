//! What is in the files that are looked at, and those around a fleet.
//!
//! Reads the disk. Knows that what cannot be read is no finding; not what the files mean.

use std::path::Path;

use anyhow::{Result, anyhow};

use crate::check::view::{below, join};
use crate::disk::read;
use crate::tree::{Found, FoundFiles, Tree};

/// What nobody can look into is no finding: it may be as it should.
pub fn cannot_read(path: &Path, why: impl std::fmt::Display) -> anyhow::Error {
    let help = "let whoever runs this read it, or have git ignore it where it is none of the fleet's";
    anyhow!("cannot read `{}`: {why}\n  help: {help}", path.display())
}

/// What stands around a fleet and concerns it: workflows, what editors and agents are told of servers, and files at the
/// root.
///
/// # Errors
///
/// When one of them cannot be read.
pub fn around(root: &Path) -> Result<FoundFiles> {
    const FOLDERS: &[&str] = &[".github/workflows", ".cursor", ".vscode"];
    const ENDINGS: &[&str] = &["yml", "yaml", "json"];
    let mut found = FoundFiles::new();
    for folder in FOLDERS.iter().copied().chain([""]) {
        // What a link leads to may be nobody's in this repository.
        if read::obstacle(root, &format!("{folder}/")).is_some() {
            continue;
        }
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_wanted = Path::new(&name).extension().is_some_and(|end| ENDINGS.iter().any(|ending| end == *ending));
            if is_wanted && let Some(there @ Found::Text(_)) = look_at(&entry.path())? {
                found.insert(join(folder, &name), there);
            }
        }
    }
    Ok(found)
}

/// What is at a path.
fn look_at(path: &Path) -> Result<Option<Found>> {
    readable(path, read::found(path))
}

/// What was found, unless it cannot be read.
fn readable(path: &Path, found: Option<Found>) -> Result<Option<Found>> {
    match found {
        Some(Found::Unreadable(why)) => Err(cannot_read(path, why)),
        found => Ok(found),
    }
}

/// What is at each of some listed paths below a folder.
///
/// # Errors
///
/// When a file cannot be read.
pub fn read_all(folder: &Path, paths: &[String]) -> Result<FoundFiles> {
    let mut found = FoundFiles::new();
    for path in paths {
        let there = match look_at(&folder.join(path))? {
            // What was listed under a name that cannot be written here is there, but not under this one.
            None if path.contains(char::REPLACEMENT_CHARACTER) => Some(Found::Unnamed),
            there => there,
        };
        found.extend(there.map(|there| (path.clone(), there)));
    }
    Ok(found)
}

/// Adds what is at the paths of a tree, or stands in their way, where it is not among what was found: what is rendered is
/// looked for also where git would not keep it.
///
/// # Errors
///
/// When a file cannot be read.
pub fn complete(found: &mut FoundFiles, folder: &Path, tree: &Tree, prefix: &str) -> Result<()> {
    look_for(found, folder, tree.iter().filter_map(|(path, _)| below(path.as_str(), prefix)))
}

/// Adds what is at some paths, or stands in their way, where it is not among what was found.
///
/// # Errors
///
/// When a file cannot be read.
pub fn look_for<'p>(found: &mut FoundFiles, folder: &Path, paths: impl Iterator<Item = &'p str>) -> Result<()> {
    for path in paths {
        if !found.contains_key(path)
            && let Some((path, there)) = read::found_below(folder, path)
        {
            let there = readable(&folder.join(&path), Some(there))?;
            found.extend(there.map(|there| (path, there)));
        }
    }
    Ok(())
}

/// The text of a file that has one.
pub fn text_of(found: &Found) -> Option<&str> {
    if let Found::Text(text) = found { Some(text) } else { None }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_is_found_where_it_is_and_not_where_a_link_leads() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for folder in [root.path().join(".vscode"), outside.path().join("workflows")] {
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("mcp.json"), "{}").unwrap();
        }
        std::fs::write(root.path().join("compose.yml"), "").unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join(".github")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("workflows"), root.path().join(".cursor")).unwrap();
        let found = around(root.path()).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), [".vscode/mcp.json", "compose.yml"]);
    }
}
