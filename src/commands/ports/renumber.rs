//! The files of servers whose port has changed: found by what they were rendered with, and rendered anew.
//!
//! Reads the disk, writes nothing. Only the lines that say the port change, whatever a user did to the others; a line that
//! was edited itself is left to them.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};

use crate::commands::read_if_there;
use crate::fleet::Fleet;
use crate::ports::Ports;
use crate::tree::{Owner, Tree};
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
    /// Places of lines, `news_v2/README.md:8`, that say the old port and are not as they were rendered.
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
        // A link may lead out of the fleet.
        let is_folder = entry.file_type().with_context(|| cannot_read(folder))?.is_dir();
        let Some(id) = entry.file_name().into_string().ok().filter(|_| is_folder) else { continue };
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

/// The files of a server as they are with another port; or why nothing can be rendered, which is the user's to mend.
///
/// # Errors
///
/// When a file cannot be read.
pub fn renumber(fleet: &Fleet, server: &Standing, port: u16) -> Result<Result<Renumbered, String>> {
    let path = fleet.folder.join(&server.id).join("server.toml");
    let text = fs::read_to_string(&path).with_context(|| cannot_read(&path))?;
    let spec = match spec::read(&text, &path.display().to_string()) {
        Ok(spec) if spec.server.name.crate_name() == server.id => spec,
        Ok(spec) => {
            let other = spec.server.name.crate_name();
            return Ok(Err(format!("`{}` is the spec of `{other}`\n  help: give it back its name", path.display())));
        }
        Err(problems) => return Ok(Err(format!("its spec is not valid\n{}", problems.render(false).trim_end()))),
    };
    let render = |port| template::render(&plan::server(&fleet.settings, &spec, &text, port));
    let (old, new) = (render(server.rendered)?, render(port)?);
    let mut renumbered = Renumbered::default();
    let mut changed = Vec::new();
    for (path, file) in new.iter() {
        let Some(before) = old.get(path.as_str()).filter(|before| before.text != file.text) else { continue };
        let Some(found) = read_if_there(&fleet.folder.join(path.as_str()))? else { continue };
        let text = if found == before.text { file.text.clone() } else { with_lines(&found, &before.text, &file.text) };
        let left = left(&text, &before.text, &file.text, server.rendered);
        renumbered.by_hand.extend(left.iter().map(|line| format!("{path}:{line}")));
        if text != found {
            changed.push((path.clone(), found, text.clone()));
            renumbered.files.put(path.as_str(), text, file.owner)?;
        }
    }
    let place = fleet.folder.join(&server.id).join(record::FILE);
    let older = fs::read_to_string(&place).with_context(|| cannot_read(&place))?;
    // The record tells of the new port when every line does: until then the server is found again.
    let port = renumbered.by_hand.is_empty().then_some(port);
    let record = record::changed(&older, &server.id, port, &changed)
        .with_context(|| format!("`{}` is not valid", place.display()))?;
    if record != older {
        renumbered.files.put(&format!("{}/{}", server.id, record::FILE), record, Owner::Owned)?;
    }
    Ok(Ok(renumbered))
}

/// The text with the lines that differ between two renderings replaced, wherever they stand in it.
fn with_lines(found: &str, old: &str, new: &str) -> String {
    if old.lines().count() != new.lines().count() {
        // A port with more digits may break a line elsewhere: then no line is known to stand for another.
        return found.to_owned();
    }
    let pairs: HashMap<&str, &str> =
        old.split_inclusive('\n').zip(new.split_inclusive('\n')).filter(|(old, new)| old != new).collect();
    found.split_inclusive('\n').map(|line| *pairs.get(line).unwrap_or(&line)).collect()
}

/// The lines, from 1, that still say a port which they do not say in the new rendering. Where every line of that is there,
/// the number is something else's.
fn left(text: &str, old: &str, new: &str, port: u16) -> Vec<usize> {
    let (old, new): (HashSet<&str>, HashSet<&str>) = (old.lines().collect(), new.lines().collect());
    let there: HashSet<&str> = text.lines().collect();
    if new.difference(&old).all(|line| there.contains(line)) {
        return Vec::new();
    }
    let port = port.to_string();
    let says_it = |(_, line): &(usize, &str)| says(line, &port) && !new.contains(line);
    text.lines().enumerate().filter(says_it).map(|(index, _)| index + 1).collect()
}

/// Whether a line has this number as a word of its own.
fn says(line: &str, number: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    line.match_indices(number)
        .any(|(at, _)| is_edge(line[..at].chars().next_back()) && is_edge(line[at + number.len()..].chars().next()))
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read `{}`", path.display())
}

#[cfg(test)]
mod tests {
    use super::{left, says, with_lines};

    #[test]
    fn lines_that_say_the_port_change_wherever_they_stand() {
        let (old, new) = ("a\nport 9004\nb\n", "a\nport 9017\nb\n");
        assert_eq!(
            with_lines("mine\nport 9004\nport 9004 // edited\n", old, new),
            "mine\nport 9017\nport 9004 // edited\n"
        );
        assert_eq!(with_lines("port 9004\n", old, "port\n9017\nmore\n\n"), "port 9004\n");
    }

    #[test]
    fn only_what_says_the_old_port_in_place_of_the_new_is_left() {
        let (old, new) = ("limit 9004\nport 9004\n", "limit 9004\nport 9017\n");
        assert_eq!(left("limit 9004\nport 9004 // edited\n", old, new, 9004), [2]);
        assert_eq!(left("limit 9004\nport 9017\nnot 9004 any more\n", old, new, 9004), [0; 0]);
        assert_eq!(left("limit 9004\nport 9017 // edited\n", old, new, 9004), [0; 0]);
    }

    #[test]
    fn a_number_counts_as_a_word() {
        assert!(["9004", "`9004`", "EXPOSE 9004/tcp", "localhost:9004/x"].iter().all(|line| says(line, "9004")));
        assert!(["90041", "x9004", "190041 9005", ""].iter().all(|line| !says(line, "9004")));
    }
}
