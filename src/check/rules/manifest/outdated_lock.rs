//! A lock file that does not know what the manifests say.

use std::collections::{HashMap, HashSet};

use semver::{Version, VersionReq};
use serde::Deserialize;
use toml::Spanned;

use crate::check::finding::{Findings, Place, Severity};
use crate::check::member::{Member, Members};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, FleetView, Summary};
use crate::text::{count, quote, visible};

pub static RULE: Rule = Rule {
    id: "MCP308",
    name: "outdated-lock",
    severity: Severity::Error,
    summary: "`Cargo.lock` is gone, cannot be read, or does not have what a manifest says",
    docs: "The image is built with `cargo build --locked`, which refuses a lock file that does not have every member of the \
           workspace, in its version, with what it depends on in a version that the manifests allow. mcpgen keeps it current for what it renders; cargo does \
           for what you add.\n\nRun `cargo update --workspace`, which moves nothing else, and commit `Cargo.lock`. One \
           that is gone is best restored from version control: it says which versions were tested.",
    check: Check::Fleet(check),
};

const FILE: &str = "Cargo.lock";

/// How cargo brings it up to date without moving versions.
const HELP: &str = "run `cargo update --workspace`, and commit `Cargo.lock`";

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Stanza>,
}

#[derive(Deserialize)]
struct Stanza {
    name: Spanned<String>,
    version: String,
    source: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let members = members(fleet);
    if members.is_empty() {
        return;
    }
    let Some(file) = fleet.own.get(FILE) else {
        let is_there = fleet.own.others.iter().any(|(path, _)| *path == FILE);
        if !is_there {
            let message = "`Cargo.lock` is not there, or git ignores it: `cargo build --locked` refuses to build";
            out.add(fleet.own.place(FILE), message).help("restore it from version control, and commit it");
        }
        return;
    };
    match toml::from_str::<Lock>(file.text) {
        Ok(lock) => compare(file, &lock, &members, out),
        Err(error) => {
            let reason = visible(error.message().lines().next().unwrap_or_default());
            let place = file.bytes(error.span().unwrap_or(0..0));
            let help = "restore it from version control, then run `cargo update --workspace`";
            out.add(place, format!("`Cargo.lock` cannot be read: {reason}")).help(help);
        }
    }
}

/// The servers and the crates of the base, as their manifests say; not those that another rule speaks of.
fn members(fleet: &FleetView<'_>) -> Vec<Member> {
    let Some(workspace) = fleet.own.get("Cargo.toml").and_then(FileView::document) else { return Vec::new() };
    let known = Members::of(workspace);
    let of_server = |server: &Summary| {
        let member = server.manifest.clone().filter(|member| !member.is_root && known.has(&server.id))?;
        // A server under another name than its own is told of where it says so.
        (server.name.is_none() || member.name == server.id).then_some(member)
    };
    let is_of_base = |file: &&FileView<'_>| {
        let inner = file.path.strip_prefix("base/").and_then(|path| path.strip_suffix("/Cargo.toml"));
        inner.is_some_and(|inner| known.has(&format!("base/{inner}")))
    };
    let of_base = fleet.own.all().iter().filter(is_of_base);
    let of_base = of_base.filter_map(|file| Member::read(file.document()?, Some(workspace)));
    fleet.servers.iter().filter_map(of_server).chain(of_base).collect()
}

/// What the lock file has of the packages that members ask for.
struct Locked<'l> {
    by_name: HashMap<&'l str, Vec<&'l Stanza>>,
    /// What has been told already: many members ask for the same.
    told: HashSet<(&'l str, &'l str)>,
}

fn compare(file: &FileView<'_>, lock: &Lock, members: &[Member], out: &mut Findings) {
    let mut locked = Locked { by_name: HashMap::new(), told: HashSet::new() };
    for stanza in &lock.package {
        locked.by_name.entry(stanza.name.get_ref()).or_default().push(stanza);
    }
    let own = lock.package.iter().filter(|stanza| stanza.source.is_none());
    let stanzas: HashMap<&str, &Stanza> = own.map(|stanza| (stanza.name.get_ref().as_str(), stanza)).collect();
    let lost: Vec<&Member> = members.iter().filter(|member| !stanzas.contains_key(member.name.as_str())).collect();
    if let Some(first) = lost.first() {
        let others = match lost.len() - 1 {
            0 => String::new(),
            more => format!(", nor {}", count(more, "more member")),
        };
        let message = format!("`Cargo.lock` does not have {}{others}", quote(&first.name));
        out.add(file.whole(), message).help(HELP);
    }
    for (member, stanza) in members.iter().filter_map(|member| Some((member, *stanzas.get(member.name.as_str())?))) {
        let place = || file.bytes(stanza.name.span());
        if stanza.version != member.version {
            let (locked, now) = (quote(&stanza.version), quote(&member.version));
            let message = format!("{} is {locked} in `Cargo.lock`, and {now} in its manifest", quote(&member.name));
            out.add(place(), message).help(HELP);
        }
        missing(member, stanza, place, out);
        locked.unfit(member, stanza, file, out);
    }
}

/// Says what a member depends on and its stanza does not have.
fn missing(member: &Member, stanza: &Stanza, place: impl Fn() -> Place, out: &mut Findings) {
    let bare = |package: &str| package.replace('_', "-");
    let locked = stanza.dependencies.iter().filter_map(|text| text.split(' ').next());
    let locked: HashSet<String> = locked.map(bare).collect();
    let lacks = member.dependencies.iter().find(|package| !locked.contains(&bare(package)));
    if let Some(first) = lacks {
        let message = format!("`Cargo.lock` does not know that {} depends on {}", quote(&member.name), quote(first));
        out.add(place(), message).help(HELP);
    }
}

impl<'l> Locked<'l> {
    /// Says which packages are locked in versions that a member does not allow.
    fn unfit(&mut self, member: &'l Member, stanza: &Stanza, file: &FileView<'_>, out: &mut Findings) {
        for (package, asked) in &member.requirements {
            let Ok(wanted) = VersionReq::parse(asked) else { continue };
            let used = self.used(stanza, package);
            let fits = |stanza: &&Stanza| Version::parse(&stanza.version).is_ok_and(|version| wanted.matches(&version));
            let Some(first) = used.first().filter(|_| !used.iter().any(fits)) else { continue };
            if self.told.insert((package, asked)) {
                let (name, version) = (quote(package), quote(&first.version));
                let message = format!(
                    "{name} is {version} in `Cargo.lock`, and {} asks for {}",
                    quote(&member.name),
                    quote(asked)
                );
                out.add(file.bytes(first.name.span()), message).help(HELP);
            }
        }
    }

    /// The stanzas of a package that a member depends on: it names a version only where there are several.
    fn used(&self, member: &Stanza, package: &str) -> Vec<&'l Stanza> {
        let versions = member.dependencies.iter().filter_map(|text| {
            let mut words = text.split(' ');
            (words.next() == Some(package)).then(|| words.next())
        });
        let all = self.by_name.get(package).map_or(&[][..], Vec::as_slice);
        versions
            .flat_map(|version| all.iter().filter(move |it| version.is_none_or(|said| it.version == said)))
            .copied()
            .collect()
    }
}
