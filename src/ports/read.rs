//! From the bytes of a registry's file to a registry, or to all that is wrong with them.
//!
//! Trusts nothing: people edit this file, merges cut it up, other programs have files of the same name. What cannot
//! be understood fully is refused, because whoever reads a registry is about to write it.

use std::borrow::Cow;
use std::collections::HashMap;

use super::fields::{Fields, IMPORT, RESOLVE, Reader, short};
use super::json::{self, Kind};
use super::problem::{Code, Problem, Problems, locate};
use super::registry::{Ports, Range, Reserved, Server, Status, folded};
use super::write::VERSION;

/// The help of a server that is not in its range.
const ADD_RANGE: &str = "`mcpgen ports resolve` gives it the range that its port is in";

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 50_000_000;

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
    let mut reader = Reader::new(text);
    if invalid.is_some() {
        reader.problem(text.len(), "is not UTF-8 text from here on", Some("save it as UTF-8"));
        return (None, locate(text, reader.found));
    }
    let ports = reader.syntax().and_then(|root| reader.registry(root));
    (ports, locate(text, reader.found))
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
                let message = format!("has `version` {}, not {VERSION}: it is not a registry of `mcpgen`", short(raw));
                self.problem(self.at(raw), message, Some(IMPORT));
                None
            }
        }
    }

    fn ranges(&mut self, raw: &'a str) -> Vec<Range> {
        let Some(fields) = self.object(raw, "`ranges`".into()) else { return Vec::new() };
        let mut ranges = Vec::new();
        for member in fields.members {
            self.name(&member);
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
            self.problem(fields.at, message, Some("write the lower port as `start` and the higher one as `end`"));
            return None;
        }
        Some((start, end))
    }

    fn servers(&mut self, raw: &'a str) -> Vec<Entry> {
        // All of them, repeated names too: who repairs decides which stays.
        let members = json::members(raw).unwrap_or_default();
        self.repeated(&members, Code::DuplicateName, RESOLVE);
        let mut entries = Vec::with_capacity(members.len());
        for member in members {
            let at = self.at(member.raw_key);
            self.name(&member);
            let Some(fields) = self.object(member.value, format!("`{}`", member.key)) else { continue };
            entries.extend(self.server(member.key.into_owned(), at, fields));
        }
        entries
    }

    fn server(&mut self, id: String, at: usize, mut fields: Fields<'a>) -> Option<Entry> {
        let port = self.required_port(&mut fields, "port");
        let health_port = self.optional_port(&mut fields, "health_port");
        let range_at = fields.members.iter().find(|m| m.key == "range").map_or(at, |m| self.at(m.value));
        let range = self.string(&mut fields, "range");
        let status = self.status(&mut fields);
        let description = self.string(&mut fields, "description");
        let allocated = self.string(&mut fields, "allocated");
        let released = self.string(&mut fields, "released");
        let extra = self.extra(fields);
        let ((port, port_at), status) = (port?, status?);
        let (health_port, health_at) = health_port.map_or((None, at), |(port, at)| (Some(port), at));
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
            self.problem(self.at(raw), format!("`status` of {} is {}", fields.what, short(raw)), Some(known));
        }
        status
    }

    /// What no single entry shows: names and ports that two servers claim, and ports outside of their range.
    fn contradictions(&mut self, entries: &[Entry], ranges: &[Range]) {
        let mut names: HashMap<Cow<str>, &Entry> = HashMap::with_capacity(entries.len());
        let mut holders: HashMap<u16, &Entry> = HashMap::with_capacity(entries.len());
        for entry in entries {
            let id = &entry.server.id;
            if let Some(other) = names.insert(folded(id), entry) {
                // The same spelling twice has been told already.
                if other.server.id != *id {
                    let line = self.line(other.at);
                    let message =
                        format!("`{id}` and `{}` on line {line} are one name in two spellings", other.server.id);
                    self.coded(Code::DuplicateName, entry.at, message, Some(RESOLVE));
                }
            }
            if !entry.server.lives() {
                continue;
            }
            for (port, at) in entry.server.ports().zip([entry.port_at, entry.health_at]) {
                if let Some(other) = holders.insert(port, entry) {
                    let line = self.line(other.at);
                    let message =
                        format!("port `{port}` of `{id}` is also that of `{}` on line {line}", other.server.id);
                    self.coded(Code::DuplicatePort, at, message, Some(RESOLVE));
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
                self.coded(Code::OutsideRange, entry.range_at, message, Some(ADD_RANGE));
            }
            Some(range) if !range.contains(port) => {
                let message =
                    format!("port `{port}` of `{id}` is outside of its range `{name}` ({}–{})", range.start, range.end);
                self.coded(Code::OutsideRange, entry.port_at, message, Some(ADD_RANGE));
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
  "version": 1,
  "ranges": {
    "v2": { "start": 9000, "end": 9099, "owner": { "team": [1.50, "x"] } }
  },
  "reserved": [
    { "start": 1, "end": 1023, "reason": "system", "since": 2020 }
  ],
  "servers": {
    "old": { "port": 8001, "status": "legacy", "pool": [1, 2] },
    "gone_v2": { "port": 9004, "range": "v2", "status": "released", "allocated": "2026-01-01", "released": "2026-02-01" },
    "weather_v2": { "port": 9004, "health_port": 9005, "range": "v2", "status": "active", "description": "“q\"\n”" }
  },
  "notes": {
      "kept":   [ 1e400,
        "as it stands" ]
  },
  "also": null
}
"#;

    fn problems(text: &str) -> Vec<String> {
        let Err(Problems(problems)) = Ports::from_bytes(text.as_bytes()) else { return Vec::new() };
        problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect()
    }

    fn servers(entries: &str) -> Vec<String> {
        problems(&format!(
            "{{\"version\": 1, \"ranges\": {{\"v2\": {{\"start\": 9000, \"end\": 9099}}}}, \"servers\": {{\n{entries}\n}}}}"
        ))
    }

    #[test]
    fn what_was_read_is_written_back_byte_for_byte() {
        let ports = Ports::from_bytes(GOOD.as_bytes()).unwrap();
        assert_eq!(ports.to_text(), GOOD);
        assert_eq!(ports.by_port(9004).unwrap().id, "weather_v2");
        assert_eq!(ports.by_port(9005).unwrap().id, "weather_v2");
    }

    #[test]
    fn order_and_layout_of_the_text_do_not_matter() {
        let mut lines: Vec<String> = GOOD.lines().map(str::to_owned).collect();
        let last = lines.remove(11) + ",";
        lines.insert(9, last);
        let other =
            lines.join("\n").replace(": { \"port\"", ":\n\t{\"port\"").replace("\"2026-02-01\" },", "\"2026-02-01\" }");
        assert_ne!(other, GOOD);
        assert_eq!(Ports::from_bytes(other.as_bytes()).unwrap().to_text(), GOOD);
    }

    #[test]
    fn all_that_is_wrong_with_the_servers_is_told_at_once() {
        let found = servers(
            r#""a": { "port": 0, "status": "active" },
"b": { "port": 65536, "status": "active" }, "c": { "port": "9004", "status": "active" },
"d": { "port": 9004.0, "status": "active" },
"e": { "status": "aktive" },
"f": { "port": 9010, "range": "v3", "status": "active", "description": 7 },
"g-h": { "port": 9010, "status": "active" },
"G_H": { "port": 9011, "status": "active", "x": { "y": 1, "y": 2 } },
"a": 9004,
"i": { "port": 9200, "range": "v2", "status": "active" }"#,
        );
        assert_eq!(
            found,
            [
                "2:16 `port` of `a` is 0",
                "3:16 `port` of `b` is 65536",
                "3:60 `port` of `c` is the string \"9004\"",
                "4:16 `port` of `d` is 9004.0",
                "5:6 `e` has no `port`",
                "5:18 `status` of `e` is \"aktive\"",
                "6:31 `f` is of range `v3`, which is not among `ranges`",
                "6:72 `description` of `f` is a number, not a string",
                "7:18 port `9010` of `g-h` is also that of `f` on line 6",
                "8:1 `G_H` and `g-h` on line 7 are one name in two spellings",
                "8:59 key `y` is there twice, first on line 8",
                "9:1 key `a` is there twice, first on line 2",
                "9:6 `a` is a number, not an object",
                "10:16 port `9200` of `i` is outside of its range `v2` (9000–9099)",
            ]
        );
    }

    #[test]
    fn texts_that_are_no_registry_say_what_they_are() {
        for (text, found) in [
            ("", "1:1 is empty"),
            (" \n", "1:1 is empty"),
            ("\u{feff}{}", "1:1 begins with a byte order mark"),
            ("[]", "1:1 is a list, not a registry of ports"),
            ("{}", "1:1 has no `version`: it is not a registry of `mcpgen`"),
            (r#"{"version": "4.0"}"#, "1:13 has `version` \"4.0\", not 1: it is not a registry of `mcpgen`"),
            (r#"{"version": 1}"#, "1:1 has no object `servers`: it is not a registry of `mcpgen`"),
            ("{\n \"version\": 2}", "2:13 is a registry of version 2; this `mcpgen` knows version 1"),
            (r#"{"version": 1, "servers": {"a": 9000}}"#, "1:33 `a` is a number, not an object"),
            (r#"{"version": 1, "servers": {}"#, "1:28 is not JSON: EOF while parsing an object"),
            ("{\n\"version\": 1,\n}", "3:1 is not JSON: key must be a string"),
            ("{\"version\": 1,\r\n\"servers\": {}}", "1:15 has line endings other than LF"),
            ("{\n<<<<<<< HEAD\n\"a\": 1\n=======\n>>>>>>> b\n}", "2:1 has a merge conflict: `<<<<<<< HEAD`"),
            (r#"{"version": 1, "servers": {"": {"port": 1, "status": "active"}}}"#, "1:28 a name is empty"),
            (
                r#"{"version": 1, "servers": {"a\u001b": {"port": 1, "status": "active", "description": "\n"}}}"#,
                "1:28 name `a␛` has a character that cannot be shown",
            ),
            (
                r#"{"version": 1, "reserved": [{"start": 9, "end": 8}], "servers": {}}"#,
                "1:29 an entry of `reserved` ends at 8, before its start 9",
            ),
        ] {
            assert_eq!(problems(text), [found], "{text:?}");
        }
        let Err(Problems(problems)) = Ports::from_bytes(b"{\n \xff}") else { panic!("it is not UTF-8") };
        assert_eq!((problems[0].line, problems[0].column), (2, 2));
    }

    #[test]
    fn depth_and_size_have_limits() {
        let nested = |levels| {
            format!("{{\"version\": 1, \"servers\": {{}}, \"x\": {}1{}}}", "[".repeat(levels), "]".repeat(levels))
        };
        assert_eq!(problems(&nested(64)), [""; 0]);
        assert_eq!(problems(&nested(65)), ["1:100 is nested more than 64 levels deep"]);
        assert_eq!(problems(&nested(100_000)).len(), 1);
        assert_eq!(problems(&"[".repeat(1_000_000)).len(), 1);
    }
}
