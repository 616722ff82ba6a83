//! Making an intent true: under the fleet's lock, as a whole or not at all.
//!
//! Knows the order of things and how to undo them; a process killed in between is undone by the next command.
//!
//! A registry in a file is locked all the while. One in an object store is not: where others come before with the port
//! that was chosen, everything is computed again.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use super::intent::{Found, Intent};
use super::{Output, registry_of, today};
use crate::disk::lock::{Lock, LockError};
use crate::disk::transaction::{self, Write};
use crate::fleet::{self, Fleet};
use crate::ports::{Location, Locked, Outcome, Ports, Store};
use crate::spec::PortRequest;
use crate::tree::{RelPath, Tree};

/// How long to wait for other commands in this fleet; each takes milliseconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often to compute everything anew because others took the port in between.
const ATTEMPTS: u32 = 8;

/// The fleet's lock, below its folder.
const LOCK: &str = ".mcpgen/lock";

/// What a killed process leaves for the next one, to undo its part in the registry.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    registry: PathBuf,
    is_new_registry: bool,
    /// An allocation that the transaction made: the id, its port, and whether it had been released before.
    allocated: Option<(String, u16, bool)>,
}

/// Takes the locks, computes, and applies; a dry run only computes.
///
/// # Errors
///
/// When the locks cannot be had, `intend` refuses, or the disk does; then nothing has changed.
pub fn in_fleet(
    start: &Path,
    is_dry_run: bool,
    intend: impl Fn(&Found, Option<Ports>) -> Result<Intent>,
    report: impl FnOnce(&Intent) -> Output,
) -> Result<Output> {
    let folder = fleet::find(start)?.map_or_else(|| start.to_owned(), |fleet| fleet.folder);
    if is_dry_run {
        let found = look(folder)?;
        let ports = Store::at(found.registry.clone()).load()?;
        return Ok(report(&intend(&found, ports)?));
    }
    let _lock = FleetLock::acquire(&folder)?;
    recover(&folder)?;
    // Looked at under the lock: another process may just have made the fleet.
    let found = look(folder)?;
    let registry = Store::at(found.registry.clone()).lock(PATIENCE)?;
    let done = settle(&found, &registry, intend);
    registry.leave();
    Ok(report(&done?))
}

fn look(folder: PathBuf) -> Result<Found> {
    let settings = fleet::find(&folder)?.filter(|fleet| fleet.folder == folder).map(|fleet| fleet.settings);
    let fleet = Fleet { folder, settings: settings.clone().unwrap_or_default() };
    Ok(Found { registry: registry_of(&fleet)?, folder: fleet.folder, settings })
}

/// Computes and applies, anew where others were faster.
fn settle(
    found: &Found,
    registry: &Locked,
    intend: impl Fn(&Found, Option<Ports>) -> Result<Intent>,
) -> Result<Intent> {
    for _ in 0..ATTEMPTS {
        let ports = registry.load()?;
        let is_new_registry = ports.is_none();
        let intent = intend(found, ports)?;
        match apply(found, registry, is_new_registry, &intent) {
            Ok(()) => return Ok(intent),
            Err(error) if error.is::<Overtaken>() => {}
            Err(error) => return Err(error),
        }
    }
    bail!(
        "others took the port that was chosen from the registry `{}` {ATTEMPTS} times in a row\n  help: try again when \
         there is less going on",
        registry.location()
    )
}

/// What the registry says by now of the server that is made is not what was computed with.
#[derive(Debug)]
struct Overtaken;

impl fmt::Display for Overtaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("others changed the registry in the meantime")
    }
}

impl std::error::Error for Overtaken {}

/// Replaces files of the fleet, deletes those that are `gone` and, in the same transaction, changes the registry where there
/// is a new one. What fails is undone before the error is told. Only under the fleet's lock.
///
/// # Errors
///
/// When the disk refuses.
pub fn replace(folder: &Path, registry: &Locked, files: &Tree, gone: &[RelPath], ports: Option<&Ports>) -> Result<()> {
    let note = Note { registry: registry.location().spelled(), is_new_registry: false, allocated: None };
    let note = serde_json::to_string(&note)?;
    let save = || ports.map_or(Ok(()), |ports| Ok(registry.save(ports)?));
    let applied =
        transaction::apply(&Write { root: folder, files, gone, folder: None, copies: &[], note: &note }, save);
    // Saving can fail in its very last step, making it durable: then the files shall agree with what is there.
    if applied.is_err()
        && ports.is_some_and(|ports| registry.load().is_ok_and(|there| there.as_ref() == Some(ports)))
        && let Some(pending) = transaction::pending(folder)?
    {
        pending.forget();
        return applied;
    }
    undoing(folder, registry, applied)
}

/// Applies an intent; what fails is undone before the error is told.
fn apply(found: &Found, registry: &Locked, is_new_registry: bool, intent: &Intent) -> Result<()> {
    let server = intent.server.as_ref();
    let folder = server.map(|server| server.spec.server.name.crate_name());
    let note = Note {
        registry: registry.location().spelled(),
        is_new_registry,
        allocated: server.filter(|server| server.allocation.outcome.changed()).map(|server| {
            (server.allocation.id.clone(), server.allocation.port, server.allocation.outcome == Outcome::Revived)
        }),
    };
    let note = serde_json::to_string(&note)?;
    let write = Write {
        root: &found.folder,
        files: &intent.files,
        gone: &[],
        folder: folder.as_deref().zip(server.map(|server| &server.tree)),
        copies: server.map_or(&[], |server| &server.copies),
        note: &note,
    };
    let record_port = || {
        registry.change(|ports| {
            let Some(server) = server else { return Ok(((), is_new_registry)) };
            let intended = &server.allocation;
            let exact = PortRequest::Exact(intended.port);
            let allocation = ports.allocate(&intended.id, &exact, &today()).map_err(|_| Overtaken)?;
            if (allocation.port, allocation.outcome) != (intended.port, intended.outcome) {
                return Err(Overtaken.into());
            }
            ports.describe(&intended.id, &server.spec.server.description);
            Ok(((), is_new_registry || allocation.outcome.changed()))
        })
    };
    undoing(&found.folder, registry, transaction::apply(&write, record_port))
}

fn undoing(folder: &Path, registry: &Locked, applied: Result<()>) -> Result<()> {
    let Err(error) = applied else { return Ok(()) };
    match transaction::pending(folder) {
        // The registry has nothing of ours then: what is there of this server is somebody else's.
        Ok(Some(pending)) if error.is::<Overtaken>() => pending.undo()?,
        // The first error is the one to tell. What cannot be undone now is undone by the next command.
        Ok(Some(pending)) => drop(undo(pending, registry)),
        _ => {}
    }
    Err(error)
}

/// Finishes or undoes what a killed process left behind. Only under the fleet's lock.
///
/// # Errors
///
/// When the disk refuses, or the registry that must be changed for it cannot be.
pub fn recover(folder: &Path) -> Result<()> {
    let Some(pending) = transaction::pending(folder)? else { return Ok(()) };
    if pending.is_done() {
        pending.forget();
        return Ok(());
    }
    let note: Note = serde_json::from_str(pending.note()).context("the journal of a killed command is not valid")?;
    let location = Location::parse(&note.registry, Path::new("")).context("the journal of a killed command")?;
    let registry = Store::at(location).lock(PATIENCE)?;
    undo(pending, &registry)
}

fn undo(pending: transaction::Pending, registry: &Locked) -> Result<()> {
    let note: Note = serde_json::from_str(pending.note())?;
    if let Location::Object(_) = registry.location() {
        // Nothing keeps others out: a server of this name and port may be theirs by now. A port that stays given to a
        // name harms nobody, and the name gets it again.
        return pending.undo();
    }
    if let Some((id, port, was_released)) = &note.allocated {
        registry.change(|ports| {
            let is_there = ports.by_name(id).is_some_and(|server| server.port == *port && server.lives());
            if is_there && *was_released {
                ports.release(id, &today()).map(|_| ())?;
            } else if is_there {
                ports.remove(id, *port).map(|_| ())?;
            }
            Ok::<_, anyhow::Error>(((), is_there))
        })?;
    }
    if note.is_new_registry {
        registry.discard_empty()?;
    }
    pending.undo()
}

/// The lock of a fleet. Where no fleet came to be, nothing of it stays.
pub struct FleetLock {
    folder: PathBuf,
    lock: Option<Lock>,
}

impl FleetLock {
    /// Keeps other commands out of the fleet in this folder.
    ///
    /// # Errors
    ///
    /// When another command is at work for too long, or the disk refuses.
    pub fn acquire(folder: &Path) -> Result<Self> {
        transaction::refuse_links(folder, [&RelPath::parse(LOCK)?])?;
        let path = folder.join(LOCK);
        let parent = folder.join(".mcpgen");
        fs::create_dir_all(&parent).with_context(|| format!("cannot make `{}`", parent.display()))?;
        let lock = Lock::acquire(&path, PATIENCE).map_err(|error| match error {
            LockError::Io(error) => anyhow!(error).context(format!("cannot lock `{}`", path.display())),
            LockError::NoFile => anyhow!("cannot lock `{}`: it is not a regular file", path.display()),
            LockError::Busy { holder, waited } => {
                let who = holder.map_or_else(|| "another process".into(), |pid| format!("process {pid}"));
                anyhow!(
                    "{who} has been changing the fleet `{}` for {} s\n  help: wait for it, or end it, and try again",
                    folder.display(),
                    waited.as_secs()
                )
            }
        })?;
        Ok(Self { folder: folder.to_owned(), lock: Some(lock) })
    }
}

impl Drop for FleetLock {
    fn drop(&mut self) {
        let Some(lock) = self.lock.take() else { return };
        if !self.folder.join(fleet::FILE).exists() {
            lock.remove();
            let _ = fs::remove_dir(self.folder.join(".mcpgen"));
        }
    }
}
