//! `mcpgen new` and `mcpgen init`: from a spec to a server that stands in its fleet.
//!
//! Everything is computed first, under one lock of the fleet; then it is applied as a whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use super::{Output, report, today};
use crate::cli::{InitArgs, NewArgs};
use crate::disk::lock::{Lock, LockError};
use crate::disk::transaction::{self, Write};
use crate::fleet::{self, Fleet, Settings};
use crate::name::ServerName;
use crate::plan::{self, Part, Plan, lock};
use crate::ports::{Allocation, Locked, Outcome, Ports, Store};
use crate::spec::{self, PortRequest, Spec};
use crate::tree::{ChangeKind, Owner, RelPath, Tree};
use crate::{record, template, text};

/// How long to wait for other commands in this fleet; each takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The fleet's lock, below its folder.
const LOCK: &str = ".mcpgen/lock";

/// Everything that `new` or `init` is about to do; nothing has happened yet.
#[derive(Debug)]
pub struct Intent {
    /// The fleet's folder.
    pub folder: PathBuf,
    /// Whether the fleet is made too.
    pub is_new_fleet: bool,
    /// The registry.
    pub registry: PathBuf,
    /// Files outside of the server.
    pub files: Tree,
    /// The server, if one is made.
    pub server: Option<NewServer>,
    /// What the user should know beside that.
    pub remarks: Vec<String>,
}

/// A server that is about to be made.
#[derive(Debug)]
pub struct NewServer {
    /// What is true of it.
    pub spec: Spec,
    /// Its files.
    pub tree: Tree,
    /// Its port.
    pub allocation: Allocation,
    /// What its README and the report say of it.
    pub context: plan::ServerContext,
}

/// What a killed process leaves for the next one, to undo its part in the registry.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    registry: PathBuf,
    is_new_registry: bool,
    /// An allocation that the transaction made: the id, its port, and whether it had been released before.
    allocated: Option<(String, u16, bool)>,
}

/// Runs `mcpgen new`.
///
/// # Errors
///
/// When the name or the spec is wrong, something is in the way, no port can be had, or the disk refuses. Nothing has
/// changed then.
pub fn run(args: &NewArgs, start: &Path) -> Result<Output> {
    let (name, source, file_name) = source(args)?;
    let request = match (args.port, &args.range) {
        (Some(port), _) => Some(PortRequest::Exact(port)),
        (None, Some(range)) => Some(PortRequest::Range(range.clone())),
        (None, None) => None,
    };
    let spec = match spec::read_named(&source, &file_name, Some(&name)) {
        Ok(spec) => spec,
        Err(problems) => return Ok(Output::refused(problems.render(false))),
    };
    let wanted = Wanted { spec, text: source, request };
    in_fleet(
        start,
        args.dry_run,
        |found, ports| intend(found, ports, Some(&wanted)),
        |intent| report::new(intent, args),
    )
}

/// Runs `mcpgen init`.
///
/// # Errors
///
/// When there is a fleet already, something is in the way, or the disk refuses.
pub fn init(args: &InitArgs, start: &Path) -> Result<Output> {
    let folder = args.dir.as_ref().map_or_else(|| start.to_owned(), |dir| start.join(dir));
    if let Some(fleet) = fleet::find(&folder)? {
        bail!(
            "`{}` is in the fleet of `{}` already\n  help: `mcpgen new NAME` adds a server to it",
            folder.display(),
            fleet.folder.display()
        );
    }
    if !args.dry_run {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    in_fleet(&folder, args.dry_run, |found, ports| intend(found, ports, None), |intent| report::init(intent, args))
}

struct Wanted {
    spec: Spec,
    text: String,
    request: Option<PortRequest>,
}

/// The name, the text of the spec with that name in it, and what to call its file in messages.
fn source(args: &NewArgs) -> Result<(ServerName, String, String)> {
    let name = ServerName::parse(&args.name).map_err(|error| {
        let help = error.suggestion.as_ref().map(|near| format!("\n  help: try `{near}`")).unwrap_or_default();
        anyhow!("`{}` cannot be the name of a server: it {error}{help}", args.name.escape_debug())
    })?;
    let (text, file) = match (&args.spec, &args.example) {
        (Some(path), _) => {
            let text =
                fs::read_to_string(path).with_context(|| format!("cannot read the spec `{}`", path.display()))?;
            (text, path.display().to_string())
        }
        (None, Some(example)) => {
            let text = spec::example(example).ok_or_else(|| {
                let known = text::any_of(&spec::example_names());
                anyhow!("there is no example `{}`\n  help: it is {known}", example.escape_debug())
            })?;
            (text.to_owned(), format!("examples/{example}.toml"))
        }
        (None, None) => (spec::default_spec(&name), "server.toml".to_owned()),
    };
    Ok((name, text, file))
}

/// A fleet as it is found, or the folder that will be one.
struct Found {
    folder: PathBuf,
    /// The settings, where there is a fleet already.
    settings: Option<Settings>,
    registry: PathBuf,
}

/// Takes the locks, computes, and applies; a dry run only computes.
fn in_fleet(
    start: &Path,
    is_dry_run: bool,
    intend: impl FnOnce(&Found, Ports) -> Result<Intent>,
    report: impl FnOnce(&Intent) -> Output,
) -> Result<Output> {
    let folder = fleet::find(start)?.map_or_else(|| start.to_owned(), |fleet| fleet.folder);
    if is_dry_run {
        let found = look(folder)?;
        let ports = Store::at(&found.registry).load()?.unwrap_or_default();
        return Ok(report(&intend(&found, ports)?));
    }
    let _lock = FleetLock::acquire(&folder)?;
    recover(&folder)?;
    // Looked at under the lock: another process may just have made the fleet.
    let found = look(folder)?;
    let registry = Store::at(&found.registry).lock(PATIENCE)?;
    let done = registry.load().map_err(anyhow::Error::from).and_then(|ports| {
        let intent = intend(&found, ports)?;
        apply(&found, &registry, &intent)?;
        Ok(intent)
    });
    registry.leave();
    Ok(report(&done?))
}

fn look(folder: PathBuf) -> Result<Found> {
    let settings = fleet::find(&folder)?.filter(|fleet| fleet.folder == folder).map(|fleet| fleet.settings);
    let fleet = Fleet { folder, settings: settings.clone().unwrap_or_default() };
    Ok(Found { registry: fleet.registry(), folder: fleet.folder, settings })
}

/// Computes everything.
fn intend(found: &Found, ports: Ports, wanted: Option<&Wanted>) -> Result<Intent> {
    let is_new_fleet = found.settings.is_none();
    let settings =
        found.settings.clone().unwrap_or_else(|| Settings { name: folder_name(&found.folder), ..Settings::default() });
    let mut remarks = Vec::new();
    if is_new_fleet {
        remarks.extend(outer_workspace(&found.folder));
    }

    let mut server = None;
    let mut parts = present_parts(&found.folder);
    let mut new_parts = vec![Part::Core, Part::Testing];
    if let Some(wanted) = wanted {
        let made = render_server(found, ports, &settings, wanted, &mut remarks)?;
        new_parts = plan::parts(&made.spec);
        server = Some(made);
    }
    new_parts.retain(|part| !parts.contains(part));
    parts.extend(&new_parts);

    let fleet_plan = plan::fleet(&settings, is_new_fleet, &new_parts);
    let mut files = template::render(&fleet_plan)?;
    in_the_way(&found.folder, &files)?;
    let older = read_if_there(&found.folder.join(record::FILE))?;
    if !files.is_empty() {
        let record =
            record::of(&files, "", older.as_deref()).with_context(|| format!("`{}` is not valid", record::FILE))?;
        record.iter().for_each(|(path, file)| files.insert(path.clone(), file.clone()));
    }
    let existing = read_if_there(&found.folder.join("Cargo.lock"))?;
    let members: Vec<lock::Member> = server.iter().map(|server| server.context.member()).collect();
    let tested = template::embedded(lock::tested(&parts)).context("the tested lock file is missing")?;
    let text = lock::join(existing.as_deref(), tested, &members, &parts)?;
    files.put("Cargo.lock", text, Owner::Merged)?;
    Ok(Intent { folder: found.folder.clone(), is_new_fleet, registry: found.registry.clone(), files, server, remarks })
}

fn render_server(
    found: &Found,
    mut ports: Ports,
    settings: &Settings,
    wanted: &Wanted,
    remarks: &mut Vec<String>,
) -> Result<NewServer> {
    let spec = wanted.spec.clone();
    let id = spec.server.name.crate_name();
    let target = found.folder.join(&id);
    if fs::symlink_metadata(&target).is_ok() {
        bail!("`{}` exists already\n  help: choose another name, or move that folder away", target.display());
    }
    let request = wanted.request.as_ref().unwrap_or(&spec.server.port);
    let allocation = ports.allocate(&id, request, &today())?;
    if allocation.outcome == Outcome::Existing {
        remarks.push(format!("`{id}` had port `{}` in the registry already and keeps it", allocation.port));
    }
    let text = spec::rename(&wanted.text, &spec.server.name);
    if text != wanted.text {
        remarks.push(format!("the name on the command line wins: `server.toml` now says `{}`", spec.server.name));
    }
    let plan: Plan = plan::server(settings, &spec, &text, allocation.port);
    let mut tree = template::render(&plan)?;
    let record = record::of(&tree, &id, None)?;
    record.iter().for_each(|(path, file)| tree.insert(path.clone(), file.clone()));
    let context = plan.context.server.context("a server's plan has a server")?;
    Ok(NewServer { spec, tree, allocation, context })
}

/// Applies an intent; what fails is undone before the error is told.
fn apply(found: &Found, registry: &Locked, intent: &Intent) -> Result<()> {
    let server = intent.server.as_ref();
    let folder = server.map(|server| server.spec.server.name.crate_name());
    let is_new_registry = !registry.path().exists();
    let note = Note {
        registry: registry.path().to_owned(),
        is_new_registry,
        allocated: server.filter(|server| server.allocation.outcome.changed()).map(|server| {
            (server.allocation.id.clone(), server.allocation.port, server.allocation.outcome == Outcome::Revived)
        }),
    };
    let note = serde_json::to_string(&note)?;
    let write = Write {
        root: &found.folder,
        files: &intent.files,
        folder: folder.as_deref().zip(server.map(|server| &server.tree)),
        note: &note,
    };
    let record_port = || {
        let mut ports = registry.load()?;
        let mut changed = is_new_registry;
        if let Some(server) = server {
            let exact = PortRequest::Exact(server.allocation.port);
            changed |= ports.allocate(&server.allocation.id, &exact, &today())?.outcome.changed();
        }
        if changed {
            registry.save(&ports)?;
        }
        Ok(())
    };
    let applied = transaction::apply(&write, record_port);
    if applied.is_err()
        && let Ok(Some(pending)) = transaction::pending(&found.folder)
    {
        // The first error is the one to tell. What cannot be undone now is undone by the next command.
        let _ = undo(pending, registry);
    }
    applied
}

/// Finishes or undoes what a killed process left behind.
fn recover(folder: &Path) -> Result<()> {
    let Some(pending) = transaction::pending(folder)? else { return Ok(()) };
    if pending.is_done() {
        pending.forget();
        return Ok(());
    }
    let note: Note = serde_json::from_str(pending.note()).context("the journal of a killed command is not valid")?;
    let registry = Store::at(&note.registry).lock(PATIENCE)?;
    undo(pending, &registry)
}

fn undo(pending: transaction::Pending, registry: &Locked) -> Result<()> {
    let note: Note = serde_json::from_str(pending.note())?;
    if let Some((id, port, was_released)) = &note.allocated
        && registry.path().exists()
    {
        let mut ports = registry.load()?;
        if ports.by_name(id).is_some_and(|server| server.port == *port && server.lives()) {
            if *was_released {
                ports.release(id, &today()).map(|_| ())?
            } else {
                ports.remove(id, *port).map(|_| ())?
            }
            registry.save(&ports)?;
        }
    }
    if note.is_new_registry && registry.path().exists() && registry.load()?.servers().is_empty() {
        fs::remove_file(registry.path()).with_context(|| format!("cannot remove `{}`", registry.path().display()))?;
    }
    pending.undo()
}

/// The lock of a fleet. Where no fleet came to be, nothing of it stays.
struct FleetLock {
    folder: PathBuf,
    lock: Option<Lock>,
}

impl FleetLock {
    fn acquire(folder: &Path) -> Result<Self> {
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

/// The parts of the base that the fleet has.
fn present_parts(folder: &Path) -> Vec<Part> {
    Part::ALL.into_iter().filter(|part| folder.join("base").join(part.folder()).join("Cargo.toml").exists()).collect()
}

/// Refuses where a file that is not ours stands where one of ours would go.
fn in_the_way(folder: &Path, files: &Tree) -> Result<()> {
    let mut found = std::collections::BTreeMap::new();
    for (path, _) in files.iter() {
        if let Some(text) = read_if_there(&folder.join(path.as_str()))? {
            found.insert(path.clone(), text);
        }
    }
    let changes = crate::tree::compare(files, |path: &RelPath| found.get(path).map(String::as_str));
    let blocked: Vec<&str> = changes
        .iter()
        .filter(|change| matches!(change.kind, ChangeKind::Conflict | ChangeKind::Update))
        .map(|change| change.path.as_str())
        .collect();
    if blocked.is_empty() {
        return Ok(());
    }
    bail!(
        "{} in `{}` {} where the fleet's own would go\n  help: make the fleet in a folder of its own: `mcpgen init servers`",
        text::all_of(&blocked),
        folder.display(),
        if blocked.len() == 1 { "stands" } else { "stand" }
    )
}

/// What to tell someone whose fleet lies inside another Cargo workspace.
fn outer_workspace(folder: &Path) -> Option<String> {
    for outer in folder.ancestors().skip(1) {
        let manifest = outer.join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&manifest) else { continue };
        let table: toml::Table = toml::from_str(&text).ok()?;
        table.get("workspace")?;
        let inner = folder.strip_prefix(outer).ok()?.display().to_string();
        return Some(format!(
            "`{}` is a workspace too: add `exclude = [{}]` to its `[workspace]`",
            manifest.display(),
            crate::escape::toml(&inner.replace('\\', "/"))
        ));
    }
    None
}

fn folder_name(folder: &Path) -> String {
    folder.file_name().map_or_else(|| "servers".into(), |name| name.to_string_lossy().into_owned())
}

fn read_if_there(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}
