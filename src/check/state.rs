//! How a file on disk stands to what would be rendered now.
//!
//! Knows formatting from changes; not what a change means.

use super::rust;
use crate::record::{self, Rendered};
use crate::tree::{Owner, same_lines};

/// How a file on disk stands to what would be rendered now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is the same, but perhaps for the ends of its lines.
    Same,
    /// An Owned file that differs in blanks alone.
    Reformatted,
    /// It is as it once was rendered; today it would be rendered otherwise.
    Outdated,
    /// An Owned file that somebody changed.
    Edited,
    /// A Seeded or Merged file that somebody changed, as they may; and the spec, which is theirs from the start.
    Users,
    /// A file that was rendered once and would not be today.
    Orphan,
    /// A file that is none of ours.
    Extra,
}

/// How a text stands to what would be rendered at its path, and to what once was.
pub fn state(path: &str, text: &str, (expected, owner): (&str, Owner), record: Option<&Rendered>) -> State {
    let was_rendered = || {
        let recorded = record.and_then(|record| record.files.get(path));
        recorded.is_some_and(|recorded| recorded.sha256 == record::sha256(text))
    };
    if path == record::SPEC {
        // It is rendered from itself, so that it is the same says nothing of what is in it.
        State::Users
    } else if same_lines(text, expected) {
        State::Same
    } else if owner == Owner::Seeded {
        // The user's from the first day on, whatever would be rendered today.
        State::Users
    } else if was_rendered() {
        State::Outdated
    } else if owner == Owner::Merged {
        State::Users
    } else if is_reformatted(path, text, expected) {
        State::Reformatted
    } else {
        State::Edited
    }
}

/// Whether a text differs from the other in blanks alone, and means the same.
fn is_reformatted(path: &str, text: &str, expected: &str) -> bool {
    let is = |extension: &str| path.rsplit_once('.').is_some_and(|(_, end)| end == extension);
    if is("rs") {
        // rustfmt also sets and takes commas at the ends of lists. Comments are no tokens, so both are compared.
        let bare = |text: &str| {
            let solid: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            solid.replace(",)", ")").replace(",]", "]").replace(",}", "}").replace(",>", ">")
        };
        bare(text) == bare(expected) && rust::is_same_text(text, expected)
    } else if is("json") {
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        value(text).is_some_and(|found| Some(found) == value(expected))
    } else {
        let lines = |text: &str| text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        lines(text) == lines(expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_is_told_from_changes() {
        let rendered = "fn f(a: u8, b: u8) -> u8 {\n    // why\n    a + b\n}\n";
        for same in
            ["fn f(a: u8,b: u8)->u8 {\n// why\na + b }", "fn f(\n    a: u8,\n    b: u8,\n) -> u8 {\n// why\na + b\n}\n"]
        {
            assert!(is_reformatted("a.rs", same, rendered), "{same}");
        }
        for other in [
            "fn f(a: u8, b: u8) -> u8 {\n    // what\n    a + b\n}\n",
            "fn f(a: u8, b: u8) -> u8 {\n    a + b\n}\n",
            "fn f(a: u8, b: u8) -> u8 {\n    // why\n    a - b\n}\n",
            "not Rust (",
        ] {
            assert!(!is_reformatted("a.rs", other, rendered), "{other}");
        }
        assert!(!is_reformatted("a.rs", "const A: &str = \"a b\";", "const A: &str = \"ab\";"));
        assert!(is_reformatted("a.json", "{\"a\":1}", "{\n  \"a\": 1\n}\n"));
        assert!(is_reformatted("a.md", "a  \nb", "a\nb\n") && !is_reformatted("a.md", "a b\n", "a\nb\n"));
    }
}
