//! Many files at once, all or none: what `new` does to a fleet.
//!
//! Knows how to write files so that a process killed at any moment can be undone by the next one. Knows nothing of what
//! the files are, and not what else the caller changes in between: that is the caller's to undo, and the journal keeps
//! its note for it.
//!
//! The order: stage everything below the work folder; write the journal; move the single files to their places, and those
//! that go from there into the work folder; let the caller do its part; move the new folder to its place, or where there is none leave a mark, which is the moment that
//! counts; remove the journal.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::read::obstacle;
use super::{atomic_write, check_limit};
use crate::tree::{RelPath, Tree};

/// Where a transaction keeps its things, below the root.
const WORK: &str = ".mcpgen/pending";

/// Stands in the work folder when all of a transaction without a new folder has happened.
const DONE: &str = "done";

/// What is written: single files that may replace others, single files that go, and one folder that must not exist yet.
#[derive(Debug, Clone, Copy)]
pub struct Write<'a> {
    /// The folder that all paths are below.
    pub root: &'a Path,
    /// Files outside of the new folder.
    pub files: &'a Tree,
    /// Files that go; each is there.
    pub gone: &'a [RelPath],
    /// The new folder and its files, whose paths begin with it.
    pub folder: Option<(&'a str, &'a Tree)>,
    /// Files of somebody's that the new folder has too, with paths below it.
    pub copies: &'a [(RelPath, Vec<u8>)],
    /// What the caller must know to undo its own part.
    pub note: &'a str,
}

#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    folder: Option<String>,
    steps: Vec<Step>,
    made_folders: Vec<String>,
    note: String,
}

/// One file that is moved: `new-…` to its place, and what it replaces was copied to `old-…`; or, without a `new-…`, from its
/// place to `old-…`, for it goes.
#[derive(Debug, Serialize, Deserialize)]
struct Step {
    path: String,
    replaces: bool,
}

/// A transaction that has begun and was neither finished nor undone.
#[derive(Debug)]
pub struct Pending {
    root: PathBuf,
    journal: Journal,
}

/// Stages and applies; `between` is the caller's part. Only for who keeps other processes out.
///
/// # Errors
///
/// When the disk or `between` refuses; then [`pending`] has what must be undone, and [`Pending::undo`] does it.
pub fn apply(write: &Write<'_>, between: impl FnOnce() -> Result<()>) -> Result<()> {
    let root = write.root;
    let touched = write.files.iter().map(|(path, _)| path).chain(write.gone);
    refuse_links(root, touched.chain([&RelPath::parse(WORK)?]))?;
    let work = root.join(WORK);
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| cannot("remove", &work))?;
    }
    let journal = stage(write, &work)?;
    let text = serde_json::to_string(&journal)?;
    atomic_write(&work.join("journal.json"), text.as_bytes()).with_context(|| cannot("write", &work))?;

    for (i, step) in journal.steps.iter().enumerate() {
        let target = root.join(&step.path);
        if i < write.files.len() {
            make_parent(&target)?;
            fs::rename(work.join(format!("new-{i}")), &target).with_context(|| cannot("write", &target))?;
        } else {
            fs::rename(&target, work.join(format!("old-{i}"))).with_context(|| cannot("delete", &target))?;
        }
    }
    between()?;
    if let Some((folder, _)) = write.folder {
        let target = root.join(folder);
        if target.exists() {
            bail!(
                "`{}` has come into being in the meantime\n  help: move it away, or choose another name",
                target.display()
            );
        }
        fs::rename(work.join("folder"), &target).with_context(|| cannot("make", &target))?;
    } else {
        // Without a folder whose place would tell, this is the moment that counts.
        fs::write(work.join(DONE), "").with_context(|| cannot("write", &work))?;
    }
    finish(root);
    Ok(())
}

/// Refuses what would be written or deleted elsewhere: a path that is a link, or that a link is on the way to.
///
/// # Errors
///
/// When there is one.
pub fn refuse_links<'p>(root: &Path, paths: impl IntoIterator<Item = &'p RelPath>) -> Result<()> {
    for path in paths {
        let path = path.as_str();
        let obstacle = obstacle(root, path).unwrap_or(path);
        let there = root.join(obstacle);
        if fs::symlink_metadata(&there).is_ok_and(|metadata| metadata.is_symlink()) {
            let help = "put a folder or file of its own in its place";
            bail!("`{}` is a link, and nothing is written through one\n  help: {help}", there.display());
        }
    }
    Ok(())
}

/// Writes everything below the work folder, where nobody looks.
fn stage(write: &Write<'_>, work: &Path) -> Result<Journal> {
    fs::create_dir_all(work).with_context(|| cannot("make", work))?;
    let (mut steps, mut made_folders) = (Vec::new(), Vec::new());
    for (i, (path, file)) in write.files.iter().enumerate() {
        let target = write.root.join(path.as_str());
        let staged = work.join(format!("new-{i}"));
        write_file(&staged, file.text.as_bytes())?;
        let replaces = target.exists();
        if replaces {
            fs::copy(&target, work.join(format!("old-{i}"))).with_context(|| cannot("copy", &target))?;
            let mode = fs::metadata(&target).with_context(|| cannot("read", &target))?.permissions();
            fs::set_permissions(&staged, mode).with_context(|| cannot("write", &staged))?;
        }
        for folder in missing_folders(write.root, path) {
            if !made_folders.contains(&folder) {
                made_folders.push(folder);
            }
        }
        steps.push(Step { path: path.to_string(), replaces });
    }
    steps.extend(write.gone.iter().map(|path| Step { path: path.to_string(), replaces: true }));
    if let Some((folder, tree)) = write.folder {
        let staged = work.join("folder");
        for (path, bytes) in write.copies {
            let target = staged.join(path.as_str());
            let parent = super::folder(&target);
            fs::create_dir_all(parent).with_context(|| cannot("make", parent))?;
            write_file(&target, bytes)?;
        }
        let mut last = PathBuf::new();
        for (path, file) in tree.iter() {
            let Some(inner) = path.as_str().strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else {
                bail!("`{path}` is not below `{folder}`");
            };
            let target = staged.join(inner);
            // Paths come in order, so most files share the folder of the one before.
            if let Some(parent) = target.parent().filter(|parent| *parent != last) {
                fs::create_dir_all(parent).with_context(|| cannot("make", parent))?;
                last = parent.to_owned();
            }
            write_file(&target, file.text.as_bytes())?;
        }
    }
    let folder = write.folder.map(|(folder, _)| folder.to_owned());
    Ok(Journal { folder, steps, made_folders, note: write.note.to_owned() })
}

/// The transaction that a killed process left, if there is one. Leftovers of one that had not begun are removed.
///
/// # Errors
///
/// When the journal cannot be read, or speaks of what lies elsewhere.
pub fn pending(root: &Path) -> Result<Option<Pending>> {
    refuse_links(root, [&RelPath::parse(WORK)?])?;
    let work = root.join(WORK);
    let path = work.join("journal.json");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if work.exists() {
                fs::remove_dir_all(&work).with_context(|| cannot("remove", &work))?;
            }
            return Ok(None);
        }
        Err(error) => return Err(error).with_context(|| cannot("read", &path)),
    };
    let journal: Journal = serde_json::from_str(&text).with_context(|| cannot("read", &path))?;
    let steps = journal.steps.iter().map(|step| &step.path);
    let touched = steps.chain(&journal.made_folders).chain(&journal.folder).map(|path| RelPath::parse(path));
    let touched: Vec<RelPath> = touched.collect::<Result<_, _>>().with_context(|| cannot("read", &path))?;
    refuse_links(root, &touched)?;
    Ok(Some(Pending { root: root.to_owned(), journal }))
}

impl Pending {
    /// What the caller noted.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.journal.note
    }

    /// Whether all of it had happened and only the journal was left.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let staged = self.root.join(WORK).join("folder");
        match &self.journal.folder {
            Some(folder) => self.root.join(folder).exists() && !staged.exists(),
            None => self.root.join(WORK).join(DONE).exists(),
        }
    }

    /// Puts every file back that was replaced, takes away what was made, and forgets the transaction.
    ///
    /// # Errors
    ///
    /// When the disk refuses; the transaction is then still pending.
    pub fn undo(self) -> Result<()> {
        let work = self.root.join(WORK);
        for (i, step) in self.journal.steps.iter().enumerate() {
            // What is still staged was never moved.
            if work.join(format!("new-{i}")).exists() {
                continue;
            }
            let target = self.root.join(&step.path);
            let old = work.join(format!("old-{i}"));
            let undone = match step.replaces {
                true if old.exists() => fs::rename(&old, &target),
                true => Ok(()),
                false => gone(fs::remove_file(&target)),
            };
            undone.with_context(|| cannot("restore", &target))?;
        }
        for folder in self.journal.made_folders.iter().rev() {
            // One that somebody else uses by now stays.
            let _ = fs::remove_dir(self.root.join(folder));
        }
        finish(&self.root);
        Ok(())
    }

    /// Forgets a transaction that is done.
    pub fn forget(self) {
        finish(&self.root);
    }
}

/// The journal goes first: without it the rest is only rubbish.
fn finish(root: &Path) {
    let work = root.join(WORK);
    let _ = fs::remove_file(work.join("journal.json"));
    let _ = fs::remove_dir_all(&work);
}

fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The folders of a path that do not exist yet, outermost first.
fn missing_folders(root: &Path, path: &RelPath) -> Vec<String> {
    let ends = path.as_str().match_indices('/').map(|(i, _)| &path.as_str()[..i]);
    ends.filter(|folder| !root.join(folder).exists()).map(str::to_owned).collect()
}

fn make_parent(target: &Path) -> Result<()> {
    let Some(parent) = target.parent() else { return Ok(()) };
    fs::create_dir_all(parent).with_context(|| cannot("make", parent))
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    check_limit(bytes.len()).and_then(|()| fs::write(path, bytes)).with_context(|| cannot("write", path))
}

fn cannot(verb: &str, path: &Path) -> String {
    format!("cannot {verb} `{}`", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{File, Owner};

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (path, text) in files {
            tree.insert(RelPath::parse(path).unwrap(), File { text: (*text).into(), owner: Owner::Owned });
        }
        tree
    }

    fn everything(root: &Path) -> Vec<(String, String)> {
        let walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(Result::unwrap);
        walk.filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                (path, fs::read_to_string(entry.path()).unwrap())
            })
            .collect()
    }

    #[test]
    fn all_of_it_happens() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("Cargo.lock"), "old").unwrap();
        let (files, folder) =
            (tree(&[("Cargo.lock", "new"), ("base/core/lib.rs", "core")]), tree(&[("a_v2/src/main.rs", "main")]));
        let write = Write {
            root: root.path(),
            files: &files,
            gone: &[],
            folder: Some(("a_v2", &folder)),
            copies: &[],
            note: "",
        };
        apply(&write, || Ok(())).unwrap();
        let expected = [("Cargo.lock", "new"), ("a_v2/src/main.rs", "main"), ("base/core/lib.rs", "core")];
        assert_eq!(everything(root.path()), expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
        assert!(pending(root.path()).unwrap().is_none());
    }

    #[test]
    fn what_fails_in_between_is_undone() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("Cargo.lock"), "old").unwrap();
        let (files, folder) =
            (tree(&[("Cargo.lock", "new"), ("base/core/lib.rs", "core")]), tree(&[("a_v2/src/main.rs", "main")]));
        let write = Write {
            root: root.path(),
            files: &files,
            gone: &[],
            folder: Some(("a_v2", &folder)),
            copies: &[],
            note: "port 9000",
        };
        let before = everything(root.path());
        assert!(apply(&write, || bail!("the registry is full")).is_err());
        let left = pending(root.path()).unwrap().unwrap();
        assert_eq!((left.note(), left.is_done()), ("port 9000", false));
        left.undo().unwrap();
        assert_eq!(everything(root.path()), before);
        assert!(!root.path().join("base").exists());
    }

    #[test]
    fn without_a_folder_it_is_done_when_the_caller_has_done_its_part() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a"), "old").unwrap();
        let files = tree(&[("a", "new")]);
        let write = Write { root: root.path(), files: &files, gone: &[], folder: None, copies: &[], note: "" };
        let seen = || {
            assert_eq!(fs::read_to_string(root.path().join("a")).unwrap(), "new");
            // Whoever is killed here has not saved what the files speak of.
            assert!(!pending(root.path()).unwrap().unwrap().is_done());
            Ok(())
        };
        apply(&write, seen).unwrap();
        assert!(pending(root.path()).unwrap().is_none());
        assert!(apply(&write, || bail!("no")).is_err());
        let left = pending(root.path()).unwrap().unwrap();
        assert!(!left.is_done());
        left.undo().unwrap();
        assert_eq!(everything(root.path()), [("a".to_owned(), "new".to_owned())]);
    }

    #[test]
    fn what_goes_comes_back_where_the_rest_fails() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a"), "old").unwrap();
        fs::create_dir(root.path().join("b")).unwrap();
        fs::write(root.path().join("b/c"), "gone").unwrap();
        let before = everything(root.path());
        let files = tree(&[("a", "new")]);
        let path = |path: &str| RelPath::parse(path).unwrap();
        let write = Write { root: root.path(), files: &files, gone: &[], folder: None, copies: &[], note: "" };
        // The second is not there, so the first comes back.
        for gone in [vec![path("b/c"), path("b/d")], vec![path("b/c")]] {
            assert!(apply(&Write { gone: &gone, ..write }, || bail!("no")).is_err());
            let left = pending(root.path()).unwrap().unwrap();
            assert!(!left.is_done() && !root.path().join("b/c").exists());
            left.undo().unwrap();
            assert_eq!(everything(root.path()), before);
        }
        apply(&Write { gone: &[path("b/c")], ..write }, || Ok(())).unwrap();
        assert_eq!(everything(root.path()), [("a".to_owned(), "new".to_owned())]);
    }

    #[test]
    fn a_journal_of_somebody_else_reaches_nothing_outside() {
        let root = tempfile::tempdir().unwrap();
        let inside = root.path().join("fleet");
        fs::create_dir_all(inside.join(WORK)).unwrap();
        fs::write(root.path().join("file"), "theirs").unwrap();
        let step =
            "{\"folder\":null,\"steps\":[{\"path\":\"../file\",\"replaces\":false}],\"made_folders\":[],\"note\":\"\"}";
        fs::write(inside.join(WORK).join("journal.json"), step).unwrap();
        assert!(pending(&inside).is_err());
        assert_eq!(fs::read_to_string(root.path().join("file")).unwrap(), "theirs");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        use std::os::unix::fs::symlink;
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("file"), "theirs").unwrap();
        symlink(outside.path(), root.path().join("folder")).unwrap();
        symlink(outside.path().join("file"), root.path().join("link")).unwrap();
        let path = |path: &str| RelPath::parse(path).unwrap();
        let refused = |files: &Tree, gone: &[RelPath]| {
            let write = Write { root: root.path(), files, gone, folder: None, copies: &[], note: "" };
            assert!(apply(&write, || Ok(())).unwrap_err().to_string().contains("is a link"));
            assert!(pending(root.path()).unwrap().is_none());
        };
        for name in ["link", "folder/file", "folder/new/file"] {
            refused(&tree(&[("a", "a"), (name, "ours")]), &[]);
            refused(&tree(&[("a", "a")]), &[path(name)]);
        }
        symlink(outside.path(), root.path().join(".mcpgen")).unwrap();
        let files = tree(&[("a", "a")]);
        let write = Write { root: root.path(), files: &files, gone: &[], folder: None, copies: &[], note: "" };
        assert!(apply(&write, || Ok(())).is_err() && pending(root.path()).is_err());
        assert_eq!(everything(outside.path()), [("file".to_owned(), "theirs".to_owned())]);
        assert!(!root.path().join("a").exists());
    }

    #[test]
    fn what_was_only_staged_is_rubbish() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(WORK).join("folder")).unwrap();
        assert!(pending(root.path()).unwrap().is_none());
        assert!(everything(root.path()).is_empty());
    }
}
