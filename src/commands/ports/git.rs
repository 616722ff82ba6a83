//! What git knows of a registry: its versions on other branches and in the middle of a merge.
//!
//! Asks the program `git`; where there is none, or no repository, git knows nothing, and that is no error.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::disk;
use crate::ports::{Ports, Problem, inspect};

/// Branches that are the base of others where nobody says otherwise, the most telling first.
const BASE_BRANCHES: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// A file as git is asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    folder: PathBuf,
    path: String,
}

impl At {
    /// The file at a path of the disk.
    pub fn disk(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self { folder: disk::folder(path).to_owned(), path: format!("./{name}") }
    }

    /// The file at a path of the repository that this process runs in.
    pub fn repository(path: &str) -> Self {
        Self { folder: PathBuf::from("."), path: path.to_owned() }
    }

    /// The registry as it last was sound on the base branch: the named one, or all that may be it, the most telling first.
    ///
    /// # Errors
    ///
    /// When the named branch is not known or has no sound registry.
    pub fn settled(&self, branch: Option<&str>) -> anyhow::Result<Vec<Ports>> {
        let Some(branch) = branch else {
            return Ok(BASE_BRANCHES.iter().filter_map(|branch| self.last_sound(branch)).collect());
        };
        let ports = self.last_sound(branch).with_context(|| {
            format!("git knows no sound registry on `{branch}`\n  help: `git branch --all` shows the branches it knows")
        })?;
        Ok(vec![ports])
    }

    /// The newest version of a branch that does not contradict itself. A merge that went wrong unseen has made the newest
    /// one useless for telling who was there before.
    fn last_sound(&self, branch: &str) -> Option<Ports> {
        let (ports, problems) = self.version(branch)?;
        if let Some(ports) = ports.filter(|_| problems.is_empty()) {
            return Some(ports);
        }
        let before = ["rev-list", "--first-parent", "--max-count=20", branch, "--", &self.path];
        let before = String::from_utf8(output(&self.folder, before)?).ok()?;
        let mut versions = before.lines().filter_map(|commit| self.version(commit));
        versions.find_map(|(ports, problems)| ports.filter(|_| problems.is_empty()))
    }

    /// A version of the registry in the middle of a merge: 1 is the common ancestor, 2 ours, 3 theirs.
    pub fn stage(&self, stage: u8) -> Option<Ports> {
        self.version(&format!(":{stage}"))?.0
    }

    /// The registry of some revision, as far as it can be understood, and what is wrong with it; none where it is not
    /// there.
    fn version(&self, revision: &str) -> Option<(Option<Ports>, Vec<Problem>)> {
        // No revision begins like an option.
        let object = format!("{revision}:{}", self.path);
        let text = (!object.starts_with('-')).then(|| output(&self.folder, ["cat-file", "blob", &object]))??;
        Some(inspect(&text))
    }
}

/// The root of the working tree that a file is in.
///
/// # Errors
///
/// When it is in none.
pub fn root(path: &Path) -> anyhow::Result<String> {
    let root =
        output(disk::folder(path), ["rev-parse", "--show-toplevel"]).and_then(|root| String::from_utf8(root).ok());
    let root = root.with_context(|| format!("`{}` is in no working tree of git", path.display()))?;
    Ok(root.trim_end_matches('\n').to_owned())
}

/// Writes a setting of this clone. Gives whether it was another one before.
///
/// # Errors
///
/// When git refuses.
pub fn configure(root: &str, key: &str, value: &str, is_dry_run: bool) -> anyhow::Result<bool> {
    let known = output(Path::new(root), ["config", "--local", "--get", key]);
    if known.is_some_and(|known| known.strip_suffix(b"\n") == Some(value.as_bytes())) {
        return Ok(false);
    }
    if !is_dry_run && output(Path::new(root), ["config", "--local", key, value]).is_none() {
        bail!("git does not take the setting `{key}` in `{root}`");
    }
    Ok(true)
}

/// Merges three files by their lines into the second, with markers where they conflict.
///
/// # Errors
///
/// When git cannot be run.
pub fn merge_lines(base: &Path, ours: &Path, theirs: &Path) -> anyhow::Result<()> {
    let merged = Command::new("git").arg("merge-file").args([ours, base, theirs]).stdin(Stdio::null()).output();
    merged.context("cannot run `git merge-file`").map(drop)
}

/// What git prints, where it succeeds.
fn output<const N: usize>(folder: &Path, args: [&str; N]) -> Option<Vec<u8>> {
    let output =
        Command::new("git").args(args.map(OsStr::new)).current_dir(folder).stdin(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}
