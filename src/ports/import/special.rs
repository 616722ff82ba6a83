//! What stands beside the entries and is of use: ranges, reservations, lists of what is gone, redirects, environments.
//!
//! Knows these by the key they stand under, wherever that is.

use crate::ports::json::{self, Kind};
use crate::ports::registry::Status;
use crate::text::quote;

use super::claims::{Claim, Environment, Gone, NoteKind, RangeClaim, ReservedClaim};
use super::range;
use super::shape::{Segment, digits};
use super::walk::{Context, Walk, environment_name, masked, way};
use super::words::{id_of, is_gone, is_no_name, lists_gone};
use crate::secret::{self, Key};

/// What is left of a value of which something was taken: no entry can be there.
const INSIDE: Context = Context { inside: true, secret: Key::Plain };

impl<'a> Walk<'a> {
    /// Takes a value by the key it stands under; whether it was taken.
    pub fn special(&mut self, raw: &'a str) -> bool {
        let key = self.key().to_ascii_lowercase();
        let kind = json::kind(raw);
        self.environments(&key, raw);
        match (key.as_str(), kind) {
            ("redirect_to", Kind::String) if self.path.len() == 1 => self.redirect(raw),
            ("port_ranges" | "ranges", Kind::Object) => self.ranges(raw),
            ("range" | "port_range", Kind::String | Kind::Array | Kind::Object) => return self.range(raw),
            ("reserved_ranges" | "reserved" | "reserved_ports", Kind::Object | Kind::Array) => self.reserved(raw),
            ("server_status" | "service_status", Kind::Object) => self.statuses(raw),
            (_, Kind::Object | Kind::Array) if lists_gone(&key) => self.gone(raw),
            _ => return false,
        }
        true
    }

    fn redirect(&mut self, raw: &'a str) {
        if !self.secret(raw, Key::Plain) {
            let to = json::string(raw).unwrap_or_default().into_owned();
            self.out.redirect = Some((to, self.place(raw)));
        }
    }

    /// How an environment is laid out.
    fn environments(&mut self, key: &str, raw: &'a str) {
        let [Segment::Key(first), Segment::Key(name), rest @ ..] = self.path.as_slice() else { return };
        if !first.eq_ignore_ascii_case("environments") {
            return;
        }
        if rest.is_empty() {
            let environment =
                Environment { name: environment_name(name), offset: None, range: None, place: self.place(raw) };
            self.out.environments.push(environment);
        } else if rest.len() == 1
            && let Some(environment) = self.out.environments.last_mut()
        {
            match key {
                "offset" | "port_offset" => environment.offset = raw.parse().ok(),
                "range" | "port_range" => environment.range = range::parse(raw),
                _ => {}
            }
        }
    }

    /// A map of names to ranges.
    fn ranges(&mut self, raw: &'a str) {
        for member in json::members(raw).unwrap_or_default() {
            self.take_range(&member.key, member.value, member.value);
            self.path.push(Segment::Key(masked(&member.key)));
            self.rest(member.value, None);
            self.path.pop();
        }
    }

    /// Looks through what is left of a value of which a range, or this key, was taken.
    fn rest(&mut self, raw: &'a str, taken: Option<&str>) {
        const BOUNDS: &[&str] = &["start", "end", "from", "to", "min", "max", "first", "last"];
        let is_range = range::parse(raw).is_some();
        match json::members(raw) {
            Some(mut members) => {
                members.retain(|member| {
                    let taken =
                        Some(member.key.as_ref()) == taken || (is_range && BOUNDS.contains(&member.key.as_ref()));
                    !taken || matches!(json::kind(member.value), Kind::Object | Kind::Array)
                });
                self.object(members, INSIDE);
            }
            None if json::kind(raw) == Kind::Number => self.loose(&[raw], "number"),
            None if !is_range => self.value(raw, INSIDE),
            None => {}
        }
    }

    /// The range of the group that it stands in.
    fn range(&mut self, raw: &'a str) -> bool {
        let group = self.path.iter().rev().skip(1).find_map(|segment| match segment {
            Segment::Key(key) => Some(key.clone()),
            Segment::Item(_) => None,
        });
        if range::parse(raw).is_none() && json::kind(raw) != Kind::String {
            return false;
        }
        self.take_range(&group.unwrap_or_else(|| "main".into()), raw, raw);
        self.rest(raw, None);
        true
    }

    fn take_range(&mut self, name: &str, raw: &'a str, at: &'a str) {
        if secret::in_text(name) {
            self.note(NoteKind::Secret, at, format!("a key of {} is itself shaped like a secret", quote(&self.here())));
            return;
        }
        let Some((start, end)) = range::parse(raw) else {
            return self.note(NoteKind::NotTaken, at, format!("range {} is no first and last port", quote(name)));
        };
        let id = id_of(name);
        let id = if id.is_empty() { format!("range_{start}") } else { id };
        let description = description(raw);
        let (environment, place) = (self.environment(), self.place(at));
        self.out.ranges.push(RangeClaim { name: id, start, end, description, environment, place });
    }

    fn reserved(&mut self, raw: &'a str) {
        let map = self.here();
        if let Some(members) = json::members(raw) {
            for member in members {
                let is_secret = secret::in_text(&member.key);
                let reason = (!is_secret).then(|| member.key.clone().into_owned());
                self.reserve(member.value, reason, Some(&map));
            }
        } else {
            for item in json::items(raw).unwrap_or_default() {
                let members = json::members(item).unwrap_or_default();
                let reason = members.iter().find(|m| matches!(m.key.as_ref(), "reason" | "description" | "name"));
                let reason = reason.and_then(|m| json::string(m.value)).filter(|text| !secret::in_text(text));
                self.reserve(item, reason.map(std::borrow::Cow::into_owned), None);
            }
        }
    }

    fn reserve(&mut self, raw: &'a str, reason: Option<String>, map: Option<&str>) {
        let one = digits(raw).unwrap_or(raw).parse().ok().filter(|&port: &u16| port > 0).map(|port| (port, port));
        if one.is_none() {
            self.rest(raw, None);
        }
        let Some((start, end)) = one.or_else(|| range::parse(raw)) else {
            let text = format!("an entry of {} is no range of ports", quote(&self.here()));
            return self.note(NoteKind::NotTaken, raw, text);
        };
        let place = self.place(raw);
        self.out.reserved.push(ReservedClaim { start, end, reason, map: map.map(str::to_owned), place });
    }

    /// Lists of names by what state the servers are in: all that counts is who is gone.
    fn statuses(&mut self, raw: &'a str) {
        for member in json::members(raw).unwrap_or_default() {
            let gone = is_gone(&member.key);
            self.path.push(Segment::Key(masked(&member.key)));
            match json::items(member.value) {
                Some(items) => items.into_iter().for_each(|item| self.listed(item, gone)),
                None => self.rest(member.value, None),
            }
            self.path.pop();
        }
    }

    /// A list of servers that are gone, or a map of them to what they were.
    fn gone(&mut self, raw: &'a str) {
        for item in json::items(raw).unwrap_or_default() {
            self.listed(item, true);
        }
        for member in json::members(raw).unwrap_or_default() {
            if secret::in_text(&member.key) {
                self.note(
                    NoteKind::Secret,
                    member.raw_key,
                    format!("a key of {} is itself shaped like a secret", quote(&self.here())),
                );
                continue;
            }
            let inner = json::members(member.value).unwrap_or_default();
            let port = inner.iter().find(|inner| inner.key == "port").map_or(member.value, |inner| inner.value);
            let number = digits(port).unwrap_or(port).parse().ok().filter(|&port: &u16| port > 0);
            let name = member.key.into_owned();
            self.path.push(Segment::Key(name.clone()));
            match json::kind(member.value) {
                Kind::Object if number.is_some() => self.rest(member.value, Some("port")),
                _ if number.is_none() => self.rest(member.value, None),
                _ => {}
            }
            self.path.pop();
            let Some(port) = number else {
                let (list, place) = (self.here(), self.place(member.raw_key));
                self.out.gone.push(Gone { name, list, place });
                continue;
            };
            self.out.claims.push(Claim {
                name,
                port: Ok(port),
                health: None,
                group: way(&self.path),
                environment: self.environment(),
                shape: "lists of servers that are gone, with ports",
                status: Status::Released,
                is_doubted: false,
                description: None,
                allocated: None,
                released: None,
                place: self.place(member.value),
            });
        }
    }

    /// A name in a list.
    fn listed(&mut self, item: &'a str, gone: bool) {
        let members = json::members(item).unwrap_or_default();
        let raw = members.iter().find(|member| member.key == "name").map_or(item, |member| member.value);
        let Some(name) = json::string(raw) else { return self.rest(item, None) };
        let place = self.place(raw);
        if raw != item {
            self.object(members.into_iter().filter(|member| member.key != "name").collect(), INSIDE);
        }
        if self.secret(raw, Key::Plain) {
        } else if is_no_name(&name) {
            let text = format!("{} in {} is a word and no server", quote(&name), quote(&self.here()));
            self.note(NoteKind::Remark, raw, text);
        } else if gone {
            self.out.gone.push(Gone { name: name.into_owned(), list: self.here(), place });
        } else {
            self.out.mentions.push((name.into_owned(), place));
        }
    }
}

/// The description of a range, where it has one that may be copied.
fn description(raw: &str) -> Option<String> {
    let members = json::members(raw)?;
    let text = json::string(members.iter().find(|member| member.key == "description")?.value)?.into_owned();
    (!secret::in_text(&text)).then_some(text)
}
