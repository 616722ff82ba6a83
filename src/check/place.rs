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
    #[must_use]
    pub fn of(text: &str, bytes: Range<usize>) -> Self {
        let start = text.floor_char_boundary(bytes.start);
        let end = text.floor_char_boundary(bytes.end).max(start);
        let ((line, column), (end_line, end_column)) = (place(text, start), place(text, end));
        Self { line, column, end_line, end_column }
    }

    /// A whole line, without the blanks around what is in it.
    #[must_use]
    pub fn line(text: &str, line: usize) -> Self {
        let content = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let indent = content.chars().take_while(|c| c.is_whitespace()).count();
        let end = content.trim_end().chars().count();
        Self { line, column: indent.min(end) + 1, end_line: line, end_column: end + 1 }
    }

    /// What `syn` says of a piece of Rust.
    #[must_use]
    pub fn rust(span: proc_macro2::Span) -> Self {
        let (LineColumn { line, column }, end) = (span.start(), span.end());
        Self { line, column: column + 1, end_line: end.line, end_column: end.column + 1 }
    }
}

fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line..].trim_start_matches('\u{feff}').chars().count() + 1)
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
        assert_eq!(Span::line(text, 2), Span { line: 2, column: 2, end_line: 2, end_column: 7 });
        assert_eq!(Span::line(text, 9), Span { line: 9, column: 1, end_line: 9, end_column: 1 });
    }
}
