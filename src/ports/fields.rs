//! Members of objects, read with their places and with all that is wrong about them.
//!
//! Knows what a port and a text look like in a registry, and that a key may be there once. Knows no entry by name.

use std::collections::HashMap;

use crate::text::visible;

use super::json::{self, Kind, Member};
use super::problem::{Code, Found};
use super::registry::Extra;

/// How deep unknown values may be nested.
const MAX_DEPTH: usize = 64;

/// The help of every problem that another program's registry has.
pub(super) const IMPORT: &str =
    "if it is another program's, `mcpgen ports import FILE` reads it into a registry of its own";

/// The help of what no merge and no other program leaves behind: somebody's editor did it.
pub(super) const RESTORE: &str = "`git diff` shows what changed it: restore it from version control, or mend that line";

/// The help of what a merge can leave behind.
pub(super) const RESOLVE: &str =
    "`mcpgen ports resolve` keeps what is on the base branch, and moves the newcomer with its server's files";

/// A text that is being read, and what was found wrong so far.
pub(super) struct Reader<'a> {
    pub text: &'a str,
    pub found: Vec<Found>,
    /// Where each line begins; filled when first asked for.
    lines: Vec<usize>,
}

/// An object that is being read: what it is called, and the members nobody has asked for yet.
pub(super) struct Fields<'a> {
    pub what: String,
    pub at: usize,
    pub members: Vec<Member<'a>>,
}

impl<'a> Fields<'a> {
    /// The value of a key, once.
    pub fn take(&mut self, key: &str) -> Option<&'a str> {
        let index = self.members.iter().position(|member| member.key == key)?;
        Some(self.members.remove(index).value)
    }
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, found: Vec::new(), lines: Vec::new() }
    }

    pub fn problem(&mut self, at: usize, message: impl Into<String>, help: Option<&str>) {
        self.coded(Code::Malformed, at, message, help);
    }

    pub fn coded(&mut self, code: Code, at: usize, message: impl Into<String>, help: Option<&str>) {
        self.found.push(Found { code, at, message: message.into(), help: help.map(Into::into) });
    }

    /// Where a slice of the text stands in it.
    pub fn at(&self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
    }

    /// The line that a byte is on, from 1.
    pub fn line(&mut self, at: usize) -> usize {
        if self.lines.is_empty() {
            self.lines = std::iter::once(0).chain(self.text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        }
        self.lines.partition_point(|&start| start <= at)
    }

    /// Opens an object; of equal keys, which are a problem, the first is kept.
    pub fn object(&mut self, raw: &'a str, what: String) -> Option<Fields<'a>> {
        let at = self.at(raw);
        let Some(members) = json::members(raw) else {
            self.problem(at, format!("{what} is {}, not an object", json::kind(raw)), Some(IMPORT));
            return None;
        };
        Some(Fields { members: self.unique(members), what, at })
    }

    /// A member that must be a port, and where it stands.
    pub fn required_port(&mut self, fields: &mut Fields<'a>, key: &str) -> Option<(u16, usize)> {
        if !fields.members.iter().any(|member| member.key == key) {
            self.problem(fields.at, format!("{} has no `{key}`", fields.what), Some(RESTORE));
        }
        self.optional_port(fields, key)
    }

    /// A member that is a port where it is there, and where it stands.
    pub fn optional_port(&mut self, fields: &mut Fields<'a>, key: &str) -> Option<(u16, usize)> {
        let raw = fields.take(key)?;
        if let Some(port) = raw.parse().ok().filter(|&port| port > 0) {
            return Some((port, self.at(raw)));
        }
        let is = match json::kind(raw) {
            Kind::Number | Kind::Boolean | Kind::Null => short(raw),
            Kind::String => format!("the string {}", short(raw)),
            kind => kind.to_string(),
        };
        let help = Some("a port is a whole number from 1 to 65535, without quotes");
        self.problem(self.at(raw), format!("`{key}` of {} is {is}", fields.what), help);
        None
    }

    /// A member that is a string where it is there.
    pub fn string(&mut self, fields: &mut Fields<'a>, key: &str) -> Option<String> {
        let raw = fields.take(key)?;
        let is = match json::string(raw) {
            Some(text) => return Some(text.into_owned()),
            None if json::kind(raw) == Kind::String => "is no valid Unicode".to_owned(),
            None => format!("is {}, not a string", json::kind(raw)),
        };
        self.problem(
            self.at(raw),
            format!("`{key}` of {} {is}", fields.what),
            Some("write it as text in double quotes, or remove it"),
        );
        None
    }

    /// A key that is a name.
    pub fn name(&mut self, member: &Member<'a>) {
        let at = self.at(member.raw_key);
        if member.key.trim().is_empty() {
            self.problem(at, "a name is empty", Some(RESTORE));
        } else if visible(&member.key) != member.key {
            let help = "write the name anew without it: copying what is shown here does not help";
            self.problem(at, format!("name `{}` has a character that cannot be shown", member.key), Some(help));
        }
    }

    /// What nobody asked for: kept as it stands, once it is known to be sound.
    pub fn extra(&mut self, fields: Fields<'a>) -> Extra {
        let mut extra = Vec::with_capacity(fields.members.len());
        for member in fields.members {
            self.sound(member.value, 1);
            extra.push((member.key.into_owned(), member.value.to_owned()));
        }
        extra
    }

    fn sound(&mut self, raw: &'a str, depth: usize) {
        let values: Vec<&str> = match json::kind(raw) {
            Kind::Object | Kind::Array if depth > MAX_DEPTH => {
                self.problem(self.at(raw), format!("is nested more than {MAX_DEPTH} levels deep"), Some(RESTORE));
                return;
            }
            Kind::Object => {
                let members = json::members(raw).unwrap_or_default();
                self.unique(members).into_iter().map(|member| member.value).collect()
            }
            Kind::Array => json::items(raw).unwrap_or_default(),
            _ => return,
        };
        for value in values {
            self.sound(value, depth + 1);
        }
    }

    /// Tells of members whose key was there before, each with the first that has it.
    pub fn repeated(&mut self, members: &[Member<'a>], code: Code, help: &str) -> Vec<(usize, usize)> {
        let repeats = repeats(members);
        for &(index, first) in &repeats {
            let line = self.line(self.at(members[first].raw_key));
            let message = format!("key `{}` is there twice, first on line {line}", members[index].key);
            self.coded(code, self.at(members[index].raw_key), message, Some(help));
        }
        repeats
    }

    fn unique(&mut self, members: Vec<Member<'a>>) -> Vec<Member<'a>> {
        let repeats = self.repeated(&members, Code::Malformed, "keep one of the two");
        if repeats.is_empty() {
            return members;
        }
        let mut repeats = repeats.into_iter().peekable();
        let once = |(index, _): &(usize, _)| repeats.next_if(|(repeat, _)| repeat == index).is_none();
        members.into_iter().enumerate().filter(once).map(|(_, member)| member).collect()
    }
}

/// The members whose key was there before, in order, each with the first that has it.
pub(super) fn repeats(members: &[Member]) -> Vec<(usize, usize)> {
    // Most objects are one entry: a few comparisons are cheaper than a table.
    if members.len() <= 12 {
        let first = |index: usize| members[..index].iter().position(|other| other.key == members[index].key);
        return (0..members.len()).filter_map(|index| Some((index, first(index)?))).collect();
    }
    let mut seen = HashMap::with_capacity(members.len());
    let mut repeats = Vec::new();
    for (index, member) in members.iter().enumerate() {
        match seen.get(member.key.as_ref()) {
            Some(&first) => repeats.push((index, first)),
            None => drop(seen.insert(member.key.as_ref(), index)),
        }
    }
    repeats
}

/// A piece of the text that is short enough for a message.
pub(super) fn short(raw: &str) -> String {
    const LONGEST: usize = 40;
    match raw.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &raw[..end]),
        None => raw.to_owned(),
    }
}
