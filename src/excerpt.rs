//! Where something is, and the line itself, the way rustc shows it.
//!
//! Knows columns, tabs, long lines, colours and what must not reach a terminal. Knows nothing of what is wrong there.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::text::{visible, visible_char};

/// A place in a file, and what its line holds.
#[derive(Debug, Clone)]
pub struct Pointer<'a> {
    /// The file.
    pub path: &'a str,
    /// Its line, from 1.
    pub line: usize,
    /// Its column, from 1.
    pub column: usize,
    /// The text of the line.
    pub source: &'a str,
    /// The bytes of it that carets are under.
    pub marked: Range<usize>,
}

impl Pointer<'_> {
    /// ` --> path:2:5`, the line, and the carets.
    #[must_use]
    pub fn show(&self, style: Style) -> String {
        let excerpt = Excerpt::of(self.source, self.marked.clone());
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let bar = style.blue("|");
        let source = format!("{} {bar} {}", style.blue(&number), excerpt.text);
        let carets = style.red(&"^".repeat(excerpt.width));
        let mut out = String::new();
        let _ = writeln!(out, "{margin}{} {}:{}:{}", style.blue("-->"), visible(self.path), self.line, self.column);
        let _ = writeln!(out, "{margin} {bar}\n{}", source.trim_end());
        let _ = writeln!(out, "{margin} {bar} {}{carets}", " ".repeat(excerpt.indent));
        out
    }
}

/// The part of a source line that is shown, and what is underlined in it.
struct Excerpt {
    text: String,
    /// Columns before the first caret.
    indent: usize,
    /// Columns under carets; at least 1.
    width: usize,
}

impl Excerpt {
    /// Columns of a line that are shown.
    const WIDEST: usize = 110;
    /// Columns kept before the place where a long line is cut.
    const LEAD: usize = 40;

    /// The part of a line around the bytes that are marked in it.
    fn of(line: &str, marked: Range<usize>) -> Self {
        let before = width(&line[..marked.start]);
        let cut = if before + Self::LEAD / 2 > Self::WIDEST { before - Self::LEAD } else { 0 };
        let (mut text, mut column, mut indent, mut end) = (String::new(), 0, None, None);
        if cut > 0 {
            text.push('…');
        }
        let shift = |column: usize| column - cut.min(column) + usize::from(cut > 0);
        for (at, c) in line.char_indices() {
            if at >= marked.start {
                indent.get_or_insert(shift(column));
            }
            if at >= marked.end {
                end.get_or_insert(shift(column));
            }
            if shift(column) >= Self::WIDEST {
                text.push('…');
                break;
            }
            if column >= cut {
                push_shown(&mut text, c);
            }
            column += char_width(c);
        }
        let indent = indent.unwrap_or_else(|| shift(column));
        let end = end.unwrap_or_else(|| shift(column));
        Self { text, indent, width: end.saturating_sub(indent).max(1) }
    }
}

const TAB: usize = 4;

/// How wide a character is once shown.
fn char_width(c: char) -> usize {
    if c == '\t' { TAB } else { visible_char(c).width().unwrap_or(1) }
}

fn push_shown(text: &mut String, c: char) {
    if c == '\t' {
        text.push_str(&" ".repeat(TAB));
    } else {
        text.push(visible_char(c));
    }
}

/// A line as it is shown: tabs as blanks, and nothing that a terminal acts upon.
#[must_use]
pub fn shown(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    line.chars().for_each(|c| push_shown(&mut text, c));
    text
}

/// How many columns a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Whether there are colours.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// There are.
    pub colour: bool,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// What is wrong.
    #[must_use]
    pub fn red(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// What is around it.
    #[must_use]
    pub fn blue(self, text: &str) -> String {
        self.paint("1;34", text)
    }

    /// What helps.
    #[must_use]
    pub fn green(self, text: &str) -> String {
        self.paint("1;32", text)
    }

    /// What may be wrong.
    #[must_use]
    pub fn yellow(self, text: &str) -> String {
        self.paint("1;33", text)
    }

    /// What is said.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }
}
