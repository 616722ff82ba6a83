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
mod owned;
mod place;
mod roster;
mod rule;
mod rules;
mod rust;
mod state;
pub mod tools_list;
mod verdict;
pub mod view;
pub mod waiver;
mod weight;

pub use finding::{Finding, Findings, Fix, Place, Severity};
pub use place::Span;
pub use rule::{Check, Rule};
pub use rules::{by_selector, near, rules};
pub use verdict::{Checked, Selection, Verdict, verdict};

use live::LiveView;
use std::borrow::Cow;
use std::collections::HashSet;

use crate::secret;
use view::{FleetView, ServerView};
use weight::SECRETS;

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
    let mut findings = in_order(found.collect());
    owned::advise(&view.files, &mut findings);
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
    let mut findings = in_order(found.collect());
    owned::advise(&view.own, &mut findings);
    findings
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

/// In the order of places, and without what nobody may read.
fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    hide_secrets(&mut findings);
    findings.sort_by(|a, b| (&a.place, a.rule.id, &a.message).cmp(&(&b.place, b.rule.id, &b.message)));
    findings.dedup_by(|a, b| a.place == b.place && a.rule.id == b.rule.id && a.message == b.message);
    findings
}

/// Takes away whatever a finding shows of its file where that may be a secret, and what it repeats of one.
fn hide_secrets(findings: &mut [Finding]) {
    let has_secret = |finding: &&Finding| SECRETS.contains(&finding.rule.name);
    let paths: HashSet<String> = findings.iter().filter(has_secret).map(|finding| finding.place.path.clone()).collect();
    let tells = |text: &String| text.lines().any(secret::is_given_in) || !secret::known(text).is_empty();
    for finding in findings {
        let is_told = paths.contains(&finding.place.path);
        finding.place.source.take_if(|source| is_told || tells(source) || secret::in_text(source));
        finding.diff.take_if(|diff| is_told || tells(diff));
        for text in std::iter::once(&mut finding.message).chain(&mut finding.help) {
            if let Cow::Owned(clean) = secret::without(text) {
                *text = clean;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a finding of a rule in a file with this line.
    fn left(rule: &str, line: &str) -> Vec<Finding> {
        let rule = by_selector(rule).expect("a rule");
        let mut findings = Findings::new(rule, None);
        let place = Place { path: "a.txt".to_owned(), span: None, source: Some(line.to_owned()) };
        findings.add(place, format!("it says {line}")).diff = Some(format!("+{line}\n"));
        in_order(findings.into_list())
    }

    #[test]
    fn a_finding_shows_no_secret() {
        let token = concat!("ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6");
        let found = &left("drift", token)[0];
        assert_eq!((&found.place.source, &found.diff, found.message.as_str()), (&None, &None, "it says …"));
        let found = &left("drift", concat!("password: corr3ct", "-horse"))[0];
        assert_eq!((&found.place.source, &found.diff), (&None, &None));
        let found = &left("drift", "name: weather")[0];
        assert!(found.place.source.is_some() && found.diff.is_some());
    }
}
