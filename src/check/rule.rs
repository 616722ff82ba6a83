//! What a rule is: an id that stays, a name, what it says of itself, and a function.

use super::finding::{Findings, Severity};
use super::live::LiveView;
use super::view::{Files, FleetView, ServerView};

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// `MCP101`: never changes, never means anything else.
    pub id: &'static str,
    /// `missing-endpoint`: lower case words.
    pub name: &'static str,
    /// How bad what it finds is.
    pub severity: Severity,
    /// What it finds, in a few words: a row of the README.
    pub summary: &'static str,
    /// What it finds, why that matters and what to do: what `mcpgen explain` prints. Markdown.
    pub docs: &'static str,
    /// What it looks at.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// One server.
    Server(fn(&ServerView<'_>, &mut Findings)),
    /// The fleet as a whole.
    Fleet(fn(&FleetView<'_>, &mut Findings)),
    /// Each server, and the fleet as a whole.
    Both(fn(&ServerView<'_>, &mut Findings), fn(&FleetView<'_>, &mut Findings)),
    /// Files of any kind: those of each server, those of the fleet, those around it.
    Files(fn(&Files<'_>, &mut Findings)),
    /// A running server.
    Live(fn(&LiveView<'_>, &mut Findings)),
    /// Nothing by itself: what runs the rules adds it.
    Engine,
}

impl Rule {
    /// The family: what the first digit says.
    #[must_use]
    pub fn family(&self) -> &'static str {
        let digits = self.id.trim_start_matches("MCP");
        match digits.len().checked_sub(2).map(|end| &digits[..end]) {
            Some("0") => "layout",
            Some("1") => "code",
            Some("2") => "spec and drift",
            Some("3") => "manifest",
            Some("4") => "stubs",
            Some("5") => "ports",
            Some("6") => "container",
            Some("7") => "security",
            Some("8") => "docs and tests",
            Some("9") => "fleet",
            _ => "live",
        }
    }

    /// Whether a selector means it: its id, its name, or what its id begins with (`MCP1`).
    #[must_use]
    pub fn is_meant_by(&self, selector: &str) -> bool {
        let upper = selector.to_ascii_uppercase();
        // `MCP1` is the family of `MCP101`, not of `MCP1001`.
        self.name.eq_ignore_ascii_case(selector)
            || self.id == upper
            || (upper.len() >= 4 && upper.len() + 2 == self.id.len() && self.id.starts_with(&upper))
            || upper == "MCP"
    }
}
