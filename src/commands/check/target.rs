//! What is to be checked: fleets and parts of them, or crates that are in none.
//!
//! Looks at the disk only as far as it must to tell one from the other.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::fleet::{self, Fleet};

/// A fleet, or a crate that is in none.
#[derive(Debug, Clone)]
pub struct Target {
    /// The root of the repository, which all paths are below of.
    pub root: PathBuf,
    /// The fleet's folder, or the crate's, below the root; empty where it is the root.
    pub inner: String,
    /// The fleet; none where it is a crate alone.
    pub fleet: Option<Fleet>,
    /// The servers of the fleet that were asked for; empty: the whole fleet.
    pub only: Vec<String>,
}

/// What the paths of the command line mean; without any, what is around `here`.
///
/// # Errors
///
/// When one is not there, or there is neither a fleet nor a crate.
pub fn find(paths: &[PathBuf], here: &Path) -> Result<Vec<Target>> {
    if paths.is_empty() {
        return Ok(vec![around(here)?]);
    }
    let mut targets: Vec<Target> = Vec::new();
    for path in paths {
        let target = named(&here.join(path), path)?;
        match targets.iter_mut().find(|known| known.root == target.root && known.inner == target.inner) {
            // The whole fleet is more than one of its servers.
            Some(known) if known.only.is_empty() || target.only.is_empty() => known.only.clear(),
            Some(known) => known.only.extend(target.only),
            None => targets.push(target),
        }
    }
    Ok(targets)
}

fn around(here: &Path) -> Result<Target> {
    if let Some(fleet) = fleet::find(here)? {
        return of_fleet(fleet, None);
    }
    let folder = here.ancestors().find(|folder| folder.join("Cargo.toml").exists());
    let help = "`mcpgen new NAME` makes a server, and a fleet around it; `mcpgen check PATH` looks elsewhere";
    alone(folder.ok_or_else(|| anyhow!("there is neither a fleet nor a crate around\n  help: {help}"))?)
}

fn named(path: &Path, given: &Path) -> Result<Target> {
    let path = fs::canonicalize(path).with_context(|| format!("cannot read `{}`", given.display()))?;
    let folder = if path.is_dir() { path.as_path() } else { crate::disk::folder(&path) };
    if let Some(fleet) = fleet::find(folder)? {
        let server = folder.strip_prefix(&fleet.folder).ok().and_then(|inner| inner.components().next());
        let server = server.map(|server| server.as_os_str().to_string_lossy().into_owned());
        return of_fleet(fleet, server);
    }
    if folder.join("Cargo.toml").exists() {
        return alone(folder);
    }
    bail!(
        "`{}` is neither in a fleet nor a crate\n  help: name a folder with `mcpgen.toml` or `Cargo.toml`",
        given.display()
    )
}

fn of_fleet(mut fleet: Fleet, server: Option<String>) -> Result<Target> {
    let canonical = |path: &Path| fs::canonicalize(path).with_context(|| format!("cannot read `{}`", path.display()));
    fleet.folder = canonical(&fleet.folder)?;
    let root = if fleet.settings.root.is_empty() {
        root_of(&fleet.folder)
    } else {
        canonical(&fleet.folder.join(&fleet.settings.root)).context("`root` in `mcpgen.toml`")?
    };
    let inner = fleet.folder.strip_prefix(&root).map_err(|_| {
        let help = "it is a folder above the fleet's, such as `../..`";
        anyhow!("`root` in `mcpgen.toml` is `{}`, which the fleet is not in\n  help: {help}", root.display())
    })?;
    let inner = slashed(inner);
    Ok(Target { root, inner, fleet: Some(fleet), only: server.into_iter().collect() })
}

fn alone(folder: &Path) -> Result<Target> {
    let folder = fs::canonicalize(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    Ok(Target { root: folder, inner: String::new(), fleet: None, only: Vec::new() })
}

/// The nearest folder above with `.git`, else the folder itself.
fn root_of(folder: &Path) -> PathBuf {
    folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(folder).to_owned()
}

/// A relative path with `/` between its parts.
fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
