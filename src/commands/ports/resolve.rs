//! `mcpgen ports resolve`: a registry that merging left in pieces, made whole, and the servers that must move, moved.
//!
//! Everything is computed first, then applied as a whole or not at all.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::git::At;
use super::renumber::{Renumbered, outdated, renumber, standing};
use super::{JSON_VERSION, PATIENCE, Registry, machine};
use crate::cli::ResolveArgs;
use crate::commands::Output;
use crate::commands::settle::{self, FleetLock};
use crate::fleet::Fleet;
use crate::ports::{self, Code, Merged, Ports, Problems, Store, StoreError, inspect};
use crate::tree::Tree;

/// What is about to happen.
struct Resolution {
    merged: Merged,
    /// The branches whose servers keep their ports.
    base: Vec<String>,
    /// Whether git waits for the registry.
    is_in_merge: bool,
    /// Whether the registry's file changes.
    is_changed: bool,
    servers: Vec<Moved>,
    /// The files of all servers that change.
    files: Tree,
}

/// A server whose files say another port than the registry.
struct Moved {
    id: String,
    from: u16,
    to: u16,
    files: Vec<String>,
    /// Places that still say the port it had: `README.md:8`.
    by_hand: Vec<String>,
    /// Why nothing could be rendered.
    failure: Option<String>,
}

pub fn run(registry: &Registry, args: &ResolveArgs, json: bool) -> Result<Output> {
    let fleet = registry.fleet.as_ref();
    let store = &registry.store;
    store.file()?;
    let resolution = if args.dry_run {
        resolution(store, fleet, args)?
    } else {
        let _lock = fleet.map(|fleet| FleetLock::acquire(&fleet.folder)).transpose()?;
        if let Some(fleet) = fleet {
            settle::recover(&fleet.folder)?;
        }
        let locked = store.clone().lock(PATIENCE)?;
        let done = resolution(store, fleet, args).and_then(|resolution| {
            let ports = resolution.is_changed.then_some(&resolution.merged.ports);
            match (fleet, ports) {
                (Some(fleet), _) if !resolution.files.is_empty() => {
                    settle::replace(&fleet.folder, &locked, &resolution.files, &[], ports)?;
                }
                (_, Some(ports)) => locked.save(ports)?,
                (_, None) => {}
            }
            Ok(resolution)
        });
        locked.leave();
        done?
    };
    let code = u8::from(resolution.servers.iter().any(Moved::is_open));
    let stdout = if json { machine(&as_json(&resolution, args.dry_run)) } else { String::new() };
    Ok(Output { stdout, stderr: told(&resolution, store, args.dry_run), code })
}

fn resolution(store: &Store, fleet: Option<&Fleet>, args: &ResolveArgs) -> Result<Resolution> {
    let Some(bytes) = store.bytes()? else {
        bail!("there is no registry `{}`\n  help: restore it from version control", store.location())
    };
    let git = At::disk(store.file()?);
    let (base, settled): (Vec<String>, Vec<Ports>) = git.settled(args.base.as_deref())?.into_iter().unzip();
    let merged = whole(store, &git, &bytes, &settled)?;
    let is_changed = merged.ports.to_text().as_bytes() != bytes;
    let (mut servers, mut files) = (Vec::new(), Tree::default());
    if let Some(fleet) = fleet {
        for (server, to) in outdated(&standing(fleet)?, &merged.ports) {
            let (renumbered, failure) = match renumber(fleet, &server, to)? {
                Ok(renumbered) => (renumbered, None),
                Err(failure) => (Renumbered::default(), Some(failure)),
            };
            let Renumbered { files: changed, by_hand } = renumbered;
            let names = changed.iter().map(|(path, _)| path.to_string()).collect();
            changed.iter().for_each(|(path, file)| files.insert(path.clone(), file.clone()));
            servers.push(Moved { id: server.id, from: server.rendered, to, files: names, by_hand, failure });
        }
    }
    Ok(Resolution { merged, base, is_in_merge: git.stage(2).is_some(), is_changed, servers, files })
}

/// Whether git waits for the registry to be merged, and the file, which does not show it, lacks something of the other
/// branch.
pub fn is_unmerged(store: &Store, bytes: &[u8]) -> bool {
    let Ok(git) = store.file().map(At::disk) else { return false };
    if !git.is_unmerged(bytes) {
        return false;
    }
    let settled: Vec<Ports> = git.settled(None).into_iter().flatten().map(|(_, ports)| ports).collect();
    whole(store, &git, bytes, &settled).map_or(true, |merged| merged.ports.to_text().as_bytes() != bytes)
}

/// The registry as both sides of a merge meant it.
fn whole(store: &Store, git: &At, bytes: &[u8], settled: &[Ports]) -> Result<Merged> {
    let text = String::from_utf8_lossy(bytes);
    let sides = ports::sides(&text).or_else(|line| {
        bail!(
            "`{}:{line}` has a conflict marker that does not fit the others\n  help: `git checkout --merge -- FILE` restores \
             the conflict",
            store.location()
        )
    })?;
    let stage = |stage| git.stage(stage).map(|bytes| sound(store, &bytes));
    let (ours, theirs, written) = match sides {
        // What stands in the file comes first, for people may have begun to edit it; then what git has of the merge.
        Some(sides) => {
            let side =
                |text: &str, number| sound(store, text.as_bytes()).or_else(|error| stage(number).unwrap_or(Err(error)));
            (side(&sides.ours, 2)?, side(&sides.theirs, 3)?, sides.base)
        }
        None if git.is_unmerged(bytes) => match stage(3) {
            Some(theirs) => (sound(store, bytes)?, theirs?, None),
            None => return Ok(ports::repair(&sound(store, bytes)?, settled)?),
        },
        None => return Ok(ports::repair(&sound(store, bytes)?, settled)?),
    };
    let written = written.and_then(|base| sound(store, base.as_bytes()).ok());
    let ancestor = written.or_else(|| stage(1)?.ok()).unwrap_or_else(|| ports::common(&ours, &theirs));
    Ok(ports::merge(&ancestor, &ours, &theirs, settled)?)
}

impl Moved {
    /// Whether something is left to the user.
    fn is_open(&self) -> bool {
        self.failure.is_some() || !self.by_hand.is_empty()
    }
}

/// A registry whose entries can all be read, though they may contradict each other.
fn sound(store: &Store, bytes: &[u8]) -> Result<Ports, StoreError> {
    let (ports, problems) = inspect(bytes);
    match ports {
        Some(ports) if problems.iter().all(|problem| problem.code.is_resolvable()) => Ok(ports),
        _ => {
            let unreadable = problems.into_iter().filter(|problem| problem.code == Code::Malformed).collect();
            Err(StoreError::Invalid { registry: store.location().clone(), problems: Problems::new(unreadable) })
        }
    }
}

fn told(resolution: &Resolution, store: &Store, is_dry_run: bool) -> String {
    let Resolution { merged, base, is_in_merge, is_changed, servers, .. } = resolution;
    let mut told = String::new();
    let path = store.location();
    let verb = if is_dry_run { "would make" } else { "made" };
    let _ = match is_changed {
        true => writeln!(told, "{verb} `{path}` whole"),
        false => writeln!(told, "`{path}` is whole"),
    };
    for moved in &merged.moves {
        let ports::Move { id, from, to, keeper } = moved;
        let _ = writeln!(told, "`{id}` moves from port `{from}` to `{to}`: `{keeper}` keeps `{from}`");
    }
    for remark in &merged.remarks {
        let _ = writeln!(told, "note: {remark}");
    }
    if !merged.moves.is_empty() || !merged.remarks.is_empty() {
        let _ = match base.first() {
            Some(branch) => writeln!(told, "note: servers of `{branch}` keep their ports"),
            None => writeln!(
                told,
                "note: git knows no base branch (`main` or `master`), so the servers of this branch keep their ports; \
                 `--base BRANCH` names another"
            ),
        };
    }
    let verb = if is_dry_run { "would change" } else { "changed" };
    for Moved { id, from, to, files, by_hand, failure } in servers {
        if !files.is_empty() {
            let _ = writeln!(told, "{verb} the files of `{id}` from port `{from}` to `{to}`: {}", files.join(", "));
        }
        for place in by_hand {
            let _ = writeln!(
                told,
                "`{place}` was edited and still says port `{from}`\n  help: write `{to}` there yourself"
            );
        }
        if let Some(failure) = failure {
            let _ = writeln!(told, "the files of `{id}` still say port `{from}`, not `{to}`: {failure}");
        }
    }
    if *is_in_merge && !is_dry_run {
        let _ = writeln!(told, "\nnext:\n  git add {}", to_add(&path.to_string(), servers));
    }
    told
}

/// What git has to be told of: the registry, and the folders of the servers that changed.
fn to_add(registry: &str, servers: &[Moved]) -> String {
    let folders = servers.iter().filter(|server| !server.files.is_empty()).map(|server| server.id.as_str());
    std::iter::once(registry).chain(folders).collect::<Vec<_>>().join(" ")
}

fn as_json(resolution: &Resolution, is_dry_run: bool) -> Value {
    let moves: Vec<Value> = resolution
        .merged
        .moves
        .iter()
        .map(|moved| json!({ "name": moved.id, "from": moved.from, "to": moved.to, "keeper": moved.keeper }))
        .collect();
    let servers: Vec<Value> = resolution
        .servers
        .iter()
        .map(|server| {
            json!({
                "name": server.id, "from": server.from, "to": server.to, "files": server.files,
                "by_hand": server.by_hand, "failure": server.failure,
            })
        })
        .collect();
    json!({
        "version": JSON_VERSION, "changed": resolution.is_changed, "base": resolution.base, "moves": moves,
        "remarks": resolution.merged.remarks, "servers": servers, "dry_run": is_dry_run,
    })
}
