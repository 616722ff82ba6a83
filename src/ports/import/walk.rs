//! One walk over a file, from its text to what it says.
//!
//! Knows that every value is an entry of a shape, something of another use that is known ([`super::special`]), or left
//! aside with a note where it may have been a port. What is secret is named and never kept.

use sha2::{Digest as _, Sha256};

use crate::ports::fields::{repeats, short};
use crate::ports::json::{self, Kind, Member};
use crate::text::{count, quote};

use super::claims::{FileClaims, NoteKind, Place};
use super::shape::{self, Fit, Segment};
use super::source::Source;
use super::words::{is_quantity, names_a_port};
use super::{Refusal, range};
use crate::secret;

/// How deep values may be nested.
const MAX_DEPTH: usize = 64;

/// A walk that is under way.
pub(super) struct Walk<'a> {
    pub source: Source<'a>,
    pub file: usize,
    pub path: Vec<Segment>,
    pub out: FileClaims,
}

/// What is known of a value from above.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// It is part of an entry, where no other entry can be.
    pub inside: bool,
    /// A key above says that it is secret.
    pub secret: secret::Key,
}

/// Reads all that the bytes of a file say.
///
/// # Errors
///
/// When it is not JSON.
pub fn read(file: usize, name: &str, bytes: &[u8]) -> Result<FileClaims, Refusal> {
    let refusal = |(line, column), message: String| Refusal { file: name.to_owned(), line, column, message };
    let (source, forgiven) = Source::new(bytes).map_err(|(at, source)| {
        refusal(source.place(at), "is not UTF-8 text from here on\n  help: save it as UTF-8".into())
    })?;
    if source.text.trim().is_empty() {
        return Err(refusal((1, 1), "is empty".into()));
    }
    let root = json::root(source.text).map_err(|error| {
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or(&whole).to_owned();
        let help = if source.text.lines().any(|line| line.starts_with("<<<<<<<")) {
            "\n  help: it has the markers of a merge conflict"
        } else {
            ""
        };
        refusal((error.line().max(1), error.column().max(1)), format!("is not JSON: {message}{help}"))
    })?;
    if !matches!(json::kind(root), Kind::Object) {
        let is = json::kind(root);
        return Err(refusal(source.place(source.at(root)), format!("is {is}: a registry of ports is an object")));
    }
    let mut walk =
        Walk { source, file, path: Vec::new(), out: FileClaims { file: name.to_owned(), ..FileClaims::default() } };
    let top = Place { file, line: 1, column: 1 };
    if forgiven.byte_order_mark {
        walk.out.note(NoteKind::Remark, top, "begins with a byte order mark, which was skipped");
    }
    if forgiven.carriage_returns {
        walk.out.note(NoteKind::Remark, top, "has line endings other than LF, which were taken as blanks");
    }
    walk.value(root, Context { inside: false, secret: secret::Key::Plain });
    if let Some((to, place)) = walk.out.redirect.clone().filter(|_| !walk.out.is_stub()) {
        let text = format!("a redirect to {} was not followed: the file has entries of its own", quote(&to));
        walk.out.note(NoteKind::NotTaken, place, text);
    }
    Ok(walk.out)
}

impl<'a> Walk<'a> {
    pub fn place(&self, part: &str) -> Place {
        let (line, column) = self.source.place(self.source.at(part));
        Place { file: self.file, line, column }
    }

    pub fn note(&mut self, kind: NoteKind, part: &str, text: impl Into<String>) {
        let place = self.place(part);
        self.out.note(kind, place, text);
    }

    /// The way to the value that is being looked at: `active_servers.tide`.
    pub fn here(&self) -> String {
        way(&self.path)
    }

    /// The last key of the way.
    pub fn key(&self) -> &str {
        match self.path.last() {
            Some(Segment::Key(key)) => key,
            _ => "",
        }
    }

    /// The environment that the way leads through.
    pub fn environment(&self) -> Option<String> {
        match self.path.as_slice() {
            [Segment::Key(first), Segment::Key(name), ..] if first.eq_ignore_ascii_case("environments") => {
                Some(environment_name(name))
            }
            _ => None,
        }
    }

    pub fn value(&mut self, raw: &'a str, context: Context) {
        if self.path.len() > MAX_DEPTH {
            let text = format!("is nested more than {MAX_DEPTH} levels deep: nothing below was looked at");
            self.note(NoteKind::NotTaken, raw, text);
            return;
        }
        let mut near = false;
        if !context.inside && !self.path.is_empty() {
            match shape::fit(&self.path, raw) {
                Fit::Entry(shape) => return self.entry(shape, raw, context),
                Fit::Near => near = true,
                Fit::No => {}
            }
            if self.special(raw) {
                return;
            }
        }
        if near && !matches!(json::kind(raw), Kind::Object | Kind::Array) {
            return self.no_entry(raw, context);
        }
        let inside = near && !self.holds_entries(raw);
        if inside {
            let text = format!("{} has no `port`", quote(&self.here()));
            self.note(NoteKind::NotTaken, raw, text);
        }
        let context = Context { inside: context.inside || inside, ..context };
        match json::kind(raw) {
            Kind::Object => self.object(json::members(raw).unwrap_or_default(), context),
            Kind::Array => self.list(raw, context),
            Kind::String => self.string(raw, context),
            Kind::Number => self.number(raw, context),
            Kind::Boolean | Kind::Null => {}
        }
    }

    /// Whether what stands where an entry could is rather a group of entries.
    fn holds_entries(&mut self, raw: &'a str) -> bool {
        let members = json::members(raw).unwrap_or_default();
        members.into_iter().any(|member| {
            self.path.push(Segment::Key(member.key.into_owned()));
            let fit = shape::fit(&self.path, member.value);
            self.path.pop();
            matches!(fit, Fit::Entry(_))
        }) || json::items(raw).unwrap_or_default().into_iter().enumerate().any(|(index, item)| {
            self.path.push(Segment::Item(index));
            let fit = shape::fit(&self.path, item);
            self.path.pop();
            matches!(fit, Fit::Entry(_))
        })
    }

    /// The members of an object, each on its own; of equal keys, both.
    pub fn object(&mut self, members: Vec<Member<'a>>, context: Context) {
        for (index, first) in repeats(&members) {
            let line = self.place(members[first].raw_key).line;
            let name = quote(&masked(&members[index].key));
            let text = format!("key {name} is there twice, first on line {line}: both were read");
            self.note(NoteKind::Remark, members[index].raw_key, text);
        }
        let mut numbers = Vec::new();
        for member in members {
            if secret::in_text(&member.key) {
                let text = format!(
                    "a key of {} is itself shaped like a secret: it and its value were left out",
                    self.called()
                );
                self.note(NoteKind::Secret, member.raw_key, text);
                continue;
            }
            let may_be = json::kind(member.value) == Kind::Number && !is_quantity(&member.key);
            let secret = context.secret.max(secret::key(&member.key));
            self.path.push(Segment::Key(member.key.into_owned()));
            let (notes, claims) = (self.out.notes.len(), self.out.claims.len() + self.out.health.len());
            self.value(member.value, Context { secret, ..context });
            let untouched = notes == self.out.notes.len() && claims == self.out.claims.len() + self.out.health.len();
            if may_be && untouched {
                numbers.push(member.value);
            }
            self.path.pop();
        }
        self.loose(&numbers, "number");
    }

    fn list(&mut self, raw: &'a str, context: Context) {
        let items = json::items(raw).unwrap_or_default();
        let numbers: Vec<&str> = items.iter().copied().filter(|item| json::kind(item) == Kind::Number).collect();
        if context.secret == secret::Key::Anything && !numbers.is_empty() {
            let text = format!("{} is secret by its key", quote(&self.here()));
            self.note(NoteKind::Secret, raw, text);
        } else if !is_quantity(self.key()) {
            self.loose(&numbers, "number of a list");
        }
        for (index, item) in items.into_iter().enumerate() {
            if json::kind(item) != Kind::Number {
                self.path.push(Segment::Item(index));
                self.value(item, context);
                self.path.pop();
            }
        }
    }

    /// One note for all numbers of one place that may be ports but have no name.
    pub fn loose(&mut self, numbers: &[&'a str], noun: &str) {
        let mut first = None;
        let mut ports: Vec<u16> = Vec::new();
        for &number in numbers {
            if let Some(port) = number.parse::<u16>().ok().filter(|&port| port >= 1024) {
                first = first.or(Some(number));
                ports.push(port);
            }
        }
        self.out.numbers.extend(&ports);
        let (Some(first), Some(low), Some(high)) = (first, ports.iter().min(), ports.iter().max()) else { return };
        let span = if low == high { low.to_string() } else { format!("{low}–{high}") };
        let how_many = match (ports.len(), noun) {
            (1, _) => format!("1 {noun}"),
            (n, "number") => count(n, "number"),
            (n, _) => format!("{} of a list", count(n, "number")),
        };
        let text = format!("{}: {how_many} that may be ports ({span})", self.called());
        self.note(NoteKind::NotTaken, first, text);
    }

    fn string(&mut self, raw: &'a str, context: Context) {
        if self.secret(raw, context.secret) {
            return;
        }
        let text = json::string(raw).unwrap_or_default();
        if range::parse_text(&text).is_some_and(|(start, end)| start >= 1024 && end > start) {
            let text = format!("{}: a range outside of `port_ranges` ({text})", quote(&self.here()));
            self.note(NoteKind::NotTaken, raw, text);
        } else if names_a_port(self.key()) && shape::digits(raw).is_some() {
            self.out.numbers.extend(shape::digits(raw).and_then(|digits| digits.parse::<u16>().ok()));
            let text = format!("{} is {}", quote(&self.here()), short(raw));
            self.note(NoteKind::NotTaken, raw, text);
        }
    }

    fn number(&mut self, raw: &'a str, context: Context) {
        if context.secret == secret::Key::Anything {
            let text = format!("{} is secret by its key", quote(&self.here()));
            self.note(NoteKind::Secret, raw, text);
        } else if names_a_port(self.key()) && !is_quantity(self.key()) && raw.parse::<u16>().is_ok_and(|n| n >= 1024) {
            self.out.numbers.extend(raw.parse::<u16>().ok());
            let text = format!("{} is {raw}", quote(&self.here()));
            self.note(NoteKind::NotTaken, raw, text);
        }
    }

    /// Names a text that must not be copied; whether it is one.
    pub fn secret(&mut self, raw: &'a str, by_key: secret::Key) -> bool {
        let text = json::string(raw).unwrap_or_default();
        let why = if by_key != secret::Key::Plain && !text.trim().is_empty() && !secret::is_reference(&text) {
            "is secret by its key"
        } else if secret::in_text(&text) {
            "has something in it that is shaped like a secret"
        } else {
            return false;
        };
        let text = format!("{} {why}", quote(&self.here()));
        self.note(NoteKind::Secret, raw, text);
        true
    }

    /// A value where an entry should be and none is: a comment, a word over a name, a setting.
    fn no_entry(&mut self, raw: &'a str, context: Context) {
        let here = quote(&self.here());
        let text = match json::kind(raw) {
            Kind::String if self.secret(raw, context.secret) => return,
            Kind::String => format!("{here} is a text, not a port"),
            Kind::Number => {
                self.out.numbers.extend(raw.parse::<u16>().ok());
                format!("{here} is {}, which sets something up: no server", short(raw))
            }
            kind => format!("{here} is {kind}, not a port"),
        };
        self.note(NoteKind::NotTaken, raw, text);
    }

    /// What the value around is called in a sentence.
    fn called(&self) -> String {
        if self.path.is_empty() { "the file".into() } else { quote(&self.here()) }
    }
}

/// The name of an environment by its key. Every claim of it has it, so an endless one is cut, and still its own.
pub(super) fn environment_name(key: &str) -> String {
    const LONGEST: usize = 100;
    match key.char_indices().nth(LONGEST) {
        None => key.to_owned(),
        Some((end, _)) => {
            let digest: String = Sha256::digest(key).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            format!("{}…{digest}", &key[..end])
        }
    }
}

/// Keys and indexes as one word.
pub(super) fn way(path: &[Segment]) -> String {
    // Every claim has its way: that of thousands of claims below one endless key would be more than the file.
    const LONGEST: usize = 100;
    let mut way = String::new();
    for segment in path {
        match segment {
            Segment::Key(key) => {
                if !way.is_empty() {
                    way.push('.');
                }
                way.extend(key.chars().take(LONGEST));
                way.extend(key.chars().nth(LONGEST).map(|_| '…'));
            }
            Segment::Item(index) => way.extend(["[", &index.to_string(), "]"]),
        }
    }
    way
}

/// A text that is shown, unless it looks like a secret.
pub(super) fn masked(text: &str) -> String {
    if secret::in_text(text) { "‹secret›".to_owned() } else { text.to_owned() }
}
