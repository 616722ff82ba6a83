//! The verdict: which findings count, after what was selected and waived.

use super::finding::{Finding, Severity};
use super::rule::Rule;
use super::waiver::Waivers;
use super::weight::{self, Diffs};

/// Which rules were asked for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these, by id, name or beginning of an id; empty: all.
    pub select: Vec<String>,
    /// But not these.
    pub ignore: Vec<String>,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// The servers, by their ids.
    pub servers: Vec<String>,
    /// How many files.
    pub files: usize,
    /// Whether a server that runs has no spec here to be held against: only what every server has was asked.
    pub is_without_spec: bool,
}

/// What is to be said of a check.
#[derive(Debug)]
pub struct Verdict {
    /// The findings that were not waived, by place.
    pub findings: Vec<Finding>,
    /// Those that were, with the reason.
    pub waived: Vec<(Finding, String)>,
    /// What was looked at.
    pub checked: Checked,
}

impl Selection {
    /// Whether a rule was asked for.
    #[must_use]
    pub fn has(&self, rule: &Rule) -> bool {
        let is_in = |list: &[String]| list.iter().any(|selector| rule.is_meant_by(selector));
        (self.select.is_empty() || is_in(&self.select)) && !is_in(&self.ignore)
    }

    /// Whether every rule was.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty()
    }
}

/// Weighs findings. With `is_strict`, a note is an error; only where `is_whole` was everything looked at.
#[must_use]
pub fn verdict(
    findings: Vec<Finding>,
    selection: &Selection,
    mut waivers: Waivers<'_>,
    checked: Checked,
    is_strict: bool,
    is_whole: bool,
) -> Verdict {
    let mut verdict = Verdict { findings: Vec::new(), waived: Vec::new(), checked };
    let diffs = Diffs::of(&findings);
    for finding in findings.into_iter().filter(|finding| selection.has(finding.rule)) {
        match waivers.reason(&finding) {
            Some(reason) => verdict.waived.push((finding, reason.to_owned())),
            None => verdict.findings.push(finding),
        }
    }
    weight::settle(&mut verdict.findings);
    diffs.show(&mut verdict.findings);
    let own = waivers.findings(is_whole && selection.is_everything());
    verdict.findings.extend(own.into_iter().filter(|finding| selection.has(finding.rule)));
    if is_strict {
        for finding in verdict.findings.iter_mut().filter(|finding| finding.severity == Severity::Note) {
            finding.severity = Severity::Error;
        }
    }
    verdict.findings.sort_by(|a, b| (&a.server, &a.place, a.rule.id).cmp(&(&b.server, &b.place, b.rule.id)));
    verdict
}

impl Verdict {
    /// How many findings are so bad.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether anything counts.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.count(Severity::Error) + self.count(Severity::Warning) == 0
    }
}
