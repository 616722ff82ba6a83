//! What git knows of a registry: its versions on other branches and in the middle of a merge.
//!
//! Asks the program `git`; where there is none, or no repository, git knows nothing, and that is no error.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::disk;
use crate::ports::Ports;

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

    /// The registry as it last was sound on the base branch, with the branch's name: the named one, or all that may be it,
    /// the most telling first.
    ///
    /// # Errors
    ///
    /// When the named branch is not known or has no sound registry.
    pub fn settled(&self, branch: Option<&str>) -> anyhow::Result<Vec<(String, Ports)>> {
        let sound = |branch: &str| Some((branch.to_owned(), self.last_sound(branch)?));
        let Some(branch) = branch else {
            return Ok(BASE_BRANCHES.iter().filter_map(|branch| sound(branch)).collect());
        };
        let settled = sound(branch).filter(|_| !branch.is_empty()).with_context(|| {
            format!("git knows no sound registry on `{branch}`\n  help: `git branch --all` shows the branches it knows")
        })?;
        Ok(vec![settled])
    }

    /// The newest version of a branch that does not contradict itself. A merge that went wrong unseen has made the newest
    /// one useless for telling who was there before.
    fn last_sound(&self, branch: &str) -> Option<Ports> {
        if let Ok(ports) = Ports::from_bytes(&self.version(branch)?) {
            return Some(ports);
        }
        let before = ["rev-list", "--first-parent", "--max-count=20", branch, "--", &self.path];
        let before = String::from_utf8(output(&self.folder, before)?).ok()?;
        before.lines().find_map(|commit| Ports::from_bytes(&self.version(commit)?).ok())
    }

    /// A version of the registry that git is in the middle of merging: 1 is the common ancestor, 2 ours, 3 theirs. None
    /// where it is not.
    pub fn stage(&self, stage: u8) -> Option<Vec<u8>> {
        self.version(&format!(":{stage}"))
    }

    /// Whether git is in the middle of merging the file, and the file is nothing but this branch's version: what a merge
    /// driver leaves that could not be run. Nothing in the file tells of it.
    pub fn is_unmerged(&self, bytes: &[u8]) -> bool {
        self.stage(2).is_some_and(|ours| ours == bytes) && self.stage(3).is_some_and(|theirs| theirs != bytes)
    }

    /// The file at some revision; none where it is not there.
    fn version(&self, revision: &str) -> Option<Vec<u8>> {
        // No revision begins like an option.
        let object = format!("{revision}:{}", self.path);
        (!object.starts_with('-')).then(|| output(&self.folder, ["cat-file", "blob", &object]))?
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

/// What git prints, where it succeeds.
fn output<const N: usize>(folder: &Path, args: [&str; N]) -> Option<Vec<u8>> {
    let output =
        Command::new("git").args(args.map(OsStr::new)).current_dir(folder).stdin(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}
