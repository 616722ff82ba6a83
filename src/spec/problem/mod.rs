//! What is wrong with a spec, and how it is shown.
//!
//! Knows places in a text, not what the text means. A rendering never holds a control character or a mark that
//! reorders text, whatever the file holds.

mod render;

use std::fmt;
use std::ops::Range;

use render::Rendering;

use crate::excerpt::Style;

/// One thing that is wrong, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The bytes that it is about.
    pub span: Range<usize>,
    /// What is wrong and why: a lower-case sentence with names in backticks.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without help.
    #[must_use]
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    /// The same problem with a line of help.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// A place as people count: both start at 1, columns are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// Everything that is wrong with one file, in the order of its text; never empty.
#[derive(Debug, Clone)]
pub struct Problems {
    file_name: String,
    text: String,
    list: Vec<Problem>,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl Problems {
    /// More than this many are counted, not shown.
    pub(super) const SHOWN: usize = 200;

    /// Puts the problems of a text in order; the same one twice is one.
    #[must_use]
    pub fn new(file_name: &str, text: &str, mut list: Vec<Problem>) -> Self {
        for problem in &mut list {
            let start = floor(text, problem.span.start);
            problem.span = start..floor(text, problem.span.end).max(start);
        }
        list.sort_by(|a, b| (a.span.start, a.span.end, &a.message).cmp(&(b.span.start, b.span.end, &b.message)));
        list.dedup();
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file_name: file_name.to_owned(), text: text.to_owned(), list, lines }
    }

    /// The name that was given for the file.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The problems, sorted by place.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.list.iter()
    }

    /// How many they are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Where a problem begins.
    #[must_use]
    pub fn place(&self, problem: &Problem) -> Place {
        self.place_of(problem.span.start)
    }

    /// The place just behind a problem.
    #[must_use]
    pub fn end(&self, problem: &Problem) -> Place {
        self.place_of(problem.span.end)
    }

    fn place_of(&self, at: usize) -> Place {
        let line = self.line_of(at);
        let before = &self.text[self.lines[line]..at];
        Place { line: line + 1, column: before.trim_start_matches('\u{feff}').chars().count() + 1 }
    }

    /// All problems the way rustc shows them, and how many they are.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        Rendering { problems: self, style: Style { colour } }.to_string()
    }

    fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at) - 1
    }

    fn line(&self, index: usize) -> &str {
        let end = self.lines.get(index + 1).map_or(self.text.len(), |next| next - 1);
        let line = &self.text[self.lines[index]..end];
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// The part of the problem that lies in its first line, counted from there.
    fn within_line(&self, problem: &Problem) -> Range<usize> {
        let index = self.line_of(problem.span.start);
        let (from, length) = (self.lines[index], self.line(index).len());
        (problem.span.start - from).min(length)..(problem.span.end - from).min(length)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Rendering { problems: self, style: Style { colour: false } }.fmt(f)
    }
}

impl std::error::Error for Problems {}

/// The last boundary of a character that is not after `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::excerpt::width;

    fn render(text: &str, span: Range<usize>) -> String {
        Problems::new("server.toml", text, vec![Problem::new(span, "it is wrong").help("mend it")]).render(false)
    }

    #[test]
    fn a_problem_points_at_its_place() {
        let expected = "error: it is wrong\n --> server.toml:2:5\n  |\n2 | b = \"é\"\n  |     ^^^\nhelp: mend it\n\n\
                        server.toml: 1 problem\n";
        assert_eq!(render("a = 1\r\nb = \"é\"\r\n", 11..15), expected);
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_caret_in_place() {
        let shown = render("\tkey = \"日本\" # x", 14..15);
        let line = shown.lines().nth(3).unwrap();
        let caret = shown.lines().nth(4).unwrap();
        assert_eq!(line, "1 |     key = \"日本\" # x");
        assert_eq!(width(&caret[..caret.find('^').unwrap()]), width(&line[..line.find("\" #").unwrap()]));
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret() {
        let text = format!("{}here{}", "é".repeat(5_000), "x".repeat(5_000));
        let shown = render(&text, 10_000..10_004);
        let line = shown.lines().nth(3).unwrap();
        let caret = shown.lines().nth(4).unwrap();
        assert!(width(line) < 130, "{line}");
        let column = line.chars().position(|c| c == 'h').unwrap();
        assert_eq!(caret.chars().position(|c| c == '^'), Some(column), "{shown}");
        assert!(caret.ends_with("^^^^"));
    }

    #[test]
    fn a_place_outside_the_text_or_inside_a_character_is_shown_nearby() {
        for span in [0..0, 4..5, 6..6, 99..100, std::ops::Range { start: 5, end: 3 }] {
            assert!(render("a = é", span.clone()).contains('^'), "{span:?}");
        }
    }

    #[test]
    fn hostile_text_reaches_no_terminal() {
        let text = "a\u{1b}[2J = \"\u{202e}\u{9b}\"\u{7}\n";
        let problem = Problem::new(0..4, "bad \u{1b}[31m").help("\u{202e}");
        let shown = Problems::new("\u{1b}.toml", text, vec![problem]).render(false);
        assert!(shown.chars().all(|c| c == '\n' || (!c.is_control() && !crate::text::is_override(c))), "{shown:?}");
    }

    #[test]
    fn problems_are_sorted_and_counted_once() {
        let list = vec![Problem::new(4..5, "b"), Problem::new(0..1, "a"), Problem::new(4..5, "b")];
        let problems = Problems::new("f", "a = 1", list);
        assert_eq!(problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(problems.render(true).contains("\u{1b}[1;31merror"));
    }
}
