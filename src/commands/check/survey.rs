//! Where the files of a fleet are: which folders are servers, and what is the fleet's own.
//!
//! Reads the disk. Knows what makes a folder a server, and nothing of what is right in it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};

use super::reading::{cannot_read, read_all, text_of};
use super::target::Target;
use crate::check::document::{self, Node};
use crate::check::member::Members;
use crate::check::view::{below, join};
use crate::commands::registry_of;
use crate::disk::read;
use crate::fleet::Fleet;
use crate::plan::Part;
use crate::ports::{self, Ports, Problem, Store};
use crate::record;
use crate::text::quote;
use crate::tree::{Found, FoundFiles};

/// The spec of a server.
const SPEC: &str = "server.toml";

/// What the name of a server's folder ends with, by which the workspace takes it in.
const SUFFIX: &str = "_v2";

/// Where the files of a fleet are, and what its registry says.
#[derive(Debug)]
pub struct Survey {
    /// The servers, each with the paths of its files below its folder.
    pub servers: Vec<(String, Vec<String>)>,
    /// The fleet's own files.
    pub own: FoundFiles,
    /// Entries of the fleet's folder that are links where a server should be; nobody looks behind them.
    pub links: Vec<String>,
    /// Whether the workspace takes in folders by the names that servers have.
    pub has_servers: bool,
    /// The registry.
    pub registry: Registry,
}

/// The registry of a fleet as it was read.
#[derive(Debug)]
pub struct Registry {
    /// Where it is: below the root of the repository, or a URL or path outside of it.
    pub path: String,
    /// Its bytes, where there is one.
    pub bytes: Option<Vec<u8>>,
    /// What it says, where it can be read.
    pub ports: Option<Ports>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl Registry {
    fn read(target: &Target, fleet: &Fleet) -> Result<Self> {
        let location = registry_of(fleet)?;
        let path = location.to_string();
        let path = path.strip_prefix(&format!("{}/", target.root.display())).unwrap_or(&path).to_owned();
        let bytes = Store::at(location).bytes()?;
        let (ports, problems) = bytes.as_deref().map_or((None, Vec::new()), ports::inspect);
        Ok(Self { path, bytes, ports, problems })
    }

    /// What it says, where nothing is wrong with it.
    pub fn sound(&self) -> Option<&Ports> {
        self.ports.as_ref().filter(|_| self.problems.is_empty())
    }
}

/// The parts of the base that stand among the fleet's own files.
pub fn parts(own: &FoundFiles) -> impl Iterator<Item = Part> {
    Part::ALL.into_iter().filter(|part| own.contains_key(&format!("base/{}/Cargo.toml", part.folder())))
}

impl Survey {
    /// Whether a path below the root of the repository is in the fleet, whose folder is `inner`, and in none of its
    /// servers.
    pub fn is_own(&self, path: &str, inner: &str) -> bool {
        let first = below(path, inner).map(|path| path.split('/').next().unwrap_or_default());
        first.is_some_and(|first| !self.has(first))
    }

    /// Whether a folder of the fleet is a server.
    pub fn has(&self, id: &str) -> bool {
        self.servers.iter().any(|(server, _)| server == id)
    }
}

/// Looks where the files of a fleet are, and reads its own.
///
/// # Errors
///
/// When a folder or the registry cannot be read, or what was asked for is no server.
pub fn survey(target: &Target, fleet: &Fleet) -> Result<Survey> {
    let paths = paths(target)?;
    let (servers, own_paths) = divide(&fleet.folder, paths);
    let own = read_all(&fleet.folder, &own_paths)?;
    let registry = Registry::read(target, fleet)?;
    let links = links(&fleet.folder, &servers, &own, registry.ports.as_ref());
    let has_servers = !servers.is_empty() || has_members(&fleet.folder);
    let survey = Survey { servers, own, links, has_servers, registry };
    if let Some(other) = target.only.iter().find(|id| !survey.has(id)) {
        let help = "name the path of a server, or of the whole fleet";
        bail!("{} is no server of the fleet `{}`\n  help: {help}", quote(other), fleet.folder.display());
    }
    Ok(survey)
}

/// The links among the fleet's own files that stand where a server should: the registry knows one of that name, the
/// workspace takes it for a member, or a server outside of the fleet is behind it.
fn links(folder: &Path, servers: &[(String, Vec<String>)], own: &FoundFiles, ports: Option<&Ports>) -> Vec<String> {
    let is_link = |name: &str| std::fs::symlink_metadata(folder.join(name)).is_ok_and(|there| there.is_symlink());
    let leads_to_server = |name: &str| {
        let Ok(there) = std::fs::canonicalize(folder.join(name)) else { return false };
        let is_server = [SPEC, record::FILE].iter().any(|file| there.join(file).exists());
        // A second name for one is harmless, unless it is that of a server.
        is_server && (name.ends_with(SUFFIX) || !servers.iter().any(|(id, _)| there == folder.join(id)))
    };
    let is_known = |name: &str| ports.and_then(|ports| ports.by_name(name)).is_some_and(crate::ports::Server::lives);
    let entries = own.iter().filter(|(path, found)| **found == Found::NoFile && !path.contains('/'));
    let names = entries.map(|(name, _)| name).filter(|name| is_link(name) && (is_known(name) || leads_to_server(name)));
    names.cloned().collect()
}

/// Whether there is a folder that cargo finds when it looks for servers, also where git would not keep it or it is a link:
/// the workspace must not lose it.
fn has_members(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    let is_member = |entry: &std::fs::DirEntry| {
        entry.file_name().to_string_lossy().ends_with(SUFFIX) && entry.path().join("Cargo.toml").exists()
    };
    entries.flatten().any(|entry| is_member(&entry))
}

/// The folders of a fleet that cargo takes for members of its workspace, and that have no manifest: git may not keep them,
/// and cargo fails all the same.
pub fn bare(folder: &Path, workspace: &Node) -> Vec<String> {
    let members = Members::of(workspace);
    let mut bare: Vec<String> = members.patterns().iter().flat_map(|pattern| matching(folder, pattern)).collect();
    bare.retain(|path| members.has(path) && !folder.join(path).join("Cargo.toml").exists());
    bare.sort_unstable();
    bare.dedup();
    bare
}

/// The folders that a pattern may mean; without `*` and its like it means one, whether that is there or not.
fn matching(folder: &Path, pattern: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for part in pattern.split('/') {
        let within = |parent: &String| {
            if !part.contains(['*', '?', '[']) {
                return vec![join(parent, part)];
            }
            let Ok(entries) = std::fs::read_dir(folder.join(parent)) else { return Vec::new() };
            let folders = entries.flatten().filter(|entry| entry.path().is_dir());
            folders.map(|entry| join(parent, &entry.file_name().to_string_lossy())).collect()
        };
        found = found.iter().flat_map(within).collect();
    }
    found
}

/// The paths of all files that git would keep in the folder of a target.
pub fn paths(target: &Target) -> Result<Vec<String>> {
    let folder = target.root.join(&target.inner);
    read::paths(&folder).map_err(|unreadable| cannot_read(&unreadable.path, &unreadable.error))
}

/// The paths of each server below its folder, in the order of the servers, and all other paths.
fn divide(folder: &Path, paths: Vec<String>) -> (Vec<(String, Vec<String>)>, Vec<String>) {
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut others = Vec::new();
    for path in paths {
        match path.split_once('/') {
            Some((first, rest)) if first != "base" => {
                folders.entry(first.to_owned()).or_default().push(rest.to_owned());
            }
            _ => others.push(path),
        }
    }
    let mut servers = Vec::new();
    for (first, inner) in folders {
        if is_server(&folder.join(&first), &first, &inner) {
            servers.push((first, inner));
        } else {
            others.extend(inner.into_iter().map(|path| format!("{first}/{path}")));
        }
    }
    others.sort_unstable();
    (servers, others)
}

/// Whether a folder of the fleet is a server: ours, or a crate that speaks MCP by itself.
fn is_server(folder: &Path, name: &str, paths: &[String]) -> bool {
    let has = |path: &str| paths.iter().any(|there| there == path);
    if has(SPEC) || has(record::FILE) {
        return true;
    }
    if !has("Cargo.toml") {
        return false;
    }
    let manifest = read::found(&folder.join("Cargo.toml"));
    let manifest = manifest.as_ref().and_then(text_of).and_then(|text| document::toml(text).ok());
    let depends = |on: &str| manifest.as_ref().is_some_and(|manifest| manifest.at(&["dependencies", on]).is_some());
    name.ends_with(SUFFIX) || depends("rmcp") || depends("mcp-base")
}
