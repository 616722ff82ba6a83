//! Rules on the spec and on what was rendered from it: whether files are as they would be rendered now, and if not, why.

mod damaged_record;
mod drift;
mod edited_base;
mod invalid_spec;
mod local_state;
mod missing_spec;
mod newer_mcpgen;
mod outdated_template;
mod schema_budget;
mod settings_not_applied;
mod spec_not_applied;

use crate::check::finding::Findings;
use crate::check::rule::Rule;
use crate::check::view::{FileView, Files, ServerView, State, join};
use crate::record::{self, Rendered};
use crate::tree::Owner;

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[
    &invalid_spec::RULE,
    &missing_spec::RULE,
    &drift::RULE,
    &outdated_template::RULE,
    &spec_not_applied::RULE,
    &settings_not_applied::RULE,
    &damaged_record::RULE,
    &edited_base::RULE,
    &newer_mcpgen::RULE,
    &edited_base::OUTDATED,
    &schema_budget::RULE,
    &local_state::RULE,
];

/// Files that are as they once were rendered, and would be rendered otherwise today.
pub struct Stale<'v, 'f> {
    files: &'v Files<'f>,
    outdated: Vec<&'v FileView<'f>>,
    /// What would be rendered now and never was.
    new: Vec<(&'f str, &'f str)>,
    /// What would not be rendered any more, and is as it was.
    gone: Vec<&'v FileView<'f>>,
}

/// What differs from when the files were rendered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Causes {
    pub spec: bool,
    pub settings: bool,
    pub template: bool,
    /// The files are of a newer mcpgen than this.
    pub is_newer: bool,
}

/// What is stale in a server, and why; nothing where all is as it would be rendered now, or nobody can say.
pub fn stale<'v, 'f>(server: &'v ServerView<'f>) -> Option<(Stale<'v, 'f>, Causes)> {
    let record = server.rendered()?;
    let stale = Stale::of(&server.files, record)?;
    let differs = |recorded: &Option<String>, now: &str| recorded.as_deref().is_some_and(|recorded| recorded != now);
    let (recorded, now) = (&record.inputs, server.inputs);
    let mut causes = Causes {
        spec: differs(&recorded.spec, now.spec),
        settings: differs(&recorded.settings, now.settings),
        template: record.mcpgen != now.version,
        is_newer: is_newer(&record.mcpgen, now.version),
    };
    // Another port has a rule of its own. What nothing else explains is the templates' doing.
    let is_other_port = server.registered().is_some_and(|known| recorded.port.is_some_and(|port| port != known.port));
    causes.template |= !(causes.spec || causes.settings || is_other_port);
    Some((stale, causes))
}

impl<'v, 'f> Stale<'v, 'f> {
    /// What is stale in some files.
    pub fn of(files: &'v Files<'f>, record: &Rendered) -> Option<Self> {
        let stale = Self {
            files,
            outdated: files.all().iter().filter(|file| file.state == State::Outdated).collect(),
            new: (files.missing.iter().filter(|(path, _)| !record.files.contains_key(*path)))
                .map(|(path, file)| (*path, file.text.as_str()))
                .collect(),
            gone: files.all().iter().filter(|file| is_untouched(file, record)).collect(),
        };
        let is_fresh = stale.outdated.is_empty() && stale.new.is_empty();
        (!is_fresh).then_some(stale)
    }

    /// `` `README.md` and 3 more files ``.
    pub fn told(&self) -> String {
        let mut paths = self.outdated.iter().map(|file| file.path).chain(self.new.iter().map(|(path, _)| *path));
        let (first, more) = (paths.next().unwrap_or_default(), paths.count());
        match more {
            0 => format!("`{first}`"),
            1 => format!("`{first}` and 1 more file"),
            _ => format!("`{first}` and {more} more files"),
        }
    }

    /// Adds a finding at a file of the folder, with what would mend it where that loses nothing of a user's.
    pub fn report(&self, at: &str, message: String, out: &mut Findings) {
        let finding = out.add(self.files.place(at), message);
        let edited: Vec<&str> =
            self.files.all().iter().filter(|file| file.state == State::Edited).map(|file| file.path).collect();
        if let Some(first) = edited.first() {
            finding
                .help(format!("`{first}` was edited: take that back or into `server.toml`, then `mcpgen check --fix`"));
            return;
        }
        finding.help("`mcpgen check --fix` renders what nobody edited anew");
        let path = |inner: &str| join(self.files.folder, inner);
        for file in &self.outdated {
            finding.fix(path(file.path), file.expected);
        }
        for (inner, text) in &self.new {
            finding.fix(path(inner), Some(text));
        }
        for file in &self.gone {
            finding.fix(path(file.path), None);
        }
    }
}

/// Whether every Owned file is there as it would be rendered now, so that a record can say so whatever it said before.
pub fn is_as_rendered(files: &Files<'_>) -> bool {
    let mut owned = files.all().iter().filter(|file| file.owner == Some(Owner::Owned)).peekable();
    owned.peek().is_some()
        && owned.all(|file| file.state == State::Same)
        && files.missing.iter().all(|(_, file)| file.owner != Owner::Owned)
        && files.obstacles.is_empty()
}

/// Whether a file that would not be rendered any more is still as it was, byte for byte, so that deleting it loses nothing.
/// Of a Merged one, somebody else owns a part.
pub fn is_untouched(file: &FileView<'_>, record: &Rendered) -> bool {
    file.state == State::Orphan
        && file.owner.is_some_and(|owner| owner != Owner::Merged)
        && record.files.get(file.path).is_some_and(|recorded| recorded.sha256 == record::sha256(file.text))
}

/// Whether a version is newer than another: three numbers with dots between them.
fn is_newer(version: &str, than: &str) -> bool {
    let numbers = |text: &str| {
        let parts: Option<Vec<u64>> = text.split('.').map(|part| part.parse().ok()).collect();
        parts.filter(|parts| parts.len() == 3)
    };
    matches!((numbers(version), numbers(than)), (Some(version), Some(than)) if version > than)
}

#[cfg(test)]
mod tests {
    use super::is_newer;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_newer("0.10.0", "0.9.1") && is_newer("1.0.0", "0.99.0"));
        assert!(!is_newer("0.1.0", "0.1.0") && !is_newer("", "0.1.0") && !is_newer("x", "0.1.0"));
    }
}
