//! What the rules see: the files on disk beside what would be rendered, the spec, the record and the registry.
//!
//! Knows which files are as they should be, so that rules look only at the others. Knows no disk and renders nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Node;
pub use super::file::FileView;
use super::finding::Place;
use super::member::Member;
pub use super::state::State;
use super::tools_list::ToolsList;
use crate::fleet::Settings;
use crate::ports::{self, Ports};
use crate::record::{self, Rendered};
use crate::spec::{Problems, Spec};
use crate::tree::{Found, FoundFiles, Owner, Tree, same_lines};

/// The files of a server, of the fleet beside its servers, or of the repository around the fleet.
pub struct Files<'a> {
    /// The folder, below the root of the repository; empty: that root.
    pub folder: &'a str,
    list: Vec<FileView<'a>>,
    /// What is no text: its path, and what it is.
    pub others: Vec<(&'a str, &'a Found)>,
    /// What would be rendered and is not there at all: its path below the folder, and its text and owner.
    pub missing: Vec<(&'a str, &'a crate::tree::File)>,
    /// What stands where a folder with files of ours should be, and what it is: nobody looks behind it.
    pub obstacles: BTreeMap<&'a str, &'a Found>,
}

/// What a record says, if it can be read.
#[derive(Debug)]
pub enum RecordView<'a> {
    /// It says this.
    Read(&'a Rendered),
    /// It cannot be read, and why.
    Damaged(String),
    /// There is none.
    Missing,
}

/// What a spec says, if it can be read.
#[derive(Debug, Clone, Copy)]
pub enum SpecView<'a> {
    /// It says this.
    Read(&'a Spec),
    /// Everything that is wrong with it.
    Wrong(&'a Problems),
    /// There is none.
    Missing,
}

/// One server.
pub struct ServerView<'a> {
    /// Its folder's name: `weather_v2`.
    pub id: &'a str,
    /// Whether it is in a fleet; a crate alone has no registry, base and workspace of ours.
    pub is_in_fleet: bool,
    /// Its files.
    pub files: Files<'a>,
    /// Its spec.
    pub spec: SpecView<'a>,
    /// What was rendered.
    pub record: RecordView<'a>,
    /// What would be rendered from.
    pub inputs: Inputs<'a>,
    /// The registry, where it is sound.
    pub ports: Option<&'a Ports>,
    /// All servers of the fleet, this one included.
    pub ids: &'a BTreeSet<String>,
    /// The workspace's manifest, where the server is in a fleet.
    pub workspace: Option<&'a Node>,
    /// The list of its tools as it would be rendered, where somebody decided how large it may be.
    pub tools_list: Option<ToolsList>,
    /// The most bytes that the list may have whose spec does not say.
    pub schema_budget: Option<u32>,
}

/// What decides how a server is rendered, beside the templates.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The digest of its spec.
    pub spec: &'a str,
    /// The digest of the fleet's settings.
    pub settings: &'a str,
    /// The version of this mcpgen.
    pub version: &'a str,
}

/// What the fleet knows of one of its servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its folder's name: `weather_v2`.
    pub id: String,
    /// Its folder, below the root of the repository.
    pub folder: String,
    /// Its name in its spec: `weather`.
    pub name: Option<String>,
    /// Its port: of the registry, or else the one it was rendered with.
    pub port: Option<u16>,
    /// Names of its tools, in the order of the spec.
    pub tools: Vec<String>,
    /// How many copies of it run.
    pub replicas: u32,
    /// What its manifest says, where it can be read.
    pub manifest: Option<Member>,
}

/// The fleet.
pub struct FleetView<'a> {
    /// Its own files: everything in its folder but the servers.
    pub own: Files<'a>,
    /// What the repository has around it that concerns it; nothing where the fleet is the repository.
    pub around: Files<'a>,
    /// Its settings.
    pub settings: &'a Settings,
    /// What was rendered.
    pub record: RecordView<'a>,
    /// The version of this mcpgen.
    pub version: &'a str,
    /// Its servers.
    pub servers: &'a [Summary],
    /// Entries of its folder that are links where a server should be: nobody looks behind them.
    pub links: &'a [String],
    /// Folders that the workspace takes for its members, and that have no manifest.
    pub bare: &'a [String],
    /// The registry.
    pub registry: RegistryView<'a>,
}

/// The registry of the fleet.
#[derive(Debug)]
pub struct RegistryView<'a> {
    /// Where it is: below the root of the repository, or a URL or path outside of it.
    pub path: &'a str,
    /// Its text, where there is one.
    pub text: Option<&'a str>,
    /// What it says, where it can be read.
    pub ports: Option<&'a Ports>,
    /// What is wrong with it.
    pub problems: &'a [ports::Problem],
}

impl<'a> Files<'a> {
    /// Holds files that were found in a folder against what would be rendered there, if that can be said, and what once
    /// was; `base` is the folder that the rendered paths are below of.
    #[must_use]
    pub fn new(
        folder: &'a str,
        found: &'a FoundFiles,
        expected: Option<(&'a Tree, &'a str)>,
        record: Option<&Rendered>,
    ) -> Self {
        let mut files =
            Self { folder, list: Vec::new(), others: Vec::new(), missing: Vec::new(), obstacles: BTreeMap::new() };
        for (path, found) in found {
            match found {
                Found::Text(text) => files.list.push(FileView::new(folder, path, text)),
                other => files.others.push((path, other)),
            }
        }
        if let Some((tree, prefix)) = expected {
            for (path, file) in tree.iter() {
                let Some(path) = below(path.as_str(), prefix) else { continue };
                if file.owner == Owner::Seeded {
                    files.compare_base(path, &file.text);
                }
                match files.position(path) {
                    Ok(index) => files.list[index].compare(&file.text, file.owner, record),
                    // What is there and is no text has a rule of its own.
                    Err(_) if found.contains_key(path) || files.is_behind(path, found) => {}
                    Err(_) => files.missing.push((path, file)),
                }
            }
        }
        for (path, recorded) in record.iter().flat_map(|record| &record.files) {
            match files.position(path) {
                Ok(index) if expected.is_some() && files.list[index].state == State::Extra => {
                    files.list[index].state = State::Orphan;
                    files.list[index].owner = Some(recorded.owner);
                }
                Ok(_) => {}
                Err(_) => _ = files.is_behind(path, found),
            }
            if recorded.owner == Owner::Seeded {
                files.is_behind(&join(record::BASE, path), found);
            }
        }
        files
    }

    /// What is kept of a Seeded file as it was rendered is a copy: where it is one of what would be rendered, there is
    /// nothing to look for in it.
    fn compare_base(&mut self, path: &str, expected: &str) {
        if let Ok(index) = self.position(&join(record::BASE, path))
            && same_lines(self.list[index].text, expected)
        {
            self.list[index].state = State::Same;
        }
    }

    /// Whether something stands where one of the folders should be that a path is in; then it is an obstacle.
    fn is_behind(&mut self, path: &str, found: &'a FoundFiles) -> bool {
        let mut parents = path.match_indices('/').map(|(end, _)| &path[..end]);
        let obstacle = parents.find_map(|parent| found.get_key_value(parent));
        self.obstacles.extend(obstacle.map(|(path, found)| (path.as_str(), found)));
        obstacle.is_some()
    }

    /// Whether an obstacle stands in the way of a path.
    #[must_use]
    pub fn is_barred(&self, path: &str) -> bool {
        self.obstacles.keys().any(|obstacle| below(path, obstacle).is_some())
    }

    /// Whether there is nothing at a path, and nothing in its way.
    #[must_use]
    pub fn is_free(&self, path: &str) -> bool {
        let is_other = |(other, _): &(&str, &Found)| *other == path || below(path, other).is_some();
        self.position(path).is_err() && !self.others.iter().any(is_other) && !self.is_barred(path)
    }

    fn position(&self, path: &str) -> Result<usize, usize> {
        self.list.binary_search_by(|file| file.path.cmp(path))
    }

    /// All text files, in the order of their paths.
    #[must_use]
    pub fn all(&self) -> &[FileView<'a>] {
        &self.list
    }

    /// The text file at a path below the folder.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&FileView<'a>> {
        self.position(path).ok().map(|index| &self.list[index])
    }

    /// The files that are not as rendered: only in them is there anything to look for.
    pub fn suspects(&self) -> impl Iterator<Item = &FileView<'a>> {
        self.list.iter().filter(|file| file.is_suspect())
    }

    /// The Rust files that are not as rendered.
    pub fn suspect_rust(&self) -> impl Iterator<Item = (&FileView<'a>, &syn::File)> {
        self.suspects().filter_map(|file| Some((file, file.rust()?)))
    }

    /// A path below the folder as a place, for what is not there.
    #[must_use]
    pub fn place(&self, path: &str) -> Place {
        Place { path: join(self.folder, path), span: None, source: None }
    }
}

impl ServerView<'_> {
    /// Its spec, where it is sound.
    #[must_use]
    pub fn sound_spec(&self) -> Option<&Spec> {
        if let SpecView::Read(spec) = self.spec { Some(spec) } else { None }
    }

    /// Its record, where it can be read.
    #[must_use]
    pub fn rendered(&self) -> Option<&Rendered> {
        self.record.read()
    }

    /// Whether it was made by mcpgen.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        !matches!((&self.spec, &self.record), (SpecView::Missing, RecordView::Missing))
    }

    /// The files that its spec names and that are not there. Without them, what would be rendered does not compile.
    #[must_use]
    pub fn lost_files(&self) -> Vec<&str> {
        let named = self.sound_spec().map(Spec::files).unwrap_or_default();
        named.iter().map(|file| file.path.as_str()).filter(|path| self.files.is_free(path)).collect()
    }

    /// What the registry says of it: under the name that its spec gives it, wherever its folder is.
    #[must_use]
    pub fn registered(&self) -> Option<&ports::Server> {
        let name = self.sound_spec().map(|spec| spec.server.name.crate_name());
        self.ports?.by_name(name.as_deref().unwrap_or(self.id))
    }
}

impl<'a> RecordView<'a> {
    /// What it says, where it can be read.
    #[must_use]
    pub fn read(&self) -> Option<&'a Rendered> {
        if let Self::Read(rendered) = self { Some(rendered) } else { None }
    }
}

impl<'a> FleetView<'a> {
    /// The fleet's own files, and those around it.
    pub fn all(&self) -> impl Iterator<Item = &FileView<'a>> {
        self.own.all().iter().chain(self.around.all())
    }
}

/// Two paths, of which the first may be empty.
#[must_use]
pub fn join(folder: &str, path: &str) -> String {
    match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{folder}/{path}"),
    }
}

/// The rest of a path below a folder, which may be empty.
#[must_use]
pub fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}
