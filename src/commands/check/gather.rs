//! Reads a fleet, renders it beside that, and lets the rules look at both: server by server, on all processors.
//!
//! What one server takes is gone before the next one is read, so a fleet of a thousand needs no more memory than its
//! largest servers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context as _, Result};

use super::target::Target;
use crate::check::document::{self, Node};
use crate::check::member::Member;
use crate::check::view::{Files, FleetView, Inputs, RecordView, RegistryView, ServerView, SpecView, Summary, join};
use crate::check::{self, Checked, Finding};
use crate::commands::{intent, registry_of};
use crate::disk::read;
use crate::fleet::{self, Settings};
use crate::plan::{self, Part};
use crate::ports::{self, Ports, Store};
use crate::record::{self, Rendered};
use crate::spec::{self, Spec};
use crate::template::Machine;
use crate::tree::{Found, FoundFiles, Owner, Tree};

/// The stack of a thread that parses what others wrote, in bytes. Only what is used of it is ever memory.
const STACK: usize = 256 << 20;

/// What was found in a fleet, or in a crate that is in none.
#[derive(Debug)]
pub struct Gathered {
    /// What the rules say.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub checked: Checked,
    /// The text of `mcpgen.toml`.
    pub settings_text: String,
}

/// What all servers of a fleet are looked at with.
struct Shared<'a> {
    target: &'a Target,
    settings: &'a Settings,
    machine: &'a Machine,
    ports: Option<&'a Ports>,
    ids: &'a [String],
    workspace: Option<&'a Node>,
}

/// What is left of a server that was looked at.
struct Looked {
    findings: Vec<Finding>,
    summary: Summary,
    parts: Vec<Part>,
    files: usize,
}

/// Reads, renders and looks.
///
/// # Errors
///
/// When a folder or the registry cannot be read.
pub fn gather(target: &Target) -> Result<Gathered> {
    let folder = target.root.join(&target.inner);
    let paths = read::paths(&folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let machine = Machine::whole()?;
    if target.fleet.is_none() {
        return alone(target, paths, &machine);
    }
    whole(target, paths, &machine)
}

/// A crate that is in no fleet.
fn alone(target: &Target, paths: Vec<String>, machine: &Machine) -> Result<Gathered> {
    let settings = Settings::default();
    let id = target.root.file_name().map_or_else(|| "server".to_owned(), |name| name.to_string_lossy().into_owned());
    let ids = [id.clone()];
    let shared = Shared { target, settings: &settings, machine, ports: None, ids: &ids, workspace: None };
    let looked = on_all(&[(id, String::new(), paths)], |(id, inner, paths)| look(&shared, id, inner, paths))?;
    let (findings, files) = looked.into_iter().fold((Vec::new(), 0), |(mut findings, files), looked| {
        findings.extend(looked.findings);
        (findings, files + looked.files)
    });
    Ok(Gathered { findings, checked: Checked { servers: 1, files }, settings_text: String::new() })
}

fn whole(target: &Target, paths: Vec<String>, machine: &Machine) -> Result<Gathered> {
    let fleet = target.fleet.as_ref().context("a fleet")?;
    let folder = &fleet.folder;
    let (servers, own_paths) = divide(folder, paths);
    let own = read_all(folder, &own_paths);
    let workspace = own.get("Cargo.toml").and_then(text_of).and_then(|text| document::toml(text).ok());

    let location = registry_of(fleet)?;
    let registry_path = location.to_string();
    let bytes = Store::at(location).bytes()?;
    let (ports, problems) = bytes.as_deref().map_or((None, Vec::new()), ports::inspect);
    let sound = ports.as_ref().filter(|_| problems.is_empty());

    let ids: Vec<String> = servers.iter().map(|(id, _)| id.clone()).collect();
    let shared =
        Shared { target, settings: &fleet.settings, machine, ports: sound, ids: &ids, workspace: workspace.as_ref() };
    let jobs: Vec<_> = servers.into_iter().map(|(id, paths)| (id.clone(), join(&target.inner, &id), paths)).collect();
    let looked = on_all(&jobs, |(id, inner, paths)| look(&shared, id, inner, paths))?;

    let mut gathered = Gathered { findings: Vec::new(), checked: Checked::default(), settings_text: String::new() };
    own.get(fleet::FILE).and_then(text_of).unwrap_or_default().clone_into(&mut gathered.settings_text);
    let (mut summaries, mut parts) = (Vec::new(), BTreeSet::from([Part::Core, Part::Testing]));
    for one in looked {
        parts.extend(one.parts);
        let is_wanted = target.only.is_empty() || target.only.contains(&one.summary.id);
        summaries.push(one.summary);
        if is_wanted {
            gathered.checked.servers += 1;
            gathered.checked.files += one.files;
            gathered.findings.extend(one.findings);
        }
    }
    if !target.only.is_empty() {
        return Ok(gathered);
    }
    parts.extend(Part::ALL.into_iter().filter(|part| own.contains_key(&format!("base/{}/Cargo.toml", part.folder()))));
    let expected = render_fleet(machine, &fleet.settings, &parts, !summaries.is_empty())?;
    let record = record_of(&own);
    let around = if target.inner.is_empty() { FoundFiles::new() } else { around(&target.root) };
    let registry_text = bytes.as_deref().map(String::from_utf8_lossy);
    let registry_path = registry_path.strip_prefix(&format!("{}/", target.root.display())).unwrap_or(&registry_path);
    let view = FleetView {
        own: Files::new(&target.inner, &own, Some((&expected, "")), record.as_ref().and_then(|it| it.as_ref().ok())),
        around: Files::new("", &around, None, None),
        settings: &fleet.settings,
        record: record_view(record.as_ref()),
        version: env!("CARGO_PKG_VERSION"),
        servers: &summaries,
        registry: RegistryView {
            path: registry_path,
            text: registry_text.as_deref(),
            ports: ports.as_ref(),
            problems: &problems,
        },
    };
    gathered.checked.files += own.len() + around.len();
    gathered.findings.extend(check::fleet(&view));
    Ok(gathered)
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
    if has("server.toml") || has(record::FILE) {
        return true;
    }
    if !has("Cargo.toml") {
        return false;
    }
    let manifest = read::found(&folder.join("Cargo.toml"));
    let manifest = manifest.as_ref().and_then(text_of).and_then(|text| document::toml(text).ok());
    let depends = |on: &str| manifest.as_ref().is_some_and(|manifest| manifest.at(&["dependencies", on]).is_some());
    name.ends_with("_v2") || depends("rmcp") || depends("mcp-base")
}

/// Reads and renders a server, and lets the rules look at both.
fn look(shared: &Shared<'_>, id: &str, inner: &str, paths: &[String]) -> Result<Looked> {
    let folder = shared.target.root.join(inner);
    let mut found = read_all(&folder, paths);
    let spec_text = found.get("server.toml").and_then(text_of).unwrap_or_default().to_owned();
    let spec = found.contains_key("server.toml").then(|| match found.get("server.toml") {
        Some(Found::Text(text)) => spec::read(text, &join(inner, "server.toml")),
        _ => spec::read_bytes(&[0xff], &join(inner, "server.toml")),
    });
    let record = record_of(&found);
    let recorded = record.as_ref().and_then(|record| record.as_ref().ok());
    let registered = shared.ports.and_then(|ports| ports.by_name(id)).map(|server| server.port);
    let port = registered.or_else(|| recorded.and_then(|recorded| recorded.inputs.port));
    let sound = spec.as_ref().and_then(|spec| spec.as_ref().ok());
    let mut digests = (String::new(), String::new());
    let expected = match (sound, port) {
        (Some(spec), Some(port)) => {
            let plan = plan::server(shared.settings, spec, &spec_text, port);
            let now = intent::inputs(&plan, &spec_text, port);
            digests = (now.spec.unwrap_or_default(), now.settings.unwrap_or_default());
            Some((shared.machine.render(&plan)?, spec.server.name.crate_name()))
        }
        _ => None,
    };
    // What is rendered is looked for also where git would not keep it.
    if let Some((tree, prefix)) = &expected {
        for (path, _) in tree.iter() {
            let Some(path) = path.as_str().strip_prefix(prefix).and_then(|path| path.strip_prefix('/')) else {
                continue;
            };
            if !found.contains_key(path)
                && let Some(there) = read::found(&folder.join(path))
            {
                found.insert(path.to_owned(), there);
            }
        }
    }
    let expected = expected.as_ref().map(|(tree, prefix)| (tree, prefix.as_str()));
    let view = ServerView {
        id,
        is_in_fleet: shared.target.fleet.is_some(),
        files: Files::new(inner, &found, expected, recorded),
        spec: match &spec {
            None => SpecView::Missing,
            Some(Ok(spec)) => SpecView::Read(spec),
            Some(Err(problems)) => SpecView::Wrong(problems),
        },
        record: record_view(record.as_ref()),
        inputs: Inputs { spec: &digests.0, settings: &digests.1, version: env!("CARGO_PKG_VERSION") },
        ports: shared.ports,
        ids: shared.ids,
        workspace: shared.workspace,
    };
    let findings = check::server(&view);
    Ok(Looked {
        findings,
        summary: Summary { manifest: member(&view), ..summary(id, inner, sound, port) },
        parts: sound.map(plan::parts).unwrap_or_default(),
        files: found.len(),
    })
}

fn summary(id: &str, inner: &str, spec: Option<&Spec>, port: Option<u16>) -> Summary {
    Summary {
        id: id.to_owned(),
        folder: inner.to_owned(),
        name: spec.map(|spec| spec.server.name.snake().to_owned()),
        port,
        tools: spec.iter().flat_map(|spec| &spec.tools).map(|tool| tool.name.snake().to_owned()).collect(),
        replicas: spec.map_or(1, |spec| spec.deploy.replicas),
        manifest: None,
    }
}

fn member(server: &ServerView<'_>) -> Option<Member> {
    Member::read(server.files.get("Cargo.toml")?.document()?, server.workspace)
}

/// The fleet's own files as they would be rendered now.
fn render_fleet(machine: &Machine, settings: &Settings, parts: &BTreeSet<Part>, has_servers: bool) -> Result<Tree> {
    let parts: Vec<Part> = parts.iter().copied().collect();
    let mut tree = machine.render(&plan::fleet(settings, true, &parts))?;
    if has_servers && let Some(manifest) = tree.get("Cargo.toml") {
        let text = plan::manifest::with_servers(&manifest.text)?;
        tree.put("Cargo.toml", text, Owner::Merged)?;
    }
    Ok(tree)
}

/// What stands around a fleet and concerns it: workflows, what editors and agents are told of servers, and files at the
/// root.
fn around(root: &Path) -> FoundFiles {
    const FOLDERS: &[&str] = &[".github/workflows", ".cursor", ".vscode"];
    const ENDINGS: &[&str] = &["yml", "yaml", "json"];
    let mut found = FoundFiles::new();
    for folder in FOLDERS.iter().copied().chain([""]) {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_wanted = Path::new(&name).extension().is_some_and(|end| ENDINGS.iter().any(|ending| end == *ending));
            if is_wanted && let Some(there @ Found::Text(_)) = read::found(&entry.path()) {
                found.insert(join(folder, &name), there);
            }
        }
    }
    found
}

fn read_all(folder: &Path, paths: &[String]) -> FoundFiles {
    paths.iter().filter_map(|path| Some((path.clone(), read::found(&folder.join(path))?))).collect()
}

fn record_of(found: &FoundFiles) -> Option<Result<Rendered, String>> {
    Some(match found.get(record::FILE)? {
        Found::Text(text) => record::read(text).map_err(|error| error.to_string()),
        _ => Err("it is no text".to_owned()),
    })
}

fn record_view(record: Option<&Result<Rendered, String>>) -> RecordView<'_> {
    match record {
        None => RecordView::Missing,
        Some(Ok(rendered)) => RecordView::Read(rendered),
        Some(Err(why)) => RecordView::Damaged(why.clone()),
    }
}

fn text_of(found: &Found) -> Option<&str> {
    if let Found::Text(text) = found { Some(text) } else { None }
}

/// Does something for each job on all processors, and gives the results in the order of the jobs.
fn on_all<J: Sync, R: Send>(jobs: &[J], work: impl Fn(&J) -> Result<R> + Sync) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while let Some((index, job)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, jobs.get(i)?)))
        {
            done.push((index, work(job)));
        }
        done
    };
    let count = thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    let mut done = thread::scope(|scope| {
        let workers: Vec<_> = (0..count)
            .map(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker))
            .collect::<Result<_, _>>()
            .context("cannot start a thread")?;
        let mut done = Vec::new();
        for worker in workers {
            match worker.join() {
                Ok(some) => done.extend(some),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        anyhow::Ok(done)
    })?;
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
