//! What a person answered in a resolution file.
//!
//! Knows its keys and lines. Whether the answers fit each other is asked where the registry is built.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::ports::registry::Range;
use crate::text::{any_of, nearest, quote, visible};

use super::build::Action;
use super::layout::range;

/// The most tables that are read: more than an import of the largest files asks for.
const MAX_TABLES: usize = 20_000;

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

/// Reads a resolution file.
///
/// # Errors
///
/// Everything that it says wrongly, with the line.
pub fn parse(text: &str) -> Result<Answers, Vec<(usize, String)>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |at: usize| ends.partition_point(|&end| end < at) + 1;
    let mut reading = Reading { line: &line, answers: Answers::default(), errors: Vec::new() };
    for error in &errors {
        reading
            .errors
            .push((error.span().map_or(1, |span| line(span.start)), format!("is not TOML: {}", error.message())));
    }
    if reading.errors.is_empty() {
        reading.document(document.get_ref());
    }
    let tables = reading.answers.servers.len() + reading.answers.ranges.len();
    if tables > MAX_TABLES {
        reading.errors.push((0, format!("has more than {MAX_TABLES} tables: that is no resolution")));
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
        let (mut action, mut health_at) = (None, None);
        for (key, value) in table {
            let at = value.span().start;
            match key.get_ref().as_ref() {
                "do" => {
                    let word = value.get_ref().as_str().unwrap_or_default();
                    action = Some(Action::ALL.into_iter().find(|action| action.as_str() == word));
                }
                "port" => answer.port = self.port(value),
                "health_port" => {
                    health_at = Some(at);
                    answer.health = self.port(value);
                }
                "range" => answer.range = self.text(value),
                "id" => answer.id = self.text(value),
                other => self.unknown(at, other, &["do", "port", "health_port", "range", "id"]),
            }
        }
        if let Some(action) = action.flatten() {
            answer.action = action;
            if let (Action::Drop | Action::Release, Some(at)) = (action, health_at) {
                let word = action.as_str();
                self.wrong(
                    at,
                    format!(
                        "`health_port` of {} means nothing with `do = \"{word}\"`\n  help: remove the line",
                        quote(name)
                    ),
                );
            }
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
