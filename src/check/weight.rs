//! Which findings speak where several are about one file.
//!
//! Knows which rules explain a file as a whole, and which say only that it was changed. Works on what is reported, behind
//! selection and waivers: what nobody reads keeps nothing else silent.

use std::collections::HashMap;

use super::finding::{Finding, Severity};

/// Rules that only say that a file is not as it was rendered: where another one says what is wrong in it, they are silent.
const GIVE_WAY: &[&str] = &["drift", "edited-base"];

/// Rules that say what is wrong with a file as a whole, the most telling first: what others find in the file follows from
/// that, so they are silent.
const EXPLAIN: &[&str] = &["invalid-registry", "conflict-markers", "empty-file", "invalid-manifest"];

/// Rules whose findings are about what nobody may read.
pub(super) const SECRETS: &[&str] = &["secret", "secret-in-image"];

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

/// How files differ from what was rendered, by their paths.
pub(super) struct Diffs(HashMap<String, String>);

impl Diffs {
    /// All of them, also of files that only other rules will be reported to speak about.
    pub(super) fn of(findings: &[Finding]) -> Self {
        let edits = findings.iter().filter(|finding| GIVE_WAY.contains(&finding.rule.name));
        Self(edits.filter_map(|edit| Some((edit.place.path.clone(), edit.diff.clone()?))).collect())
    }

    /// Gives each to the first finding about its file, unless it is there already.
    pub(super) fn show(mut self, findings: &mut [Finding]) {
        for finding in findings.iter().filter(|finding| finding.diff.is_some()) {
            self.0.remove(&finding.place.path);
        }
        for finding in findings {
            if let Some(diff) = self.0.remove(&finding.place.path) {
                finding.diff = Some(diff);
            }
        }
    }
}

/// Takes away what another of the findings says better of the same file.
pub(super) fn settle(findings: &mut Vec<Finding>) {
    let mut most: HashMap<String, Weight> = HashMap::new();
    for finding in &*findings {
        let weight = Weight::of(finding);
        let known = most.entry(finding.place.path.clone()).or_insert(weight);
        *known = weight.min(*known);
    }
    findings.retain(|finding| {
        let (own, most) = (Weight::of(finding), most[&finding.place.path]);
        match own {
            Weight::Explains(_) => own == most,
            // Whatever else is wrong with a file: who can read it has the secret.
            Weight::Says if SECRETS.contains(&finding.rule.name) => true,
            Weight::Says | Weight::Notes => most >= Weight::Says,
            Weight::GivesWay => most > Weight::Says,
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::finding::{Findings, Place};
    use crate::check::{Checked, Selection, Verdict, by_selector, verdict, waiver::Waivers};

    fn found(rule: &str, diff: Option<&str>) -> Finding {
        let mut findings = Findings::new(by_selector(rule).expect("a rule"), None);
        let place = Place { path: "Dockerfile".to_owned(), span: None, source: None };
        findings.add(place, "so it is").diff = diff.map(str::to_owned);
        findings.into_list().remove(0)
    }

    /// The rules that speak, and whether the edit is shown.
    fn said(findings: Vec<Finding>, select: &[&str], ignore: &[&str], waived: &[&str]) -> (Vec<&'static str>, bool) {
        let all = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let selection = Selection { select: all(select), ignore: all(ignore) };
        let stanza = |rule: &&str| format!("[[waivers]]\nrule = \"{rule}\"\nreason = \"x\"\nexpires = 2999-01-01\n");
        let text: String = waived.iter().map(stanza).collect();
        let settings = crate::fleet::parse(&text).expect("settings");
        let waivers = Waivers::new(&settings.waivers, "", &text, "2026-01-01");
        let Verdict { findings, .. } = verdict(findings, &selection, waivers, Checked::default(), false, true);
        (findings.iter().map(|it| it.rule.name).collect(), findings.iter().any(|it| it.diff.is_some()))
    }

    #[test]
    fn an_edit_is_told_unless_another_finding_is_reported_that_says_more() {
        let both = || vec![found("drift", Some("+x")), found("root-user", None)];
        assert_eq!(said(both(), &[], &[], &[]), (vec!["root-user"], true));
        assert_eq!(said(both(), &["drift"], &[], &[]), (vec!["drift"], true));
        assert_eq!(said(both(), &[], &["root-user"], &[]), (vec!["drift"], true));
        assert_eq!(said(both(), &["root-user"], &[], &[]), (vec!["root-user"], true));
        assert_eq!(said(both(), &[], &[], &["root-user"]), (vec!["drift"], true));
        assert_eq!(said(both(), &[], &[], &["root-user", "drift"]), (vec![], false));
        assert_eq!(said(both(), &[], &[], &["drift"]), (vec!["root-user"], true));
        let mut note = both();
        note[1].severity(Severity::Note);
        assert_eq!(said(note, &[], &[], &[]), (vec!["drift", "root-user"], true));
    }

    #[test]
    fn a_secret_is_told_whatever_else_is_wrong_with_the_file() {
        let mut all = vec![found("conflict-markers", None), found("secret", None), found("drift", None)];
        settle(&mut all);
        let names: Vec<&str> = all.iter().map(|finding| finding.rule.name).collect();
        assert_eq!(names, ["conflict-markers", "secret"]);
    }
}
