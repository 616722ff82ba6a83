//! The files of servers whose port has changed: found by what they were rendered with, and rendered anew.
//!
//! Reads the disk, writes nothing. What a user edited is merged; where an edit is on the very line, it is left to them.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};

use crate::commands::read_if_there;
use crate::fleet::Fleet;
use crate::ports::Ports;
use crate::tree::Tree;
use crate::{plan, record, spec, template};

/// A server of the fleet and the port that its files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its folder below the fleet's, which is its id.
    pub id: String,
    /// The port that its files were rendered with.
    pub rendered: u16,
}

/// What another port does to a server's files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Renumbered {
    /// The files that change, by their paths below the fleet.
    pub files: Tree,
    /// Paths of files where the user must say the port: what was there was edited.
    pub by_hand: Vec<String>,
}

/// The servers that stand in a fleet, in the order of their names.
///
/// # Errors
///
/// When a folder or a record cannot be read.
pub fn standing(fleet: &Fleet) -> Result<Vec<Standing>> {
    let folder = &fleet.folder;
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| cannot_read(folder))? {
        let entry = entry.with_context(|| cannot_read(folder))?;
        let Ok(id) = entry.file_name().into_string() else { continue };
        let path = entry.path().join(record::FILE);
        let Some(text) = read_if_there(&path)? else { continue };
        let port = record::port(&text).map_err(|error| anyhow!("`{}` is not valid: {error}", path.display()))?;
        found.extend(port.map(|rendered| Standing { id, rendered }));
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// The servers whose files say another port than the registry, each with the one that it says.
pub fn outdated(standing: &[Standing], ports: &Ports) -> Vec<(Standing, u16)> {
    let differs = |server: &&Standing| ports.by_name(&server.id).is_some_and(|known| known.port != server.rendered);
    let with_port = |server: &Standing| Some((server.clone(), ports.by_name(&server.id)?.port));
    standing.iter().filter(differs).filter_map(with_port).collect()
}

/// The files of a server as they are with another port.
///
/// # Errors
///
/// When its spec is not valid (any more), or a file cannot be read.
pub fn renumber(fleet: &Fleet, server: &Standing, port: u16) -> Result<Renumbered> {
    let path = fleet.folder.join(&server.id).join("server.toml");
    let text = fs::read_to_string(&path).with_context(|| cannot_read(&path))?;
    let spec = spec::read(&text, &path.display().to_string()).map_err(|problems| {
        anyhow!("`{}` cannot be rendered with its new port\n{}", server.id, problems.render(false))
    })?;
    let render = |port| template::render(&plan::server(&fleet.settings, &spec, &text, port));
    let (old, new) = (render(server.rendered)?, render(port)?);
    let mut renumbered = Renumbered::default();
    let mut rendered = Tree::default();
    for (path, file) in new.iter() {
        let Some(before) = old.get(path.as_str()).filter(|before| before.text != file.text) else { continue };
        let place = fleet.folder.join(path.as_str());
        let Some(found) = read_if_there(&place)? else { continue };
        rendered.insert(path.clone(), file.clone());
        let text =
            if found == before.text { Ok(file.text.clone()) } else { diffy::merge(&before.text, &found, &file.text) };
        match text {
            Ok(text) if text == found => {}
            Ok(text) => renumbered.files.put(path.as_str(), text, file.owner)?,
            Err(_) => renumbered.by_hand.push(path.to_string()),
        }
    }
    // The record says what was rendered, edited or not, so that an update still tells the user's edits from our text.
    let place = fleet.folder.join(&server.id).join(record::FILE);
    let older = fs::read_to_string(&place).with_context(|| cannot_read(&place))?;
    let record = record::of(&rendered, &server.id, Some(port), Some(&older))
        .with_context(|| format!("`{}` is not valid", place.display()))?;
    record.iter().for_each(|(path, file)| renumbered.files.insert(path.clone(), file.clone()));
    Ok(renumbered)
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read `{}`", path.display())
}
