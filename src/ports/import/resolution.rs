//! The resolution file: what is to be done about each contradiction, for a person to read and change.
//!
//! Knows its text in both directions. Whether the answers fit each other is asked where the registry is built.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::ports::registry::Range;
use crate::text::{all_of, any_of, count, is_unseen, nearest, quote, visible};

use super::build::{Action, Decision};
use super::conflicts::{Candidate, Conflict, Kind};
use super::layout::range;
use super::{Survey, heading};

/// The largest resolution file that is read, in bytes.
pub const MAX_BYTES: u64 = 10_000_000;

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    /// Of which input.
    pub input: String,
    /// About servers, by their folded names, each with its line.
    pub servers: BTreeMap<String, (Answer, usize)>,
    /// Ranges to add.
    pub ranges: Vec<Range>,
    /// About environments that meet another: whether what meets is kept.
    pub environments: BTreeMap<String, bool>,
    /// About redirects that were refused: that they are left out.
    pub redirects: Vec<String>,
}

/// What a person decided about one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What becomes of it.
    pub action: Action,
    /// The port it keeps or leaves.
    pub port: Option<u16>,
    /// Its port for health checks.
    pub health: Option<u16>,
    /// The range it moves to.
    pub range: Option<String>,
    /// Its id, where it is another than the proposed.
    pub id: Option<String>,
}

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

/// Reads a resolution file.
///
/// # Errors
///
/// Everything that it says wrongly, with the line.
pub fn parse(text: &str) -> Result<Answers, Vec<(usize, String)>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let line = |at: usize| text[..text.floor_char_boundary(at)].matches('\n').count() + 1;
    let mut reading = Reading { line: &line, answers: Answers::default(), errors: Vec::new() };
    for error in &errors {
        reading
            .errors
            .push((error.span().map_or(1, |span| line(span.start)), format!("is not TOML: {}", error.message())));
    }
    if reading.errors.is_empty() {
        reading.document(document.get_ref());
    }
    reading.errors.sort();
    if reading.errors.is_empty() { Ok(reading.answers) } else { Err(reading.errors) }
}

type Item<'a> = Spanned<DeValue<'a>>;

struct Reading<'l> {
    line: &'l dyn Fn(usize) -> usize,
    answers: Answers,
    errors: Vec<(usize, String)>,
}

impl Reading<'_> {
    fn wrong(&mut self, at: usize, message: impl Into<String>) {
        self.errors.push(((self.line)(at), message.into()));
    }

    fn document(&mut self, table: &DeTable) {
        for (key, value) in table {
            let at = key.span().start;
            match key.get_ref().as_ref() {
                "version" => {
                    if number(value) != Some(1) {
                        self.wrong(at, "is a resolution of another version: this `mcpgen` knows version 1");
                    }
                }
                "input" => value.get_ref().as_str().unwrap_or_default().clone_into(&mut self.answers.input),
                "server" => self.each(value, Self::server),
                "range" => self.each(value, Self::range),
                "environment" => self.each(value, Self::environment),
                "redirect" => self.each(value, Self::redirect),
                other => self.unknown(at, other, &["version", "input", "server", "range", "environment", "redirect"]),
            }
        }
        if !table.contains_key("input") {
            self.wrong(0, "has no `input`: it was not made by `mcpgen ports import --plan`");
        }
    }

    fn unknown(&mut self, at: usize, key: &str, known: &[&str]) {
        let help = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is {}", any_of(known)),
        };
        self.wrong(at, format!("knows no key {}\n  help: {help}", quote(key)));
    }

    fn each(&mut self, value: &Item, one: fn(&mut Self, &str, usize, &DeTable)) {
        let Some(tables) = value.get_ref().as_table() else {
            return self.wrong(value.span().start, "is no table of tables");
        };
        for (name, value) in tables {
            match value.get_ref().as_table() {
                Some(table) => one(self, name.get_ref(), name.span().start, table),
                None => self.wrong(name.span().start, format!("{} is no table", quote(name.get_ref()))),
            }
        }
    }

    fn server(&mut self, name: &str, at: usize, table: &DeTable) {
        let mut answer = Answer { action: Action::Drop, port: None, health: None, range: None, id: None };
        let mut action = None;
        for (key, value) in table {
            let at = value.span().start;
            match key.get_ref().as_ref() {
                "do" => {
                    let word = value.get_ref().as_str().unwrap_or_default();
                    action = Some(Action::ALL.into_iter().find(|action| action.as_str() == word));
                }
                "port" => answer.port = self.port(value),
                "health_port" => answer.health = self.port(value),
                "range" => answer.range = self.text(value),
                "id" => answer.id = self.text(value),
                other => self.unknown(at, other, &["do", "port", "health_port", "range", "id"]),
            }
        }
        if let Some(action) = action.flatten() {
            answer.action = action;
        } else {
            let words = any_of(&Action::ALL.map(Action::as_str));
            self.wrong(at, format!("{} is not decided: `do` is {words}", quote(name)));
        }
        let line = (self.line)(at);
        self.answers.servers.insert(name.to_owned(), (answer, line));
    }

    fn range(&mut self, name: &str, at: usize, table: &DeTable) {
        let mut bounds = [None, None];
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "start" => bounds[0] = self.port(value),
                "end" => bounds[1] = self.port(value),
                other => self.unknown(value.span().start, other, &["start", "end"]),
            }
        }
        match bounds {
            [Some(start), Some(end)] if start <= end && !name.trim().is_empty() && visible(name) == name => {
                self.answers.ranges.push(range(name, start, end, None));
            }
            _ => self.wrong(at, format!("range {} has no `start` with an `end` that is not below it", quote(name))),
        }
    }

    fn environment(&mut self, name: &str, at: usize, table: &DeTable) {
        match table.get("do").and_then(|value| value.get_ref().as_str()) {
            Some("keep") => drop(self.answers.environments.insert(name.to_owned(), true)),
            Some("drop") => drop(self.answers.environments.insert(name.to_owned(), false)),
            _ => self.wrong(at, format!("{} is not decided: `do` is `keep` or `drop`", quote(name))),
        }
    }

    fn redirect(&mut self, name: &str, at: usize, table: &DeTable) {
        match table.get("do").and_then(|value| value.get_ref().as_str()) {
            Some("drop") => self.answers.redirects.push(name.to_owned()),
            _ => self.wrong(at, format!("{} is not decided: `do` is `drop`", quote(name))),
        }
    }

    fn port(&mut self, value: &Item) -> Option<u16> {
        let port = number(value).and_then(|number| u16::try_from(number).ok()).filter(|&port| port > 0);
        if port.is_none() {
            self.wrong(value.span().start, "a port is a whole number from 1 to 65535");
        }
        port
    }

    fn text(&mut self, value: &Item) -> Option<String> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(value.span().start, "is no text");
        }
        text.map(str::to_owned)
    }
}

fn number(value: &Item) -> Option<u64> {
    let integer = value.get_ref().as_integer()?;
    u64::from_str_radix(integer.as_str(), integer.radix()).ok()
}
