//! Conformity: what the rules find in servers and in their fleet.
//!
//! Knows the rules, and nothing of where files come from: [`view`] holds what was found beside what would be rendered, and
//! both are handed in. Never reads the disk, and never renders.

mod deployment;
pub mod document;
mod file;
mod finding;
pub mod live;
mod markdown;
pub mod member;
mod place;
mod roster;
mod rule;
mod rules;
mod rust;
mod state;
mod verdict;
pub mod view;
pub mod waiver;

pub use finding::{Finding, Findings, Fix, Place, Severity};
pub use place::Span;
pub use rule::{Check, Rule};
pub use rules::{by_selector, rules};
pub use verdict::{Checked, Selection, Verdict, verdict};

use live::LiveView;
use std::collections::HashMap;

use view::{FleetView, ServerView};

/// Rules that only say that a file is not as it was rendered: where another one says what is wrong in it, they are silent.
const GIVE_WAY: &[&str] = &["drift", "edited-base"];

/// Rules that say what is wrong with a file as a whole, the most telling first: what others find in the file follows from
/// that, so they are silent.
const EXPLAIN: &[&str] = &["invalid-registry", "conflict-markers", "empty-file"];

/// Rules whose findings are about what nobody may read.
const SECRETS: &[&str] = &["secret", "secret-in-image"];

/// Everything that the rules find in a server.
#[must_use]
pub fn server(view: &ServerView<'_>) -> Vec<Finding> {
    let found = rules().flat_map(|rule| {
        let mut findings = Findings::new(rule, Some(view.id));
        match rule.check {
            Check::Server(check) | Check::Both(check, _) => check(view, &mut findings),
            Check::Files(check) => check(&view.files, &mut findings),
            Check::Fleet(_) | Check::Live(_) | Check::Engine => {}
        }
        findings.into_list()
    });
    let findings = in_order(found.collect());
    // Whoever parsed the server keeps all of its Rust, to tell places in it: all servers together would be too much.
    proc_macro2::extra::invalidate_current_thread_spans();
    findings
}

/// Everything that the rules find in a fleet beside its servers.
#[must_use]
pub fn fleet(view: &FleetView<'_>) -> Vec<Finding> {
    let found = rules().flat_map(|rule| {
        let mut findings = Findings::new(rule, None);
        match rule.check {
            Check::Fleet(check) | Check::Both(_, check) => check(view, &mut findings),
            Check::Files(check) => {
                for files in [&view.own, &view.around] {
                    check(files, &mut findings);
                }
            }
            Check::Server(_) | Check::Live(_) | Check::Engine => {}
        }
        findings.into_list()
    });
    in_order(found.collect())
}

/// Everything that the rules find in a running server.
#[must_use]
pub fn live(view: &LiveView<'_>) -> Vec<Finding> {
    let found = rules().flat_map(|rule| {
        let mut findings = Findings::new(rule, view.expected.map(|expected| expected.id));
        if let Check::Live(check) = rule.check {
            check(view, &mut findings);
        }
        findings.into_list()
    });
    in_order(found.collect())
}

/// How much a finding says of its file; the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// It explains the file as a whole; of several, the first in the list does.
    Explains(usize),
    /// It says what is wrong.
    Says,
    /// It is a note.
    Notes,
    /// It says only that something is.
    GivesWay,
}

impl Weight {
    fn of(finding: &Finding) -> Self {
        let name = finding.rule.name;
        match EXPLAIN.iter().position(|rule| *rule == name) {
            Some(position) => Self::Explains(position),
            None if GIVE_WAY.contains(&name) => Self::GivesWay,
            None if finding.severity == Severity::Note => Self::Notes,
            None => Self::Says,
        }
    }
}

/// Without what is explained by another finding in the same file, in the order of places.
fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut most: HashMap<String, Weight> = HashMap::new();
    for finding in &findings {
        let weight = Weight::of(finding);
        let known = most.entry(finding.place.path.clone()).or_insert(weight);
        *known = weight.min(*known);
    }
    findings.retain(|finding| {
        let (own, most) = (Weight::of(finding), most[&finding.place.path]);
        match own {
            Weight::Explains(_) => own == most,
            Weight::Says | Weight::Notes => most >= Weight::Says,
            Weight::GivesWay => most > Weight::Says,
        }
    });
    hide_secrets(&mut findings);
    findings.sort_by(|a, b| (&a.place, a.rule.id, &a.message).cmp(&(&b.place, b.rule.id, &b.message)));
    findings.dedup_by(|a, b| a.place == b.place && a.rule.id == b.rule.id && a.message == b.message);
    findings
}

/// Takes the source away from every finding in a file that has a secret: the line may be the one with it.
fn hide_secrets(findings: &mut [Finding]) {
    let has_secret = |finding: &&Finding| SECRETS.contains(&finding.rule.name);
    let paths: Vec<String> = findings.iter().filter(has_secret).map(|finding| finding.place.path.clone()).collect();
    for finding in findings.iter_mut().filter(|finding| paths.contains(&finding.place.path)) {
        (finding.place.source, finding.diff) = (None, None);
    }
}
