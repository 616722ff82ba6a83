//! Reading folders: which files there are that git would keep, and what is in them.
//!
//! Knows `.gitignore` and how much of a file is ever read. Knows nothing of what the files mean.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::tree::Found;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Folders that are never looked into, whatever `.gitignore` says.
const NEVER: &[&str] = &[".git", "target", "node_modules"];

/// A file or folder that cannot be read, and why.
#[derive(Debug)]
pub struct Unreadable {
    /// What it is that cannot be read.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

/// The paths of all files below a folder, in order, with `/` between their parts: those that git ignores left out, links not
/// followed.
///
/// # Errors
///
/// When a folder cannot be read: it, or one in it.
pub fn paths(folder: &Path) -> Result<Vec<String>, Unreadable> {
    let mut builder = WalkBuilder::new(folder);
    builder.hidden(false).require_git(false).follow_links(false).ignore(false);
    builder.filter_entry(|entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        !(is_folder && entry.depth() > 0 && entry.file_name().to_str().is_some_and(|name| NEVER.contains(&name)))
    });
    // On all processors: in a large fleet, to look where the files are takes as long as to read them.
    let (sender, found) = mpsc::channel();
    builder.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            if let Some(path) = file_below(folder, entry).transpose() {
                // Whoever listens does so until the end.
                let _ = sender.send(path);
            }
            WalkState::Continue
        })
    });
    drop(sender);
    let mut paths = found.into_iter().collect::<Result<Vec<_>, Unreadable>>()?;
    paths.sort_unstable();
    Ok(paths)
}

/// The path of an entry below the folder; none of a folder.
fn file_below(folder: &Path, entry: Result<DirEntry, ignore::Error>) -> Result<Option<String>, Unreadable> {
    let entry = entry.map_err(|error| unreadable(folder, error))?;
    if entry.file_type().is_none_or(|kind| kind.is_dir()) {
        return Ok(None);
    }
    let Ok(inner) = entry.path().strip_prefix(folder) else { return Ok(None) };
    let parts: Vec<_> = inner.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(Some(parts.join("/")))
}

/// What the walk through a folder cannot read.
fn unreadable(folder: &Path, error: ignore::Error) -> Unreadable {
    fn place(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place(err),
            ignore::Error::Loop { child, .. } => Some(child),
            _ => None,
        }
    }
    let path = place(&error).unwrap_or(folder).to_owned();
    Unreadable { path, error: error.into_io_error().unwrap_or_else(|| io::Error::other("a loop of links")) }
}

/// What is at a path; none where nothing is.
#[must_use]
pub fn found(path: &Path) -> Option<Found> {
    match read(path) {
        Ok(found) => Some(found),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
        Err(error) => Some(Found::Unreadable(error.to_string())),
    }
}

/// What is at a path below a folder, with `/` between its parts; or, with a shorter path, what stands in its way: a link
/// or a file where there should be a folder. None where there is nothing.
///
/// [`paths`] follows no link, so what it lists needs no such care.
#[must_use]
pub fn found_below(folder: &Path, path: &str) -> Option<(String, Found)> {
    let path = obstacle(folder, path).unwrap_or(path);
    Some((path.to_owned(), found(&folder.join(path))?))
}

/// The first of the folders that a path below `folder` is in that is none, but a link or something else.
#[must_use]
pub fn obstacle<'p>(folder: &Path, path: &'p str) -> Option<&'p str> {
    let mut parents = path.match_indices('/').map(|(end, _)| &path[..end]);
    parents.find(|parent| fs::symlink_metadata(folder.join(parent)).is_ok_and(|there| !there.is_dir()))
}

/// The bytes of a file at a path below a folder.
///
/// # Errors
///
/// When it cannot be had: with what is there instead, or in its way; with nothing where there is nothing.
pub fn bytes_below(folder: &Path, path: &str) -> Result<Vec<u8>, Option<Found>> {
    if obstacle(folder, path).is_some() {
        return Err(Some(Found::NoFile));
    }
    match bytes(&folder.join(path)) {
        Ok(bytes) => bytes.map_err(Some),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Err(None),
        Err(error) => Err(Some(Found::Unreadable(error.to_string()))),
    }
}

fn read(path: &Path) -> io::Result<Found> {
    Ok(match bytes(path)? {
        Ok(bytes) => String::from_utf8(bytes).map_or(Found::Binary, Found::Text),
        Err(found) => found,
    })
}

/// The bytes of a file, or what is there instead.
fn bytes(path: &Path) -> io::Result<Result<Vec<u8>, Found>> {
    // A link may lead out of the repository, and nothing that is rendered is one.
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(Err(Found::NoFile));
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > LARGEST {
        return Ok(Err(Found::Large(length)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    // It may grow while it is read.
    file.by_ref().take(LARGEST).read_to_end(&mut bytes)?;
    Ok(Ok(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_would_keep_is_found() {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [
            (".gitignore", "/ignored\n*.log\n"),
            (".env", "A=1"),
            ("a/b.rs", ""),
            ("a/x.log", ""),
            ("ignored/c", ""),
            ("target/d", ""),
            ("a/target/e", ""),
            (".git/config", ""),
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        assert_eq!(paths(root.path()).unwrap(), [".env", ".gitignore", "a/b.rs"]);
    }

    #[test]
    fn whatever_is_there_is_told() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::write(at("text"), "é").unwrap();
        fs::write(at("binary"), [0xff, 0xfe]).unwrap();
        fs::write(at("large"), vec![b'x'; 1 << 21]).unwrap();
        fs::create_dir(at("folder")).unwrap();
        assert_eq!(found(&at("text")), Some(Found::Text("é".into())));
        assert_eq!(found(&at("binary")), Some(Found::Binary));
        assert_eq!(found(&at("large")), Some(Found::Large(1 << 21)));
        assert_eq!(found(&at("folder")), Some(Found::NoFile));
        assert_eq!((found(&at("none")), found(&at("text/none"))), (None, None));
    }

    #[test]
    fn what_stands_in_the_way_of_a_path_is_told() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a/b")).unwrap();
        fs::write(root.path().join("a/b/c"), "c").unwrap();
        let below = |path: &str| found_below(root.path(), path);
        assert_eq!(below("a/b/c"), Some(("a/b/c".into(), Found::Text("c".into()))));
        assert_eq!(below("a/b/c/d/e"), Some(("a/b/c".into(), Found::Text("c".into()))));
        assert_eq!((below("a/b/d"), below("b/c/d")), (None, None));
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_on() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(outside.path().join("b")).unwrap();
        fs::write(outside.path().join("b/c"), "c").unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join("a")).unwrap();
        for path in ["a/b/c", "a/b/none", "a/none"] {
            assert_eq!(found_below(root.path(), path), Some(("a".into(), Found::NoFile)), "{path}");
        }
    }
}
