//! Which ranges and reservations a registry gets from files, and which of them a server belongs to.
//!
//! Knows that a name of a range stands for one pair of bounds, and that what is called a reservation may be none.

use std::collections::{BTreeMap, BTreeSet};

use crate::ports::registry::{Ports, Range, Reserved};
use crate::text::quote;

use super::claims::{Claim, FileClaims, Note, NoteKind, Place, RangeClaim};
use super::words::id_of;

/// What is added to the registry beside servers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The ranges, without those it has.
    pub ranges: Vec<Range>,
    /// The reservations, without those it has.
    pub reserved: Vec<Reserved>,
    /// What was changed on the way.
    pub notes: Vec<Note>,
    /// For each file and name of a range in it, the range that it has become, and where it stands.
    given: Vec<(usize, String, Range, Place)>,
}

/// Lays out what the files bring along.
pub(super) fn layout(files: &[FileClaims], ports: &Ports) -> Layout {
    let mut layout = Layout::default();
    for (index, file) in files.iter().enumerate() {
        for range in &file.ranges {
            layout.add(range, ports);
        }
        layout.reservations(file, ports);
        layout.overlaps(index, ports);
    }
    layout
}

impl Layout {
    /// All ranges there are then.
    pub fn all<'r>(&'r self, ports: &'r Ports) -> impl Iterator<Item = &'r Range> {
        ports.ranges().iter().chain(&self.ranges)
    }

    /// The range that a claim's port belongs to: that of its group, else the narrowest around the port.
    #[must_use]
    pub fn range_of(&self, claim: Option<&Claim>, port: u16, ports: &Ports) -> Option<String> {
        let of_group = claim.and_then(|claim| self.of_group(claim)).filter(|range| range.contains(port));
        of_group.or_else(|| self.narrowest(port, ports)).map(|range| range.name.clone())
    }

    /// The ranges that a server may move to, the nearest first.
    #[must_use]
    pub fn homes(&self, claim: Option<&Claim>, ports: &Ports) -> Vec<String> {
        let around = |port: u16| {
            let mut around: Vec<&Range> = self.all(ports).filter(|range| range.contains(port)).collect();
            around.sort_by_key(|range| range.end - range.start);
            around
        };
        let port = claim.and_then(|claim| claim.port.clone().ok());
        let first = claim.and_then(|claim| self.of_group(claim));
        let homes =
            first.into_iter().chain(port.map(around).unwrap_or_default()).chain(ports.ranges()).chain(&self.ranges);
        let mut seen = BTreeSet::new();
        homes.filter(|range| seen.insert(&range.name)).map(|range| range.name.clone()).collect()
    }

    fn of_group(&self, claim: &Claim) -> Option<&Range> {
        let names: Vec<String> = claim.group.split('.').rev().map(id_of).collect();
        let of = |name: &String| self.given.iter().find(|(file, given, ..)| *file == claim.place.file && given == name);
        names.iter().find_map(of).map(|(_, _, range, _)| range)
    }

    fn narrowest<'r>(&'r self, port: u16, ports: &'r Ports) -> Option<&'r Range> {
        self.all(ports).filter(|range| range.contains(port)).min_by_key(|range| range.end - range.start)
    }

    fn add(&mut self, claim: &RangeClaim, ports: &Ports) {
        let (start, end) = (claim.start, claim.end);
        let bounds = |range: &Range| (range.start, range.end) == (start, end);
        let mut name = claim.name.clone();
        let namesake = self.all(ports).find(|range| range.name == name).cloned();
        if let Some(other) = namesake.filter(|other| !bounds(other)) {
            name = format!("{name}_{start}_{end}");
            let text = format!(
                "range {} is {start}–{end} here, and {}–{} elsewhere: taken as {}",
                quote(&claim.name),
                other.start,
                other.end,
                quote(&name)
            );
            self.notes.push(Note { kind: NoteKind::Remark, place: claim.place, text });
        }
        let known = self.all(ports).find(|range| range.name == name).cloned();
        let range = known.clone().unwrap_or_else(|| range(&name, start, end, claim.description.clone()));
        if known.is_none() {
            self.ranges.push(range.clone());
        }
        self.given.push((claim.place.file, claim.name.clone(), range, claim.place));
    }

    /// What is called reserved is taken so, unless servers of the same file live there: it is a range then.
    fn reservations(&mut self, file: &FileClaims, ports: &Ports) {
        let mut maps: BTreeMap<Option<&str>, Vec<_>> = BTreeMap::new();
        for reserved in &file.reserved {
            maps.entry(reserved.map.as_deref()).or_default().push(reserved);
        }
        for (map, entries) in maps {
            let used = file.claims.iter().filter_map(|claim| claim.port.clone().ok());
            let inside = used.filter(|port| entries.iter().any(|e| (e.start..=e.end).contains(port))).count();
            if let Some(map) = map.filter(|_| inside > 0) {
                let text = format!(
                    "{} is no reservation: {inside} of the ports given here are in it. Its entries were taken as ranges",
                    quote(map)
                );
                self.notes.push(Note { kind: NoteKind::Remark, place: entries[0].place, text });
                for entry in entries {
                    let name = id_of(entry.reason.as_deref().unwrap_or_default());
                    let name = if name.is_empty() { format!("range_{}", entry.start) } else { name };
                    let (start, end, place) = (entry.start, entry.end, entry.place);
                    self.add(&RangeClaim { name, start, end, description: None, environment: None, place }, ports);
                }
                continue;
            }
            for entry in entries {
                let known = ports.reserved().iter().chain(&self.reserved);
                if !known.into_iter().any(|other| (other.start, other.end) == (entry.start, entry.end)) {
                    let (start, end, reason) = (entry.start, entry.end, entry.reason.clone());
                    self.reserved.push(Reserved { start, end, reason, extra: Vec::new() });
                }
            }
        }
    }

    /// One note for each file whose ranges share ports with others: they are taken as they are. Of a pair, the later
    /// names the earlier.
    fn overlaps(&mut self, file: usize, ports: &Ports) {
        let mut told = Vec::new();
        let mut place = None;
        for (_, _, range, at) in self.given.iter().filter(|(of, ..)| *of == file) {
            let meets = |other: &&Range| other.start <= range.end && range.start <= other.end;
            let earlier = self.all(ports).take_while(|other| other.name != range.name);
            let others: Vec<String> = earlier.filter(meets).map(|other| quote(&other.name)).collect();
            let is_new = self.ranges.iter().any(|new| new.name == range.name);
            if is_new && !others.is_empty() {
                place = place.or(Some(*at));
                let more = others.len().saturating_sub(3);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let others = others[..others.len().min(3)].join(", ");
                told.push(format!("{} ({}–{}) with {others}{more}", quote(&range.name), range.start, range.end));
            }
        }
        if let Some(place) = place {
            let text = format!("ranges share ports, and were taken as they are: {}", told.join("; "));
            self.notes.push(Note { kind: NoteKind::Remark, place, text });
        }
    }
}

/// Ranges for ports that are in none: the hundred around each, without what other ranges and reservations have of it.
pub(super) fn propose(layout: &Layout, ports: &Ports, kept: &BTreeSet<u16>) -> Vec<Range> {
    let mut proposed: Vec<Range> = Vec::new();
    for &port in kept {
        let in_range = layout.all(ports).chain(&proposed).any(|range| range.contains(port));
        let reserved = || ports.reserved().iter().chain(&layout.reserved);
        if in_range || port < 1024 || reserved().any(|reserved| reserved.contains(port)) {
            continue;
        }
        let (mut start, mut end) = (port - port % 100, (port - port % 100).saturating_add(99));
        let around = layout.all(ports).chain(&proposed).map(|range| (range.start, range.end));
        for (first, last) in around.chain(reserved().map(|reserved| (reserved.start, reserved.end))) {
            if last < port {
                start = start.max(last + 1);
            } else if first > port {
                end = end.min(first - 1);
            }
        }
        let name = format!("ports_{start}");
        let is_known = layout.all(ports).chain(&proposed).any(|range| range.name == name);
        let name = if is_known { format!("ports_{start}_{end}") } else { name };
        proposed.push(range(&name, start, end, None));
    }
    proposed
}

/// A range of this name and these bounds.
pub(super) fn range(name: &str, start: u16, end: u16, description: Option<String>) -> Range {
    Range { name: name.to_owned(), start, end, description, extra: Vec::new() }
}
