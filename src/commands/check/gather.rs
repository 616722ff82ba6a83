//! Reads a fleet, renders it beside that, and lets the rules look at both: server by server, on all processors.
//!
//! What one server takes is gone before the next one is read, so a fleet of a thousand needs no more memory than its
//! largest servers.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context as _, Result};

use super::reading::{self, text_of};
use super::scene;
use super::survey::{self, Survey};
use super::target::Target;
use crate::check::document::{self, Node};
use crate::check::member::Member;
use crate::check::tools_list::ToolsList;
use crate::check::view::{Files, FleetView, Inputs, RecordView, RegistryView, ServerView, SpecView, Summary, join};
use crate::check::{self, Checked, Finding};
use crate::fleet::{self, Fleet, Settings};
use crate::plan::{self, Part};
use crate::ports::Ports;
use crate::record::Rendered;
use crate::spec::Spec;
use crate::template::Machine;
use crate::tree::FoundFiles;

/// The stack of a thread that parses what others wrote, in bytes. Only what is used of it is ever memory.
const STACK: usize = 256 << 20;

/// What was found in a fleet, or in a crate that is in none.
#[derive(Debug, Default)]
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
    ids: &'a BTreeSet<String>,
    workspace: Option<&'a Node>,
}

/// What is left of a server that was looked at.
struct Looked {
    findings: Vec<Finding>,
    summary: Summary,
    parts: Vec<Part>,
    files: usize,
}

impl Gathered {
    fn take(&mut self, id: &str, findings: Vec<Finding>, files: usize) {
        self.findings.extend(findings);
        self.checked.servers.push(id.to_owned());
        self.checked.files += files;
    }
}

/// Reads, renders and looks.
///
/// # Errors
///
/// When a folder or the registry cannot be read.
pub fn gather(target: &Target) -> Result<Gathered> {
    let machine = Machine::whole()?;
    match &target.fleet {
        Some(fleet) => whole(target, fleet, &machine),
        None => alone(target, &machine),
    }
}

/// A crate that is in no fleet.
fn alone(target: &Target, machine: &Machine) -> Result<Gathered> {
    let settings = Settings::default();
    let id = target.root.file_name().map_or_else(|| "server".to_owned(), |name| name.to_string_lossy().into_owned());
    let ids = BTreeSet::from([id.clone()]);
    let shared = Shared { target, settings: &settings, machine, ports: None, ids: &ids, workspace: None };
    let looked = on_all(&[(id, survey::paths(target)?)], |(id, paths)| look(&shared, id, "", paths))?;
    let mut gathered = Gathered::default();
    for one in looked {
        gathered.take(&one.summary.id, one.findings, one.files);
    }
    Ok(gathered)
}

fn whole(target: &Target, fleet: &Fleet, machine: &Machine) -> Result<Gathered> {
    let Survey { servers, mut own, links, has_servers, registry } = survey::survey(target, fleet)?;
    let workspace = own.get("Cargo.toml").and_then(text_of).and_then(|text| document::toml(text).ok());
    let ids: BTreeSet<String> = servers.iter().map(|(id, _)| id.clone()).collect();
    let shared = Shared {
        target,
        settings: &fleet.settings,
        machine,
        ports: registry.sound(),
        ids: &ids,
        workspace: workspace.as_ref(),
    };
    let looked = on_all(&servers, |(id, paths)| look(&shared, id, &join(&target.inner, id), paths))?;

    let mut gathered = Gathered::default();
    own.get(fleet::FILE).and_then(text_of).unwrap_or_default().clone_into(&mut gathered.settings_text);
    let (mut summaries, mut parts) = (Vec::new(), survey::parts(&own).collect::<BTreeSet<_>>());
    parts.extend([Part::Core, Part::Testing]);
    for one in looked {
        parts.extend(one.parts);
        if target.only.is_empty() || target.only.contains(&one.summary.id) {
            gathered.take(&one.summary.id, one.findings, one.files);
        }
        summaries.push(one.summary);
    }
    if !target.only.is_empty() {
        return Ok(gathered);
    }
    let bare = workspace.as_ref().map(|workspace| survey::bare(&fleet.folder, workspace)).unwrap_or_default();
    let expected = scene::render_fleet(machine, &fleet.settings, &parts, has_servers)?;
    reading::complete(&mut own, &fleet.folder, &expected, "")?;
    let record = scene::record_of(&own);
    let recorded = record.as_ref().and_then(|record| record.as_ref().ok());
    let around = if target.inner.is_empty() { FoundFiles::new() } else { reading::around(&target.root)? };
    let registry_text = registry.bytes.as_deref().map(String::from_utf8_lossy);
    let look = |(): &()| {
        let view = FleetView {
            own: Files::new(&target.inner, &own, Some((&expected, "")), recorded),
            around: Files::new("", &around, None, None),
            settings: &fleet.settings,
            record: record_view(record.as_ref()),
            version: env!("CARGO_PKG_VERSION"),
            servers: &summaries,
            links: &links,
            bare: &bare,
            registry: RegistryView {
                path: &registry.path,
                text: registry_text.as_deref(),
                ports: registry.ports.as_ref(),
                problems: &registry.problems,
            },
        };
        Ok(check::fleet(&view))
    };
    gathered.checked.files += own.len() + around.len();
    gathered.findings.extend(on_all(&[()], look)?.into_iter().flatten());
    Ok(gathered)
}

/// Reads and renders a server, and lets the rules look at both.
fn look(shared: &Shared<'_>, id: &str, inner: &str, paths: &[String]) -> Result<Looked> {
    let is_bounded = |spec: &&Spec| spec.server.schema_budget_bytes.or(shared.settings.schema_budget_bytes).is_some();
    let scene = scene::scene(shared.target, shared.settings, shared.machine, shared.ports, id, inner, paths)?;
    let expected = scene.expected.as_ref().map(|(tree, prefix)| (tree, prefix.as_str()));
    let view = ServerView {
        id,
        is_in_fleet: shared.target.fleet.is_some(),
        files: Files::new(inner, &scene.found, expected, scene.recorded()),
        spec: match &scene.spec {
            None => SpecView::Missing,
            Some(Ok(spec)) => SpecView::Read(spec),
            Some(Err(problems)) => SpecView::Wrong(problems),
        },
        record: record_view(scene.record.as_ref()),
        inputs: Inputs {
            spec: scene.now.spec.as_deref().unwrap_or_default(),
            settings: scene.now.settings.as_deref().unwrap_or_default(),
            version: env!("CARGO_PKG_VERSION"),
        },
        ports: shared.ports,
        ids: shared.ids,
        workspace: shared.workspace,
        tools_list: scene.sound_spec().filter(is_bounded).map(|spec| ToolsList::of(&plan::lists(spec))),
        schema_budget: shared.settings.schema_budget_bytes,
    };
    let mut findings = check::server(&view);
    if let Some(help) = not_to_be_mended(shared, &view, expected.map(|(_, name)| name)) {
        for finding in findings.iter_mut().filter(|finding| finding.is_fixable()) {
            (finding.fixes, finding.renews_record) = (Vec::new(), false);
            finding.help(help);
        }
    }
    let sound = scene.sound_spec();
    Ok(Looked {
        findings,
        summary: Summary { manifest: member(&view), ..summary(id, inner, sound, scene.port) },
        parts: scene.parts(),
        files: scene.found.len(),
    })
}

/// Why what a server would be rendered as is not to be written into its folder, as what to do first.
fn not_to_be_mended(shared: &Shared<'_>, server: &ServerView<'_>, name: Option<&str>) -> Option<&'static str> {
    if shared.target.fleet.is_none() {
        return Some("in its fleet, `mcpgen check --fix` mends it");
    }
    if name.is_some_and(|name| name != server.id) {
        return Some("in a folder with the name that its spec says, `mcpgen check --fix` mends it");
    }
    let is_incomplete = !server.lost_files().is_empty();
    is_incomplete.then_some("once all files that `server.toml` names are there, `mcpgen check --fix` mends it")
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

fn record_view(record: Option<&Result<Rendered, String>>) -> RecordView<'_> {
    match record {
        None => RecordView::Missing,
        Some(Ok(rendered)) => RecordView::Read(rendered),
        Some(Err(why)) => RecordView::Damaged(why.clone()),
    }
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
