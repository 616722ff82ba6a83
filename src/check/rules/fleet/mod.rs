//! Rules on the fleet as a whole: that whoever lists servers lists all of them, and the waivers.
//!
//! A file concerns the fleet where it names one of its servers by its id. Then it should have all of them, and none that is
//! gone. What lists servers is known by what is in it, not by its name.

mod check_not_in_ci;
mod clashing_tools;
mod duplicate_server;
mod missing_in_alerts;
mod missing_in_ci;
mod missing_in_client_config;
mod missing_in_compose;
mod missing_in_scrape_config;
mod unknown_server;
mod unreadable_file;
mod workflow;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::deployment::Deployed;
use crate::check::finding::{Finding, Findings};
use crate::check::roster::Roster;
use crate::check::rule::Rule;
use crate::check::view::Summary;
use crate::check::waiver;
use crate::text::{count, quote};

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[
    &missing_in_ci::RULE,
    &check_not_in_ci::RULE,
    &missing_in_compose::RULE,
    &missing_in_scrape_config::RULE,
    &missing_in_alerts::RULE,
    &missing_in_client_config::RULE,
    &unknown_server::RULE,
    &duplicate_server::RULE,
    &clashing_tools::RULE,
    &unreadable_file::RULE,
    &waiver::STALE,
    &waiver::EXPIRED,
];

/// How many servers a message names before it only counts.
const SHOWN: usize = 5;

/// What a file, or several that belong together, have of servers.
#[derive(Default)]
struct Listed {
    /// Servers that are named by their ids: if there are any, the files concern the fleet.
    certain: BTreeSet<usize>,
    /// Servers that are there under any name.
    there: BTreeSet<usize>,
}

/// Says which servers are in none of the files of a folder, where those concern the fleet. Files of one folder are read
/// together: one overrides or completes another.
fn complete(
    documents: &[Deployed<'_, '_>],
    roster: &Roster<'_>,
    take: impl Fn(&Deployed<'_, '_>, &mut Listed),
    what: &str,
    help: &str,
    out: &mut Findings,
) {
    let mut folders: BTreeMap<&str, Vec<&Deployed<'_, '_>>> = BTreeMap::new();
    for document in documents {
        let folder = document.file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().push(document);
    }
    for documents in folders.values() {
        let mut listed = Listed::default();
        let mut fullest: Option<(&Deployed<'_, '_>, usize)> = None;
        for document in documents {
            let before = listed.certain.len();
            take(document, &mut listed);
            let added = listed.certain.len() - before;
            if fullest.is_none_or(|(_, most)| added > most) {
                fullest = Some((document, added));
            }
        }
        if listed.certain.is_empty() {
            continue;
        }
        listed.there.extend(&listed.certain);
        let missing = roster.without(&listed.there, is_ours);
        if let Some((document, _)) = fullest.filter(|_| !missing.is_empty()) {
            let place = document.file.bytes(document.key.span.clone());
            lacks(out, place, what, &missing).help(help);
        }
    }
}

/// Adds that something lacks servers that others of the fleet are in.
fn lacks<'o>(out: &'o mut Findings, place: crate::check::Place, what: &str, missing: &[&str]) -> &'o mut Finding {
    out.add(place, format!("{what} has servers of the fleet, and not {}", some_of(missing)))
}

/// Whether a server has a spec that can be read: of any other nobody knows whether it has a port, metrics or clients.
fn is_ours(server: &Summary) -> bool {
    server.name.is_some()
}

/// The first names, and how many more there are.
fn some_of(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| quote(name)).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {}", shown.join(", "), count(more, "more server")),
    }
}
