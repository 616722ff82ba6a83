//! What a rule has to say: one thing that is wrong, where, and what to do.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::place::Span;
use super::rule::Rule;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It does not work, or is not safe.
    Error,
    /// It works, and is not as it should be.
    Warning,
    /// It is worth knowing; no finding unless `--strict` says so.
    Note,
}

impl Severity {
    /// As it is printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file or folder, below the root of the repository; of a running server, its URL.
    pub path: String,
    /// The part of it, where it is about one.
    pub span: Option<Span>,
    /// The line that the span begins in.
    pub source: Option<String>,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that says so.
    pub rule: &'static Rule,
    /// How bad it is: the rule's severity, unless the finding is of another.
    pub severity: Severity,
    /// The server that it is about; of the fleet, none.
    pub server: Option<String>,
    /// Where.
    pub place: Place,
    /// What is wrong and why: a lower-case sentence without a full stop, names in backticks.
    pub message: String,
    /// What to do about it; names the next command where there is one.
    pub help: Option<String>,
    /// How the file differs from what it should be, as a unified diff.
    pub diff: Option<String>,
    /// What `--fix` would do about it: all of it, or nothing where it is not safe.
    pub fixes: Vec<Fix>,
    /// Whether `--fix` would write the record anew that it is about, from what is as rendered.
    pub renews_record: bool,
}

/// A file as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The file, below the root of the repository.
    pub path: String,
    /// What it should hold; none: it should not be there.
    pub text: Option<String>,
}

/// So many findings of one rule in one file say enough.
const MOST_IN_A_FILE: usize = 50;

/// What a rule has found so far.
#[derive(Debug)]
pub struct Findings {
    rule: &'static Rule,
    server: Option<String>,
    list: Vec<Finding>,
    /// How many there are in each file.
    counts: HashMap<String, usize>,
    /// The last one that was too many.
    spare: Option<Finding>,
}

impl Findings {
    /// For what a rule finds in a server, or in the fleet.
    #[must_use]
    pub fn new(rule: &'static Rule, server: Option<&str>) -> Self {
        Self { rule, server: server.map(str::to_owned), list: Vec::new(), counts: HashMap::new(), spare: None }
    }

    /// Adds a finding, and gives it for more to be said of it. Of many in one file, the first are kept.
    pub fn add(&mut self, place: Place, message: impl Into<String>) -> &mut Finding {
        let count = self.counts.entry(place.path.clone()).or_default();
        *count += 1;
        let is_kept = *count <= MOST_IN_A_FILE;
        let finding = self.finding(place, message.into());
        if !is_kept {
            return self.spare.insert(finding);
        }
        self.list.push(finding);
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    fn finding(&self, place: Place, message: String) -> Finding {
        Finding {
            rule: self.rule,
            severity: self.rule.severity,
            server: self.server.clone(),
            place,
            message,
            help: None,
            diff: None,
            fixes: Vec::new(),
            renews_record: false,
        }
    }

    /// All of them; where a file has more than were kept, one says how many.
    #[must_use]
    pub fn into_list(mut self) -> Vec<Finding> {
        let more = |(path, count): (String, usize)| Some((path, count.checked_sub(MOST_IN_A_FILE).filter(|n| *n > 0)?));
        for (path, count) in std::mem::take(&mut self.counts).into_iter().filter_map(more) {
            let mut more = self.finding(
                Place { path, span: None, source: None },
                format!("the rule says so {count} times more in this file"),
            );
            more.help("mend the first ones, and check again");
            self.list.push(more);
        }
        self.list
    }
}

impl Finding {
    /// Says what to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Says how bad it is, where that is not what the rule says.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Says that it is about a record which can be written anew.
    pub fn renew_record(&mut self) -> &mut Self {
        self.renews_record = true;
        self
    }

    /// Whether `--fix` would do something about it.
    #[must_use]
    pub fn is_fixable(&self) -> bool {
        self.renews_record || !self.fixes.is_empty()
    }

    /// Says which file would mend it.
    pub fn fix(&mut self, path: impl Into<String>, text: Option<&str>) -> &mut Self {
        self.fixes.push(Fix { path: path.into(), text: text.map(str::to_owned) });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::by_selector;

    #[test]
    fn of_many_findings_in_one_file_the_first_are_kept_and_the_rest_counted() {
        let mut findings = Findings::new(by_selector("drift").expect("a rule"), None);
        let place = |path: &str| Place { path: path.to_owned(), span: None, source: None };
        for n in 0..MOST_IN_A_FILE + 7 {
            findings.add(place("a"), n.to_string()).help("mend it");
        }
        findings.add(place("b"), "alone");
        let list = findings.into_list();
        let of = |path: &str| list.iter().filter(|finding| finding.place.path == path).collect::<Vec<_>>();
        assert_eq!((of("a").len(), of("b").len()), (MOST_IN_A_FILE + 1, 1));
        let last = of("a")[MOST_IN_A_FILE];
        assert_eq!(last.message, "the rule says so 7 times more in this file");
        assert_eq!(last.help.as_deref(), Some("mend the first ones, and check again"));
    }
}
