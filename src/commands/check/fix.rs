//! `mcpgen check --fix`: what the rules know how to mend, done as a whole or not at all.
//!
//! Each fix is a file as it should be, and the rules give one only where nothing that somebody wrote is lost. Here they are
//! put together with what follows from them: the records, and the stanzas of the lock file.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::reading;
use super::scene::{self, Scene};
use super::survey;
use super::target::Target;
use crate::check::view::{below, join};
use crate::check::{Fix, Verdict};
use crate::commands::registry_of;
use crate::commands::settle::{FleetLock, recover, replace};
use crate::disk::read;
use crate::disk::transaction::refuse_links;
use crate::fleet::Fleet;
use crate::plan::lock;
use crate::ports::Store;
use crate::record::{self, Inputs, Rendered};
use crate::template;
use crate::tree::{File, Found, FoundFiles, Owner, RelPath, Tree, same_lines};

/// The manifest of a server, below its folder.
const MANIFEST: &str = "Cargo.toml";

/// What was mended, or would be: paths below the root of the repository.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// Files that were written.
    pub written: Vec<String>,
    /// Files that were deleted.
    pub deleted: Vec<String>,
}

impl Mended {
    /// Whether no file changes.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.written.is_empty() && self.deleted.is_empty()
    }

    /// A line for each file.
    #[must_use]
    pub fn told(&self, is_dry_run: bool) -> String {
        let line = |verb: [&str; 2], path: &String| format!("{} `{path}`\n", verb[usize::from(is_dry_run)]);
        let written = self.written.iter().map(|path| line(["wrote", "would write"], path));
        let deleted = self.deleted.iter().map(|path| line(["deleted", "would delete"], path));
        written.chain(deleted).collect()
    }
}

/// Mends what a verdict on a fleet has fixes for; `judge` gives it, and is asked once nobody else changes the fleet.
///
/// # Errors
///
/// When the fleet is being changed by others, or the disk refuses; then nothing has changed.
pub fn fix(target: &Target, is_dry_run: bool, judge: impl FnOnce() -> Result<Verdict>) -> Result<Mended> {
    let Some(fleet) = &target.fleet else { return Ok(Mended::default()) };
    let _lock = if is_dry_run { None } else { Some(FleetLock::acquire(&fleet.folder)?) };
    if !is_dry_run {
        recover(&fleet.folder)?;
    }
    let verdict = judge()?;
    let fixes: Vec<&Fix> = verdict.findings.iter().flat_map(|finding| &finding.fixes).collect();
    let records = verdict.findings.iter().filter(|finding| finding.renews_record);
    let touched: BTreeSet<&str> =
        fixes.iter().map(|fix| fix.path.as_str()).chain(records.map(|finding| finding.place.path.as_str())).collect();
    if touched.is_empty() {
        return Ok(Mended::default());
    }
    let (files, deleted) = mend(target, fleet, &fixes, &touched)?;
    let mended = Mended {
        written: files.iter().map(|(path, _)| join(&target.inner, path.as_str())).collect(),
        deleted: deleted.iter().map(|path| join(&target.inner, path.as_str())).collect(),
    };
    if is_dry_run {
        refuse_links(&fleet.folder, files.iter().map(|(path, _)| path).chain(&deleted))?;
    } else if !mended.is_nothing() {
        let registry = Store::at(registry_of(fleet)?).lock(crate::commands::ports::PATIENCE)?;
        let done = replace(&fleet.folder, &registry, &files, &deleted, None);
        registry.leave();
        done?;
    }
    Ok(mended)
}

/// The files that are to be written, and those that are to be deleted, below the fleet's folder.
fn mend(target: &Target, fleet: &Fleet, fixes: &[&Fix], touched: &BTreeSet<&str>) -> Result<(Tree, Vec<RelPath>)> {
    let machine = template::Machine::whole()?;
    let mut survey = survey::survey(target, fleet)?;
    let (mut files, mut deleted, mut members) = (Tree::default(), Vec::new(), Vec::new());
    let mut parts = BTreeSet::new();
    for (id, paths) in &survey.servers {
        let inner = join(&target.inner, id);
        let scene = scene::scene(target, &fleet.settings, &machine, survey.registry.sound(), id, &inner, paths)?;
        parts.extend(scene.parts());
        let is_touched = touched.iter().any(|path| below(path, &inner).is_some());
        // What a server would be rendered as is known by the name of its folder.
        let Some((expected, prefix)) = scene.expected.as_ref().filter(|(_, prefix)| is_touched && prefix == id) else {
            continue;
        };
        let patch = Patch::of(&scene.found, fixes, &inner);
        patch.write(id, expected, &mut files, &mut deleted)?;
        match scene.recorded() {
            Some(recorded) => {
                let gone = patch.gone(recorded, expected, prefix);
                add(&mut files, &patch.record(recorded, expected, prefix, &scene, &gone));
                for path in gone {
                    deleted.extend(
                        patch.base_of(recorded, path).map(|base| RelPath::parse(&join(id, &base))).transpose()?,
                    );
                }
            }
            None if touched.contains(join(&inner, record::FILE).as_str()) => {
                add(&mut files, &patch.record_anew(expected, prefix, &scene.now)?);
            }
            None => {}
        }
        if expected.get(&join(prefix, MANIFEST)).is_some_and(|manifest| patch.is_as(MANIFEST, manifest)) {
            members.extend(scene.member);
        }
    }
    parts.extend(survey::parts(&survey.own));
    let expected = scene::render_fleet(&machine, &fleet.settings, &parts, survey.has_servers)?;
    reading::complete(&mut survey.own, &fleet.folder, &expected, "")?;
    let own: Vec<&Fix> = fixes.iter().copied().filter(|fix| survey.is_own(&fix.path, &target.inner)).collect();
    let record_path = join(&target.inner, record::FILE);
    if !own.is_empty() || touched.contains(record_path.as_str()) {
        let patch = Patch::of(&survey.own, &own, &target.inner);
        patch.write("", &expected, &mut files, &mut deleted)?;
        match scene::record_of(&survey.own).and_then(Result::ok) {
            Some(recorded) => add(&mut files, &patch.fleet_record(&recorded, &expected)),
            None if touched.contains(record_path.as_str()) => {
                add(&mut files, &patch.record_anew(&expected, "", &Inputs::default())?);
            }
            None => {}
        }
    }
    if !members.is_empty() {
        let existing = crate::commands::read_if_there(&fleet.folder.join("Cargo.lock"))?;
        let parts: Vec<_> = parts.into_iter().collect();
        let tested = crate::commands::intent::tested_locks(&parts)?;
        let text = lock::join(existing.as_deref(), &tested, &members, &parts)?;
        if existing.as_deref() != Some(&text) {
            files.put("Cargo.lock", text, Owner::Merged)?;
        }
    }
    deleted.sort_unstable();
    deleted.dedup();
    Ok((unchanged_left_out(&files, &fleet.folder), deleted))
}

/// The files of a folder with the fixes that are for it.
struct Patch<'a> {
    /// What is there now.
    found: &'a FoundFiles,
    /// What will be there, by path below the folder.
    texts: Vec<(&'a str, &'a str)>,
    /// Fixes below the folder.
    fixes: Vec<(&'a str, Option<&'a str>)>,
}

impl<'a> Patch<'a> {
    fn of(found: &'a FoundFiles, fixes: &[&'a Fix], folder: &str) -> Self {
        let fixes: Vec<(&str, Option<&str>)> =
            fixes.iter().filter_map(|fix| Some((below(&fix.path, folder)?, fix.text.as_deref()))).collect();
        let is_fixed = |path: &str| fixes.iter().any(|(fixed, _)| *fixed == path);
        let there = found.iter().filter(|(path, _)| !is_fixed(path)).filter_map(|(path, found)| match found {
            Found::Text(text) => Some((path.as_str(), text.as_str())),
            _ => None,
        });
        let written = fixes.iter().filter_map(|(path, text)| Some((*path, (*text)?)));
        let texts = there.chain(written).collect();
        Self { found, texts, fixes }
    }

    fn text(&self, path: &str) -> Option<&'a str> {
        self.texts.iter().find(|(there, _)| *there == path).map(|(_, text)| *text)
    }

    /// Puts what is to be written and deleted below the fleet's folder.
    fn write(&self, folder: &str, expected: &Tree, files: &mut Tree, deleted: &mut Vec<RelPath>) -> Result<()> {
        for (path, text) in &self.fixes {
            let path = join(folder, path);
            match text {
                Some(text) => {
                    let owner = expected.get(&path).map_or(Owner::Owned, |file| file.owner);
                    files.put(&path, (*text).to_owned(), owner)?;
                }
                None => deleted.push(RelPath::parse(&path)?),
            }
        }
        Ok(())
    }

    /// Whether a file will be as it is expected.
    fn is_as(&self, path: &str, expected: &File) -> bool {
        self.text(path).is_some_and(|text| same_lines(text, &expected.text))
    }

    /// The record of a server: what is as it would be rendered was rendered so, whatever it said before.
    fn record(&self, recorded: &Rendered, expected: &Tree, prefix: &str, scene: &Scene, gone: &[&str]) -> Tree {
        let mut fresh = Tree::default();
        let mut is_whole = true;
        for (path, file) in expected.iter() {
            let Some(inner) = below(path.as_str(), prefix) else { continue };
            let is_new = self.fixes.iter().any(|(fixed, _)| *fixed == inner);
            match file.owner {
                Owner::Seeded if !is_new => {}
                _ if self.is_as(inner, file) => fresh.insert(path.clone(), file.clone()),
                Owner::Owned => is_whole = false,
                _ => {}
            }
        }
        record::renewed(recorded, &fresh, prefix, is_whole.then_some(&scene.now), gone)
    }

    /// The entries of a record that are of nothing any more: what is neither there nor would be rendered.
    fn gone<'r>(&self, recorded: &'r Rendered, expected: &Tree, prefix: &str) -> Vec<&'r str> {
        let is_deleted = |path: &str| self.fixes.contains(&(path, None));
        let is_there = |path: &str| {
            let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
            ends.into_iter().any(|end| self.found.contains_key(&path[..end]))
        };
        let is_gone =
            |path: &&str| expected.get(&join(prefix, path)).is_none() && (is_deleted(path) || !is_there(path));
        recorded.files.keys().map(String::as_str).filter(is_gone).collect()
    }

    /// Where the text of a Seeded file is as it was rendered, if it is there and is that.
    fn base_of(&self, recorded: &Rendered, path: &str) -> Option<String> {
        let recorded = recorded.files.get(path).filter(|recorded| recorded.owner == Owner::Seeded)?;
        let base = join(record::BASE, path);
        (record::sha256(self.text(&base)?) == recorded.sha256).then_some(base)
    }

    /// A record where there is none that can be read; nothing unless every Owned file will be as rendered. What a Seeded file
    /// was rendered as, its base still says, where it is there.
    fn record_anew(&self, expected: &Tree, prefix: &str, inputs: &Inputs) -> Result<Tree> {
        let mut rendered = Tree::default();
        for (path, file) in expected.iter() {
            let Some(inner) = below(path.as_str(), prefix) else { continue };
            if file.owner == Owner::Owned && !self.is_as(inner, file) {
                return Ok(Tree::default());
            }
            let base = self.text(&join(record::BASE, inner)).filter(|_| file.owner == Owner::Seeded);
            let text = base.unwrap_or(&file.text);
            rendered.insert(path.clone(), File { text: text.to_owned(), ..*file });
        }
        Ok(record::of(&rendered, prefix, inputs, None)?)
    }

    /// The record of the fleet's own files.
    fn fleet_record(&self, recorded: &Rendered, expected: &Tree) -> Tree {
        let mut fresh = Tree::default();
        for (path, file) in expected.iter().filter(|(_, file)| file.owner == Owner::Owned) {
            if self.is_as(path.as_str(), file) {
                fresh.insert(path.clone(), file.clone());
            }
        }
        record::renewed(recorded, &fresh, "", None, &[])
    }
}

fn add(files: &mut Tree, more: &Tree) {
    for (path, file) in more.iter() {
        files.insert(path.clone(), file.clone());
    }
}

/// Without files that are so already.
fn unchanged_left_out(files: &Tree, folder: &Path) -> Tree {
    let mut left = Tree::default();
    for (path, file) in files.iter() {
        let there = read::found(&folder.join(path.as_str()));
        if there.as_ref() != Some(&Found::Text(file.text.clone())) {
            left.insert(path.clone(), file.clone());
        }
    }
    left
}
