//! A crate as its manifest shows it to cargo, and which folders are members of a workspace.
//!
//! Knows where a manifest says what a crate depends on. Knows nothing of what it should depend on.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::document::Node;

/// What one crate's manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The packages that it depends on, for tests and builds too.
    pub dependencies: Vec<String>,
    /// The packages of a registry among them, each with the versions that it asks for.
    pub requirements: Vec<(String, String)>,
    /// Whether it is a workspace of its own.
    pub is_root: bool,
}

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The crate itself.
    Normal,
    /// Its tests.
    Dev,
    /// Its build script.
    Build,
}

/// A dependency that a manifest names.
#[derive(Debug, Clone, Copy)]
pub struct Dependency<'n> {
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it is for some platforms alone.
    pub is_targeted: bool,
    /// The name that the crate knows it by.
    pub key: &'n Node,
    /// What is said of it.
    pub value: &'n Node,
}

/// The tables of dependencies.
const TABLES: &[(&str, Purpose)] = &[
    ("dependencies", Purpose::Normal),
    ("dev-dependencies", Purpose::Dev),
    ("dev_dependencies", Purpose::Dev),
    ("build-dependencies", Purpose::Build),
    ("build_dependencies", Purpose::Build),
];

impl<'n> Dependency<'n> {
    /// The name that the crate knows it by.
    #[must_use]
    pub fn name(&self) -> &'n str {
        self.key.word().unwrap_or_default()
    }

    /// The package that it is, which has another name where it says `package`.
    #[must_use]
    pub fn package(&self) -> &'n str {
        self.text("package").unwrap_or_else(|| self.name())
    }

    /// The version that it asks for.
    #[must_use]
    pub fn version(&self) -> Option<&'n str> {
        self.value.word().or_else(|| self.text("version"))
    }

    /// What a key of it says.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&'n str> {
        self.value.get(key)?.word()
    }

    /// Whether the workspace says which version it is.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.text("workspace") == Some("true")
    }

    /// Its features.
    pub fn features(&self) -> impl Iterator<Item = &'n str> {
        self.value.get("features").into_iter().flat_map(Node::items).filter_map(Node::word)
    }
}

/// Everything that a crate depends on.
#[must_use]
pub fn dependencies(manifest: &Node) -> Vec<Dependency<'_>> {
    let targets = manifest.get("target").into_iter().flat_map(Node::entries).map(|(_, target)| (target, true));
    let mut all = Vec::new();
    for (place, is_targeted) in std::iter::once((manifest, false)).chain(targets) {
        for &(table, purpose) in TABLES {
            all.extend(list(place.get(table), purpose, is_targeted));
        }
    }
    all
}

/// What a workspace has for its members to share.
#[must_use]
pub fn shared(workspace: &Node) -> Vec<Dependency<'_>> {
    list(workspace.at(&["workspace", "dependencies"]), Purpose::Normal, false).collect()
}

fn list(table: Option<&Node>, purpose: Purpose, is_targeted: bool) -> impl Iterator<Item = Dependency<'_>> {
    let entries = table.into_iter().flat_map(Node::entries);
    entries.map(move |(key, value)| Dependency { purpose, is_targeted, key, value })
}

impl Member {
    /// Reads a manifest; the workspace says what it does not say itself. None where it is not that of a crate.
    #[must_use]
    pub fn read(manifest: &Node, workspace: Option<&Node>) -> Option<Self> {
        let package = manifest.get("package")?;
        let inherited = || workspace?.at(&["workspace", "package", "version"])?.word();
        let version = match package.get("version") {
            Some(version) => version.word().or_else(inherited)?,
            None => "0.0.0",
        };
        // Where the workspace says what it is, that.
        let resolved = |dependency: Dependency<'_>| {
            let shared = || workspace?.at(&["workspace", "dependencies"])?.entry(dependency.name());
            let shared = shared().filter(|_| dependency.is_shared());
            let dependency = shared.map_or(dependency, |(key, value)| Dependency { key, value, ..dependency });
            let is_elsewhere = ["path", "git"].into_iter().any(|key| dependency.text(key).is_some());
            let version = dependency.version().filter(|_| !is_elsewhere && !dependency.is_shared());
            (dependency.package().to_owned(), version.map(str::to_owned))
        };
        let mut all: Vec<_> = self::dependencies(manifest).into_iter().map(resolved).collect();
        all.sort_unstable();
        all.dedup();
        let mut dependencies: Vec<String> = all.iter().map(|(package, _)| package.clone()).collect();
        dependencies.dedup();
        let requirements = all.into_iter().filter_map(|(package, version)| Some((package, version?))).collect();
        Some(Self {
            name: package.get("name")?.word()?.to_owned(),
            version: version.to_owned(),
            dependencies,
            requirements,
            is_root: manifest.get("workspace").is_some(),
        })
    }
}

/// Which folders of a workspace are its members.
#[derive(Debug)]
pub struct Members<'n> {
    globs: GlobSet,
    named: Vec<&'n str>,
    excluded: Vec<&'n str>,
}

impl<'n> Members<'n> {
    /// What the workspace's manifest says.
    #[must_use]
    pub fn of(workspace: &'n Node) -> Self {
        let texts = |key: &str| {
            let items = workspace.at(&["workspace", key]).map_or(&[][..], Node::items);
            items.iter().filter_map(Node::word).map(bare).collect::<Vec<&str>>()
        };
        let named = texts("members");
        let mut globs = GlobSetBuilder::new();
        for pattern in &named {
            if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
                globs.add(glob);
            }
        }
        Self { globs: globs.build().unwrap_or_default(), named, excluded: texts("exclude") }
    }

    /// What `members` lists: folders, and patterns of them.
    #[must_use]
    pub fn patterns(&self) -> &[&'n str] {
        &self.named
    }

    /// Whether a folder below that of the workspace is a member. One that is named is so even if it is excluded too.
    #[must_use]
    pub fn has(&self, folder: &str) -> bool {
        self.named.contains(&folder) || (self.globs.is_match(folder) && !self.excludes(folder))
    }

    /// Whether the workspace excludes a folder, or one that it is in.
    #[must_use]
    pub fn excludes(&self, folder: &str) -> bool {
        self.excluded.iter().any(|excluded| Path::new(folder).starts_with(excluded))
    }
}

/// `./a/` is `a`.
fn bare(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::document::toml;

    #[test]
    fn a_manifest_is_read_as_cargo_does() {
        let workspace = toml(
            "[workspace.package]\nversion = '1.2.3'\n[workspace.dependencies]\na = { package = 'b', version = '0.8.9' }\n",
        );
        let manifest = "[package]\nname = 'x'\nversion.workspace = true\n[dependencies]\na.workspace = true\n\
                        [target.'cfg(unix)'.dev-dependencies]\nc = { version = '1', package = 'd-e' }\n";
        let member = Member::read(&toml(manifest).unwrap(), workspace.as_ref().ok()).unwrap();
        assert_eq!((member.name.as_str(), member.version.as_str()), ("x", "1.2.3"));
        assert_eq!(member.dependencies, ["b", "d-e"]);
        let asked = |package: &str, version: &str| (package.to_owned(), version.to_owned());
        assert_eq!(member.requirements, [asked("b", "0.8.9"), asked("d-e", "1")]);
        assert_eq!(Member::read(&toml("[workspace]\n").unwrap(), None), None);
    }

    #[test]
    fn members_are_found_by_pattern_and_name() {
        let workspace =
            toml("[workspace]\nmembers = ['base/*', './*_v2', 'odd/']\nexclude = ['old_v2', 'odd']\n").unwrap();
        let members = Members::of(&workspace);
        assert!(members.has("weather_v2") && members.has("base/core") && members.has("odd"));
        assert!(!members.has("old_v2") && !members.has("deep/weather_v2") && !members.has("words"));
    }
}
