//! Where in a file something is, as people count.

use std::ops::Range;

use proc_macro2::LineColumn;

/// A part of a text: lines and columns from 1, columns in characters; the end is just behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The line that it begins in.
    pub line: usize,
    /// Its first column.
    pub column: usize,
    /// The line that it ends in.
    pub end_line: usize,
    /// The column just behind it.
    pub end_column: usize,
}

impl Span {
    /// The bytes of a text; what lies outside of it, or within a character, is moved to where it can be.
    ///
    /// Goes through the text: [`Lines`] is for many.
    #[must_use]
    pub fn of(text: &str, bytes: Range<usize>) -> Self {
        Lines::new(text).span(text, bytes)
    }

    /// What `syn` says of a piece of Rust.
    #[must_use]
    pub fn rust(span: proc_macro2::Span) -> Self {
        let (LineColumn { line, column }, end) = (span.start(), span.end());
        Self { line, column: column + 1, end_line: end.line, end_column: end.column + 1 }
    }
}

/// Where the lines of a text begin, so that a place in it costs the same wherever it is.
#[derive(Debug, Clone)]
pub struct Lines {
    /// The byte that each line begins with.
    starts: Vec<usize>,
    /// How many characters are before each of the steps.
    characters: Vec<usize>,
}

/// Bytes from one step to the next.
const STEP: usize = 256;

impl Lines {
    /// Goes through a text once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let is_first = |byte: u8| byte & 0b1100_0000 != 0b1000_0000;
        let mut count = 0;
        let steps = text.as_bytes().chunks(STEP).map(|step| {
            let before = count;
            count += step.iter().filter(|byte| is_first(**byte)).count();
            before
        });
        Self { starts, characters: steps.collect() }
    }

    /// The bytes of the text; what lies outside of it, or within a character, is moved to where it can be.
    #[must_use]
    pub fn span(&self, text: &str, bytes: Range<usize>) -> Span {
        let start = text.floor_char_boundary(bytes.start);
        let end = text.floor_char_boundary(bytes.end).max(start);
        let ((line, column), (end_line, end_column)) = (self.place(text, start), self.place(text, end));
        Span { line, column, end_line, end_column }
    }

    /// A whole line, from 1, without the blanks around what is in it.
    #[must_use]
    pub fn line(&self, text: &str, line: usize) -> Span {
        let content = self.content(text, line);
        let indent = content.chars().take_while(|c| c.is_whitespace()).count();
        let end = content.trim_end().chars().count();
        Span { line, column: indent.min(end) + 1, end_line: line, end_column: end + 1 }
    }

    /// What is in a line, from 1; nothing where the text has fewer.
    #[must_use]
    pub fn content<'t>(&self, text: &'t str, line: usize) -> &'t str {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        text[start..end].trim_end_matches(['\r', '\n'])
    }

    fn place(&self, text: &str, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts[line - 1];
        // A byte order mark is no character of the line.
        let mark = usize::from(start == 0 && at > 0 && text.starts_with('\u{feff}'));
        (line, self.characters_before(text, at) - self.characters_before(text, start) - mark + 1)
    }

    fn characters_before(&self, text: &str, at: usize) -> usize {
        let step = at / STEP;
        let Some(before) = self.characters.get(step) else {
            // Behind the last step: the end of a text whose length is a multiple of it.
            return text.chars().count();
        };
        let is_first = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
        before + text.as_bytes()[step * STEP..at].iter().filter(is_first).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_people_do() {
        let text = "é = 1\n\tb = 2\n";
        let at = text.find("= 2").unwrap();
        assert_eq!(Span::of(text, at..at + 3), Span { line: 2, column: 4, end_line: 2, end_column: 7 });
        assert_eq!(Span::of(text, 3..4), Span { line: 1, column: 3, end_line: 1, end_column: 4 });
        assert_eq!(Span::of(text, 99..99).line, 3);
        let lines = Lines::new(text);
        assert_eq!(lines.line(text, 2), Span { line: 2, column: 2, end_line: 2, end_column: 7 });
        assert_eq!(lines.line(text, 9), Span { line: 9, column: 1, end_line: 9, end_column: 1 });
        assert_eq!(Span::of("\u{feff}a = 1", 3..4).column, 1);
    }

    #[test]
    fn places_in_long_lines_are_counted_from_their_beginning() {
        let text = format!("\n{}\n{}", "é".repeat(1_000), "a".repeat(STEP));
        let lines = Lines::new(&text);
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let before = &text[..at];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            let span = lines.span(&text, at..at);
            assert_eq!((span.line, span.column), (line, column), "{at}");
        }
    }
}
