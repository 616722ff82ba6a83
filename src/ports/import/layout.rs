//! Which ranges and reservations a registry gets from files, and which of them a server belongs to.
//!
//! Knows that a name of a range stands for one pair of bounds, and that what is called a reservation may be none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    /// Where in `given` a file and a name are first.
    first: HashMap<(usize, String), usize>,
    /// All ranges by their names, those of the registry included: there may be thousands.
    by_name: HashMap<String, Range>,
}

/// Lays out what the files bring along.
pub(super) fn layout(files: &[FileClaims], ports: &Ports) -> Layout {
    let by_name = ports.ranges().iter().map(|range| (range.name.clone(), range.clone())).collect();
    let mut layout = Layout { by_name, ..Layout::default() };
    for (index, file) in files.iter().enumerate() {
        for range in &file.ranges {
            layout.add(range);
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

    fn of_group(&self, claim: &Claim) -> Option<&Range> {
        let mut names = claim.group.split('.').rev().map(id_of);
        let first = names.find_map(|name| self.first.get(&(claim.place.file, name)))?;
        Some(&self.given[*first].2)
    }

    fn narrowest<'r>(&'r self, port: u16, ports: &'r Ports) -> Option<&'r Range> {
        self.all(ports).filter(|range| range.contains(port)).min_by_key(|range| range.end - range.start)
    }

    fn add(&mut self, claim: &RangeClaim) {
        let (start, end) = (claim.start, claim.end);
        let bounds = |range: &Range| (range.start, range.end) == (start, end);
        let mut name = claim.name.clone();
        let namesake = self.by_name.get(&name).cloned();
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
        let known = self.by_name.get(&name).cloned();
        let range = known.clone().unwrap_or_else(|| range(&name, start, end, claim.description.clone()));
        if known.is_none() {
            self.ranges.push(range.clone());
            self.by_name.insert(name, range.clone());
        }
        self.first.entry((claim.place.file, claim.name.clone())).or_insert(self.given.len());
        self.given.push((claim.place.file, claim.name.clone(), range, claim.place));
    }

    /// What is called reserved is taken so, unless servers of the same file live there: it is a range then.
    fn reservations(&mut self, file: &FileClaims, ports: &Ports) {
        let mut maps: BTreeMap<Option<&str>, Vec<_>> = BTreeMap::new();
        for reserved in &file.reserved {
            maps.entry(reserved.map.as_deref()).or_default().push(reserved);
        }
        for (map, entries) in maps {
            let mut covered = vec![false; 1 << 16];
            for entry in &entries {
                covered[usize::from(entry.start)..=usize::from(entry.end)].fill(true);
            }
            let used = file.claims.iter().filter_map(|claim| claim.port.clone().ok());
            let inside = used.filter(|&port| covered[usize::from(port)]).count();
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
                    self.add(&RangeClaim { name, start, end, description: None, environment: None, place });
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
    /// names the earlier; of many, a few are named.
    fn overlaps(&mut self, file: usize, ports: &Ports) {
        const SHOWN: usize = 3;
        let own = self.given.iter().filter(|(of, ..)| *of == file);
        let own: HashMap<&str, Place> = own.rev().map(|(_, _, range, at)| (range.name.as_str(), *at)).collect();
        let mut told = Vec::new();
        let mut more = 0;
        let mut place: Option<Place> = None;
        let all: Vec<&Range> = self.all(ports).collect();
        for (index, range) in all.iter().enumerate().skip(ports.ranges().len()) {
            let Some(at) = own.get(range.name.as_str()) else { continue };
            let meets = |other: &&&Range| other.start <= range.end && range.start <= other.end;
            let (mut names, mut count) = (Vec::new(), 0);
            for other in all[..index].iter().filter(meets) {
                count += 1;
                if names.len() < SHOWN {
                    names.push(quote(&other.name));
                }
            }
            if count == 0 {
                continue;
            }
            place = Some(place.map_or(*at, |place| place.min(*at)));
            if told.len() < 4 * SHOWN {
                let rest = count - names.len();
                let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                let names = names.join(", ");
                told.push(format!("{} ({}–{}) with {names}{rest}", quote(&range.name), range.start, range.end));
            } else {
                more += 1;
            }
        }
        if let Some(place) = place {
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            let text = format!("ranges share ports, and were taken as they are: {}{more}", told.join("; "));
            self.notes.push(Note { kind: NoteKind::Remark, place, text });
        }
    }
}

/// The ranges that servers may move to, and which of them are known to be full: they only get fuller.
pub(super) struct Rooms<'a> {
    layout: &'a Layout,
    ranges: Vec<&'a Range>,
    by_name: HashMap<&'a str, usize>,
    full: Vec<bool>,
}

impl<'a> Rooms<'a> {
    pub fn new(layout: &'a Layout, ports: &'a Ports) -> Self {
        let ranges: Vec<&Range> = layout.all(ports).collect();
        let by_name = ranges.iter().enumerate().map(|(index, range)| (range.name.as_str(), index)).collect();
        Self { layout, full: vec![false; ranges.len()], by_name, ranges }
    }

    /// The range of this name.
    pub fn named(&self, name: &str) -> Option<&'a Range> {
        self.by_name.get(name).map(|&index| self.ranges[index])
    }

    /// The nearest range that has a free port: that of the claim's group, else the narrowest around its port, else the
    /// first.
    pub fn nearest(&mut self, claim: Option<&Claim>, free: &BTreeSet<u16>) -> Option<&'a Range> {
        let group = claim.and_then(|claim| self.layout.of_group(claim));
        let group = group.and_then(|range| self.by_name.get(range.name.as_str()).copied());
        if let Some(index) = group.filter(|&index| self.has_room(index, free)) {
            return Some(self.ranges[index]);
        }
        let port = claim.and_then(|claim| claim.port.clone().ok());
        let is_around = |range: &Range| port.is_some_and(|port| range.contains(port));
        let open = |rooms: &Self, index: &usize| !rooms.full[*index];
        loop {
            let indexes = || (0..self.ranges.len()).filter(|index| open(self, index));
            let around = indexes().filter(|&index| is_around(self.ranges[index]));
            let narrowest = around.min_by_key(|&index| self.ranges[index].end - self.ranges[index].start);
            let index = narrowest.or_else(|| indexes().next())?;
            if self.has_room(index, free) {
                return Some(self.ranges[index]);
            }
        }
    }

    fn has_room(&mut self, index: usize, free: &BTreeSet<u16>) -> bool {
        let range = self.ranges[index];
        self.full[index] = self.full[index] || free.range(range.start..=range.end).next().is_none();
        !self.full[index]
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
