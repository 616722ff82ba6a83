//! From the bytes of a registry's file to a registry, or to all that is wrong with them.
//!
//! Trusts nothing: people edit this file, merges cut it up, other programs have files of the same name. What cannot
//! be understood fully is refused, because whoever reads a registry is about to write it.

use std::collections::HashMap;

use crate::name::fold;

use super::json::{self, Kind, Member};
use super::problem::{Found, Problem, Problems, locate};
use super::registry::{Extra, Ports, Range, Reserved, Server, Status};
use super::write::VERSION;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 50_000_000;

/// How deep unknown values may be nested.
const MAX_DEPTH: usize = 64;

const IMPORT: &str = "`mcpgen ports import FILE` makes a registry from files of other shapes";

impl Ports {
    /// Reads the bytes of a registry's file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them, each with its place.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Problems> {
        match inspect(bytes) {
            (Some(ports), problems) if problems.is_empty() => Ok(ports),
            (_, problems) => Err(Problems(problems)),
        }
    }
}

/// Reads as much as can be understood, for those who repair: what is left out has a problem. Two servers that
/// contradict each other are both there.
#[must_use]
pub fn inspect(bytes: &[u8]) -> (Option<Ports>, Vec<Problem>) {
    let (text, invalid) = match str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => (str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(), Some(error)),
    };
    let mut reader = Reader { text, found: Vec::new(), lines: Vec::new() };
    if invalid.is_some() {
        reader.problem(text.len(), "is not UTF-8 text from here on", Some("save it as UTF-8"));
        return (None, locate(text, reader.found));
    }
    let ports = reader.syntax().and_then(|root| reader.registry(root));
    (ports, locate(text, reader.found))
}

struct Reader<'a> {
    text: &'a str,
    found: Vec<Found>,
    /// Where each line begins; filled when first asked for.
    lines: Vec<usize>,
}

/// An object that is being read: what it is called, and the members nobody has asked for yet.
struct Fields<'a> {
    what: String,
    at: usize,
    members: Vec<Member<'a>>,
}

impl<'a> Fields<'a> {
    fn take(&mut self, key: &str) -> Option<&'a str> {
        let index = self.members.iter().position(|member| member.key == key)?;
        Some(self.members.remove(index).value)
    }
}

/// A server and where its parts stand.
struct Entry {
    server: Server,
    at: usize,
    port_at: usize,
    health_at: usize,
    range_at: usize,
}

impl<'a> Reader<'a> {
    fn problem(&mut self, at: usize, message: impl Into<String>, help: Option<&str>) {
        self.found.push(Found { at, message: message.into(), help: help.map(Into::into) });
    }

    /// Where a slice of the text stands in it.
    fn at(&self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
    }

    /// The line that a byte is on, from 1.
    fn line(&mut self, at: usize) -> usize {
        if self.lines.is_empty() {
            self.lines = std::iter::once(0).chain(self.text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        }
        self.lines.partition_point(|&start| start <= at)
    }

    /// Whether the text is one JSON value, as clean as what this program writes.
    fn syntax(&mut self) -> Option<&'a str> {
        if self.text.starts_with('\u{feff}') {
            self.problem(0, "begins with a byte order mark", Some("save it as UTF-8 without BOM"));
            return None;
        }
        if self.text.trim().is_empty() {
            self.problem(
                0,
                "is empty",
                Some("delete it, or restore it from version control: a new one is begun where none exists"),
            );
            return None;
        }
        match json::root(self.text) {
            Ok(root) => {
                // Outside of strings a carriage return is a blank, and no string can hold one.
                if let Some(at) = self.text.find('\r') {
                    let help = "save it with LF only, and add `*.json text eol=lf` to `.gitattributes`";
                    self.problem(at, "has line endings other than LF", Some(help));
                }
                Some(root)
            }
            Err(error) => {
                if !self.conflicts() {
                    self.syntax_error(&error);
                }
                None
            }
        }
    }

    /// Looks for what `git merge` leaves behind. No line of valid JSON can begin like that.
    fn conflicts(&mut self) -> bool {
        let text = self.text;
        for line in text.lines().filter(|line| line.starts_with("<<<<<<<")) {
            let message = format!("has a merge conflict: `{}`", line.chars().take(60).collect::<String>());
            self.problem(self.at(line), message, Some("`mcpgen ports resolve` settles it"));
        }
        !self.found.is_empty()
    }

    fn syntax_error(&mut self, error: &serde_json::Error) {
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or(&whole);
        let start = self.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let at = (start + error.column().saturating_sub(1)).min(self.text.len());
        self.problem(at, format!("is not JSON: {message}"), None);
    }

    fn registry(&mut self, root: &'a str) -> Option<Ports> {
        let at = self.at(root);
        if json::kind(root) != Kind::Object {
            self.problem(at, format!("is {}, not a registry of ports", json::kind(root)), Some(IMPORT));
            return None;
        }
        let mut fields = self.object(root, "the registry".into())?;
        self.version(&mut fields)?;
        let Some(servers) = fields.take("servers").filter(|servers| json::kind(servers) == Kind::Object) else {
            self.problem(at, "has no object `servers`: it is not a registry of `mcpgen`", Some(IMPORT));
            return None;
        };
        let ranges = fields.take("ranges").map(|raw| self.ranges(raw)).unwrap_or_default();
        let reserved = fields.take("reserved").map(|raw| self.reservations(raw)).unwrap_or_default();
        let entries = self.servers(servers);
        self.contradictions(&entries, &ranges);
        let extra = self.extra(fields);
        let mut servers: Vec<Server> = entries.into_iter().map(|entry| entry.server).collect();
        servers.sort_by(|a, b| (a.port, &a.id).cmp(&(b.port, &b.id)));
        Some(Ports { ranges, reserved, servers, extra })
    }

    /// Refuses what was not written by this program, or by a newer one.
    fn version(&mut self, fields: &mut Fields<'a>) -> Option<()> {
        let Some(raw) = fields.take("version") else {
            self.problem(fields.at, "has no `version`: it is not a registry of `mcpgen`", Some(IMPORT));
            return None;
        };
        match raw.parse::<u64>() {
            Ok(VERSION) => Some(()),
            Ok(newer) if newer > VERSION => {
                let message = format!("is a registry of version {newer}; this `mcpgen` knows version {VERSION}");
                self.problem(
                    self.at(raw),
                    message,
                    Some("use a newer `mcpgen`: nothing of it would be understood safely"),
                );
                None
            }
            _ => {
                let raw_short: String = raw.chars().take(40).collect();
                let message = format!("has `version` {raw_short}, not {VERSION}: it is not a registry of `mcpgen`");
                self.problem(self.at(raw), message, Some(IMPORT));
                None
            }
        }
    }

    fn ranges(&mut self, raw: &'a str) -> Vec<Range> {
        let Some(fields) = self.object(raw, "`ranges`".into()) else { return Vec::new() };
        let mut ranges = Vec::new();
        for member in fields.members {
            let Some(mut fields) = self.object(member.value, format!("range `{}`", member.key)) else { continue };
            let bounds = self.bounds(&mut fields);
            let description = self.string(&mut fields, "description");
            let extra = self.extra(fields);
            if let Some((start, end)) = bounds {
                ranges.push(Range { name: member.key.into_owned(), start, end, description, extra });
            }
        }
        ranges
    }

    fn reservations(&mut self, raw: &'a str) -> Vec<Reserved> {
        let Some(items) = json::items(raw) else {
            self.problem(self.at(raw), format!("`reserved` is {}, not a list", json::kind(raw)), Some(IMPORT));
            return Vec::new();
        };
        let mut reservations = Vec::new();
        for item in items {
            let Some(mut fields) = self.object(item, "an entry of `reserved`".into()) else { continue };
            let bounds = self.bounds(&mut fields);
            let reason = self.string(&mut fields, "reason");
            let extra = self.extra(fields);
            if let Some((start, end)) = bounds {
                reservations.push(Reserved { start, end, reason, extra });
            }
        }
        reservations
    }

    fn bounds(&mut self, fields: &mut Fields<'a>) -> Option<(u16, u16)> {
        let start = self.required_port(fields, "start");
        let end = self.required_port(fields, "end");
        let (start, end) = (start?.0, end?.0);
        if start > end {
            let message = format!("{} ends at {end}, before its start {start}", fields.what);
            self.problem(fields.at, message, None);
            return None;
        }
        Some((start, end))
    }

    fn servers(&mut self, raw: &'a str) -> Vec<Entry> {
        let Some(fields) = self.object(raw, "`servers`".into()) else { return Vec::new() };
        let mut entries = Vec::with_capacity(fields.members.len());
        for member in fields.members {
            let at = self.at(member.raw_key);
            if fold(&member.key).is_empty() {
                self.problem(at, "a server has an empty name", None);
            }
            let Some(fields) = self.object(member.value, format!("`{}`", member.key)) else { continue };
            entries.extend(self.server(member.key.into_owned(), at, fields));
        }
        entries
    }

    fn server(&mut self, id: String, at: usize, mut fields: Fields<'a>) -> Option<Entry> {
        let port = self.required_port(&mut fields, "port");
        let health_port =
            fields.take("health_port").map(|raw| (self.port(raw, &fields.what, "health_port"), self.at(raw)));
        let range_at = fields.members.iter().find(|m| m.key == "range").map_or(at, |m| self.at(m.value));
        let range = self.string(&mut fields, "range");
        let status = self.status(&mut fields);
        let description = self.string(&mut fields, "description");
        let allocated = self.string(&mut fields, "allocated");
        let released = self.string(&mut fields, "released");
        let extra = self.extra(fields);
        let ((port, port_at), status) = (port?, status?);
        let (health_port, health_at) = health_port.unwrap_or((None, at));
        let server = Server { id, port, health_port, range, status, description, allocated, released, extra };
        Some(Entry { server, at, port_at, health_at, range_at })
    }

    fn status(&mut self, fields: &mut Fields<'a>) -> Option<Status> {
        let known = "it is `active`, `legacy` or `released`";
        let Some(raw) = fields.take("status") else {
            self.problem(fields.at, format!("{} has no `status`", fields.what), Some(known));
            return None;
        };
        let status = json::string(raw).and_then(|text| Status::ALL.into_iter().find(|s| s.as_str() == text));
        if status.is_none() {
            let shown: String = raw.chars().take(40).collect();
            self.problem(self.at(raw), format!("`status` of {} is {shown}", fields.what), Some(known));
        }
        status
    }

    /// A member that must be a port, and where it stands.
    fn required_port(&mut self, fields: &mut Fields<'a>, key: &str) -> Option<(u16, usize)> {
        let Some(raw) = fields.take(key) else {
            self.problem(fields.at, format!("{} has no `{key}`", fields.what), None);
            return None;
        };
        let port = self.port(raw, &fields.what, key)?;
        Some((port, self.at(raw)))
    }

    fn port(&mut self, raw: &str, what: &str, key: &str) -> Option<u16> {
        let digits = raw.bytes().all(|b| b.is_ascii_digit());
        if let Some(port) = raw.parse::<u16>().ok().filter(|&port| digits && port > 0) {
            return Some(port);
        }
        let shown: String = raw.chars().take(40).collect();
        let is = match json::kind(raw) {
            Kind::Number | Kind::Null => shown,
            kind @ (Kind::String | Kind::Boolean) => format!("{kind}, {shown}"),
            kind => kind.to_string(),
        };
        let help = Some("a port is a whole number from 1 to 65535, without quotes");
        self.problem(self.at(raw), format!("`{key}` of {what} is {is}"), help);
        None
    }

    /// A member that may be missing, and is a string where it is there.
    fn string(&mut self, fields: &mut Fields<'a>, key: &str) -> Option<String> {
        let raw = fields.take(key)?;
        let text = json::string(raw);
        if text.is_none() {
            let is = match json::kind(raw) {
                Kind::String => "no valid Unicode".to_owned(),
                kind => format!("{kind}, not a string"),
            };
            self.problem(self.at(raw), format!("`{key}` of {} is {is}", fields.what), None);
        }
        text.map(std::borrow::Cow::into_owned)
    }

    /// Opens an object; equal keys are a problem, and only the first of them is kept.
    fn object(&mut self, raw: &'a str, what: String) -> Option<Fields<'a>> {
        let at = self.at(raw);
        let Some(members) = json::members(raw) else {
            self.problem(at, format!("{what} is {}, not an object", json::kind(raw)), Some(IMPORT));
            return None;
        };
        Some(Fields { members: self.unique(members), what, at })
    }

    fn unique(&mut self, members: Vec<Member<'a>>) -> Vec<Member<'a>> {
        let mut first: HashMap<String, usize> = HashMap::with_capacity(members.len());
        let mut unique = Vec::with_capacity(members.len());
        for member in members {
            let at = self.at(member.raw_key);
            if let Some(&other) = first.get(member.key.as_ref()) {
                let message = format!("key `{}` is there twice, first on line {}", member.key, self.line(other));
                self.problem(at, message, Some("keep one of the two"));
            } else {
                first.insert(member.key.to_string(), at);
                unique.push(member);
            }
        }
        unique
    }

    /// What nobody asked for is kept as it stands, once it is known to be sound.
    fn extra(&mut self, fields: Fields<'a>) -> Extra {
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
                self.problem(self.at(raw), format!("is nested more than {MAX_DEPTH} levels deep"), None);
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

    /// What no single entry shows: names and ports that two servers claim, and ports outside of their range.
    fn contradictions(&mut self, entries: &[Entry], ranges: &[Range]) {
        let mut names: HashMap<String, &Entry> = HashMap::with_capacity(entries.len());
        let mut holders: HashMap<u16, &Entry> = HashMap::with_capacity(entries.len());
        for entry in entries {
            let id = &entry.server.id;
            if let Some(other) = names.insert(fold(id), entry) {
                let line = self.line(other.at);
                let message = format!("`{id}` and `{}` on line {line} are one name in two spellings", other.server.id);
                self.problem(entry.at, message, Some("keep one of the two"));
            }
            if !entry.server.lives() {
                continue;
            }
            for (port, at) in entry.server.ports().zip([entry.port_at, entry.health_at]) {
                if let Some(other) = holders.insert(port, entry) {
                    let line = self.line(other.at);
                    let message =
                        format!("port `{port}` of `{id}` is also that of `{}` on line {line}", other.server.id);
                    self.problem(at, message, Some("`mcpgen ports resolve` moves the newcomer"));
                }
            }
            self.outside(entry, ranges);
        }
    }

    fn outside(&mut self, entry: &Entry, ranges: &[Range]) {
        let Some(name) = &entry.server.range else { return };
        let (id, port) = (&entry.server.id, entry.server.port);
        match ranges.iter().find(|range| range.name == *name) {
            None => {
                let message = format!("`{id}` is of range `{name}`, which is not among `ranges`");
                self.problem(entry.range_at, message, None);
            }
            Some(range) if !range.contains(port) => {
                let message =
                    format!("port `{port}` of `{id}` is outside of its range `{name}` ({}–{})", range.start, range.end);
                self.problem(entry.port_at, message, None);
            }
            Some(_) => {}
        }
    }
}
