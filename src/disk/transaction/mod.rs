//! Many files at once, all or none: what `new` does to a fleet.
//!
//! Knows how to write files so that a process killed at any moment can be undone by the next one. Knows nothing of what
//! the files are, and not what else the caller changes in between: that is the caller's to undo, and the journal keeps
//! its note for it.
//!
//! The order: stage everything below the work folder; write the journal; move the single files to their places, and those
//! that go from there into the work folder; let the caller do its part; move the new folder to its place, or where there is
//! none leave a mark, which is the moment that counts; remove the journal.

mod journal;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use journal::{DONE, Journal, Step, WORK, finish};
pub use journal::{Pending, pending};

use super::read::obstacle;
use super::{atomic_write, check_limit};
use crate::tree::{RelPath, Tree};

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
mod tests;
