//! The resolution file: what is to be done about each contradiction, for a person to read and change.
//!
//! Knows how it is written; how it is read is in `answers`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use crate::text::{all_of, count, is_unseen, quote, visible};
use sha2::{Digest as _, Sha256};

use super::build::{Action, Decision};
use super::contradictions::{Candidate, Contradiction, Kind};
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
    others(&mut out, survey);
    let contested: Vec<_> = survey.contested().collect();
    if !contested.is_empty() {
        let _ = write!(out, "\n# {}\n", count(contested.len(), "server"));
    }
    let rivals = rivals(survey);
    let mut of_server: HashMap<&str, Vec<&Contradiction>> = HashMap::new();
    for contradiction in survey.contradictions.iter().filter(|contradiction| contradiction.kind != Kind::SeveralNames) {
        for server in &contradiction.servers {
            of_server.entry(server).or_default().push(contradiction);
        }
    }
    for candidate in contested {
        out.push('\n');
        for contradiction in of_server.get(candidate.key.as_str()).into_iter().flatten() {
            let _ = writeln!(out, "# {}", visible(&heading(contradiction)));
        }
        claims(&mut out, survey, candidate, &rivals);
        if let Some(decision) = survey.decisions.get(&candidate.key) {
            server(&mut out, &candidate.key, &candidate.spellings, decision);
        }
    }
    out
}

/// Who claims a port that several names claim.
#[derive(Default)]
struct Rivals<'s> {
    names: Vec<&'s str>,
    known: HashSet<&'s str>,
}

impl Rivals<'_> {
    /// All but one of them: a few by name, for thousands may claim one port and each of them has this line.
    fn without(&self, key: &str) -> Option<String> {
        const SHOWN: usize = 4;
        let own = [key.to_owned(), format!("{key} (health)")];
        let is_rival = |name: &&&str| own.iter().all(|own| *own != **name);
        let shown: Vec<&str> = self.names.iter().filter(is_rival).take(SHOWN).copied().collect();
        let more = self.names.len() - own.iter().filter(|own| self.known.contains(own.as_str())).count() - shown.len();
        match (shown.as_slice(), more) {
            ([], _) => None,
            (shown, 0) => Some(all_of(shown)),
            (shown, more) => {
                Some(format!("{} and {more} more", shown.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ")))
            }
        }
    }
}

fn rivals(survey: &Survey) -> BTreeMap<&str, Rivals<'_>> {
    let mut rivals: BTreeMap<&str, Rivals> = BTreeMap::new();
    for contradiction in survey.contradictions.iter().filter(|contradiction| contradiction.kind == Kind::SeveralNames) {
        let rivals = rivals.entry(&contradiction.subject).or_default();
        for evidence in &contradiction.evidence {
            if rivals.known.insert(&evidence.what) {
                rivals.names.push(&evidence.what);
            }
        }
    }
    rivals
}

/// Everything that is claimed of one server: what it can keep.
fn claims(out: &mut String, survey: &Survey, candidate: &Candidate, rivals: &BTreeMap<&str, Rivals>) {
    let mut rows = Vec::new();
    if let Some(server) = &candidate.known {
        rows.push((server.port.to_string(), "the registry".to_owned(), server.status.to_string()));
    }
    for claim in &candidate.claims {
        let port = claim.port.as_ref().map_or_else(Clone::clone, u16::to_string);
        rows.push((port, survey.place(Some(claim.place)), short(&claim.group)));
    }
    for (place, list) in &candidate.gone {
        rows.push(("gone".to_owned(), survey.place(Some(*place)), short(list)));
    }
    let mut told = HashSet::new();
    for (what, place, group) in rows {
        let line = format!("#   {what:<5}  {place}  {group}");
        let _ = write!(out, "{}", visible(line.trim_end()));
        let others = rivals.get(what.as_str()).and_then(|rivals| rivals.without(&candidate.key));
        if let Some(others) = others.filter(|_| told.insert(what)) {
            let _ = write!(out, "  also {}", visible(&others));
        }
        out.push('\n');
    }
}

/// A way of keys on a line that has other things to say as well.
fn short(way: &str) -> String {
    const LONGEST: usize = 100;
    let end = way.char_indices().nth(LONGEST).map(|(end, _)| end);
    end.map_or_else(|| way.to_owned(), |end| format!("{}…", &way[..end]))
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

/// What no server is to blame for: one table for each subject, whatever says something about it.
fn others(out: &mut String, survey: &Survey) {
    let mut subjects: Vec<(bool, &str, Vec<&Contradiction>)> = Vec::new();
    let mut known: HashMap<(bool, &str), usize> = HashMap::new();
    for contradiction in survey.contradictions.iter().filter(|contradiction| !contradiction.is_about_servers()) {
        let (is_environment, subject) = (contradiction.kind == Kind::Environment, contradiction.subject.as_str());
        let at = *known.entry((is_environment, subject)).or_insert(subjects.len());
        if at == subjects.len() {
            subjects.push((is_environment, subject, Vec::new()));
        }
        subjects[at].2.push(contradiction);
    }
    for (is_environment, subject, contradictions) in subjects {
        out.push('\n');
        for contradiction in contradictions {
            let _ = writeln!(out, "# {}", visible(&heading(contradiction)));
            for evidence in &contradiction.evidence {
                let _ = writeln!(out, "#   {}", visible(&survey.place(evidence.place)));
            }
        }
        let subject = key(subject);
        if is_environment {
            out.push_str("# \"keep\" takes the ports as they are; \"drop\" leaves out the health ports that meet the other environment.\n");
            let _ = write!(out, "[environment.{subject}]\ndo = \"keep\"\n");
        } else {
            out.push_str("# The only answer is that it is left out; or name the file itself on the command line.\n");
            let _ = write!(out, "[redirect.{subject}]\ndo = \"drop\"\n");
        }
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
