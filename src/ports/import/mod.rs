//! Registries that other programs and people made: from what they say to a registry of ours.
//!
//! ```text
//! bytes ─read─▶ FileClaims ─survey─▶ Survey (contradictions, proposals) ─build─▶ Ports
//!                                      └─write─▶ resolution file ─parse─▶ Answers ───────┘
//! ```
//!
//! Knows no file system: whoever calls reads the files, and follows a redirect. Nothing is folded silently: each number
//! that may be a port is a claim, a contradiction, or a note with its place. What is secret is named and never copied.

mod answers;
mod build;
mod claims;
mod contradictions;
mod entry;
mod layout;
#[cfg(test)]
mod properties;
mod propose;
mod range;
mod remarks;
pub mod resolution;
mod select;
mod shape;
mod source;
mod special;
#[cfg(test)]
mod tests;
mod walk;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use crate::text::{nearest, quote};

use super::registry::{Ports, Range, Server};

pub use answers::{Answer, Answers, parse};
pub use build::{Action, Decision};
pub use claims::{Claim, FileClaims, Note, NoteKind, Place};
pub use contradictions::{Candidate, Contradiction, Evidence, Kind};
pub use layout::Layout;
pub use walk::read;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 10_000_000;

/// The most of whatever is compared with others that is read: no fleet has nearly as many.
const MAX_ENTRIES: usize = 10_000;

/// How many names that are unknown get a guess at what was meant.
const MAX_GUESSES: usize = 20;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its path, as it is shown.
    pub file: String,
    /// The line, from 1; 0 where it is about the file as a whole.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// A sentence without its subject, with its help.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.message),
        }
    }
}

impl Refusal {
    /// One that no place in the file is to blame for.
    #[must_use]
    pub fn of_whole(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, message: message.into() }
    }
}

/// A redirect that leads nowhere one may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it says that it leads.
    pub to: String,
    /// Why one may not go there: a sentence without its subject.
    pub why: String,
    /// Where it says so.
    pub place: Place,
}

/// All that is known before anything is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The files.
    pub files: Vec<FileClaims>,
    /// The servers they know.
    pub candidates: Vec<Candidate>,
    /// What contradicts what, by kind.
    pub contradictions: Vec<Contradiction>,
    /// The ports that the files name anywhere: nobody who moves gets one of them.
    pub named: BTreeSet<u16>,
    /// What comes along beside servers.
    pub layout: Layout,
    /// What to do about each server, as long as nobody says otherwise.
    pub decisions: BTreeMap<String, Decision>,
    /// Ranges for ports that are in none.
    pub proposed: Vec<Range>,
    /// What was left aside or changed, in the order of the files.
    pub notes: Vec<Note>,
}

/// Finds everything that contradicts something, and what to do about it.
///
/// # Errors
///
/// When a file has environments and not the one asked for, or they have more entries than there can be.
pub fn survey(
    mut files: Vec<FileClaims>,
    refused: &[Refused],
    ports: &Ports,
    environment: Option<&str>,
) -> Result<Survey, Vec<Refusal>> {
    let mut errors = too_many(&files);
    if !errors.is_empty() {
        return Err(errors);
    }
    if let (Some(asked), Some(first)) = (environment, files.first())
        && files.iter().all(|file| file.environments.is_empty())
    {
        let message = format!("there is no environment {} here, nor any other", quote(asked));
        errors.push(Refusal::of_whole(&first.file, message));
    }
    // Also those of the environments that are not taken.
    let mut named = named_ports(&files);
    for file in &mut files {
        errors.extend(select::settle(file, environment).err());
    }
    // An environment that is an offset to another has as many entries as that.
    if errors.is_empty() {
        errors = too_many(&files);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    named.extend(named_ports(&files));
    let candidates = contradictions::candidates(&files, ports);
    let mut contradictions = contradictions::find(&files, &candidates, ports);
    contradictions.extend(refused.iter().map(|refused| Contradiction {
        kind: Kind::Stub,
        subject: refused.to.clone(),
        text: Some(refused.why.clone()),
        servers: Vec::new(),
        evidence: vec![Evidence { what: refused.to.clone(), place: Some(refused.place), group: "redirect_to".into() }],
    }));
    let layout = layout::layout(&files, ports);
    let decisions = propose::propose(&candidates, &contradictions, &named, &layout, ports);
    let proposed = layout::propose(&layout, ports, &propose::kept(&decisions));
    let mut notes: Vec<Note> = files.iter().flat_map(|file| file.notes.iter().cloned()).collect();
    notes.extend(layout.notes.iter().cloned());
    let added = if contradictions.is_empty() { "added" } else { "proposed" };
    notes.extend(remarks::remarks(&files, &candidates, &decisions, (&proposed, added), ports));
    notes.sort_by_key(|note| (note.kind, note.place));
    notes.dedup();
    Ok(Survey { files, candidates, contradictions, named, layout, decisions, proposed, notes })
}

/// Whether files have more than can be compared with each other.
fn too_many(files: &[FileClaims]) -> Vec<Refusal> {
    let mut entries = 0;
    for file in files {
        entries += file.entries();
        if entries > MAX_ENTRIES {
            let message =
                format!("has, with the files before it, more than {MAX_ENTRIES} entries: that is no registry of ports");
            return vec![Refusal::of_whole(&file.file, message)];
        }
    }
    Vec::new()
}

/// Every number that the files give as a port, or that may be one.
fn named_ports(files: &[FileClaims]) -> BTreeSet<u16> {
    let of = |file: &FileClaims| -> Vec<u16> {
        let claims = file.claims.iter().flat_map(|claim| claim.port.clone().ok().into_iter().chain(claim.health));
        claims.chain(file.health.iter().map(|health| health.port)).chain(file.numbers.iter().copied()).collect()
    };
    files.iter().flat_map(of).collect()
}

impl Survey {
    /// The servers that have to be decided on, in the order of the files.
    pub fn contested(&self) -> impl Iterator<Item = &Candidate> {
        let names: BTreeSet<&String> =
            self.contradictions.iter().flat_map(|contradiction| &contradiction.servers).collect();
        self.candidates.iter().filter(move |candidate| names.contains(&candidate.key))
    }

    /// A place as `file:line:column`; nothing is the registry.
    #[must_use]
    pub fn place(&self, place: Option<Place>) -> String {
        match place {
            Some(Place { file, line, column }) => {
                let name = self.files.get(file).map_or("", |file| file.file.as_str());
                format!("{name}:{line}:{column}")
            }
            None => "the registry".to_owned(),
        }
    }

    /// Makes the registry: from the answers, or without any where nothing contradicts.
    ///
    /// # Errors
    ///
    /// Everything that is not decided, or decided so that it contradicts: with the line of the answers, 0 where there
    /// is none.
    pub fn build(&self, ports: &Ports, answers: Option<&Answers>, date: &str) -> Result<Ports, Vec<(usize, String)>> {
        let mut errors = Vec::new();
        let mut decisions = self.decisions.clone();
        let mut layout = self.layout.clone();
        match answers {
            Some(answers) => {
                self.answered(answers, ports, &mut decisions, &mut errors);
                let known: HashMap<&str, &Range> =
                    self.layout.all(ports).map(|range| (range.name.as_str(), range)).collect();
                for range in &answers.ranges {
                    let known = known.get(range.name.as_str()).copied();
                    match known {
                        None => layout.ranges.push(range.clone()),
                        Some(known) if (known.start, known.end) == (range.start, range.end) => {}
                        Some(known) => {
                            let (name, start, end) = (quote(&known.name), known.start, known.end);
                            errors.push((0, format!("range {name} is there already, as {start}–{end}")));
                        }
                    }
                }
            }
            None => layout.ranges.extend(self.proposed.iter().cloned()),
        }
        let line = |name: &str| answers.and_then(|answers| answers.servers.get(name)).map_or(0, |(_, line)| *line);
        match build::build(ports, &self.candidates, &self.named, &layout, &decisions, date) {
            Ok(built) if errors.is_empty() => sound(built),
            Ok(_) => Err(errors),
            Err(wrong) => {
                errors.extend(wrong.into_iter().map(|(name, why)| (line(&name), format!("{} {why}", quote(&name)))));
                errors.sort();
                Err(errors)
            }
        }
    }

    /// What answers say that no file does, and is no mistake: with their lines.
    #[must_use]
    pub fn remarks_on(&self, answers: &Answers) -> Vec<(usize, String)> {
        let candidates = self.by_key();
        let mut remarks = Vec::new();
        for (name, (answer, line)) in &answers.servers {
            let Some(candidate) = candidates.get(name.as_str()) else { continue };
            for port in new_ports(candidate, answer) {
                remarks.push((*line, format!("no file gives {} port {port}: taken as it was answered", quote(name))));
            }
        }
        remarks.sort();
        remarks
    }

    fn by_key(&self) -> HashMap<&str, &Candidate> {
        self.candidates.iter().map(|candidate| (candidate.key.as_str(), candidate)).collect()
    }

    /// Puts answers over proposals.
    fn answered(
        &self,
        answers: &Answers,
        ports: &Ports,
        decisions: &mut BTreeMap<String, Decision>,
        errors: &mut Vec<(usize, String)>,
    ) {
        let candidates = self.by_key();
        for (name, (answer, line)) in &answers.servers {
            let (Some(decision), Some(candidate)) = (decisions.get_mut(name), candidates.get(name.as_str())) else {
                // A file that is all of it about others is told so without comparing each with each.
                let near = (errors.len() < MAX_GUESSES)
                    .then(|| nearest(name, self.candidates.iter().map(|candidate| candidate.key.as_str())))
                    .flatten();
                let help = near.map(|near| format!("\n  help: did you mean {}?", quote(near))).unwrap_or_default();
                errors.push((*line, format!("{} is no server of the files{help}", quote(name))));
                continue;
            };
            for port in new_ports(candidate, answer) {
                let mut reserved = ports.reserved().iter().chain(&self.layout.reserved);
                if let Some(reserved) =
                    reserved.find(|reserved| reserved.contains(port)).filter(|_| answer.action != Action::Release)
                {
                    let reason = reserved.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
                    let name = quote(name);
                    errors.push((*line, format!("{name} cannot have port {port}: it is reserved{reason}, and no file gives it that port\n  help: name a port that it has in the files, or let it move")));
                }
            }
            decision.action = answer.action;
            decision.port = answer.port;
            decision.health = answer.health;
            decision.range.clone_from(&answer.range);
            decision.id = answer.id.clone().unwrap_or_else(|| decision.id.clone());
        }
        for candidate in self.contested() {
            if !answers.servers.contains_key(&candidate.key) {
                errors.push((0, format!("{} is not decided: it has a contradiction", quote(&candidate.key))));
            }
        }
        for contradiction in self.contradictions.iter().filter(|contradiction| !contradiction.is_about_servers()) {
            let subject = &contradiction.subject;
            let decided = match contradiction.kind {
                Kind::Environment => answers.environments.contains_key(subject),
                _ => answers.redirects.contains(subject),
            };
            if !decided {
                errors.push((0, format!("{} is not decided: it has a contradiction", quote(subject))));
            }
        }
        let left_out = |environment: &String| answers.environments.get(environment) == Some(&false);
        let collisions = self.files.iter().flat_map(|file| &file.collisions);
        let lost: BTreeSet<u16> =
            collisions.filter(|c| left_out(&c.environment)).flat_map(|c| c.ports.clone()).collect();
        for decision in decisions.values_mut() {
            decision.health = decision.health.filter(|health| !lost.contains(health));
        }
    }
}

/// The ports that an answer gives a server and neither a file nor the registry does.
fn new_ports(candidate: &Candidate, answer: &Answer) -> Vec<u16> {
    let port = answer.port.filter(|_| matches!(answer.action, Action::Keep | Action::Release));
    let health = answer.health.filter(|_| matches!(answer.action, Action::Keep | Action::Move));
    let claimed = |port| candidate.claims.iter().any(|claim| claim.port == Ok(port) || claim.health == Some(port));
    let had = |port| candidate.known.iter().flat_map(Server::ports).any(|own| own == port);
    port.into_iter().chain(health).filter(|&port| !claimed(port) && !had(port)).collect()
}

/// A registry that is about to be written, if it can be read back: one that cannot would stop every command.
fn sound(built: Ports) -> Result<Ports, Vec<(usize, String)>> {
    match Ports::from_bytes(built.to_text().as_bytes()) {
        Ok(_) => Ok(built),
        Err(problems) => Err(vec![(0, format!("the registry would contradict itself: {problems}"))]),
    }
}

/// A contradiction in one line.
#[must_use]
pub fn heading(contradiction: &Contradiction) -> String {
    let subject = quote(&contradiction.subject);
    let text = contradiction.text.as_deref().unwrap_or_default();
    match contradiction.kind {
        Kind::SeveralPorts => format!("{subject} has several ports"),
        Kind::SeveralNames => format!("port {} has several names", contradiction.subject),
        Kind::Spellings => format!("{subject} has several spellings"),
        Kind::Removed => format!("{subject} is removed and active"),
        Kind::Reserved => format!("port {} is reserved ({text})", contradiction.subject),
        Kind::NoPort => format!("{subject} has a port that is none"),
        Kind::NoId => format!("{subject} cannot be an id"),
        Kind::Environment => text.to_owned(),
        Kind::Stub => format!("the redirect to {subject} {text}"),
    }
}
