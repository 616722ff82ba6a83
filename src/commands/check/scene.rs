//! A server as it was read, beside what would be rendered in its place.
//!
//! Reads the disk and renders. Knows nothing of what is right in it.

use std::collections::BTreeSet;

use anyhow::Result;

use super::reading::{complete, look_for, read_all, text_of};
use super::target::Target;
use crate::check::view::join;
use crate::commands::intent;
use crate::fleet::Settings;
use crate::plan::lock::Member;
use crate::plan::{self, Part};
use crate::ports::Ports;
use crate::record::{self, Inputs, Rendered};
use crate::spec::{self, Problems, Spec};
use crate::template::Machine;
use crate::tree::{Found, FoundFiles, Owner, Tree};

/// A server as it was read, and as it would be rendered.
#[derive(Debug)]
pub struct Scene {
    /// What was found in it.
    pub found: FoundFiles,
    /// What would be rendered from now; of a server that cannot be rendered, nothing.
    pub now: Inputs,
    /// What would be rendered, and the folder that its paths are below of.
    pub expected: Option<(Tree, String)>,
    /// It as a member of the workspace, as it would be rendered.
    pub member: Option<Member>,
    /// Its spec, or what is wrong with it.
    pub spec: Option<Result<Spec, Problems>>,
    /// Its record, or why it cannot be read.
    pub record: Option<Result<Rendered, String>>,
    /// Its port: of the registry, or else the one it was rendered with.
    pub port: Option<u16>,
}

impl Scene {
    /// The parts of the base that it needs.
    pub fn parts(&self) -> Vec<Part> {
        self.sound_spec().map(plan::parts).unwrap_or_default()
    }

    /// What the record says, where it can be read.
    pub fn recorded(&self) -> Option<&Rendered> {
        self.record.as_ref()?.as_ref().ok()
    }

    /// Its spec, where it is sound.
    pub fn sound_spec(&self) -> Option<&Spec> {
        self.spec.as_ref()?.as_ref().ok()
    }
}

/// Reads a server, and renders it beside that.
pub fn scene(
    target: &Target,
    settings: &Settings,
    machine: &Machine,
    ports: Option<&Ports>,
    id: &str,
    inner: &str,
    paths: &[String],
) -> Result<Scene> {
    let folder = target.root.join(inner);
    let mut found = read_all(&folder, paths)?;
    let place = join(inner, "server.toml");
    let spec = found.get("server.toml").map(|file| match file {
        Found::Text(text) => spec::read(text, &place),
        _ => spec::read_bytes(&[0xff], &place),
    });
    let record = record_of(&found);
    let recorded = record.as_ref().and_then(|record| record.as_ref().ok());
    let sound = spec.as_ref().and_then(|spec| spec.as_ref().ok());
    let name = sound.map_or_else(|| id.to_owned(), |spec| spec.server.name.crate_name());
    let registered = ports.and_then(|ports| ports.by_name(&name)).map(|server| server.port);
    let port = registered.or_else(|| recorded.and_then(|recorded| recorded.inputs.port));
    let (mut now, mut expected, mut member) = (Inputs::default(), None, None);
    if let (Some(spec), Some(port)) = (sound, port) {
        let text = found.get("server.toml").and_then(text_of).unwrap_or_default();
        let plan = plan::server(settings, spec, text, port);
        now = intent::inputs(&plan, text, port);
        expected = Some((machine.render(&plan)?, name));
        member = plan.context.server.as_ref().map(plan::ServerContext::member);
    }
    if let Some((tree, prefix)) = &expected {
        complete(&mut found, &folder, tree, prefix)?;
    }
    if let Some(spec) = sound {
        look_for(&mut found, &folder, spec.files().iter().map(|file| file.path.as_str()))?;
    }
    Ok(Scene { found, now, expected, member, spec, record, port })
}

/// The fleet's own files as they would be rendered now.
pub fn render_fleet(machine: &Machine, settings: &Settings, parts: &BTreeSet<Part>, has_servers: bool) -> Result<Tree> {
    let parts: Vec<Part> = parts.iter().copied().collect();
    let mut tree = machine.render(&plan::fleet(settings, true, &parts))?;
    if has_servers && let Some(manifest) = tree.get("Cargo.toml") {
        let text = plan::manifest::with_servers(&manifest.text)?;
        tree.put("Cargo.toml", text, Owner::Merged)?;
    }
    Ok(tree)
}

/// What the record among some files says; none where there is none.
pub fn record_of(found: &FoundFiles) -> Option<Result<Rendered, String>> {
    Some(match found.get(record::FILE)? {
        Found::Text(text) => record::read(text).map_err(|error| error.to_string()),
        _ => Err("it is no text".to_owned()),
    })
}
