//! `Cargo.lock` of a fleet: one stanza a server, and the packages that the base was tested with.
//!
//! Knows the format (version 4) as cargo writes it. Pure; it resolves nothing: versions come from a lock that was tested,
//! or from the one that is already there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use super::Part;

/// A lock file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLock(String);

impl std::fmt::Display for BadLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadLock {}

/// A package of the workspace: a server or a crate of the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Names of what it depends on, for tests too.
    pub dependencies: Vec<String>,
}

/// The templates of the lock files that were tested with these parts of the base: one that all fleets have, and one for
/// each part that brings packages from outside. What two parts bring together is what each brings, which a test proves.
#[must_use]
pub fn tested(parts: &[Part]) -> Vec<&'static str> {
    let of_parts = [
        (Part::OAuth, "fleet/locks/oauth.lock"),
        (Part::Redis, "fleet/locks/redis.lock"),
        (Part::Upstream, "fleet/locks/upstream.lock"),
    ];
    let of_parts = of_parts.into_iter().filter(|(part, _)| parts.contains(part)).map(|(_, path)| path);
    std::iter::once("fleet/locks/core.lock").chain(of_parts).collect()
}

/// The lock file after some members joined; `existing` is the one on disk, `tested` those that belong to the base.
///
/// A package that `existing` already has in a compatible version stays as it is: it is the team's choice.
///
/// # Errors
///
/// When one of the texts is no lock file.
pub fn join(existing: Option<&str>, tested: &[&str], members: &[Member], parts: &[Part]) -> Result<String, BadLock> {
    let mut packages = existing.map_or(Ok(BTreeMap::new()), parse)?;
    // What the base needs came with its parts. Where all of them are there already, a server brings nothing new.
    let is_complete = parts.iter().all(|part| packages.keys().any(|id| id.name == part.package()));
    let mut all: BTreeMap<Id, Package> = BTreeMap::new();
    for text in tested.iter().filter(|_| !is_complete) {
        for (id, package) in parse(text)? {
            let dependencies = package.dependencies.clone();
            all.entry(id).or_insert(package).dependencies.extend(dependencies);
        }
    }
    let tested = all;
    let mut chosen: BTreeMap<&Id, Id> = BTreeMap::new();
    for (id, package) in &tested {
        if package.source.is_none() && !parts.iter().any(|part| part.package() == id.name) {
            continue;
        }
        let there = packages.keys().find(|other| other.name == id.name && compatible(&other.version, &id.version));
        chosen.insert(id, there.cloned().unwrap_or_else(|| id.clone()));
    }
    for (id, target) in &chosen {
        let package = &tested[*id];
        let dependencies: BTreeSet<Id> =
            package.dependencies.iter().filter_map(|dependency| chosen.get(dependency).cloned()).collect();
        let entry = packages.entry(target.clone()).or_insert_with(|| Package {
            source: package.source.clone(),
            checksum: package.checksum.clone(),
            dependencies: BTreeSet::new(),
        });
        entry.dependencies.extend(dependencies);
    }
    for member in members {
        let dependencies = member.dependencies.iter().filter_map(|name| newest(&packages, name)).collect();
        let id = Id { name: member.name.clone(), version: member.version.clone() };
        packages.insert(id, Package { source: None, checksum: None, dependencies });
    }
    Ok(print(&packages))
}

/// A package and its version. One lock file never has two sources for the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Id {
    name: String,
    version: String,
}

#[derive(Debug, Clone)]
struct Package {
    source: Option<String>,
    checksum: Option<String>,
    dependencies: BTreeSet<Id>,
}

#[derive(Deserialize)]
struct LockFile {
    #[serde(default)]
    package: Vec<Stanza>,
}

#[derive(Deserialize)]
struct Stanza {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

fn parse(text: &str) -> Result<BTreeMap<Id, Package>, BadLock> {
    let file: LockFile =
        toml::from_str(text).map_err(|error| BadLock(format!("`Cargo.lock` is not valid: {error}")))?;
    let ids: Vec<Id> =
        file.package.iter().map(|stanza| Id { name: stanza.name.clone(), version: stanza.version.clone() }).collect();
    let mut by_name: BTreeMap<&str, Vec<&Id>> = BTreeMap::new();
    for id in &ids {
        by_name.entry(&id.name).or_default().push(id);
    }
    let find = |reference: &str| {
        let mut words = reference.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        let versions = by_name.get(name)?;
        versions.iter().find(|id| version.is_none_or(|version| id.version == version)).copied().cloned()
    };
    let packages = file.package.iter().zip(&ids).map(|(stanza, id)| {
        let dependencies = stanza.dependencies.iter().filter_map(|reference| find(reference)).collect();
        let package = Package { source: stanza.source.clone(), checksum: stanza.checksum.clone(), dependencies };
        (id.clone(), package)
    });
    Ok(packages.collect())
}

/// Whether cargo would take either version where the other is asked for.
fn compatible(left: &str, right: &str) -> bool {
    fn kept(version: &str) -> Vec<&str> {
        let mut parts = version.split(['.', '-', '+']);
        let (major, minor, patch) = (parts.next(), parts.next(), parts.next());
        match (major, minor) {
            (Some("0"), Some("0")) => [major, minor, patch].into_iter().flatten().collect(),
            (Some("0"), _) => [major, minor].into_iter().flatten().collect(),
            _ => major.into_iter().collect(),
        }
    }
    kept(left) == kept(right)
}

fn newest(packages: &BTreeMap<Id, Package>, name: &str) -> Option<Id> {
    let number =
        |version: &str| -> Vec<u64> { version.split(['.', '-', '+']).filter_map(|part| part.parse().ok()).collect() };
    packages.keys().filter(|id| id.name == name).max_by_key(|id| number(&id.version)).cloned()
}

fn print(packages: &BTreeMap<Id, Package>) -> String {
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for id in packages.keys() {
        *versions.entry(&id.name).or_default() += 1;
    }
    let mut out = String::with_capacity(packages.len() * 220);
    out.push_str(
        "# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 4\n",
    );
    for (id, package) in packages {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "\n[[package]]\nname = \"{}\"\nversion = \"{}\"\n", id.name, id.version);
        for (key, value) in [("source", &package.source), ("checksum", &package.checksum)] {
            if let Some(value) = value {
                let _ = writeln!(out, "{key} = \"{value}\"");
            }
        }
        if !package.dependencies.is_empty() {
            out.push_str("dependencies = [\n");
            for dependency in &package.dependencies {
                let _ = match versions.get(dependency.name.as_str()) {
                    Some(1) => writeln!(out, " \"{}\",", dependency.name),
                    _ => writeln!(out, " \"{} {}\",", dependency.name, dependency.version),
                };
            }
            out.push_str("]\n");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TESTED: &str = r#"version = 4

[[package]]
name = "itoa"
version = "1.0.1"
source = "registry+x"
checksum = "aa"

[[package]]
name = "mcp-base"
version = "0.1.0"
dependencies = [
 "itoa",
 "rand 0.8.0",
]

[[package]]
name = "mcp-docs"
version = "0.1.0"

[[package]]
name = "rand"
version = "0.8.0"
source = "registry+x"
checksum = "bb"

[[package]]
name = "rand"
version = "0.9.0"
source = "registry+x"
checksum = "cc"
"#;

    fn member(name: &str) -> Member {
        Member { name: name.into(), version: "0.1.0".into(), dependencies: vec!["mcp-base".into()] }
    }

    #[test]
    fn a_new_lock_has_the_tested_packages_and_the_member() {
        let lock = join(None, &[TESTED], &[member("weather_v2")], &[Part::Core]).unwrap();
        assert!(
            lock.contains("name = \"weather_v2\"\nversion = \"0.1.0\"\ndependencies = [\n \"mcp-base\",\n]\n"),
            "{lock}"
        );
        assert!(lock.contains(" \"itoa\",\n \"rand 0.8.0\",\n"), "{lock}");
        assert!(!lock.contains("mcp-docs"), "a part that is not there has no stanza");
    }

    #[test]
    fn joining_twice_changes_nothing() {
        let once = join(None, &[TESTED], &[member("weather_v2")], &[Part::Core]).unwrap();
        assert_eq!(join(Some(&once), &[TESTED], &[member("weather_v2")], &[Part::Core]).unwrap(), once);
    }

    #[test]
    fn a_version_that_the_team_chose_stays() {
        let newer = TESTED.replace("1.0.1", "1.0.9");
        let first = join(None, &[&newer], &[member("a_v2")], &[Part::Core]).unwrap();
        let lock = join(Some(&first), &[TESTED], &[member("b_v2")], &[Part::Core, Part::Docs]).unwrap();
        assert!(lock.contains("1.0.9") && !lock.contains("1.0.1"), "{lock}");
        assert!(lock.contains("a_v2") && lock.contains("b_v2") && lock.contains("mcp-docs"), "{lock}");
    }

    #[test]
    fn where_all_parts_are_there_only_the_member_is_new() {
        let first = join(None, &[TESTED], &[member("a_v2")], &[Part::Core]).unwrap();
        let lock = join(Some(&first), &[&TESTED.replace("itoa", "other")], &[member("b_v2")], &[Part::Core]).unwrap();
        assert!(lock.contains("itoa") && !lock.contains("other") && lock.contains("b_v2"), "{lock}");
    }

    #[test]
    fn several_lock_files_are_one() {
        let (itoa, rand) = (TESTED.replace(" \"rand 0.8.0\",\n", ""), TESTED.replace(" \"itoa\",\n", ""));
        let members = [member("a_v2")];
        let lock = join(None, &[&itoa, &rand], &members, &[Part::Core]).unwrap();
        assert_eq!(lock, join(None, &[TESTED], &members, &[Part::Core]).unwrap());
    }

    #[test]
    fn what_is_no_lock_file_is_refused() {
        assert!(join(Some("package = 3"), &[TESTED], &[], &[]).is_err());
    }
}
