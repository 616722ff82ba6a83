//! What is wrong with a registry's text, and where.

use std::fmt;

use crate::text::visible;

/// How many problems a message shows before it only counts.
const SHOWN: usize = 20;

/// What kind of problem it is, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// It cannot be read as it stands.
    Malformed,
    /// A merge left its markers.
    ConflictMarkers,
    /// Two entries have one name, in one spelling or two.
    DuplicateName,
    /// Two servers that live have one port.
    DuplicatePort,
    /// A server is of a range that does not exist or that its port is not in.
    OutsideRange,
}

impl Code {
    /// Every kind, as the README lists them.
    pub const ALL: [Self; 5] =
        [Self::Malformed, Self::ConflictMarkers, Self::DuplicateName, Self::DuplicatePort, Self::OutsideRange];

    /// As it stands in machine-readable output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::ConflictMarkers => "conflict-markers",
            Self::DuplicateName => "duplicate-name",
            Self::DuplicatePort => "duplicate-port",
            Self::OutsideRange => "outside-range",
        }
    }

    /// Whether [`super::repair`] and [`super::merge`] know what to do about it, because all entries could be read.
    #[must_use]
    pub fn is_resolvable(self) -> bool {
        self != Self::Malformed
    }
}

/// One thing that is wrong with the text of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem it is.
    pub code: Code,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong: a sentence in lower case without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// All that is wrong with one text, in the order of the text; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub(super) Vec<Problem>);

impl Problems {
    /// These problems, of which there must be one.
    #[must_use]
    pub fn new(list: Vec<Problem>) -> Self {
        Self(list)
    }

    /// The problems, in the order of the text.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.0
    }

    /// The problems as lines for people, each behind `file:line:column`.
    #[must_use]
    pub fn in_file(&self, file: &str) -> String {
        let mut lines = Vec::new();
        for problem in self.0.iter().take(SHOWN) {
            lines.push(format!("{file}:{}:{}: {}", problem.line, problem.column, problem.message));
            lines.extend(problem.help.as_ref().map(|help| format!("  help: {help}")));
        }
        if self.0.len() > SHOWN {
            lines.push(format!("… and {} more", self.0.len() - SHOWN));
        }
        lines.join("\n")
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_file("registry"))
    }
}

impl std::error::Error for Problems {}

/// A problem that still stands at a byte of the text.
pub(super) struct Found {
    pub code: Code,
    pub at: usize,
    pub message: String,
    pub help: Option<String>,
}

/// Turns bytes into lines and columns, all in one walk over the text: a bad file may have thousands of problems.
pub(super) fn locate(text: &str, mut found: Vec<Found>) -> Vec<Problem> {
    found.sort_by_key(|found| found.at);
    let mut problems = Vec::with_capacity(found.len());
    let (mut line, mut column, mut seen) = (1, 1, 0);
    for Found { code, at, message, help } in found {
        let at = text.floor_char_boundary(at);
        let between = &text[seen..at];
        line += between.matches('\n').count();
        column = match between.rfind('\n') {
            Some(newline) => between[newline..].chars().count(),
            None => column + between.chars().count(),
        };
        seen = at;
        // What is quoted may be hostile: nothing of it shall reach a terminal as a command.
        let message = visible(&message);
        problems.push(Problem { code, line, column, message, help });
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let text = "é1\n\n3é5\n";
        let found = [0, 2, 4, 8, 100].map(|at| Found { code: Code::Malformed, at, message: String::new(), help: None });
        let places: Vec<_> = locate(text, found.into()).iter().map(|p| (p.line, p.column)).collect();
        assert_eq!(places, [(1, 1), (1, 2), (2, 1), (3, 3), (4, 1)]);
    }
}
