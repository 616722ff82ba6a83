//! How tables of a README differ from those that would be rendered.

use std::collections::HashMap;

use crate::check::finding::Findings;
use crate::check::markdown::{Markdown, Row, Section, Table};
use crate::check::owned::RENDER_ANEW;
use crate::check::rules::ports;
use crate::check::view::{FileView, ServerView};
use crate::text::{count, quote};

/// How many rows a message names before it only counts.
const SHOWN: usize = 5;

/// Says of each table in these sections how it differs from the one that would be rendered. Whole sections that are gone are
/// another rule's.
pub fn compare(
    server: &ServerView<'_>,
    file: &FileView<'_>,
    (found, expected): (&Markdown, &Markdown),
    is_meant: fn(&str) -> bool,
    out: &mut Findings,
) {
    let port = ports::port_of(server);
    for section in expected.sections.iter().filter(|section| is_meant(&section.path)) {
        let Some(table) = section.tables.first() else { continue };
        let parent = section.path.split('/').next().unwrap_or_default();
        if found.section(parent).is_none() {
            continue;
        }
        let told = match found.section(&section.path) {
            None => Some((file.whole(), "is gone".to_owned())),
            Some(there) => differs(file, there, table, port),
        };
        if let Some((place, how)) = told {
            let message = format!("the table of {} in the README {how}", quote(&section.path));
            out.add(place, message).help(format!("{RENDER_ANEW}; what it says is changed in `server.toml`"));
        }
    }
}

/// Where and how a section's table differs.
fn differs(
    file: &FileView<'_>,
    there: &Section,
    expected: &Table,
    port: Option<u16>,
) -> Option<(crate::check::Place, String)> {
    let Some(found) = there.tables.first() else { return Some((file.bytes(there.at.clone()), "is gone".to_owned())) };
    let key = |row: &Row| row.cells.first().cloned().unwrap_or_default();
    let by_key: HashMap<String, &Row> = found.rows.iter().map(|row| (key(row), row)).collect();
    let known: HashMap<String, &Row> = expected.rows.iter().map(|row| (key(row), row)).collect();
    let missing: Vec<String> = expected.rows.iter().map(key).filter(|key| !by_key.contains_key(key)).collect();
    let extra: Vec<&Row> = found.rows.iter().filter(|row| !known.contains_key(&key(row))).collect();
    let is_changed = |row: &&Row| known.get(&key(row)).is_some_and(|known| !is_same(row, known, port));
    let changed: Vec<&Row> = found.rows.iter().filter(is_changed).collect();
    let mut parts = Vec::new();
    let mut part = |verb: &str, keys: Vec<String>| {
        if !keys.is_empty() {
            parts.push(format!("{verb} {}", some_of(&keys)));
        }
    };
    let keys = |rows: &[&Row]| rows.iter().map(|row| key(row)).collect();
    part("lacks", missing);
    part("has what is not in the spec:", keys(&extra));
    part("says otherwise than the spec of", keys(&changed));
    let at = changed.iter().chain(&extra).map(|row| row.at.clone()).min_by_key(|at| at.start);
    (!parts.is_empty()).then(|| (file.bytes(at.unwrap_or_else(|| head(found))), parts.join(", and ")))
}

/// Whether two rows say the same, or differ in the port alone, of which another rule speaks.
fn is_same(found: &Row, expected: &Row, port: Option<u16>) -> bool {
    let is_port = |(found, expected): (&String, &String)| {
        found == expected || port.is_some_and(|port| ports::is_other_port(found, expected, port))
    };
    found.cells.len() == expected.cells.len() && found.cells.iter().zip(&expected.cells).all(is_port)
}

fn head(table: &Table) -> std::ops::Range<usize> {
    table.rows.first().map_or_else(|| table.at.clone(), |row| row.at.clone())
}

fn some_of(keys: &[String]) -> String {
    let shown: Vec<String> = keys.iter().take(SHOWN).map(|key| quote(key)).collect();
    match keys.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {}", shown.join(", "), count(more, "more row")),
    }
}
