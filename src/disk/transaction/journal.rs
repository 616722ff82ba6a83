//! What a transaction has on disk while it lasts, and how the next process undoes one that was cut off.
//!
//! Knows the journal and the work folder. Knows nothing of how they came to be filled.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::{cannot, refuse_links};
use crate::tree::RelPath;

/// Where a transaction keeps its things, below the root.
pub(super) const WORK: &str = ".mcpgen/pending";

/// Stands in the work folder when all of a transaction without a new folder has happened.
pub(super) const DONE: &str = "done";

/// What will have happened, and what it was before.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Journal {
    pub folder: Option<String>,
    pub steps: Vec<Step>,
    pub made_folders: Vec<String>,
    pub note: String,
}

/// One file that is moved: `new-…` to its place, and what it replaces was copied to `old-…`; or, without a `new-…`, from its
/// place to `old-…`, for it goes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Step {
    pub path: String,
    pub replaces: bool,
}

/// A transaction that has begun and was neither finished nor undone.
#[derive(Debug)]
pub struct Pending {
    root: PathBuf,
    journal: Journal,
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
pub(super) fn finish(root: &Path) {
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
