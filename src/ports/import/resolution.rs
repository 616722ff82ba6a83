//! The resolution file: what is to be done about each contradiction, for a person to read and change.
//!
//! Knows how it is written; how it is read is in `answers`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::text::{all_of, count, is_unseen, visible};
use sha2::{Digest as _, Sha256};

use super::build::{Action, Decision};
use super::conflicts::{Candidate, Conflict, Kind};
use super::{Survey, heading};

/// The largest resolution file that is read, in bytes.
pub const MAX_BYTES: u64 = 10_000_000;

/// What stands for an input: changes with every byte of it.
#[must_use]
pub fn digest<'b>(files: impl IntoIterator<Item = &'b [u8]>, environment: Option<&str>) -> String {
    let mut whole = Sha256::new();
    for bytes in files {
        whole.update(Sha256::digest(bytes));
    }
    whole.update(environment.unwrap_or_default());
    let hex: String = whole.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// The resolution file with a proposal for each contradiction; `command` is how to apply it.
#[must_use]
pub fn write(survey: &Survey, input: &str, command: &str) -> String {
    let mut out = String::from(
        "# What to do about the contradictions that `mcpgen ports import` found. Every answer is a proposal: read it, change\n# it, then run\n#\n",
    );
    let _ = write!(out, "#     {}\n#\n", visible(command));
    out.push_str(
        "# `do` is one of\n\
         #   \"keep\"     the server has the port that `port` names\n\
         #   \"move\"     it gets a free port of the range that `range` names, and has to be deployed anew\n\
         #   \"drop\"     it is left out, and its port is free\n\
         #   \"release\"  it is gone, and its `port` is kept from being reused\n\
         # `id` gives a server another name. `health_port` is its second port; without the line it has none.\n\
         # Above each answer stands who gives the server which port, and which others want that port.\n\n",
    );
    let _ = write!(out, "version = 1\ninput = {}\n", quoted(input));
    ranges(&mut out, survey);
    for conflict in survey.conflicts.iter().filter(|conflict| conflict.servers.is_empty()) {
        other(&mut out, survey, conflict);
    }
    let contested: Vec<_> = survey.contested().collect();
    if !contested.is_empty() {
        let _ = write!(out, "\n# {}\n", count(contested.len(), "server"));
    }
    let rivals = rivals(survey);
    for candidate in contested {
        out.push('\n');
        claims(&mut out, survey, candidate, &rivals);
        if let Some(decision) = survey.decisions.get(&candidate.key) {
            server(&mut out, &candidate.key, &candidate.spellings, decision);
        }
    }
    out
}

/// Who else claims a port that several names claim.
fn rivals(survey: &Survey) -> BTreeMap<&str, Vec<&str>> {
    let mut rivals: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for conflict in survey.conflicts.iter().filter(|conflict| conflict.kind == Kind::SeveralNames) {
        let names = rivals.entry(&conflict.subject).or_default();
        for evidence in &conflict.evidence {
            if !names.contains(&evidence.what.as_str()) {
                names.push(&evidence.what);
            }
        }
    }
    rivals
}

/// What is wrong with one server, and everything that is claimed of it: what it can keep.
fn claims(out: &mut String, survey: &Survey, candidate: &Candidate, rivals: &BTreeMap<&str, Vec<&str>>) {
    let own = |conflict: &&Conflict| conflict.servers.contains(&candidate.key);
    for conflict in survey.conflicts.iter().filter(own).filter(|conflict| conflict.kind != Kind::SeveralNames) {
        let _ = writeln!(out, "# {}", visible(&heading(conflict)));
    }
    let mut rows = Vec::new();
    if let Some(server) = &candidate.known {
        rows.push((server.port.to_string(), "the registry".to_owned(), server.status.to_string()));
    }
    for claim in &candidate.claims {
        let port = claim.port.as_ref().map_or_else(Clone::clone, u16::to_string);
        rows.push((port, survey.place(Some(claim.place)), claim.group.clone()));
    }
    for (place, list) in &candidate.gone {
        rows.push(("gone".to_owned(), survey.place(Some(*place)), list.clone()));
    }
    let mut told = Vec::new();
    for (what, place, group) in rows {
        let line = format!("#   {what:<5}  {place}  {group}");
        let _ = write!(out, "{}", visible(line.trim_end()));
        let is_rival = |name: &&&str| **name != candidate.key && **name != format!("{} (health)", candidate.key);
        let others: Vec<&str> = rivals.get(what.as_str()).into_iter().flatten().filter(is_rival).copied().collect();
        if !others.is_empty() && !told.contains(&what) {
            let _ = write!(out, "  also {}", visible(&all_of(&others)));
        }
        told.push(what);
        out.push('\n');
    }
}

fn ranges(out: &mut String, survey: &Survey) {
    if survey.proposed.is_empty() {
        return;
    }
    out.push_str("\n# Ranges for ports that are in none: a table that is removed leaves them without one.\n");
    for range in &survey.proposed {
        let _ = write!(out, "\n[range.{}]\nstart = {}\nend = {}\n", key(&range.name), range.start, range.end);
    }
}

fn other(out: &mut String, survey: &Survey, conflict: &Conflict) {
    let _ = writeln!(out, "\n# {}", visible(&heading(conflict)));
    for evidence in &conflict.evidence {
        let _ = writeln!(out, "#   {}", visible(&survey.place(evidence.place)));
    }
    let subject = key(&conflict.subject);
    if conflict.kind == Kind::Environment {
        out.push_str("# \"keep\" takes the ports as they are; \"drop\" leaves out the health ports that meet the other environment.\n");
        let _ = write!(out, "[environment.{subject}]\ndo = \"keep\"\n");
    } else {
        out.push_str("# The only answer is that it is left out; or name the file itself on the command line.\n");
        let _ = write!(out, "[redirect.{subject}]\ndo = \"drop\"\n");
    }
}

fn server(out: &mut String, name: &str, spellings: &[String], decision: &Decision) {
    let why = if decision.why.is_empty() { String::new() } else { format!("  # {}", visible(&decision.why)) };
    let _ = write!(out, "[server.{}]\ndo = \"{}\"{why}\n", key(name), decision.action.as_str());
    if let Some(port) = decision.port {
        let _ = writeln!(out, "port = {port}");
    }
    if let Some(health) = decision.health {
        let _ = writeln!(out, "health_port = {health}");
    }
    if let Some(range) = &decision.range {
        let _ = writeln!(out, "range = {}", quoted(range));
    }
    if decision.action != Action::Drop && (decision.id != name || spellings.len() > 1) {
        let _ = writeln!(out, "id = {}", quoted(&decision.id));
    }
}

/// A key of TOML.
fn key(text: &str) -> String {
    let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if bare { text.to_owned() } else { quoted(text) }
}

/// A string of TOML on one line.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_unseen(c) => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
