//! One entry of a shape: from a number or an object to a claim.
//!
//! Knows the keys of an entry. What else is in it is walked through like everything.

use crate::ports::fields::short;
use crate::ports::json::{self, Kind, Member};
use crate::ports::registry::Status;
use crate::text::quote;

use super::claims::{Claim, Health, NoteKind};
use super::shape::{Entry, Segment, Shape, digits};
use super::walk::{Context, Walk, way};
use super::words::{is_gone, is_legacy};
use crate::secret;

impl<'a> Walk<'a> {
    /// Takes an entry.
    pub fn entry(&mut self, shape: &Shape, raw: &'a str, context: Context) {
        if shape.entry == Entry::Health {
            return self.health(raw);
        }
        let mut claim = Claim {
            name: self.key().to_owned(),
            port: Err(String::new()),
            health: None,
            group: self.group(),
            environment: self.environment(),
            shape: shape.title,
            status: Status::Active,
            is_doubted: false,
            description: None,
            allocated: None,
            released: None,
            place: self.place(raw),
        };
        let Some(members) = json::members(raw) else {
            if json::kind(raw) == Kind::String && self.secret(raw, secret::key(self.key())) {
                return;
            }
            if secret::is_called(self.key()) {
                let text = format!("{} is secret by its key", quote(&self.here()));
                return self.note(NoteKind::Secret, raw, text);
            }
            claim.port = self.port(raw);
            self.out.claims.push(claim);
            return;
        };
        let mut rest = Vec::new();
        let mut endpoints = Vec::new();
        let mut ports = Vec::new();
        let (mut is_gone, mut lives) = (false, false);
        for member in members {
            let text = json::string(member.value);
            match (member.key.to_ascii_lowercase().as_str(), text) {
                ("port", _) => {
                    ports.push(member.value);
                    if matches!(json::kind(member.value), Kind::Object | Kind::Array) {
                        rest.push(member);
                    }
                }
                ("health_port" | "health_check_port", _) if claim.health.is_none() => {
                    claim.health = self.port(member.value).ok();
                    if claim.health.is_none() {
                        rest.push(member);
                    }
                }
                ("name", Some(text)) if shape.entry == Entry::Named => {
                    if self.secret(member.value, secret::Key::Plain) {
                        return;
                    }
                    claim.name = text.into_owned();
                }
                ("status" | "state", Some(text)) => {
                    let status = status(&text);
                    if status == Status::Released {
                        is_gone = true;
                    } else {
                        lives = true;
                        claim.status = status;
                    }
                }
                ("removed" | "deprecated" | "retired", _) if member.value == "true" => is_gone = true,
                ("description", Some(text)) if claim.description.is_none() => {
                    claim.description = self.description(&member, &text, context);
                }
                ("allocated", Some(text)) if is_date(&text) => claim.allocated = Some(text.into_owned()),
                ("released" | "removed_at" | "removed" | "retired_at", Some(text)) if is_date(&text) => {
                    claim.released = Some(text.into_owned());
                }
                ("endpoint" | "url" | "health_check" | "health_url", Some(_)) => {
                    endpoints.push((member.key.clone(), member.value));
                    rest.push(member);
                }
                _ => rest.push(member),
            }
        }
        if is_gone {
            claim.status = Status::Released;
            claim.is_doubted = lives;
        }
        if claim.released.is_some() && claim.status != Status::Released {
            claim.released = None;
        }
        let Some((first, others)) = ports.split_first() else { return };
        claim.place = self.place(first);
        claim.port = self.port(first);
        self.endpoints(&claim, &endpoints);
        for other in others {
            let line = claim.place.line;
            let text =
                format!("key `port` of {} is there twice, first on line {line}: both were read", quote(&self.here()));
            self.note(NoteKind::Remark, other, text);
            let (place, port) = (self.place(other), self.port(other));
            self.out.claims.push(Claim { port, place, ..claim.clone() });
        }
        self.out.claims.push(claim);
        self.object(rest, Context { inside: true, ..context });
    }

    /// The keys around the name.
    fn group(&self) -> String {
        match self.path.split_last() {
            Some((_, around)) if !around.is_empty() => way(around),
            _ => "(top)".to_owned(),
        }
    }

    /// A port, or what stands there instead in words that give nothing away.
    fn port(&mut self, raw: &'a str) -> Result<u16, String> {
        let text = digits(raw);
        let parsed = text.unwrap_or(raw).parse().ok().filter(|&port: &u16| port > 0);
        if parsed.is_some() && text.is_some() {
            let text = format!("the port of {} is a text: read as the number", quote(&self.here()));
            self.note(NoteKind::Remark, raw, text);
        }
        if parsed.is_none() && secret::key(self.key()) != secret::Key::Plain {
            return Err("not shown, for its key is that of a secret".to_owned());
        }
        parsed.ok_or_else(|| match json::kind(raw) {
            Kind::Number | Kind::Boolean | Kind::Null => short(raw),
            Kind::String if text.is_some() => short(raw),
            Kind::String => "a text".to_owned(),
            kind => kind.to_string(),
        })
    }

    fn description(&mut self, member: &Member<'a>, text: &str, context: Context) -> Option<String> {
        self.path.push(Segment::Key(member.key.clone().into_owned()));
        let is_secret = self.secret(member.value, context.secret);
        self.path.pop();
        if is_secret {
            let text = format!("the description of {} was left out: see the secrets", quote(&self.here()));
            self.note(NoteKind::Remark, member.value, text);
            return None;
        }
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Addresses beside the port that name another one: which of the two is true is not known here.
    fn endpoints(&mut self, claim: &Claim, endpoints: &[(std::borrow::Cow<'a, str>, &'a str)]) {
        let mut told = Vec::new();
        for (key, value) in endpoints {
            let text = json::string(value).unwrap_or_default();
            let Some(port) = port_of_url(&text) else { continue };
            let known = claim.port == Ok(port) || claim.health == Some(port) || told.contains(&port);
            if let (Ok(own), false) = (&claim.port, known) {
                told.push(port);
                self.out.numbers.push(port);
                let text = format!("`{key}` of {} says port {port}, its `port` is {own}", quote(&claim.name));
                self.note(NoteKind::Remark, value, text);
            }
        }
    }

    /// A port for health checks that stands apart from its server.
    fn health(&mut self, raw: &'a str) {
        let name = self.key().to_owned();
        match self.port(raw) {
            Ok(port) => {
                let place = self.place(raw);
                self.out.health.push(Health { name, port, place });
            }
            Err(is) => {
                let text = format!("{} is {is}, not a port", quote(&self.here()));
                self.note(NoteKind::NotTaken, raw, text);
            }
        }
    }
}

fn status(text: &str) -> Status {
    if is_gone(text) {
        Status::Released
    } else if is_legacy(text) {
        Status::Legacy
    } else {
        Status::Active
    }
}

/// `2026-11-22`.
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() })
}

/// The port that a URL names.
fn port_of_url(text: &str) -> Option<u16> {
    let host = text.split_once("://")?.1.split(['/', '?', '#']).next()?;
    host.rsplit_once(':')?.1.parse().ok()
}
