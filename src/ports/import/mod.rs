//! Registries that other programs and people made: from what they say to a registry of ours.
//!
//! ```text
//! bytes ─read─▶ FileClaims ─survey─▶ Survey (conflicts, proposals) ─build─▶ Ports
//!                                      └─write─▶ resolution file ─parse─▶ Answers ─┘
//! ```
//!
//! Knows no file system: whoever calls reads the files, and follows a redirect. Nothing is folded silently: each number
//! that may be a port is a claim, a contradiction, or a note with its place. What is secret is named and never copied.

mod answers;
mod build;
mod claims;
mod conflicts;
mod entry;
mod layout;
#[cfg(test)]
mod properties;
mod propose;
mod range;
mod remarks;
pub mod resolution;
mod secrets;
mod select;
mod shape;
mod source;
mod special;
#[cfg(test)]
mod tests;
mod walk;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::text::{nearest, quote};

use super::registry::{Ports, Range};
use propose::is_about_servers;

pub use answers::{Answer, Answers, parse};
pub use build::{Action, Decision};
pub use claims::{Claim, FileClaims, Note, NoteKind, Place};
pub use conflicts::{Candidate, Conflict, Evidence, Kind};
pub use layout::Layout;
pub use walk::read;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 10_000_000;

/// The most entries and ranges that are read: each is compared with others, and no fleet has nearly as many.
const MAX_ENTRIES: usize = 10_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its path, as it is shown.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// A sentence without its subject, with its help.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
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
    pub conflicts: Vec<Conflict>,
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
    let mut errors = Vec::new();
    for file in &mut files {
        errors.extend(select::settle(file, environment).err());
    }
    if let (Some(asked), Some(first)) = (environment, files.first())
        && files.iter().all(|file| file.environments.is_empty())
    {
        let message = format!("there is no environment {} here, nor any other", quote(asked));
        errors.push(Refusal { file: first.file.clone(), line: 1, column: 1, message });
    }
    let mut entries = 0;
    for file in &files {
        entries += file.claims.len() + file.ranges.len() + file.gone.len();
        if entries > MAX_ENTRIES {
            let message =
                format!("has, with the files before it, more than {MAX_ENTRIES} entries: that is no registry of ports");
            errors.push(Refusal { file: file.file.clone(), line: 1, column: 1, message });
            break;
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let candidates = conflicts::candidates(&files, ports);
    let mut conflicts = conflicts::find(&files, &candidates, ports);
    conflicts.extend(refused.iter().map(|refused| Conflict {
        kind: Kind::Stub,
        subject: refused.to.clone(),
        text: Some(refused.why.clone()),
        servers: Vec::new(),
        evidence: vec![Evidence { what: refused.to.clone(), place: Some(refused.place), group: "redirect_to".into() }],
    }));
    let layout = layout::layout(&files, ports);
    let decisions = propose::propose(&candidates, &conflicts, &layout, ports);
    let proposed = layout::propose(&layout, ports, &propose::kept(&decisions));
    let mut notes: Vec<Note> = files.iter().flat_map(|file| file.notes.iter().cloned()).collect();
    notes.extend(layout.notes.iter().cloned());
    notes.extend(remarks::remarks(&files, &candidates, &proposed, ports));
    notes.sort_by_key(|note| (note.kind, note.place));
    notes.dedup();
    Ok(Survey { files, candidates, conflicts, layout, decisions, proposed, notes })
}

impl Survey {
    /// The servers that have to be decided on, in the order of the files.
    pub fn contested(&self) -> impl Iterator<Item = &Candidate> {
        let names: BTreeSet<&String> = self.conflicts.iter().flat_map(|conflict| &conflict.servers).collect();
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
                self.answered(answers, &mut decisions, &mut errors);
                for range in &answers.ranges {
                    let known = layout.all(ports).find(|known| known.name == range.name).cloned();
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
        match build::build(ports, &self.candidates, &layout, &decisions, date) {
            Ok(built) if errors.is_empty() => Ok(built),
            Ok(_) => Err(errors),
            Err(wrong) => {
                errors.extend(wrong.into_iter().map(|(name, why)| (line(&name), format!("{} {why}", quote(&name)))));
                errors.sort();
                Err(errors)
            }
        }
    }

    /// Puts answers over proposals.
    fn answered(
        &self,
        answers: &Answers,
        decisions: &mut BTreeMap<String, Decision>,
        errors: &mut Vec<(usize, String)>,
    ) {
        for (name, (answer, line)) in &answers.servers {
            let Some(decision) = decisions.get_mut(name) else {
                let near = nearest(name, self.candidates.iter().map(|candidate| candidate.key.as_str()));
                let help = near.map(|near| format!("\n  help: did you mean {}?", quote(near))).unwrap_or_default();
                errors.push((*line, format!("{} is no server of the files{help}", quote(name))));
                continue;
            };
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
        for conflict in self.conflicts.iter().filter(|conflict| !is_about_servers(conflict)) {
            let subject = &conflict.subject;
            let decided = match conflict.kind {
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

/// A contradiction in one line.
#[must_use]
pub fn heading(conflict: &Conflict) -> String {
    let subject = quote(&conflict.subject);
    let text = conflict.text.as_deref().unwrap_or_default();
    match conflict.kind {
        Kind::SeveralPorts => format!("{subject} has several ports"),
        Kind::SeveralNames => format!("port {} has several names", conflict.subject),
        Kind::Spellings => format!("{subject} has several spellings"),
        Kind::Removed => format!("{subject} is removed and active"),
        Kind::Reserved => format!("port {} is reserved ({text})", conflict.subject),
        Kind::NoPort => format!("{subject} has a port that is none"),
        Kind::NoId => format!("{subject} cannot be an id"),
        Kind::Environment => text.to_owned(),
        Kind::Stub => format!("the redirect to {subject} {text}"),
    }
}
