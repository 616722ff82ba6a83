//! What a rule has to say: one thing that is wrong, where, and what to do.

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

/// What a rule has found so far.
#[derive(Debug)]
pub struct Findings {
    rule: &'static Rule,
    server: Option<String>,
    list: Vec<Finding>,
}

impl Findings {
    /// For what a rule finds in a server, or in the fleet.
    #[must_use]
    pub fn new(rule: &'static Rule, server: Option<&str>) -> Self {
        Self { rule, server: server.map(str::to_owned), list: Vec::new() }
    }

    /// Adds a finding, and gives it for more to be said of it.
    pub fn add(&mut self, place: Place, message: impl Into<String>) -> &mut Finding {
        self.list.push(Finding {
            rule: self.rule,
            severity: self.rule.severity,
            server: self.server.clone(),
            place,
            message: message.into(),
            help: None,
            diff: None,
            fixes: Vec::new(),
            renews_record: false,
        });
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// All of them.
    #[must_use]
    pub fn into_list(self) -> Vec<Finding> {
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
