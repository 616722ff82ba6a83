//! Ranges and reservations: which ports there are to give, and which nobody gets.
//!
//! Pure rules on a registry. A reservation says nothing about servers that have their ports already: they keep them.

use crate::name::fold;
use crate::text::{all_of, count};

use super::error::PortError;
use super::registry::{Ports, Range, Reserved};

/// What a rule did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It made something that was not there.
    Added,
    /// It changed something that was there.
    Changed,
    /// It took something away.
    Removed,
    /// Everything was so already.
    Nothing,
}

impl Done {
    /// Whether the registry changed.
    #[must_use]
    pub fn changed(self) -> bool {
        self != Self::Nothing
    }

    /// As it stands in machine-readable output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Nothing => "unchanged",
        }
    }
}

impl Ports {
    /// Reserves the ports from `start` to `end`, both included, so that nobody gets them.
    pub fn reserve(&mut self, start: u16, end: u16, reason: Option<&str>) -> Done {
        let reason = reason.map(str::to_owned);
        if let Some(known) = self.reserved.iter_mut().find(|known| (known.start, known.end) == (start, end)) {
            if reason.is_none() || known.reason == reason {
                return Done::Nothing;
            }
            known.reason = reason;
            return Done::Changed;
        }
        let index = self.reserved.iter().position(|other| other.start > start).unwrap_or(self.reserved.len());
        self.reserved.insert(index, Reserved { start, end, reason, extra: Vec::new() });
        Done::Added
    }

    /// Takes the ports from `start` to `end` out of every reservation; what is left of one stays reserved.
    pub fn unreserve(&mut self, start: u16, end: u16) -> Done {
        let mut left = Vec::with_capacity(self.reserved.len() + 1);
        for reserved in &self.reserved {
            if reserved.end < start || end < reserved.start {
                left.push(reserved.clone());
                continue;
            }
            if reserved.start < start {
                left.push(Reserved { end: start - 1, ..reserved.clone() });
            }
            if reserved.end > end {
                left.push(Reserved { start: end + 1, ..reserved.clone() });
            }
        }
        if left == self.reserved {
            return Done::Nothing;
        }
        self.reserved = left;
        Done::Removed
    }

    /// Adds a range, or gives the one of this name other bounds or another description.
    ///
    /// # Errors
    ///
    /// When the name cannot be one, or servers of the range would be outside of it.
    pub fn add_range(
        &mut self,
        name: &str,
        start: u16,
        end: u16,
        description: Option<&str>,
    ) -> Result<Done, PortError> {
        let fail = |reason: String| Err(PortError::Range { range: name.to_owned(), reason });
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_plain) {
            return fail("cannot be added: a name is 1 to 64 ASCII letters, digits, `_`, `-` and `.`".into());
        }
        if let Some(other) = self.ranges.iter().find(|other| other.name != name && fold(&other.name) == fold(name)) {
            return fail(format!("is there already, as `{}`\n  help: use that spelling", other.name));
        }
        let outside = || {
            let of_it = self.servers.iter().filter(|server| server.range.as_deref() == Some(name));
            of_it.filter(|server| !(start..=end).contains(&server.port))
        };
        let least = outside().map(|server| server.port).min();
        if let Some((least, most)) = least.zip(outside().map(|server| server.port).max()) {
            const SHOWN: usize = 5;
            let shown = outside().take(SHOWN).map(|server| format!("`{}` has port `{}`", server.id, server.port));
            let more = match outside().count().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {} more", count(more, "server")),
            };
            return fail(format!(
                "cannot be {start}–{end}: {}{more}, outside of that\n  help: `mcpgen ports range add {name} {}-{}` keeps \
                 all of its servers",
                shown.collect::<Vec<_>>().join(", "),
                start.min(least),
                end.max(most)
            ));
        }
        let description = description.map(str::to_owned);
        let Some(known) = self.ranges.iter_mut().find(|known| known.name == name) else {
            self.ranges.push(Range { name: name.to_owned(), start, end, description, extra: Vec::new() });
            return Ok(Done::Added);
        };
        let before = known.clone();
        (known.start, known.end) = (start, end);
        known.description = description.or_else(|| before.description.clone());
        Ok(if *known == before { Done::Nothing } else { Done::Changed })
    }

    /// Takes a range away.
    ///
    /// # Errors
    ///
    /// When there is none of this name, or a server is of it, released ones included: they may come back.
    pub fn remove_range(&mut self, name: &str) -> Result<(), PortError> {
        self.known_range(name)?;
        let of_it = |server: &&super::Server| server.range.as_deref() == Some(name);
        let servers: Vec<&str> = self.servers.iter().filter(of_it).map(|server| server.id.as_str()).collect();
        if !servers.is_empty() {
            let verb = if servers.len() == 1 { "is" } else { "are" };
            let reason = format!("cannot be removed: {} {verb} of it", all_of(&servers));
            return Err(PortError::Range { range: name.to_owned(), reason });
        }
        self.ranges.retain(|range| range.name != name);
        Ok(())
    }

    /// The other ranges that share a port with this one.
    #[must_use]
    pub fn overlaps(&self, range: &Range) -> Vec<&str> {
        let others = self.ranges.iter().filter(|other| other.name != range.name);
        others.filter(|other| other.start <= range.end && range.start <= other.end).map(|r| r.name.as_str()).collect()
    }

    /// How many living servers have a port from `start` to `end`.
    #[must_use]
    pub fn living_in(&self, start: u16, end: u16) -> usize {
        let inside = |port: u16| (start..=end).contains(&port);
        self.servers.iter().filter(|server| server.lives() && server.ports().any(inside)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::PortRequest;

    const DAY: &str = "2026-11-22";

    fn reserved(ports: &Ports) -> Vec<(u16, u16)> {
        ports.reserved().iter().map(|r| (r.start, r.end)).collect()
    }

    #[test]
    fn a_reservation_is_made_once_and_its_reason_can_change() {
        let mut ports = Ports::default();
        assert_eq!(ports.reserve(9050, 9059, None), Done::Added);
        assert_eq!(ports.reserve(9050, 9059, Some("lab")), Done::Changed);
        assert_eq!(ports.reserve(9050, 9059, Some("lab")), Done::Nothing);
        assert_eq!(ports.reserve(9050, 9059, None), Done::Nothing, "the reason is not forgotten");
        let expected = [(1, 1023), (3000, 3099), (8000, 8999), (9050, 9059), (9900, 9999), (32768, 60999)];
        assert_eq!(reserved(&ports), expected);
        let error = ports.allocate("a", &PortRequest::Exact(9055), DAY).unwrap_err();
        assert_eq!(error, PortError::Reserved { port: 9055, reason: Some("lab".into()) });
    }

    #[test]
    fn taking_back_a_part_leaves_the_rest_reserved() {
        let mut ports = Ports::default();
        assert_eq!(ports.unreserve(9000, 9899), Done::Nothing);
        assert_eq!(ports.unreserve(9950, 9950), Done::Removed);
        assert_eq!(ports.unreserve(8500, 9909), Done::Removed);
        let expected = [(1, 1023), (3000, 3099), (8000, 8499), (9910, 9949), (9951, 9999), (32768, 60999)];
        assert_eq!(reserved(&ports), expected);
        assert_eq!(ports.unreserve(1, u16::MAX), Done::Removed);
        assert!(ports.reserved().is_empty());
    }

    #[test]
    fn a_range_is_added_and_widened_but_never_below_its_servers() {
        let mut ports = Ports::default();
        assert_eq!(ports.add_range("v3", 9100, 9199, Some("next")), Ok(Done::Added));
        assert_eq!(ports.add_range("v3", 9100, 9199, None), Ok(Done::Nothing));
        assert_eq!(ports.add_range("v3", 9100, 9299, None), Ok(Done::Changed));
        assert_eq!(ports.range("v3").unwrap().description.as_deref(), Some("next"));
        ports.allocate("a", &PortRequest::Exact(9150), DAY).unwrap();
        let error = ports.add_range("v3", 9160, 9299, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "range `v3` cannot be 9160–9299: `a` has port `9150`, outside of that\n  help: `mcpgen ports range add v3 9150-9299` keeps all of its servers"
        );
        assert!(ports.add_range("V3", 9300, 9399, None).unwrap_err().to_string().contains("already, as `v3`"));
        for name in ["", "a b", "../a", &"a".repeat(65)] {
            assert!(ports.add_range(name, 1, 2, None).is_err(), "{name}");
        }
        assert_eq!(ports.overlaps(&Range { start: 9099, ..ports.range("v3").unwrap().clone() }), ["v2"]);
    }

    #[test]
    fn a_range_goes_when_nobody_is_of_it() {
        let mut ports = Ports::default();
        ports.allocate("a", &PortRequest::Range("v2".into()), DAY).unwrap();
        ports.release("a", DAY).unwrap();
        let error = ports.remove_range("v2").unwrap_err();
        assert_eq!(error.to_string(), "range `v2` cannot be removed: `a` is of it");
        assert!(matches!(ports.remove_range("v9"), Err(PortError::UnknownRange { .. })));
        ports.add_range("v3", 9100, 9199, None).unwrap();
        ports.remove_range("v3").unwrap();
        assert_eq!(ports.ranges().len(), 1);
    }
}
