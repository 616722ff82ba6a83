//! What `new` and `init` are about to do, computed as a whole: nothing has happened yet.
//!
//! Reads the disk, writes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::{read_if_there, today};
use crate::fleet::Settings;
use crate::plan::{self, Part, Plan, lock};
use crate::ports::{Allocation, Location, Outcome, Ports};
use crate::record::{self, Inputs};
use crate::spec::{self, PortRequest, Spec};
use crate::tree::{ChangeKind, Owner, RelPath, Tree};
use crate::{template, text};

/// Everything that `new` or `init` is about to do; nothing has happened yet.
#[derive(Debug)]
pub struct Intent {
    /// The fleet's folder.
    pub folder: PathBuf,
    /// Whether the fleet is made too.
    pub is_new_fleet: bool,
    /// The registry.
    pub registry: Location,
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
    /// Files that its spec names, below its folder: the user's from the first moment on.
    pub copies: Vec<(RelPath, Vec<u8>)>,
    /// Its port.
    pub allocation: Allocation,
    /// What its README and the report say of it.
    pub context: plan::ServerContext,
}

/// What the user asked for.
#[derive(Debug)]
pub struct Wanted {
    /// What is true of the server.
    pub spec: Spec,
    /// The text that says so.
    pub text: String,
    /// The files that it names.
    pub files: Vec<(RelPath, Vec<u8>)>,
    /// Where its port is to come from, if the command line says so.
    pub request: Option<PortRequest>,
}

/// A fleet as it is found, or the folder that will be one.
#[derive(Debug)]
pub struct Found {
    /// The folder.
    pub folder: PathBuf,
    /// The settings, where there is a fleet already.
    pub settings: Option<Settings>,
    /// The registry.
    pub registry: Location,
}

/// Computes everything; `ports` is the registry, where there is one.
///
/// # Errors
///
/// When something is in the way, or no port can be had.
pub fn intend(found: &Found, ports: Option<Ports>, wanted: Option<&Wanted>) -> Result<Intent> {
    let is_new_fleet = found.settings.is_none();
    if ports.is_none() {
        registry_may_be_missing(found)?;
    }
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
        let made = render_server(found, ports.unwrap_or_default(), &settings, wanted, &mut remarks)?;
        new_parts = plan::parts(&made.spec);
        server = Some(made);
    }
    new_parts.retain(|part| !parts.contains(part));
    parts.extend(&new_parts);

    let fleet_plan = plan::fleet(&settings, is_new_fleet, &new_parts);
    let mut files = template::render(&fleet_plan)?;
    in_the_way(&found.folder, &files)?;
    if server.is_some() {
        let manifest = match files.get("Cargo.toml") {
            Some(file) => file.text.clone(),
            None => read_if_there(&found.folder.join("Cargo.toml"))?.context("the fleet has no `Cargo.toml`")?,
        };
        let text = plan::manifest::with_servers(&manifest).context("the fleet's `Cargo.toml` is not valid")?;
        if text != manifest || is_new_fleet {
            files.put("Cargo.toml", text, Owner::Merged)?;
        }
    }
    let older = read_if_there(&found.folder.join(record::FILE))?;
    if !files.is_empty() {
        let record = record::of(&files, "", &Inputs::default(), older.as_deref())
            .with_context(|| format!("`{}` is not valid", record::FILE))?;
        record.iter().for_each(|(path, file)| files.insert(path.clone(), file.clone()));
    }
    let existing = read_if_there(&found.folder.join("Cargo.lock"))?;
    let members: Vec<lock::Member> = server.iter().map(|server| server.context.member()).collect();
    let tested = tested_locks(&parts)?;
    let text = lock::join(existing.as_deref(), &tested, &members, &parts)?;
    files.put("Cargo.lock", text, Owner::Merged)?;
    Ok(Intent { folder: found.folder.clone(), is_new_fleet, registry: found.registry.clone(), files, server, remarks })
}

/// The lock files that belong to these parts of the base.
///
/// # Errors
///
/// When one is not in the program.
pub fn tested_locks(parts: &[Part]) -> Result<Vec<&'static str>> {
    let paths = lock::tested(parts).into_iter();
    paths.map(|path| template::embedded(path).context("a tested lock file is missing")).collect()
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
    if let Some(PortRequest::Exact(asked)) = &wanted.request
        && *asked != allocation.port
    {
        bail!(
            "`{id}` has port `{}` in the registry, not `{asked}`\n  help: leave `--port` out, or choose another name",
            allocation.port
        );
    }
    if allocation.outcome == Outcome::Existing {
        remarks.push(format!("`{id}` had port `{}` in the registry already and keeps it", allocation.port));
    }
    let text = spec::rename(&wanted.text, &spec.server.name);
    if text != wanted.text {
        remarks.push(format!("the name on the command line wins: `server.toml` now says `{}`", spec.server.name));
    }
    let plan: Plan = plan::server(settings, &spec, &text, allocation.port);
    let mut tree = template::render(&plan)?;
    let inputs = inputs(&plan, &text, allocation.port);
    let record = record::of(&tree, &id, &inputs, None)?;
    record.iter().for_each(|(path, file)| tree.insert(path.clone(), file.clone()));
    let context = plan.context.server.context("a server's plan has a server")?;
    Ok(NewServer { spec, tree, copies: wanted.files.clone(), allocation, context })
}

/// What a server is rendered from: its spec, the port, and what its templates see of the fleet's settings.
pub fn inputs(plan: &Plan, spec: &str, port: u16) -> Inputs {
    Inputs {
        port: Some(port),
        spec: Some(record::sha256(spec)),
        settings: serde_json::to_string(&plan.context.fleet.of_servers()).ok().map(|said| record::sha256(&said)),
    }
}

/// Refuses where servers stand, but not the registry that knows their ports.
fn registry_may_be_missing(found: &Found) -> Result<()> {
    if found.settings.is_none() {
        return Ok(());
    }
    let entries = fs::read_dir(&found.folder).with_context(|| format!("cannot read `{}`", found.folder.display()))?;
    let is_server = |folder: &Path| folder.join("server.toml").exists() && folder.join(record::FILE).exists();
    if entries.flatten().any(|entry| is_server(&entry.path())) {
        bail!(
            "the fleet has servers, but their registry `{}` is gone\n  help: bring it back from version control, \
             or give each its port again: `mcpgen ports allocate NAME --port N`",
            found.registry
        );
    }
    Ok(())
}

/// The parts of the base that the fleet has.
fn present_parts(folder: &Path) -> Vec<Part> {
    Part::ALL.into_iter().filter(|part| folder.join("base").join(part.folder()).join("Cargo.toml").exists()).collect()
}

/// Refuses where a file that is not ours stands where one of ours would go.
fn in_the_way(folder: &Path, files: &Tree) -> Result<()> {
    let mut found = BTreeMap::new();
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
